"""Every real document comes back with its structure: counted by another reader than ours."""

import csv
import io
import re
import zipfile
from collections import Counter

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from components.documents import Limits
from components.documents.encodings import decode
from components.documents.errors import CorruptFile, PasswordNeeded
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Mark, Options, Placed, Unit, settle
from tests.data import needs_data, sample, samples

FOLDERS = ("docx", "html", "markdown", "srt", "csv")
FILES = [
    path for folder in FOLDERS for path in samples(f"documents/{folder}") if "protected" not in path.name
]
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

pytestmark = needs_data


def shouted(data: bytes, name: str) -> tuple[bytes, dict[str, int], dict[str, int]]:
    opened = open_file(data, name, Options(), Limits())
    placed = [Placed(_capitals(unit.text), unit.marks) for unit in opened.units]
    written = write_file(data, name, Options(), placed, Limits())
    return written.data, opened.counts, written.counts


def _capitals(text: str) -> str:
    """As long as the text, whose marks stay where they are: some letters are two in capitals."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def in_word(data: bytes) -> Counter:
    found: Counter = Counter()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if re.match(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml", name):
                for element in etree.fromstring(parts.read(name)).iter():
                    found[str(element.tag).removeprefix(WORD)] += 1
    return found


def in_page(data: bytes) -> Counter:
    text = decode(data)[0]
    tree = LexborHTMLParser(text)
    names = ("p", "table", "img", "a", "li", "script", "h1", "h2", "h3", "code", "td", "tr")
    return Counter({name: len(tree.css(name)) for name in names})


def in_markdown(data: bytes) -> Counter:
    tokens = MarkdownIt("commonmark").enable("table").parse(decode(data)[0])
    inner = [child for token in tokens for child in token.children or ()]
    return Counter(token.type for token in [*tokens, *inner] if token.type not in ("text", "softbreak"))


def in_subtitles(data: bytes) -> list[str]:
    return re.findall(r"^.*-->.*$", decode(data)[0].replace("\r", ""), re.MULTILINE)


def in_table(data: bytes) -> list[int]:
    text = decode(data)[0]
    separator = max(",;\t", key=text.count)
    return [len(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]


READERS = {"docx": in_word, "html": in_page, "markdown": in_markdown, "srt": in_subtitles, "csv": in_table}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_translated_file_has_the_structure_of_its_source(path):
    data = path.read_bytes()
    new, before, after = shouted(data, path.name)
    assert before == after
    second = READERS[path.parent.name]
    assert second(new) == second(data)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_translation_is_in_the_file(path):
    opened = open_file(path.read_bytes(), path.name, Options(), Limits())
    new, _, _ = shouted(path.read_bytes(), path.name)
    again = open_file(new, path.name, Options(), Limits())
    flat = [re.sub(r"\s+", " ", unit.text.upper()).strip() for unit in again.units]  # code keeps its case
    assert flat == [re.sub(r"\s+", " ", unit.text.upper()).strip() for unit in opened.units]


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix == ".docx"], ids=lambda path: path.name
)
def test_no_letter_of_a_word_file_is_lost_wherever_its_formats_go(path):
    data = path.read_bytes()
    opened = open_file(data, path.name, Options(), Limits())
    placed = [
        Placed(
            unit.text,
            tuple(
                m
                if m.kind == "keep"  # that is where its text is
                else Mark(m.id, len(unit.text) - m.end, len(unit.text) - m.start, m.kind)
                for m in unit.marks
            ),
        )
        for unit in opened.units
    ]  # every format at the mirrored place
    again = open_file(
        write_file(data, path.name, Options(), placed, Limits()).data, path.name, Options(), Limits()
    )
    assert Counter("".join(u.text for u in again.units)) == Counter("".join(u.text for u in opened.units))


def test_a_protected_word_file_is_translated_with_its_password():
    path = sample("documents", "docx", "tika_testWORD_protected_passtika.docx")
    with pytest.raises(PasswordNeeded, match="Enter its password"):
        open_file(path.read_bytes(), path.name, Options(), Limits())
    options = Options(password="tika")
    opened = open_file(path.read_bytes(), path.name, options, Limits())
    assert any("not protected" in str(note) for note in opened.notes)
    placed = [Placed(_capitals(unit.text), unit.marks) for unit in opened.units]
    written = write_file(path.read_bytes(), path.name, options, placed, Limits())
    assert opened.counts == written.counts
    again = open_file(written.data, path.name, Options(), Limits())  # without a password
    assert "ENCRYPTED" in " ".join(unit.text for unit in again.units)


def test_a_truncated_word_file_is_named_as_damaged():
    path = sample("hostile", "tika_testWORD_truncated.docx")
    with pytest.raises(CorruptFile):
        open_file(path.read_bytes(), path.name, Options(), Limits())


def test_a_span_that_is_cut_beside_another_does_not_begin_with_the_space_between_them():
    unit = Unit("bold and old", (Mark(0, 0, 4, "span"), Mark(1, 9, 12, "span")))
    placed = Placed("forte e antigo", (Mark(0, 0, 7, "span"), Mark(1, 6, 14, "span")))
    assert [placed.text[mark.start : mark.end] for mark in settle(unit, placed).marks] == [
        "forte e",
        "antigo",
    ]
