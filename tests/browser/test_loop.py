"""From answers that were rated to a model that answers otherwise: the whole loop, with the packaged model."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.models.catalog import CATALOGUE
from components.store import NewMessage
from tests.browser.chatting import finished, send, set_number
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, go, press, press_until, press_when_there

THINGS = ["kettle", "lamp", "clock", "radio", "drill", "oven", "fan", "mixer", "iron", "kite"]
PLACES = "the kitchen", "the garden", "the cellar"
TRAINED = 4 * LONG  # milliseconds


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


@pytest.mark.slow
def test_what_was_rated_in_a_chat_trains_a_model_that_is_judged_and_chatted_with(
    smol_server: Server, person: Callable[..., Page]
):
    liked_answers(smol_server)
    page = person(smol_server.chat)
    set_number(page, "Maximum new tokens", 24)
    send(page, "The toaster in the kitchen is broken.")
    finished(page)
    page.get_by_role("radio", name="Thumbs up").first.click()
    press(page, "Regenerate")
    expect(page.get_by_text("2 / 2")).to_be_visible()
    finished(page)
    page.get_by_role("radio", name="Thumbs down").first.click()
    at_rest(page)
    press(page, "Correct")
    page.get_by_label("Edit answer").fill("Repair note. Thing: toaster. Place: the kitchen.")
    page.get_by_label("Edit answer").press("Control+Enter")
    at_rest(page)
    press(page, "Save")
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_contain_text("Repair note. Thing: toaster.")

    go(page, "Fine-tune")
    page.get_by_role("tab", name="From your conversations").click()
    liked = page.get_by_test_id("stMetric").filter(has_text="Answers that were liked")
    expect(liked).to_contain_text("31")
    expect(page.get_by_test_id("stMetric").filter(has_text="Answers that were corrected")).to_contain_text(
        "1"
    )
    pairs = page.get_by_test_id("stMetric").filter(has_text="Pairs")
    expect(pairs).to_contain_text(re.compile(r"[1-9]"))
    press_when_there(page, "Make a data set")
    press_when_there(page, "Continue to training")
    page.get_by_text("Advanced settings", exact=True).click()
    page.get_by_label("Maximum steps", exact=True).fill("20")
    page.get_by_label("Maximum steps", exact=True).press("Enter")
    at_rest(page)
    press(page, "Start training")
    expect(page.get_by_role("heading", name="Progress")).to_be_visible(timeout=TRAINED)
    expect(page.get_by_role("heading", name="Is it better?")).to_be_visible(timeout=TRAINED)
    expect(page.get_by_text(re.compile("held-out rows")).first).to_be_visible(timeout=LONG)
    result = page.url

    press_until(page, "Chat with it", page.get_by_test_id("stChatInputTextArea"))
    set_number(page, "Maximum new tokens", 24)
    send(page, "The toaster in the garden is broken.")
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_contain_text("Repair note.", timeout=LONG)

    page.goto(result)
    press_when_there(page, "Ask for more ratings where they disagree")
    expect(page.get_by_role("heading", name="Evaluate", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Blind comparison")).to_be_visible(timeout=LONG)
    press_when_there(page, "Answer 1")
    page.goto(f"{smol_server.url}/fine_tune")
    page.get_by_role("tab", name="From your conversations").click()
    page.get_by_text("Pairs: a better and a worse answer").click()
    expect(page.get_by_text("2 rows are used")).to_be_visible()
