"""How sure was it? and the next word, as a person clicks them in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import finished, send
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG


@pytest.mark.slow
def test_another_word_in_a_coloured_answer_opens_a_new_branch(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(tiny_server.chat)
    send(page, "Hello")
    finished(page)
    page.get_by_role("button", name="How sure was it?").click()
    text = page.get_by_role("group", name="The text, coloured by probability.")
    expect(text).to_be_visible(timeout=LONG)
    tokens = text.locator("button", has_text=re.compile(r"\w"))  # not a part of a character
    expect(tokens.nth(2)).to_be_visible()
    tokens.nth(2).click()
    words = page.get_by_role("button", name="Go on from here with")
    expect(words.first).to_be_visible()
    words.nth(1).click()
    expect(page.get_by_text("2 / 2")).to_be_visible(timeout=LONG)
    finished(page)
    page.get_by_role("button", name="Previous version").click()
    expect(page.get_by_text("1 / 2")).to_be_visible()


@pytest.mark.slow
def test_the_bars_of_the_next_word_follow_the_temperature(tiny_server: Server, person: Callable[..., Page]):
    page = person(tiny_server.chat.replace("chat", "look_inside"))
    page.get_by_role("tab", name="The next word").click()
    bars = page.locator(".st-key-chart_next_word svg.marks")
    expect(bars).to_be_visible(timeout=LONG)
    at_rest(page)
    before = bars.inner_html()
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")
    page.wait_for_function(
        "before => document.querySelector('.st-key-chart_next_word svg.marks')?.innerHTML !== before",
        arg=before,
        timeout=LONG,
    )
    expect(page.get_by_text("under these settings, of")).to_be_visible()
