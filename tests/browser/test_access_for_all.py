"""For everybody: axe over every page, the keyboard alone, twice the size, a phone. And a start without a network."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, at_rest
from tests.conftest import ROOT
from tests.figures import note

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
DAILY = (
    "home",
    "chat",
    "summarize",
    "fine_tune",
    "models",
)  # the promise of every day; all, in both looks: slow


@pytest.fixture
def server(open_server: Server) -> Server:
    return open_server


def ready(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    at_rest(page)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    # What is about to be replaced is faded, which is no colour of the page's.
    expect(page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        (name, scheme)
        if (name in DAILY and scheme == "light")
        else pytest.param(name, scheme, marks=pytest.mark.slow)
        for name in PAGES
        for scheme in ("light", "dark")
    ],
)
def test_axe_finds_nothing_serious(server: Server, look: Callable[..., Page], name: str, scheme: str):
    page = look(f"{server.url}/{name}", scheme=scheme)
    ready(page)
    found = Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    said = [(v["id"], v["impact"], [n["html"][:160] for n in v["nodes"][:4]]) for v in serious]
    assert said == []
    note(f"axe, {name} ({scheme}): {len(found)} findings, none serious")


@pytest.mark.parametrize(
    "name",
    [name if name == "tables" else pytest.param(name, marks=pytest.mark.slow) for name in PAGES],
)
def test_a_phone_and_twice_the_size_keep_every_page_inside_its_width(
    server: Server, look: Callable[..., Page], name: str
):
    for width, height in ((390, 844), (640, 450)):  # 640 is 1280 at 200%
        page = look(f"{server.url}/{name}", width, height)
        ready(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{name} is {wide} pixels wider than {width}"
        main = page.get_by_role("main")
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 1


def focused(page: Page) -> str:
    """The name of what has the keyboard."""
    return page.evaluate(
        "(() => { const e = document.activeElement; return [e.getAttribute('aria-label'), e.placeholder,"
        " e.innerText].filter(Boolean).join(' ') })()"
    )


def tab_to(page: Page, wanted: str, most: int = 80, key: str = "Tab") -> None:
    for _ in range(most):
        if re.search(wanted, focused(page)):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard doesn't get to {wanted}")


def test_a_chat_works_with_the_keyboard_alone(server: Server, person: Callable[..., Page]):
    page = person(server.chat)
    ready(page)
    expect(page.get_by_placeholder("Message")).to_be_enabled()
    tab_to(page, "^Message")
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    tab_to(page, "^Stop|Stop$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    tab_to(page, "Regenerate")
    page.keyboard.press("Shift+Tab")
    for link in ("Models", "Your data"):
        tab_to(page, "^Run", 160)
        page.keyboard.press("Enter")
        tab_to(page, rf"\b{link}$", 5, "ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=link, exact=True, level=1)).to_be_visible()


@pytest.mark.slow
def test_a_deletion_works_with_the_keyboard_alone(server: Server, person: Callable[..., Page]):
    page = person(f"{server.url}/your_data")
    ready(page)
    box = page.get_by_role("checkbox")
    for _ in range(60):
        if box.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Delete my data")).to_be_enabled()
    tab_to(page, "Delete my data")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Deleted:"))).to_be_visible()
