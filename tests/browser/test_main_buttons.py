"""The main button of each page: what is being done is seen where the person looks, then what came of it, without
scrolling; a second press and a refresh at once lose nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import figures
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, choose

pytestmark = pytest.mark.slow  # each page's own tests show that its button works
WIDE, PHONE = (1366, 768), (390, 844)
# By the page's own clock: from the press to the first frame with something new in the window that says that it
# is being done, or what came of it. `seen` has the milliseconds.
CLOCK = """() => {
  const inside = (e) => { const r = e.getBoundingClientRect()
    return r.width > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth }
  const at_work = '[role="progressbar"], [data-testid="stSpinner"], [data-testid="stChatMessage"], h2, h3, '
    + '[data-sentence], [data-testid="stDataFrame"], [data-testid="stAlert"]'
  const stop = /(^|\\n)Stop( the check| training)?$/
  const found = (root) => [...root.querySelectorAll(at_work),
    ...[...root.querySelectorAll("*")].filter((e) => e.shadowRoot).flatMap((e) => found(e.shadowRoot))]
  const all = () => [...found(document),
    ...[...document.querySelectorAll("button")].filter((e) => stop.test(e.innerText))]
  window.seen = null
  const begin = () => {
    const start = performance.now(), before = new Set(all())
    const look = () => {
      if (all().some((e) => !before.has(e) && inside(e))) window.seen = performance.now() - start
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }
  document.addEventListener("click", begin, { capture: true, once: true })
}"""


@dataclass(frozen=True)
class Work:
    """What a person does on a page: prepares, presses, and looks at what comes."""

    button: Callable[[Page], Locator]
    result: Callable[[Page], Locator]
    prepare: Callable[[Page], None] = lambda page: None
    leave: Callable[[Page], None] = lambda page: None  # ends what would go on for minutes


def main(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first


def sample(name: str) -> Callable[[Page], None]:
    def choose_it(page: Page) -> None:
        page.get_by_role("radio", name=name, exact=True).click()
        at_rest(page)

    return choose_it


def sample_table(page: Page) -> None:
    choose(page, "What to do", "Classify")
    sample("Reviews")(page)


def typed(box: str, text: str) -> Callable[[Page], None]:
    def type_it(page: Page) -> None:
        page.get_by_placeholder(box).fill(text)

    return type_it


def stop_training(page: Page) -> None:
    page.get_by_role("button", name="Stop training", exact=True).click()
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible(timeout=LONG)


def heading(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("heading", name=name, exact=True)


WORK = {
    "chat": Work(
        lambda page: page.get_by_test_id("stChatInputSubmitButton"),
        lambda page: page.get_by_test_id("stChatMessage").nth(1),
        typed("Message", "Hello"),
    ),
    "ask": Work(lambda page: page.get_by_role("radio", name="Report", exact=True), heading("Answer")),
    "summarize": Work(
        main("Summarize"),
        lambda page: page.get_by_role("button", name="Source of sentence 1", exact=True),
        sample("Report"),
    ),
    "translate": Work(
        main("Translate"),
        lambda page: page.locator("button[data-sentence]").first,
        typed("Type or paste a text", "Good morning, here is the long letter. " * 30),
    ),
    "tables": Work(main("Run"), heading("Rows"), sample_table),
    "fine_tune": Work(
        main("Use this sample"),
        heading("Data report"),
        lambda page: page.get_by_role("tab", name="Samples").click(),
    ),
    "classify": Work(
        main("Classify"),
        lambda page: page.get_by_test_id("stMetric").first,
        sample("Letters to a shop"),
    ),
    "evaluate": Work(
        main("Evaluate"),
        lambda page: page.get_by_test_id("stMain").get_by_test_id("stAlert").last,
        sample("Summaries"),
    ),
    "from_scratch": Work(main("Start training"), heading("Progress"), leave=stop_training),
    "look_inside": Work(
        lambda page: page.get_by_role("tab", name="How sure", exact=True),
        lambda page: page.get_by_role("group", name="The text, coloured by probability."),
    ),
}
# Those that have an address as soon as they are begun.
AGAIN = ("chat", "summarize", "translate", "tables", "fine_tune", "evaluate")
CASES = [(name, size) for name in WORK for size in (WIDE, PHONE)]


def opened(server: Server, person: Callable[..., Page], name: str, size: tuple[int, int]) -> Page:
    page = person(f"{server.url}/{name}", *size)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    at_rest(page)
    WORK[name].prepare(page)
    expect(WORK[name].button(page)).to_be_enabled()
    return page


@pytest.mark.parametrize(("name", "size"), CASES)
def test_progress_then_the_result_are_seen_without_scrolling(
    tiny_server: Server, person: Callable[..., Page], name: str, size: tuple[int, int]
):
    page = opened(tiny_server, person, name, size)
    work = WORK[name]
    page.evaluate(CLOCK)
    work.button(page).click()
    page.wait_for_function("window.seen !== null", timeout=LONG)
    figures.note(
        f"{name} at {size[0]}: seen {page.evaluate('window.seen') / 1000:.2f} s after the press (wanted: 1)"
    )
    expect(work.result(page)).to_be_in_viewport(timeout=LONG)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    work.leave(page)


@pytest.mark.parametrize("name", AGAIN)
def test_a_second_press_and_a_refresh_in_the_first_second_lose_nothing(
    tiny_server: Server, person: Callable[..., Page], name: str
):
    page = opened(tiny_server, person, name, WIDE)
    work = WORK[name]
    work.button(page).dblclick(no_wait_after=True)
    begun = "/[?&](c|s|text|translating|table|check|data|e)=/.test(location.search)"
    page.wait_for_function(begun, timeout=LONG)  # it has an address
    page.reload()
    expect(work.result(page)).to_be_visible(timeout=LONG)
    expect(page.get_by_text(re.compile("Traceback|went wrong inside"))).to_have_count(0)
