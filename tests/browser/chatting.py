"""What a person does on the chat page: send, wait, stop, set a number."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import LONG

WRITTEN = '[data-testid="stMarkdown"]:not(:has([data-testid="stCaptionContainer"]))'


def send(page: Page, text: str) -> None:
    page.get_by_placeholder("Message").fill(text)
    page.keyboard.press("Enter")


def stop_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Stop", exact=True)


def answer_text(page: Page, number: int = 1) -> str:
    """What was written, without the lines about it: what is being loaded, what it took."""
    shown = page.get_by_test_id("stChatMessage").nth(number).locator(WRITTEN)
    return "\n".join(shown.all_inner_texts())


def writing(page: Page, letters: int = 30) -> None:
    """Waits until an answer is being written and this much of it is there."""
    expect(stop_button(page)).to_be_visible()
    deadline = time.monotonic() + 180
    while (shown := page.get_by_test_id("stChatMessage").count()) < 2 or (
        len(answer_text(page, shown - 1)) < letters
    ):
        assert time.monotonic() < deadline, "nothing was written"
        page.wait_for_timeout(50)


@contextmanager
def settings(page: Page, second: bool = False) -> Iterator[None]:
    """Opens the settings of a conversation, and closes them."""
    place = page.locator(".st-key-chat_settings_second" if second else ".st-key-chat_settings")
    place.get_by_role("button").first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    yield
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()


def set_number(page: Page, label: str, value: int) -> None:
    with settings(page, second="(" in label):
        field = page.get_by_label(label, exact=True)
        field.fill(str(value))
        field.press("Enter")


def finished(page: Page) -> None:
    expect(page.get_by_role("button", name="Regenerate")).to_be_visible(timeout=LONG)


def more(page: Page) -> None:
    """Opens what can be done with the conversation."""
    page.locator(".st-key-chat_more").get_by_role("button").first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
