"""Rows to learn translating from, made of a document and its translation: sentence beside sentence.

Knows documents and vectors of meaning; not how a model is trained.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from components.documents.document import Block, Document
from components.errors import BadInput
from components.messages import Message, Said
from components.tasks.aligning import align
from components.tasks.borders import borders
from components.tasks.quiz import LONGEST, Candidate, personal_data

Embed = Callable[[Sequence[str]], Any]  # texts to vectors of length 1, a row each
UNLIKE = 0.35  # cosine below which two sentences hardly say the same
_FIGURES = re.compile(r"\d+")


def pairs(one: Document, other: Document, embed: Embed | None = None) -> list[Candidate]:
    """Raises BadInput for two documents in one language, or in one that can't be told."""
    languages = (one.language, other.language)
    if not all(languages) or languages[0] == languages[1]:
        raise BadInput(
            "{one} and {other} aren't in two languages. Upload a document and its translation.",
            one=one.name,
            other=other.name,
        )
    blocks, others = (_blocks(document) for document in (one, other))
    found: dict[tuple[str, str], Candidate] = {}
    for mine, theirs in _aligned([b.text for b in blocks], [b.text for b in others], embed):
        if not mine or not theirs:
            continue
        left, right = _joined(blocks, mine), _joined(others, theirs)
        place = blocks[mine[0]].place.label
        for candidate in _of_passages(left, right, languages, embed):
            made = replace(candidate, document=one.name, place=place)
            found.setdefault((made.question, made.answer), made)
    return list(found.values())


def _blocks(document: Document) -> list[Block]:
    return [block for block in document.blocks if block.kind not in ("table", "code") and block.text.strip()]


def _joined(blocks: Sequence[Block], numbers: Sequence[int]) -> str:
    return "\n".join(blocks[number].text for number in numbers)


def _of_passages(left: str, right: str, languages: tuple[str, str], embed: Embed | None) -> list[Candidate]:
    """Sentence by sentence; where that leaves something over, the passages as a whole."""
    sides = _sentences(left, languages[0]), _sentences(right, languages[1])
    groups = _aligned(*sides, embed)
    if any(not mine or not theirs for mine, theirs in groups) and len(left) <= LONGEST:
        texts = [(left, right)]
    else:
        texts = [
            (" ".join(sides[0][n] for n in mine), " ".join(sides[1][n] for n in theirs))
            for mine, theirs in groups
            if mine and theirs
        ]
    alike = _likeness([one for one, _ in texts], [two for _, two in texts], embed)
    found = []
    for number, (source, target) in enumerate(texts):
        near = None if alike is None else float(alike[number, number])
        candidate = Candidate("pair", source, target, f"{left}\n{right}", "", "", languages=languages)
        found.append(replace(candidate, wrong=wrong(candidate, near)))
    return found


def wrong(pair: Candidate, likeness: float | None = None) -> tuple[Message, ...]:
    """What a person should look at in a pair."""
    source, target = pair.question.strip(), pair.answer.strip()
    found: list[Message] = []
    if personal := personal_data(f"{source}\n{target}", pair.languages):
        found.append(Said("personal data: {what}", what=", ".join(personal[:3])))
    if source.casefold() == target.casefold():
        found.append(Said("both sides say the same"))
    if Counter(_FIGURES.findall(source)) != Counter(_FIGURES.findall(target)):
        found.append(Said("the figures differ"))
    if likeness is not None and likeness < UNLIKE:
        found.append(Said("the two may not mean the same"))
    return tuple(found)


def _aligned(one: Sequence[str], other: Sequence[str], embed: Embed | None) -> Any:
    if len(one) == len(other) == 1:
        return [((0,), (0,))]
    return align(one, other, _likeness(one, other, embed))


def _likeness(one: Sequence[str], other: Sequence[str], embed: Embed | None) -> Any:
    if embed is None or not one or not other:
        return None
    both = np.asarray(embed([*one, *other]))
    return both[: len(one)] @ both[len(one) :].T


def _sentences(text: str, language: str) -> list[str]:
    ends = [0, *borders(text, language), len(text)]
    pieces = [text[start:end].strip() for start, end in pairwise(ends)]
    return [piece for piece in pieces if piece]
