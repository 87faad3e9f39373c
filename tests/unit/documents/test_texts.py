"""Text formats, web pages, books, subtitles and rich text: what each keeps, and what it leaves out and says so."""

import io
import textwrap
import zipfile

import pytest

from components.documents import read_document
from tests.unit.documents import making
from tests.unit.documents.making import PROSE, left_out, shown


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2;3\n", ";"),
        ("a\tb\tc\n1\t2\t3\n", "\t"),
        ("sep=|\na|b|c\n1|2|3\n", "|"),
    ],
)
def test_tables_as_text_are_cut_at_the_separator_that_they_use(text: str, separator: str) -> None:
    found = read_document(text.encode(), "a.tsv" if separator == "\t" else "a.csv")
    assert found.blocks[0].rows[0] == ("a", "b", "c")
    assert len(found.blocks) == 1


@pytest.mark.parametrize(
    "text",
    [
        "text\nHello, world\nIt cost 3,000 euros, which is much, I think\nFine\n",
        "text\nGreat, thanks\nBad, sorry\n",
        "review\nFine\nAll good\nGreat, fast, cheap\nNice\n",
        "Great, fast and cheap\nFine, if late, and only then\nWell, no\nI, for one, am glad, very glad\n",
        "text\nHe came; she left; we stayed\nThey slept; we didn't\nNobody knew\n",
    ],
)
def test_texts_with_commas_one_a_line_are_one_column(text: str) -> None:
    [table] = read_document(text.encode(), "a.csv").blocks
    assert [row[0] for row in table.rows] == text.splitlines()
    assert {len(row) for row in table.rows} == {1}


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("Report\nDay, Place, Sum\n1.5., Rome, 3\n2.5., Bonn, 4\n", 3),
        ("name,label\nfoo,\nbar,\nbaz,x\n", 2),
        ("id,text\n1,Hello, my, friend, how\n2,a, b\n3,well\n", 2),
        ("day, place\nMay 3, Rome\nMay 4, Bonn\n", 2),
    ],
)
def test_commas_that_the_rows_agree_on_are_between_cells(text: str, width: int) -> None:
    table = read_document(text.encode(), "a.csv").blocks[-1]
    assert max(len(row) for row in table.rows) == width


def test_a_bank_export_keeps_the_lines_above_its_table() -> None:
    text = '"Konto";"123"\n"Saldo";"10,00 EUR"\n\n"Datum";"Text";"Betrag";"Saldo"\n' + "\n".join(
        f'"0{i}.05.2024";"Miete; Mai";"-500,00";"{i}00,00"' for i in range(1, 6)
    )
    found = read_document(text.encode("cp1252"), "umsatz.csv")
    assert found.blocks[0].text == "Konto: 123"
    assert found.blocks[-1].rows[1] == ("01.05.2024", "Miete; Mai", "-500,00", "100,00")


def test_a_text_broken_to_lines_is_whole_paragraphs_with_its_chapters() -> None:
    text = (
        "CHAPTER I\nThe Harbour\n\n"
        + PROSE[:66]
        + "\n"
        + PROSE[66:130]
        + "\n"
        + PROSE[130:]
        + "\n\n- one\n- two\n"
    )
    assert shown(read_document(text.encode(), "a.txt")) == [
        ("heading", "CHAPTER I The Harbour"),
        ("paragraph", " ".join(f"{PROSE[:66]} {PROSE[66:130]} {PROSE[130:]}".split())),
        ("item", "- one"),
        ("item", "- two"),
    ]


LONG = (
    f"{PROSE} The long-term plan needs a well-known engineer, since the state-of-the-art pumps, which the "
    "ministry had promised for the coming season, were not delivered before the first storms of the year."
)


@pytest.mark.parametrize("width", [30, 36, 38, 50, 61, 72, 112, 120, 132])
def test_a_text_broken_to_lines_of_any_width_is_whole_with_its_hyphens(width: int) -> None:
    text = "\n\n".join("\n".join(textwrap.wrap(one, width)) for one in (LONG, PROSE))
    assert shown(read_document(text.encode(), "a.txt")) == [("paragraph", LONG), ("paragraph", PROSE)]


