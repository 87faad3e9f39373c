"""Ask in a real browser: drop a document, ask, follow a quote to its place, ask what isn't in it, refresh."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.models.catalog import CATALOGUE, package_file
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, upload

TEXT = """# Harbour

The new ferry costs 31 million euros. It was built in Gdansk.

The office is led by Maria Olsen. She began in 2015.
"""


@pytest.fixture
def server(tiny_server: Server) -> Server:
    if not all(package_file(spec) for spec in CATALOGUE if spec.task == "embed"):
        pytest.skip("the embedding models are not installed")
    return tiny_server


def ask(page: Page, question: str) -> None:
    at_rest(page)
    at_rest(page)
    box = page.get_by_placeholder("Ask your documents")
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_role("heading", name=question)).to_be_visible(timeout=LONG)
    expect(page.get_by_role("heading", name="Answer", exact=True)).to_be_visible(timeout=LONG)


def test_a_dropped_document_answers_with_its_own_sentences_or_says_that_it_does_not(
    server: Server, person: Callable[..., Page]
) -> None:
    page = person(f"{server.url}/ask")
    expect(page.get_by_role("heading", name="Ask", exact=True)).to_be_visible()
    upload(page, "harbour.md", TEXT)
    expect(page.get_by_text("Your documents (1)")).to_be_visible(timeout=LONG)
    ask(page, "How much does the new ferry cost?")
    quote = page.get_by_text("The new ferry costs", exact=False).first
    expect(quote).to_contain_text("31 million")
    expect(page.get_by_role("heading", name="Sources", exact=True)).to_be_visible()
    places = page.get_by_role("button", name="harbour.md")
    places.last.click()
    expect(page.locator('span[style*="background"]').last).to_be_visible()
    ask(page, "Who won the football cup in Brazil?")
    expect(page.get_by_text("The documents don't say.")).to_be_visible(timeout=LONG)
    page.reload()
    expect(page.get_by_text("The documents don't say.")).to_be_visible(timeout=LONG)
