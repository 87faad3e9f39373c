"""What an engine has no piece for stays, whatever the engine would make of it."""

import pytest

from components.models.engines.typography import Typography
from components.models.engines.vocabulary import guarded

WORDS = {"costs": "custa", "now": "agora", "yes": "sim", "or": "ou", "in": "em", "word": "palavra"}


def known(character):
    return character.isascii() or character in "áéçã"


def engine(text):
    """Word by word, and deaf to what it doesn't know."""
    heard = "".join(c for c in text if known(c))
    return " ".join(WORDS.get(word, word) for word in heard.split())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It costs £20 now", "It custa £20 agora"),
        ("It costs 1½ € now", "It custa 1½ € agora"),
        ("x ≤ 5 or y ≠ 3", "x ≤ 5 ou y ≠ 3"),
        ("in Łódź, now", "em Łódź, agora"),
        ("the word שלום עולם now", "the palavra שלום עולם agora"),
        ("“yes” or «yes»", "“yes” ou «yes»"),
        ("yes – now", "sim – agora"),
        ("yes—now", "sim—agora"),
        ("in 1950–53", "em 1950–53"),
        ("in £25–£30", "em £25–£30"),
        ("2019—now", "2019—agora"),
        ("it’s now", "it’s agora"),
        ("• yes now", "• sim agora"),
        ("– yes – now", "– sim – agora"),
        ("Привет, мир", "Привет, мир"),
        ("ZK1 costs £5", "ZK1 custa £5"),
        ("it costs 5", "it custa 5"),
    ],
)
def test_it_stays_where_it_was(text, wanted):
    assert guarded(engine, known)(text) == wanted


def test_more_than_nine_stand_ins_are_told_apart():
    text = " now ".join(f"Ł{number}" for number in range(12))
    assert guarded(engine, known)(text) == text.replace("now", "agora")


def test_a_lost_stand_in_is_the_engines_own_translation_and_leaks_nothing():
    def forgetful(text):
        return engine(text.replace("ZK1", ""))

    assert guarded(forgetful, known)("It costs £20 now") == "It custa 20 agora"


@pytest.mark.parametrize("text", ["“a” ‘b’ it’s—so – 1–2…", "plain", "", "- a", "«»"])
def test_typography_that_comes_back_as_it_was_is_as_it_was(text):
    typography = Typography(text)
    assert typography.restored(typography.plain) == text


def test_single_quotation_marks_stay_single_though_the_engine_writes_double_ones():
    assert (
        Typography("He said ‘yes’ and left.").restored('Ele disse "sim" e saiu.') == "Ele disse ‘sim’ e saiu."
    )
    assert (
        Typography("The boys’ toys.").restored("Os brinquedos dos meninos.") == "Os brinquedos dos meninos."
    )