@pytest.mark.parametrize(
    "text",
    [
        "the harbour sleeps, the gulls are gone,\nno lamp is lit.\nonly the old pier goes on\nto count the waves\n"
        "that come and sit\nbeside the graves.",
        "milk and bread\nbutter\ntwo cans of soup\none loaf of white bread\neggs\nsalt",
        "Maria Lopez\nHarbour Road 12\nHarrow HA1 2AB\nUnited Kingdom",
        "\n".join(
            f"2024-05-0{i} 12:00:0{i} ERROR harbour.pumps: pump {i} stopped after {i * 977} seconds, because the inlet was "
            f"closed by hand and nobody had opened it again. Restarted."
            for i in range(1, 7)
        ),
    ],
)
def test_poems_lists_addresses_and_logs_keep_their_lines(text: str) -> None:
    found = read_document(text.encode(), "a.txt")
    assert [block.text for block in found.blocks] == text.split("\n")


PAGE = """<html><head><title>Harbour</title><meta charset="windows-1251"><style>.gone{display:none}</style>
<script>var x = 'script';</script></head><body><nav>Menu</nav><header>Site</header><main><h1>Порт</h1>
<p>One<br>two <b>bo</b>ld</p><p hidden>hidden</p><p class="gone">gone</p><div style="display: none">none</div>
<ul><li>Item<ol><li>Inner</li></ol></li></ul>
<table><tr><th>a</th><th>b</th></tr><tr><td rowspan=2>c</td><td>d</td></tr>
<tr><td>e</td></tr></table><blockquote>Said</blockquote><pre>  code
    here</pre><img src="x.png"></main><footer>Foot</footer></body></html>"""


def test_a_web_page_is_its_main_text_without_what_is_around_or_hidden() -> None:
    found = read_document(PAGE.encode("cp1251"), "a.html")
    assert shown(found) == [
        ("heading", "Порт"),
        ("paragraph", "One two bold"),
        ("item", "- Item"),
        ("item", "1. Inner"),
        ("table", "a\tb\nc\td\n\te"),
        ("quote", "Said"),
        ("code", "code\n    here"),
    ]
    assert (found.title, found.encoding) == ("Harbour", "cp1251")
    assert "Hidden elements (3)" in left_out(found)
    assert "Pictures" in left_out(found)


def test_chapters_of_a_book_come_in_the_order_of_its_spine() -> None:
    chapters = {"one": "<h1>One</h1><p>First&nbsp;text</p>", "two": "<h1>Two</h1><p>Second text</p>"}
    found = read_document(making.epub(chapters, ["two", "one"]), "a.epub")
    assert [b.text for b in found.blocks] == ["Two", "Second text", "One", "First text"]
    assert (found.title, found.blocks[1].section) == ("A Book", ("Two",))


def test_subtitles_are_sentences_with_their_time_without_tags() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,500\n<i>The harbour</i> was\n\n"
        "2\n00:00:02,600 --> 00:00:04,000\n{\\an8}closed.\n\n"
        "3\n00:01:10,000 --> 00:01:12,000\nMuch later.\n"
    )
    found = read_document(text.encode(), "a.srt")
    assert [(str(b.place), b.text) for b in found.blocks] == [
        ("00:00:01", "The harbour was closed."),
        ("00:01:10", "Much later."),
    ]
    voices = (
        "WEBVTT\n\nNOTE not this\n\n00:01.000 --> 00:02.000\n<v Ann>Hello\n\n"
        "00:02.000 --> 00:03.000\n<v Bob>Hi &amp; bye\n"
    )
    assert [b.text for b in read_document(voices.encode(), "a.vtt").blocks] == ["Ann: Hello", "Bob: Hi & bye"]


def test_rich_text_keeps_tables_and_notes_and_each_font_its_code_page() -> None:
    text = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}"
        rb"{\f2\fcharset128 Gothic;}}"
        rb"{\stylesheet{\s1\b heading 1;}}{\info{\title no}}\pard\s1 Harbour\par\pard\plain "
        rb"\f0 caf\'e9 \f1\'cc\'e8\'f0 \f2\'93\'fa\'96\'7b \u8364? {\v hidden}\par"
        rb"\trowd\pard\intbl a\cell b\cell\row\pard\intbl c\cell d\cell\row\pard Text{\footnote Below}.\par"
        rb"{\listtext\'b7\tab}Item\par{\pict 0123456789}}"
    )
    found = read_document(text, "a.rtf")
    assert shown(found) == [
        ("heading", "Harbour"),
        ("paragraph", "café Мир 日本 €"),
        ("table", "a\tb\nc\td"),
        ("paragraph", "Text[1]."),
        ("item", "- Item"),
        ("footnote", "[1] Below"),
    ]
    assert "Pictures" in left_out(found)


