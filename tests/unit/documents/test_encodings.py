"""Texts in the encodings that files are found in, whole and mixed."""

import pytest

from components.documents import read_document
from components.documents.encodings import decode, is_text
from tests.unit.documents.making import CHINESE, GERMAN, JAPANESE, RUSSIAN

KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n"


TRADITIONAL = "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神互相對待。\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (JAPANESE, "iso2022_jp", "iso2022_jp"),
        (KOREAN, "euc_kr", "euc_kr"),
        (RUSSIAN, "cp866", "cp866"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (GERMAN, "latin-1", "latin-1"),
        ("“Naïve” cafés – €5…\n", "cp1252", "cp1252"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (JAPANESE, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-16", "utf-16"),
        (RUSSIAN, "utf-8-sig", "utf-8"),
        (JAPANESE, "utf-32", "utf-32"),
        (GERMAN, "utf-32-le", "utf-32-le"),
    ],
)
def test_a_text_file_is_read_in_whatever_encoding_it_was_saved(text: str, codec: str, name: str) -> None:
    assert decode(text.encode(codec)) == (text, name)
    assert is_text(text.encode(codec))


@pytest.mark.parametrize(
    "text",
    [
        "The shop sold its pharmacy business for £125m, and profits rose to £4.5m in 2015.",
        "The cost was £5 million.",
        "Section § 12 applies. See § 14 too.",
        "Copyright © 2020 Acme Ltd. ® and ™ are marks. ½ of it.",
        "Temperature ±2°C, area 5 m² × 3, 10 µm thick.",
        "L’azienda ha detto dell’anno e l’utile nell’insieme.",
        "“Hello,” she said – “it’s £5.”",
        "He said, “It’s ‘fine’.”",
    ],
)
def test_a_text_whose_only_signs_outside_ascii_are_symbols_keeps_them(text: str) -> None:
    assert decode(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Stanisław był w Łodzi.", "cp1250"),
        ("Kosztuje 10 ł", "cp1250"),
        ("schön und blöd", "cp850"),
        ("canción de día y árbol", "mac-roman"),
        ("НЕТ", "cp866"),
        ("そうですか", "cp932"),
        ("的", "big5"),
    ],
)
def test_letters_that_would_be_symbols_elsewhere_stay_letters(text: str, codec: str) -> None:
    assert decode(text.encode(codec))[0] == text


STRAYS = [
    (
        "Où est le café de la gare ? À côté de l’hôtel.\n" * 30,
        b"Il a \x93\xe9t\xe9\x94 ferm\xe9.\n",
        "Il a “été” fermé.\n",
    ),
    ("Où est le café de la gare ? À côté de l’hôtel.\n" * 30, b"d\xc3\xa9j\xe0 vu\n", "déjà vu\n"),
    ("Où est le café de la gare ? À côté de l’hôtel. " * 30, b"d\xc3\xa9j\xe0 vu.", "déjà vu."),
    (RUSSIAN * 30, RUSSIAN.encode("cp1251"), RUSSIAN),
    (CHINESE * 30, CHINESE.encode("gb18030") + b"\n", CHINESE + "\n"),
    (CHINESE * 30, "你好".encode() + b"\xff\n", "你好\ufffd\n"),
    ("Größe und Maße, Bäche und Flüsse.\n" * 30, "Bäche".encode() + b" \xe2\x80 \n", "Bäche \ufffd \n"),
]


@pytest.mark.parametrize(("good", "bad", "read"), STRAYS)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_few_bytes_in_another_encoding_leave_the_rest_of_a_document_as_it_is(good, bad, read, mark) -> None:
    assert decode(mark + good.encode() + bad + good.encode()) == (good + read + good, "utf-8")


def test_a_document_that_was_cut_in_the_middle_of_a_letter_keeps_its_last_line() -> None:
    assert decode("Größe und Maße\nBäche\nFlü".encode()[:-1])[0] == "Größe und Maße\nBäche\nFl\ufffd"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_document_says_what_of_it_was_read_in_another_encoding_or_not_at_all(name: str) -> None:
    text = "<p>Où est le café ? À côté de l’hôtel.</p>\n\n" * 9
    found = read_document(text.encode() + b"<p>ferm\xe9, d\xc3\xa9j\xe0 \xe2\x80</p>\n", name)
    assert "fermé, déjà" in found.text
    assert (found.encoding, tuple(map(str, found.notes[-1:]))) == (
        "utf-8",
        ("Lines that were not UTF-8 were read as cp1252: 19.",),
    )
    assert "Unreadable letters: they are broken in the file itself" in [str(one) for one in found.left_out]
    assert read_document(text.encode(), name).notes == ()


def test_the_encoding_of_a_text_file_is_told() -> None:
    found = read_document(JAPANESE.encode("shift_jis"), "a.txt")
    assert (found.text, found.encoding, found.language) == (JAPANESE.strip(), "shift_jis", "ja")


@pytest.mark.parametrize(
    "text", ["id,number\n1,2\n", "Some text", "[1, 2] and more\n", "> " * 500, "Name;Größe\n"]
)
def test_a_text_of_an_even_number_of_bytes_is_not_taken_for_utf_16(text: str) -> None:
    assert decode(text.encode("cp1252"))[0] == text
