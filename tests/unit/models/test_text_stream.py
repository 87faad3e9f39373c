"""Pieces of text are whole characters, and stop strings never show."""

import pytest

from components.models.engines.host import SEND_SECONDS, Gathered
from components.models.engines.text_stream import TextStream
from tests import tiny


def by_bytes(text: str) -> tuple[list[int], object]:
    """A tokenizer at its worst: one byte a token."""
    return list(text.encode()), lambda ids: bytes(ids).decode("utf-8", errors="replace")


def stream(text: str, stop: tuple[str, ...] = ()) -> list[str]:
    ids, decode = by_bytes(text)
    out, pieces = TextStream(decode, [], stop), []
    for token in ids:
        pieces.append(out.feed(token))
        if out.stopped:
            break
    pieces.append(out.flush())
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "café naïve",
        "你好，世界。",
        "😀",
        "👩‍👩‍👧‍👦 family",
        "🇵🇹🇧🇷 flags",
        "👍🏽 tone",
        "é combining",
        "a\n\nb\t c",
    ],
)
def test_no_piece_holds_half_a_character_or_half_an_emoji(text: str):
    import regex

    pieces = stream(text)
    assert "".join(pieces) == text
    assert all("�" not in piece for piece in pieces)
    clusters = set(regex.findall(r"\X", text))
    emoji = [c for c in clusters if len(c) > 1 and ord(c[0]) > 0x2000]
    for cluster in emoji:
        assert any(cluster in piece for piece in pieces), f"{cluster} was torn apart"


def test_text_arrives_as_it_is_made_not_at_the_end():
    assert len(stream("Hello there, how are you?")) > 10


def test_a_stop_string_ends_the_text_and_none_of_it_shows():
    assert "".join(stream("One. Two. END Three", ("END",))) == "One. Two. "


def test_what_only_looks_like_the_beginning_of_a_stop_string_is_shown():
    assert "".join(stream("EN route, ENDLESS", ("ENDING",))) == "EN route, ENDLESS"


def test_the_earliest_of_several_stop_strings_counts():
    assert "".join(stream("a\nUser: b ###", ("###", "\nUser:"))) == "a"


def test_half_a_character_at_the_end_is_dropped():
    ids, decode = by_bytes("ok 😀")
    out = TextStream(decode, [], ())
    text = "".join(out.feed(token) for token in ids[:-1]) + out.flush()
    assert text == "ok "


def test_bytes_that_are_no_character_do_not_hold_up_the_text():
    _, decode = by_bytes("")
    out = TextStream(decode, [], ())
    text = "".join(out.feed(token) for token in [0xFF] * 10 + list(b" and on")) + out.flush()
    assert text.endswith("and on")


def test_the_space_before_the_first_word_is_kept():
    tokenizer = tiny.make_tokenizer()
    prompt, rest = tokenizer("The quick")["input_ids"], tokenizer(" brown fox 😀👩‍👩‍👧 你好")["input_ids"]
    out = TextStream(tokenizer.decode, prompt, ())
    assert "".join(out.feed(token) for token in rest) + out.flush() == " brown fox 😀👩‍👩‍👧 你好"


def test_fast_text_comes_in_fewer_pieces_and_nothing_of_it_is_lost():
    now, heard = [0.0], list[tuple[str, object]]()
    pieces = Gathered(lambda kind, payload: heard.append((kind, payload)), lambda: now[0])
    for piece in "abcdefghij":
        pieces("text", piece)
        now[0] += SEND_SECONDS * 0.26
    assert heard == [("text", "a"), ("text", "bcde"), ("text", "fghi")]
    pieces("end", 10)
    assert heard[3:] == [("text", "j"), ("end", 10)]


def test_a_piece_comes_behind_the_number_of_tokens_that_the_answer_has_with_it():
    heard = list[tuple[str, object]]()
    pieces = Gathered(lambda kind, payload: heard.append((kind, payload)), lambda: 0.0)
    for number, piece in enumerate(("one", " two", " three"), 1):
        pieces("wrote", number)
        pieces("text", piece)
    pieces("end", 3)
    assert heard == [("wrote", 1), ("text", "one"), ("wrote", 3), ("text", " two three"), ("end", 3)]


def test_what_was_written_before_a_failure_is_kept():
    heard = list[tuple[str, object]]()
    pieces = Gathered(lambda kind, payload: heard.append((kind, payload)), lambda: 0.0)
    pieces("text", "first")
    pieces("text", " second")
    pieces.flush()
    assert heard == [("text", "first"), ("text", " second")]
