"""A text cut into sentences and put together again, letter by letter."""

import pytest

from components.tasks.translate.sentences import join, split

TEXT = 'Dr. Smith went to Washington. He paid $3.50.\n\n  "Really?" she asked.\tYes!  '


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "你好吗？我很好。",
        "word " * 300,
        "a\n\n\nb",
        "a\n\n\tb\n  c",
        "",
        "   ",
        "x" * 1000,
        "1) Name:\t Anna   Age:   9\n- (a) x  y\n\\n\\tOne\\nTwo\t",
        "M.\xa0A. est\u2028là.\r\n\x85B.",
    ],
)
def test_no_letter_is_lost_between_sentences(text):
    lead, found = split(text, "en")
    assert lead + "".join(s.text + s.after for s in found) == text
    assert all(text[s.start : s.end] == s.text for s in found)


def test_indented_lines_stay_indented():
    lead, found = split("one\n\ttwo\n  three", "en")
    assert [s.text for s in found] == ["one", "two", "three"]
    assert join(lead, [(s.text, s.text, s.after) for s in found], True) == "one\n\ttwo\n  three"


def test_an_ordinal_a_title_or_a_short_form_does_not_tear_a_sentence_apart():
    for language, text in (
        ("de", "Das fiel in der 89. Minute, z. B. Tor."),
        ("fr", "La famille de M. Yuan est là."),
    ):
        assert [s.text for s in split(text, language)[1]] == [text]


def test_a_long_sentence_without_full_stops_is_not_given_whole_to_an_engine_that_would_cut_it():
    _, found = split("word, " * 400, "en")
    assert max(len(s.text) for s in found) <= 400


def test_sentences_of_a_language_without_spaces_get_spaces_between_them():
    lead, found = split("你好吗？我很好。", "zh")
    assert join(
        lead,
        [(s.text, one, s.after) for s, one in zip(found, ["How are you?", "I am well."], strict=True)],
        True,
    ) == ("How are you? I am well.")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Name:\tAnna", ["Name:", "Anna"]),
        ("Apples    12    red ones", ["Apples", "12", "red ones"]),
        ("Apples  12  red", ["Apples", "12", "red"]),
        ("A slip of a  finger.", ["A slip of a  finger."]),
        ("One.  Two.  Three.", ["One.", "Two.", "Three."]),
        ("It's nice.\\nGo out.", ["It's nice.", "Go out."]),
        ("Look in C:\\new\\table now.", ["Look in C:\\new\\table now."]),
        ("Use `a   b` here.", ["Use `a   b` here."]),
        ("- Milk\n  2) Bread\n* (a) Tea", ["Milk", "Bread", "Tea"]),
        ("-5 degrees", ["-5 degrees"]),
        ("One.Two is here.", ["One.", "Two is here."]),
        ("Contents ........ 3", ["Contents", "3"]),
        ("Signed: ______  Date: ____", ["Signed:", "Date:"]),
        ("Book a table | Luigi’s", ["Book a table", "Luigi’s"]),
        ("Turn the knob to 45° → wait", ["Turn the knob to 45°", "wait"]),
        ('He said: "a | b"', ['He said: "a | b"']),
        ("Price:  5    Tax:  1", ["Price:", "5", "Tax:", "1"]),
    ],
)
def test_what_is_no_part_of_a_sentence_is_not_in_one(text, sentences):
    lead, found = split(text, "en")
    assert [s.text for s in found] == sentences
    for spaced in (True, False):
        joined = join(lead, [(s.text, s.text, s.after) for s in found], spaced)
        assert joined == text or (not spaced and joined.replace(" ", "") == text.replace(" ", ""))
