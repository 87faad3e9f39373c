"""What an engine's vocabulary has no piece for is kept out of its sight, and put back into its translation.

Knows one function that translates and one that tells which characters are known. Small models drop or replace
such characters in silence: "£20" became 20 euros, "Łódź" became Od, curly quotes went. So quotation marks and
dashes are given in their plain form and written back as they were; a word with another unknown character gets
a stand-in, which the engine copies like a name:

    He lives in Łódź – for “£20”.   ->   He lives in ZK1 - for "ZK2".   ->   Ele vive em Łódź – por “£20”.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.models.engines.typography import Typography

Translate = Callable[[str], str]
Knows = Callable[[str], bool]  # a character

_WORD = re.compile(r"\S+")
_EDGE = "\"'()[]{},.;:!?"  # what isn't part of a word at its ends
_OWNER = re.compile(r"'s?$")
_LEAD = re.compile(r"(?:[^\w\s\"'(\[{$]+\s+)+")  # a bullet, an arrow or a dash before the first word


def known_by(model: Path) -> Knows:
    """Whether a SentencePiece vocabulary has a character.

    Its normalisation makes an ordinary digit of a raised one and two of a fraction: these count as unknown.
    """
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_file=str(model))
    unknown, asked = processor.unk_id(), dict[str, bool]()

    def knows(character: str) -> bool:
        if character not in asked:
            digits = any(c.isdigit() for piece in processor.encode(character, out_type=str) for c in piece)
            changed = digits and not character.isdecimal()
            asked[character] = unknown not in processor.encode(character) and not changed
        return asked[character]

    return knows


@dataclass(frozen=True)
class _Masked:
    text: str
    kept: Sequence[tuple[str, str]]  # stand-in, what it stands for


def guarded(translate: Translate, knows: Knows) -> Translate:
    """The same, for any character."""

    def translated(text: str) -> str:
        if all(knows(c) or c.isspace() for c in text):
            return translate(text)
        lead = _lead(text, knows)
        typography = Typography(text[len(lead) :])
        masked = _mask(typography.plain, knows)
        if not any(c.isalpha() for c in _without(masked)):
            return text  # nothing in it that this engine can read
        made = translate(masked.text)
        if all(len(_found(stand_in, made)) == 1 for stand_in, _ in masked.kept):
            for stand_in, piece in reversed(masked.kept):
                made = made.replace(stand_in, piece)
        else:  # a stand-in was lost: better the engine's own, which the checks will look at
            made = translate(typography.plain)
        return lead + typography.restored(made.strip())

    return translated


def _lead(text: str, knows: Knows) -> str:
    found = _LEAD.match(text)
    return found[0] if found and not all(knows(c) or c.isspace() for c in found[0]) else ""


def _mask(text: str, knows: Knows) -> _Masked:
    """Runs of words that hold unknown characters, each with a stand-in."""
    spans: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if all(map(knows, word[0])):
            continue
        start = word.start() + len(word[0]) - len(word[0].lstrip(_EDGE))
        end = word.start() + len(word[0].rstrip(_EDGE))
        owner = _OWNER.search(text, start, end)
        end = owner.start() if owner else end
        if spans and not text[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    stem = next(stem for stem in ("ZK", "QX", "WZ", "QZX") if stem not in text or stem == "QZX")
    out, at, kept = "", 0, []
    for number, (start, end) in enumerate(spans, 1):
        kept.append((f"{stem}{number}", text[start:end]))
        out += text[at:start] + kept[-1][0]
        at = end
    return _Masked(out + text[at:], kept)


def _without(masked: _Masked) -> str:
    text = masked.text
    for stand_in, _ in reversed(masked.kept):
        text = text.replace(stand_in, "")
    return text


def _found(stand_in: str, text: str) -> list[str]:
    return re.findall(rf"{stand_in}(?!\d)", text)
