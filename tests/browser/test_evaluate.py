"""Evaluate in a real browser: two settings on ten questions, stopped, resumed, read; and a vote by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, press, upload

ROWS = "prompt,expected\n" + "\n".join(f"What is {n} and one?,{n + 1}" for n in range(10))


def settings(page: Page) -> None:
    """Two of them: the likeliest words, and drawn ones."""
    at_rest(page)
    page.get_by_role("button", name="Settings").click()
    number = page.get_by_role("spinbutton", name="How many settings to compare")
    number.fill("2")
    number.press("Enter")
    expect(page.get_by_role("tab", name="Setting 2")).to_be_visible()
    page.get_by_role("tab", name="Setting 2").click()
    temperature = page.get_by_role("spinbutton", name="Temperature").last
    temperature.fill("1.5")
    temperature.press("Enter")
    at_rest(page)
    page.get_by_role("heading", name="Evaluate", exact=True).click()


@pytest.mark.slow
def test_two_settings_are_compared_stopped_resumed_and_voted_on_by_keyboard(
    slow_server: Server, person: Callable[..., Page]
):
    page = person(f"{slow_server.url}/evaluate")
    expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible()
    upload(page, "sums.csv", ROWS, "text/csv")
    expect(page.get_by_text("10 rows, questions whose answer is a number")).to_be_visible()
    settings(page)
    press(page, "Evaluate")
    expect(page.get_by_text(re.compile("of 20 rows"))).to_be_visible(timeout=LONG)
    expect(page.get_by_text("As the first questions took")).to_be_visible(timeout=LONG)
    press(page, "Stop")
    expect(page.get_by_text("Stopped. What was answered is kept")).to_be_visible(timeout=LONG)
    press(page, "Resume")
    sentence = page.get_by_text("no difference that these 10 questions can show")
    expect(sentence).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    page.get_by_text("Blind", exact=True).click()
    expect(page.get_by_text("No vote so far.")).to_be_visible()
    assert "temperature" not in page.get_by_test_id("stMain").inner_text()
    expect(page.get_by_role("switch", name="Blind")).not_to_be_focused()  # keys would be the switch's
    for number, key in enumerate("120", start=1):
        at_rest(page)
        page.keyboard.press(key)
        expect(page.get_by_text(re.compile(rf"^{number} of \d+ questions"))).to_be_visible()
    page.get_by_text("Show the names and the tally").click()
    expect(page.get_by_text("Bradley-Terry:")).to_be_visible()
