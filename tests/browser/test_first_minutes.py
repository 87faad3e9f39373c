"""The first ten minutes: a card of Home starts work that is seen without scrolling, and the tour goes from its
first step to its last on this machine alone.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.blocked import block
from tests.browser.conftest import Server
from tests.browser.steps import LONG

WIDE, PHONE = (1366, 768), (390, 844)
# What each card's work comes to, and the size at which it is the promise of every day.
RESULTS: dict[str, Callable[[Page], Locator]] = {
    "chat": lambda page: page.get_by_test_id("stChatMessage").nth(1),
    "summarize": lambda page: page.get_by_role("button", name="Source of sentence 1", exact=True),
    "translate": lambda page: page.locator("button[data-sentence='1']").first,
    "ask": lambda page: page.get_by_role("heading", name="Answer", exact=True),
    "classify": lambda page: page.get_by_test_id("stDataFrame").last,
    "tables": lambda page: page.get_by_role("heading", name="Rows", exact=True),
    "fine_tune": lambda page: page.get_by_role("heading", name="Data report", exact=True),
    "look_inside": lambda page: page.get_by_role("heading", name="Look inside", exact=True, level=1),
}
BEGUN: dict[int, Callable[[Page], Locator]] = {
    1: RESULTS["chat"],
    2: RESULTS["fine_tune"],
    3: lambda page: page.get_by_role("heading", name="Progress", exact=True),
    4: RESULTS["summarize"],
    5: RESULTS["translate"],
    6: lambda page: page.get_by_role("button", name="Undo", exact=True),
}
# On a phone, one for all: the same work begins by each page's own button (test_main_buttons.py).
CASES = [
    pytest.param(name, size, marks=() if (name, size) == ("tables", WIDE) else pytest.mark.slow)
    for name in RESULTS
    for size in ((WIDE, PHONE) if name == "tables" else (WIDE,))
]


@pytest.mark.parametrize(("name", "size"), CASES)
def test_a_card_of_home_starts_work_whose_result_is_seen_without_scrolling(
    tiny_server: Server, person: Callable[..., Page], name: str, size: tuple[int, int]
):
    page = person(tiny_server.url, *size)
    page.locator(f".st-key-try_{name}").get_by_role("button").click()
    result = RESULTS[name](page)
    at_work = page.get_by_role("progressbar").or_(page.get_by_role("button", name="Stop", exact=True))
    expect(at_work.or_(result).first).to_be_in_viewport(timeout=LONG)
    expect(result).to_be_in_viewport(timeout=LONG)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


@pytest.mark.slow
def test_the_tour_goes_from_its_first_step_to_its_last_without_a_network(
    serve: Callable[..., Server], person: Callable[..., Page], tiny_models: Path, tmp_path: Path, monkeypatch
):
    notes = block(tmp_path, monkeypatch)
    server = serve(models_dir=tiny_models, default_model="local-tiny-chat")
    page = person(server.url)
    page.get_by_role("button", name="Start the tour").click()
    for number in range(1, 8):
        expect(page.get_by_text(f"{number} of 8", exact=False).first).to_be_in_viewport(timeout=LONG)
        if number in BEGUN:  # what the next step needs, or what Reset has to know of
            expect(BEGUN[number](page)).to_be_visible(timeout=LONG)
        page.locator(".st-key-tour_next").get_by_role("button").click()
    expect(page.get_by_text("8 of 8", exact=False).first).to_be_in_viewport(timeout=LONG)
    expect(page.get_by_role("heading", name="Is it better?")).to_be_visible(timeout=2 * LONG)
    page.locator(".st-key-tour_reset").get_by_role("button").click()
    expect(page.get_by_role("button", name="Start the tour")).to_be_visible()
    expect(page.get_by_text("What you work on will be listed here.")).to_be_visible(timeout=LONG)
    assert notes.read_text().splitlines() == []
    server.kill()
