"""Several conversations and several tabs: what is typed stays where it was typed, and what comes in is seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import finished, more, send, set_number, stop_button, writing
from tests.browser.conftest import Server
from tests.browser.steps import go, press


def box(page: Page) -> Locator:
    return page.get_by_placeholder("Message")


def holds(page: Page, text: str) -> None:
    """Waits until there is one box, with this text: until a run has ended, the one before it can be there, too."""
    page.wait_for_function(
        "text => JSON.stringify([...document.querySelectorAll('[placeholder=Message]')].map(one => one.value))"
        " === JSON.stringify([text])",
        arg=text,
    )


def listed(page: Page, title: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("button", name=title, exact=True)


@pytest.mark.slow
def test_a_draft_stays_with_its_conversation(tiny_server: Server, person: Callable[..., Page]):
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 5)
    send(page, "The first one")
    finished(page)
    box(page).fill("for the first")
    page.wait_for_timeout(500)  # the draft is looked at five times a second
    press(page, "New conversation")
    expect(page.get_by_text("What would you like to talk about?")).to_be_visible()
    holds(page, "")
    box(page).fill("for a new one")
    page.wait_for_timeout(500)
    listed(page, "The first one").click()
    holds(page, "for the first")
    page.reload()
    holds(page, "for the first")
    go(page, "Models")
    go(page, "Chat")
    holds(page, "for the first")
    box(page).press("Enter")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(4)
    finished(page)
    holds(page, "")
    page.reload()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(4)
    page.wait_for_timeout(500)
    holds(page, "")
    press(page, "New conversation")
    holds(page, "for a new one")


@pytest.mark.slow
def test_a_second_tab_shows_what_comes_in_and_that_it_was_deleted(
    slow_server: Server, person: Callable[..., Page]
):
    page = person(slow_server.chat)
    set_number(page, "Maximum new tokens", 5)
    send(page, "Seen in both")
    finished(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_test_id("stChatMessage")).to_have_count(2)
    set_number(page, "Maximum new tokens", 1900)
    send(page, "And this as it is written")
    writing(page)
    expect(stop_button(other)).to_be_visible()  # a tab in which nothing happens asks less often
    expect(other.get_by_test_id("stChatMessage")).to_have_count(4)
    more(other)
    # By the keyboard: the answer grows, and the page scrolls away under a pointer.
    other.get_by_role("button", name="Delete", exact=True).press("Enter")
    gone = page.get_by_text("This conversation doesn't exist any more. Here is a new one.")
    expect(gone).to_be_visible()
    expect(stop_button(page)).to_have_count(0)
    press(other, "Undo")
    listed(other, "Seen in both").click()
    expect(other.get_by_text("Stopped. What was written is kept.")).to_be_visible()
