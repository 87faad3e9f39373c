"""A summary as a file."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document as Word

from components.documents import Place
from components.tasks.summarize import summary_files
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.summary import Citation, Line, Summary
from components.tasks.summarize.summary_settings import Settings
from tests.unit.tasks.summarize.fakes import ledger, summary


def test_the_download_says_that_it_is_partial_and_what_has_no_source():
    text = summary_files.to_markdown("Title", Settings().to_json(), [summary()])
    assert "Partial: read 50%" in text
    assert "no passage supports this" in text
    assert "page 3" in text


def test_a_summary_stopped_after_all_was_read_does_not_look_whole_in_a_download():
    made = replace(summary(stopped=True), ledger=ledger("read"))
    for text in told(Settings(), made):
        assert "This is a partial summary. It was stopped while it was written." in text
    assert not any("partial" in text for text in told(Settings(), replace(made, stopped=False)))


def test_nothing_in_a_download_becomes_a_link_or_markup():
    text = summary_files.to_markdown("Title", Settings().to_json(), [summary()])
    assert "\\](" in text
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "<b>" not in text.replace("\\<", "")


def test_the_docx_opens_and_has_summary_coverage_and_sources():
    data = summary_files.to_docx("Title\x00", Settings().to_json(), [summary()])
    assert zipfile.is_zipfile(io.BytesIO(data))
    text = "\n".join(paragraph.text for paragraph in Word(io.BytesIO(data)).paragraphs)
    assert all(part in text for part in ("Costs", "Coverage", "Sources", "page 3"))


def told(settings: Settings, made: Summary) -> list[str]:
    """The Markdown, and the DOCX as text."""
    word = Word(io.BytesIO(summary_files.to_docx("Title", settings.to_json(), [made])))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
    return [summary_files.to_markdown("Title", settings.to_json(), [made]), text]


def test_a_download_says_of_each_part_where_it_is_who_read_it_and_why_not():
    parts = (
        Part(1, 0, "Costs", 0, 1, 900, 1234, state="read", reader="Qwen"),
        Part(2, 0, "Risks", 2, 3, 900, 1300, state="failed", why="The engine broke."),
    )
    made = replace(summary(), ledger=Ledger(parts, left_out=("page 7: a picture without text",)))
    wanted = ("Costs", "1,234", "Qwen", "Risks", "failed", "The engine broke.", "page 7: a picture without")
    for text in told(Settings(), made):
        assert all(one in text for one in wanted)


def test_a_download_says_what_was_asked_for_and_of_whom():
    asked = Settings(
        "both", language="pt", audience="children", instruction="Look at schools", model_id="qwen-4b"
    )
    for text in told(asked, summary()):
        assert all(one in text for one in ("Portuguese", "children", "Look at schools", "qwen-4b"))


def test_a_download_has_the_original_of_a_translated_line_and_its_mark_in_the_sources():
    line = Line("Custa 9 euros.", "written", supported=False, original="It costs 7 euros.")
    for text in told(Settings(), replace(summary(), lines=(line,))):
        assert "It costs 7 euros." in text
        assert text.split("Sources")[1].count("no passage supports this") == 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- Mayor Silva left.", "\\- Mayor Silva left."),
        ("+ Norton", "\\+ Norton"),
        ("1. First came Ann.", "1\\. First came Ann."),
        ("2024. That was the year.", "2024\\. That was the year."),
        ("a &lt;b&gt; c", "a \\&lt;b\\&gt; c"),
    ],
)
def test_a_sentence_stays_text_in_markdown_whatever_it_begins_with(text, written):
    made = replace(
        summary(), lines=(Line(text, "written", sources=(Citation(0, 0, 0, 9, "a", Place(), text, 1.0),)),)
    )
    assert f"\n{written}\n" in summary_files.to_markdown("Title", Settings().to_json(), [made])


def test_quoted_and_written_sentences_look_different_in_every_download():
    source = Citation(0, 0, 0, 9, "a", Place(), "We sold the old van.", 1.0)
    lines = (
        Line("Marco: We sold the old van.", "quoted", sources=(source,)),
        Line("We sold an ancient old van.", "written", sources=(source,), faithful=False),
    )
    made = replace(summary(), lines=lines)
    markdown, docx = told(Settings(), made)
    for text in (markdown, docx):
        assert "Marco: “We sold the old van.”" in text
        assert "compare it with its source" in text
        assert str(summary_files.LEGEND) in text
    assert "We sold **an ancient** old van." in markdown
    word = Word(io.BytesIO(summary_files.to_docx("Title", Settings().to_json(), [made])))
    bold = {run.text for paragraph in word.paragraphs for run in paragraph.runs if run.bold}
    assert "an ancient" in bold
    told_lines = json.loads(summary_files.to_json("Title", Settings().to_json(), [made]))["summaries"][0][
        "lines"
    ]
    assert [(line["origin"], line["own_words"]) for line in told_lines] == [
        ("quoted", []),
        ("written", ["an ancient"]),
    ]


def test_the_json_has_the_ledger_and_the_sources():
    read = json.loads(summary_files.to_json("Title", Settings().to_json(), [summary()]))
    assert read["summaries"][0]["ledger"]["parts"][1]["state"] == "failed"
    assert read["summaries"][0]["lines"][0]["sources"][0]["place"] == "page 3"


def test_a_summary_speaks_the_language_of_its_reader():
    made = replace(summary(), stopped=True)
    page = summary_files.to_html("T", Settings().to_json(), [made], lambda told: f"<{told}>", "de")
    assert '<html lang="de">' in page
    for told in ("Coverage", "Sources", "Read by", "Method: quote."):
        assert f"&lt;{told}&gt;" in page
