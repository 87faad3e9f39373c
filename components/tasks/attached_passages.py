"""Attached files that are too long for a model: the passages that fit and matter for the message, and which.

Knows texts and words; neither engines nor pages of the app. Passages stay in their order, and one that is
left out leaves "[…]".
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from components.documents.language_detection import detect_language
from components.messages import Message, counted, sentences
from components.retrieval.words import Bm25, tokens
from components.store import StoredMessage
from components.tasks.attachments import turns_of

SIZE = 120  # words of a passage, about
LEFT_OUT = "[…]"
_PARAGRAPH = re.compile(r"\n\s*\n")
_CUT = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n")


@dataclass(frozen=True)
class _Passage:
    message: int  # which of the path
    file: int  # which of its files
    start: int  # in the file's text
    text: str


@dataclass(frozen=True)
class Shortened:
    """A branch whose files have only these passages, and what a person is told of it."""

    path: Sequence[StoredMessage]
    note: Message
    used: int
    of: int


def shortened(
    path: Sequence[StoredMessage], fits: Callable[[Sequence[StoredMessage]], bool]
) -> Shortened | None:
    """As many of the passages that matter as `fits` takes; None where there is no file or not one fits."""
    found = [one for n, message in enumerate(path) for one in _passages(n, message)]
    if not found:
        return None
    order = _ranked(found, next((one.text for one in reversed(path) if one.role == "user"), ""))
    # More passages never fit where fewer don't: the most that do are found by bisection.
    most = (
        bisect_right(range(len(order) + 1), False, key=lambda n: not fits(_with(path, found, order[:n]))) - 1
    )
    if most < 1:
        return None
    return Shortened(_with(path, found, order[:most]), _told(path, found, order[:most]), most, len(found))


def _passages(number: int, message: StoredMessage) -> list[_Passage]:
    found = []
    for file, one in enumerate(message.attachments):
        text = one.get("text", "")
        for start, end in stretches(text):
            if text[start:end].strip():
                found.append(_Passage(number, file, start, text[start:end].strip()))
    return found


def stretches(text: str) -> list[tuple[int, int]]:
    """Where passages begin and end: paragraphs, long ones cut between sentences, short ones together."""
    ends = sorted({*(one.end() for one in _PARAGRAPH.finditer(text)), len(text)})
    pieces, start = [], 0
    for end in ends:
        cuts = [start]
        if len(text[start:end]) > SIZE * 8:
            for cut in (one.end() for one in _CUT.finditer(text, start, end)):
                if cut - cuts[-1] > SIZE * 5:
                    cuts.append(cut)
        pieces += list(zip(cuts, [*cuts[1:], end], strict=True))
        start = end
    joined: list[tuple[int, int]] = []
    for first, last in pieces:
        if joined and last - joined[-1][0] <= SIZE * 5:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def _ranked(found: Sequence[_Passage], question: str) -> list[int]:
    """The numbers of the passages: those with most of the question's words first, the others in order."""
    language = detect_language(found[0].text) or "en"
    texts = [tokens(one.text, language) for one in found]
    having = Counter(one for text in texts for one in set(text))
    score = Bm25(tokens(question, language), len(texts), having, sum(map(len, texts)) / len(texts))
    values = [score.of(text) for text in texts]
    return sorted(range(len(found)), key=lambda n: (-values[n], n))


def _with(
    path: Sequence[StoredMessage], found: Sequence[_Passage], chosen: Sequence[int]
) -> list[StoredMessage]:
    kept = sorted(chosen)
    made = list(path)
    for number, message in enumerate(path):
        if not message.attachments:
            continue
        files = []
        for file, one in enumerate(message.attachments):
            mine = [n for n in kept if (found[n].message, found[n].file) == (number, file)]
            pieces: list[str] = []
            for before, n in zip([None, *mine], mine, strict=False):
                if before is None or n != before + 1:
                    pieces.append(LEFT_OUT)
                pieces.append(found[n].text)
            files.append({**one, "text": "\n\n".join([*pieces, LEFT_OUT] if pieces else [LEFT_OUT])})
        made[number] = replace(message, attachments=files)
    return made


def _told(path: Sequence[StoredMessage], found: Sequence[_Passage], chosen: Sequence[int]) -> Message:
    """Which passages of which file: "6 of 112 passages of a.pdf, pages 3, 9, 10"."""
    said: list[Message] = []
    for number, message in enumerate(path):
        for file, one in enumerate(message.attachments):
            all_ = [n for n, passage in enumerate(found) if (passage.message, passage.file) == (number, file)]
            mine = sorted(set(all_) & set(chosen))
            if len(mine) == len(all_):
                continue
            pages = sorted({page for n in mine if (page := _page(one, found[n].start))})
            name = one.get("name", "")
            said.append(_said_of(name, len(mine), len(all_), pages))
    return sentences(*said)


def _said_of(name: str, used: int, of: int, pages: Sequence[int]) -> Message:
    if not pages:
        return counted(
            "{name} is too long to be read whole: {used:,} of its {count:,} passage was read.",
            "{name} is too long to be read whole: {used:,} of its {count:,} passages were read.",
            of,
            name=name,
            used=used,
        )
    return counted(
        "{name} is too long to be read whole: {used:,} of its {count:,} passage was read, pages {pages}.",
        "{name} is too long to be read whole: {used:,} of its {count:,} passages were read, pages {pages}.",
        of,
        name=name,
        used=used,
        pages=[str(page) for page in pages],
    )


def _page(file: Mapping[str, str], start: int) -> int:
    """The page that a place of a file's text is on; 0 where that isn't known."""
    starts, pages = turns_of(file)
    turn = bisect_right(starts, start)
    return pages[turn - 1] if turn else 0
