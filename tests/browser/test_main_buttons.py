"""The main button of each page: what is being done is seen where the person looks, then what came of it, without
scrolling; a second press and a refresh at once lose nothing.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import figures
from tests.browser.conftest import Server, at_rest
from tests.browser.main_buttons import WORK
from tests.browser.steps import LONG

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
