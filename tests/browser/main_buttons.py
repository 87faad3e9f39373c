"""The main button of each page, with what it needs: for the tests of it, and for the pictures of every page."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import at_rest
from tests.browser.steps import LONG, choose


@dataclass(frozen=True)
class Work:
    """What a person does on a page: prepares, presses, and looks at what comes."""

    button: Callable[[Page], Locator]
    result: Callable[[Page], Locator]
    prepare: Callable[[Page], None] = lambda page: None
    leave: Callable[[Page], None] = lambda page: None  # ends what would go on for minutes


def main(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first


def sample(name: str) -> Callable[[Page], None]:
    def choose_it(page: Page) -> None:
        page.get_by_role("radio", name=name, exact=True).click()
        at_rest(page)

    return choose_it


def sample_table(page: Page) -> None:
    choose(page, "What to do", "Classify")
    sample("Reviews")(page)


def typed(box: str, text: str) -> Callable[[Page], None]:
    def type_it(page: Page) -> None:
        page.get_by_placeholder(box).fill(text)

    return type_it


def stop_training(page: Page) -> None:
    page.get_by_role("button", name="Stop training", exact=True).click()
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible(timeout=LONG)


def heading(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("heading", name=name, exact=True)


WORK = {
    "chat": Work(
        lambda page: page.get_by_test_id("stChatInputSubmitButton"),
        lambda page: page.get_by_test_id("stChatMessage").nth(1),
        typed("Message", "Hello"),
    ),
    "ask": Work(lambda page: page.get_by_role("radio", name="Report", exact=True), heading("Answer")),
    "summarize": Work(
        main("Summarize"),
        lambda page: page.get_by_role("button", name="Source of sentence 1", exact=True),
        sample("Report"),
    ),
    "translate": Work(
        main("Translate"),
        lambda page: page.locator("button[data-sentence]").first,
        typed("Type or paste a text", "Good morning, here is the long letter. " * 30),
    ),
    "tables": Work(main("Run"), heading("Rows"), sample_table),
    "fine_tune": Work(
        main("Use this sample"),
        heading("Data report"),
        lambda page: page.get_by_role("tab", name="Samples").click(),
    ),
    "classify": Work(
        main("Classify"),
        lambda page: page.get_by_test_id("stMetric").first,
        sample("Letters to a shop"),
    ),
    "evaluate": Work(
        main("Evaluate"),
        lambda page: page.get_by_test_id("stMain").get_by_test_id("stAlert").last,
        sample("Summaries"),
    ),
    "from_scratch": Work(main("Start training"), heading("Progress"), leave=stop_training),
    "look_inside": Work(
        lambda page: page.get_by_role("tab", name="How sure", exact=True),
        lambda page: page.get_by_role("group", name="The text, coloured by probability."),
    ),
}
