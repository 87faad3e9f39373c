"""How a summary's sentences look: quoted, written, in other words, translated, in light and in dark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.documents import Block, Document, Place
from components.results import Results
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.summary import Citation, Line, Summary
from components.tasks.summarize.summary_jobs import KIND, body_of
from components.tasks.summarize.summary_settings import Settings
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, press

TEXTS = [
    "We did that once, in 2022.",
    "However, the stand at the fair costs 4,800 euros.",
    "It rained a lot.",
]


def cited(number: int) -> tuple[Citation, ...]:
    text = TEXTS[number]
    return (Citation(0, number, 0, len(text), "a.txt", Place(paragraph=number + 1), text, 1.0),)


def made() -> Summary:
    lines = (
        Line(f"Marco: {TEXTS[0]}", "quoted", sources=cited(0)),
        Line("The stand at the fair costs 4,800 euros.", "written", sources=cited(1)),
        Line("The weather was dreadful, it rained a lot.", "written", sources=cited(2), faithful=False),
        Line("Choveu muito.", "written", sources=cited(2), original=TEXTS[2], faithful=False),
    )
    part = Part(1, 0, "paragraphs 1–3", 0, 2, 20, 0, state="read")
    return Summary("a.txt", "bullets", lines, Ledger((part,)), 30, (0,), language="en")


@pytest.fixture
def address(tiny_server: Server) -> str:
    store = tiny_server.store()
    blocks = tuple(Block("paragraph", text) for text in TEXTS)
    document = Document("a.txt", "text", blocks, language="en", words=20).to_json()
    settings = Settings("both", model_id="m").to_json()
    summary = Results(store).create(KIND, "a.txt", settings, [document])
    Results(store).update(summary, state="done", body=body_of([made()]))
    store.close()
    return f"{tiny_server.url}/summarize?s={summary}"


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_what_is_quoted_and_what_is_written_look_different(
    address: str, person: Callable[..., Page], scheme: str, tmp_path: Path
):
    page = person(address, scheme=scheme)
    lines = page.get_by_role("listitem")
    expect(lines.filter(has_text="Marco: “We did that once, in 2022.”")).to_be_visible()
    shortened = lines.filter(has_text="The stand at the fair costs 4,800 euros.")
    expect(shortened).to_contain_text("by the model")
    expect(shortened).not_to_contain_text("“")
    other = lines.filter(has_text="The weather was dreadful, it rained a lot.")
    expect(other).to_contain_text("in other words: compare")
    marked = other.locator("mark").filter(has_text="The weather was dreadful")
    expect(marked.first).to_be_visible()
    expect(lines.filter(has_text="Choveu muito.")).to_contain_text("translated")
    expect(page.get_by_text("They can't tell whether a number belongs to what it is said of")).to_be_visible()
    expect(page.get_by_text("1 in other words")).to_be_visible()
    page.screenshot(path=tmp_path / f"{scheme}.png", full_page=True)


HEARING = """
The Chair: Good morning, everybody. We are here to talk about the new bridge over the river.

Hon. Maria Lopes (Minister of Transport): I have decided to close the old bridge on 5 May because of its pillars.

Mr. Karl Brandt: I do not agree with closing the bridge in May, since the harvest of the farmers begins then.

Audience member: The farmers were never asked.

Hon. Maria Lopes (Minister of Transport): The harvest is a good reason to wait. We will close the bridge in October.

The Chair: Then it is settled, and we meet again next week in the same room.
"""


@pytest.mark.slow
def test_a_file_is_skipped_and_every_sentence_of_a_transcript_has_its_speaker(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(f"{tiny_server.url}/summarize")
    at_rest(page)
    files = [
        ("broken.pdf", "application/pdf", b"%PDF-1.7 nothing"),
        ("hearing.txt", "text/plain", HEARING.encode()),
    ]
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]
    )
    page.get_by_text("Skip it and go on").click(timeout=LONG)
    at_rest(page)
    press(page, "Summarize")
    expect(page.get_by_text("Coverage").first).to_be_visible(timeout=LONG)
    summary = page.get_by_role("group").filter(has_text="bridge").first
    expect(summary).to_contain_text("Mr. Karl Brandt: “I do not agree with closing the bridge in May")
    expect(summary).to_contain_text("Hon. Maria Lopes: “")
    expect(summary).not_to_contain_text("Brandt: “The farmers were never asked.”")
    page.get_by_role("tab", name="broken.pdf").click()
    expect(page.get_by_text("damaged").first).to_be_visible()
