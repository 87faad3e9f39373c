"""What belongs to the window: theme, language, keys, what a screen reader is told, paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import set_number
from tests.browser.conftest import Server
from tests.browser.steps import LONG

GROUND = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
SPOKEN = """() => {
  window.spoken = []
  const region = document.getElementById("wordbench-said")
  new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, {childList: true})
}"""


def test_theme_and_language_are_chosen_in_the_app_and_kept_on_other_pages_and_visits(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(f"{tiny_server.url}/your_data")
    page.get_by_role("button", name="Display").click()
    light = page.evaluate(GROUND)
    page.get_by_text("Dark", exact=True).click()
    app = "document.querySelector('[data-testid=stApp]')"  # which isn't there while the page loads again
    page.wait_for_function(f"{app} && ({GROUND}) !== '{light}'")
    page.goto(f"{tiny_server.url}/summarize")
    page.get_by_role("button", name="Display").click()
    assert page.evaluate(GROUND) != light
    page.get_by_role("combobox", name="Language of the app").click()
    page.get_by_role("option", name="中文").click()
    expect(page.get_by_role("heading", name="摘要", exact=True)).to_be_visible()
    page.goto(f"{tiny_server.url}/your_data")
    expect(page.get_by_role("heading", name="我的数据", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("我的数据 · Wordbench")


@pytest.mark.slow
def test_escape_stops_an_answer_its_end_is_said_once_and_a_key_begins_another(
    slow_server: Server, person: Callable[..., Page]
):
    page = person(f"{slow_server.url}/chat")
    set_number(page, "Maximum new tokens", 1900)
    page.wait_for_selector("#wordbench-said", state="attached")
    page.evaluate(SPOKEN)
    page.get_by_test_id("stChatInputTextArea").fill("Hello")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stChatMessage").nth(1).get_by_test_id("stCaptionContainer")).to_have_count(
        0, timeout=LONG
    )  # the model is loaded
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    page.wait_for_function("window.spoken.length > 0")
    assert page.evaluate("window.spoken") == ["Stopped."]
    expect(page).to_have_title("Hello · Wordbench")
    page.keyboard.press("Control+Shift+O")
    expect(page).to_have_title("Chat · Wordbench")
    page.get_by_role(
        "heading", name="Chat", exact=True
    ).click()  # out of the box: a question mark is a letter there
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("Stop what is being made")).to_be_visible()
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_role("button", name="New conversation")).to_be_hidden()
    expect(page.get_by_role("heading", name="Chat", exact=True)).to_be_visible()
