"""What several browser tests do: choose, press, upload, wait; and what they upload."""

import io
import json
import re
import zipfile

from playwright.sync_api import Locator, Page, TimeoutError, expect

from components.models.catalog import CATALOGUE
from tests.browser.conftest import Server, at_rest

BERGAMOT = next(spec for spec in CATALOGUE if spec.id == "bergamot-en-pt")
EMBEDDING = next(spec for spec in CATALOGUE if spec.task == "embed")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LONG = 240_000  # milliseconds for what trains or loads, on a machine that others use, too


SECTIONS = {
    "Work": ("Chat", "Ask", "Summarize", "Translate", "Classify", "Tables"),
    "Improve": ("Fine-tune", "From scratch", "Evaluate"),
    "Understand": ("Look inside",),
    "Run": ("Models", "Your data"),
}


def link_to(page: Page, name: str, section: str = "") -> Locator:
    """A page's link in the menu on top, whose section is opened for it."""
    section = section or next(one for one, pages in SECTIONS.items() if name in pages)
    page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    return page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name)


def go(page: Page, name: str) -> None:
    """To another page of the app, over the menu on top."""
    link_to(page, name).click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Opens a list and chooses from it; what is drawn meanwhile may close the list, on a busy machine each time
    for a while.
    """
    box = page.get_by_role("combobox", name=re.compile(label))
    for _ in range(8):
        box.click()
        try:
            page.get_by_role("option", name=option, exact=True).click(timeout=LONG // 8)
            return
        except TimeoutError:
            page.keyboard.press("Escape")
            at_rest(page)
    raise AssertionError(
        f"{option!r} can't be chosen: the list has {page.get_by_role('option').all_inner_texts()}"
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def press_when_there(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True).first
    expect(button).to_be_visible(timeout=LONG)
    button.click()


def press_until(page: Page, name: str, shown: Locator) -> None:
    """Presses until it is heard: on a busy machine what is drawn above may move the button away from under a
    click, or draw it again.
    """
    for _ in range(3):
        at_rest(page)
        press(page, name)
        try:
            expect(shown).to_be_visible(timeout=LONG // 4)
            return
        except AssertionError:
            continue
    expect(shown).to_be_visible()


def open_row(page: Page) -> None:
    """Chooses the first model of the table, by the box before it."""
    at_rest(page)
    place = page.get_by_test_id("stDataFrame").last.bounding_box()
    assert place
    page.mouse.click(place["x"] + 15, place["y"] + 38 + 17)


def choose_model(page: Page, title: str) -> None:
    """Looks for a model of this title on the Models page, and chooses its row: the details open beside it."""
    field = page.get_by_label("Find a model")
    field.fill(title)
    field.press("Enter")
    expect(page.get_by_text("1 model", exact=True)).to_be_visible()
    open_row(page)
    expect(page.get_by_test_id("stMarkdown").get_by_text(title, exact=True)).to_be_visible()


def upload(page: Page, name: str, data: str | bytes, mime: str = "application/octet-stream") -> None:
    """To the first place for files of a page, when it has been drawn."""
    at_rest(page)
    content = data.encode() if isinstance(data, str) else data
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": mime, "buffer": content}
    )


def end_by_power_cut(server: Server, page: Page) -> None:
    """Kills the server, starts it again on the same data, and reloads the page as a person would."""
    server.kill()
    server.start()
    page.reload()


# Training


def training_rows() -> str:
    """72 rows to train on, with two bad ones between them."""
    good = [
        {"prompt": f"What is {i} and {j}?", "completion": f"It is {i + j}."}
        for i in range(12)
        for j in range(6)
    ]
    lines = [json.dumps(row) for row in good]
    lines.insert(3, '{"prompt": "broken')
    lines.insert(7, json.dumps({"prompt": "And then?", "completion": ""}))
    return "\n".join(lines)


def check_data(page: Page) -> None:
    begun = page.get_by_role("button", name="Stop the check").or_(
        page.get_by_role("heading", name="Data report")
    )
    press_until(page, "Check data", begun.first)


def repair(page: Page) -> None:
    press_when_there(page, "Drop bad rows")
    press_when_there(page, "Continue to training")
    expect(page.get_by_role("button", name="Start training", exact=True)).to_be_visible()


# Documents


def word_file(paragraphs: int) -> bytes:
    """A Word file whose every paragraph has two words in bold."""
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
            "<Default Extension='rels' "
            f"ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override "
            f"PartName='/word/document.xml' ContentType='{kind}'/></Types>",
        )
        parts.writestr(
            "_rels/.rels",
            "<Relationships "
            "xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1' "
            "Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' "
            "Target='word/document.xml'/></Relationships>",
        )
        parts.writestr(
            "word/document.xml", f"<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"
        )
    return out.getvalue()
