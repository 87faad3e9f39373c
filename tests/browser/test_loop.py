"""From answers that were rated to a model that answers otherwise: the whole loop, with the packaged model."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from components.models.catalog import CATALOGUE
from components.store import NewMessage
from tests.browser.chatting import finished, send, set_number
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, go, press, press_until, press_when_there

THINGS = ["kettle", "lamp", "clock", "radio", "drill", "oven", "fan", "mixer", "iron", "kite"]
PLACES = "the kitchen", "the garden", "the cellar"
TRAINED = 6 * LONG  # milliseconds


def liked_answers(server: Server) -> None:
    """Thirty conversations of earlier days, each with an answer that was liked."""
    store = server.store()
    model = CATALOGUE[0].id
    for number, thing in enumerate(THINGS * len(PLACES)):
        place = PLACES[number // len(THINGS)]
        conversation = store.create("chat", f"The {thing} in {place}", model)
        asked = store.add(conversation, NewMessage(None, "user", f"The {thing} in {place} is broken."))
        said = f"Repair note. Thing: {thing}. Place: {place}."
        store.add(conversation, NewMessage(asked, "assistant", said, model_id=model, rating=1))
    store.close()


def rate_and_correct(page: Page) -> None:
    """One answer is liked, a second one disliked and written as it should have been."""
    set_number(page, "Maximum new tokens", 24)
    send(page, "The toaster in the kitchen is broken.")
    finished(page)
    page.get_by_role("radio", name="Thumbs up").first.click()
    at_rest(page)
    press(page, "Regenerate")
    expect(page.get_by_text("2 / 2")).to_be_visible(timeout=LONG)
    finished(page)
    at_rest(page)
    page.get_by_role("radio", name="Thumbs down").first.click()
    at_rest(page)
    press_until(page, "Correct", page.get_by_label("Edit answer"))
    page.get_by_label("Edit answer").fill("Repair note. Thing: toaster. Place: the kitchen.")
    press_until(page, "Save", page.get_by_text("3 / 3"))
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_contain_text("Repair note. Thing: toaster.")


def count(page: Page, label: str) -> Locator:
    """A number of the tab “From your conversations”."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def make_data(page: Page) -> None:
    """All that was liked or corrected, as rows to train on."""
    go(page, "Fine-tune")
    page.get_by_role("tab", name="From your conversations").click()
    expect(count(page, "Answers that were liked")).to_have_text("31")
    expect(count(page, "Answers that were corrected")).to_have_text("1")
    expect(count(page, "Pairs")).to_have_text(re.compile("[1-9]"))
    press_when_there(page, "Make a data set")
    expect(page.get_by_text(re.compile(r"Ready: \d+ rows to train on, 8 held out"))).to_be_visible(
        timeout=LONG
    )
    press_until(page, "Continue to training", page.get_by_role("button", name="Start training", exact=True))


def train(page: Page, steps: int) -> None:
    page.get_by_label("Epochs", exact=True).fill("7")  # of 24 rows, 8 a step: 21 steps
    page.get_by_label("Epochs", exact=True).press("Enter")
    page.get_by_text("Advanced settings", exact=True).click()
    field = page.get_by_label("Maximum steps", exact=True)
    field.fill(str(steps))
    field.press("Enter")
    at_rest(page)
    press_until(page, "Start training", page.get_by_role("heading", name="Progress"))
    expect(page.get_by_role("heading", name="Is it better?")).to_be_visible(timeout=TRAINED)
    expect(page.get_by_text("Loss of a held-out token").first).to_be_attached(timeout=TRAINED)


@pytest.mark.slow
def test_what_was_rated_in_a_chat_trains_a_model_that_is_judged_and_chatted_with(
    smol_server: Server, person: Callable[..., Page]
):
    liked_answers(smol_server)
    page = person(smol_server.chat)
    rate_and_correct(page)
    make_data(page)
    train(page, 20)

    press_until(page, "Chat with it", page.get_by_test_id("stChatInputTextArea"))
    set_number(page, "Maximum new tokens", 24)
    send(page, "The toaster in the garden is broken.")
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_contain_text("Repair note.", timeout=LONG)