def test_markdown_keeps_its_structure_and_the_title_of_its_front_matter() -> None:
    text = (
        "---\ntitle: My notes\n---\n# One\n\n1. a\n2. b\n   - c\n\n"
        "| x | y |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n> said\n"
    )
    found = read_document(text.encode(), "a.md")
    assert shown(found) == [
        ("heading", "One"),
        ("item", "1. a"),
        ("item", "2. b"),
        ("item", "- c"),
        ("table", "x\ty\n1\t2"),
        ("code", "code"),
        ("quote", "said"),
    ]
    assert found.title == "My notes"


def test_a_number_between_chinese_signs_does_not_hide_the_language() -> None:
    text = "港口委员会于2024年5月3日开会讨论新渡轮。会议决定以三千一百万欧元购买两艘电动船。"
    assert read_document(text.encode("gb18030"), "a.txt").language == "zh"


def test_who_speaks_in_subtitles_begins_a_paragraph() -> None:
    cues = ("ANNA: We buy the ferry.", "It is a good one.", "Bob Lee: I will call the shipyard.")
    text = "\n\n".join(f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\n{cue}" for i, cue in enumerate(cues, 1))
    found = read_document(text.encode(), "a.srt")
    assert [b.text for b in found.blocks] == [f"{cues[0]} {cues[1]}", cues[2]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "Day,Place\nMay 3, 2024,Rome\nMay 4, 2024,Bonn\n",
            [("May 3, 2024", "Rome"), ("May 4, 2024", "Bonn")],
        ),
        ("Day;Sum\nMay 3, 2024;5\nMay 4, 2024;6\n", [("May 3, 2024", "5"), ("May 4, 2024", "6")]),
        ("May 3, 2024;5\nMay 4, 2024;6\nMay 5, 2024;7\n", [("May 4, 2024", "6"), ("May 5, 2024", "7")]),
        ("a, b, c\n1, 2, 3\n4, 5, 6\n", [("1", "2", "3"), ("4", "5", "6")]),
        (
            "Day, Place\nMay 3, 2024, Rome\nMay 4, 2024, Bonn\n",
            [("May 3, 2024", "Rome"), ("May 4, 2024", "Bonn")],
        ),
        ("Day,Place\nMay 3,2024,Rome\nMay 4,2024,Bonn\n", [("May 3,2024", "Rome"), ("May 4,2024", "Bonn")]),
        ('Day,Place\n"May 3, 2024",Rome\nx,y\n', [("May 3, 2024", "Rome"), ("x", "y")]),
    ],
)
def test_a_comma_inside_of_a_date_separates_no_cells(text: str, rows: list[tuple[str, ...]]) -> None:
    (table,) = read_document(text.encode(), "a.csv").blocks
    assert list(table.rows[1:]) == rows


@pytest.mark.parametrize("bullet", [r"\u8226 \tab", r"\u8226 ?\tab", r"\u8226\'b7\tab", r"\uc0\u8226 \tab"])
def test_items_of_rich_text_keep_their_first_letter(bullet: str) -> None:
    items = "".join(rf"\pard{{\listtext\tab {bullet}}}{text}\par" for text in ("Bread.", "Milk."))
    found = read_document(rf"{{\rtf1\ansi {items} \u8220 Done.\par}}".encode(), "a.rtf")
    assert [text for _, text in shown(found)][:2] == ["- Bread.", "- Milk."]


def test_a_damaged_chapter_does_not_cost_the_book() -> None:
    chapters = {name: f"<h1>{name}</h1><p>{PROSE * 3}</p>" for name in ("One", "Two", "Three")}
    data = bytearray(making.epub(chapters, list(chapters)))
    at = data.rindex(b"OEBPS/Two.xhtml", 0, data.index(b"PK\x01\x02")) + len("OEBPS/Two.xhtml")
    data[at : at + 40] = b"\xff" * 40
    found = read_document(bytes(data), "a.epub")
    assert [block.text for block in found.blocks if block.kind == "heading"] == ["One", "Three"]
    assert "Damaged chapters: these can't be opened: Two.xhtml" in left_out(found)
    with zipfile.ZipFile(io.BytesIO(making.epub(chapters, list(chapters)))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    empty = making.zipped(parts | {"OEBPS/Two.xhtml": b"", "OEBPS/One.xhtml": bytes(range(256))})
    assert "can't be opened: One.xhtml, Two.xhtml" in left_out(read_document(empty, "a.epub"))
