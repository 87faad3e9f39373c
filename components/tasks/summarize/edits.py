"""A summary changed by hand: the new sentences are traced and checked like written ones, by their words.

Knows summaries and documents; needs no model, so that saving takes no time. What a person wrote is kept
as it is: nothing is cleaned up as a model's answer is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from components.documents import Document
from components.errors import BadInput
from components.messages import Message
from components.tasks.borders import borders
from components.tasks.summarize.ledger import Ledger
from components.tasks.summarize.maker import Maker
from components.tasks.summarize.part_reader import Read
from components.tasks.summarize.passages import passages
from components.tasks.summarize.shapes import ENDS
from components.tasks.summarize.summary import BULLETED, Line, Summary
from components.tasks.summarize.summary_settings import Settings
from components.tasks.summarize.writer import HEADINGS

_BULLET = re.compile(r"^[-*•–]\s+")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+)")


def edit(summary: Summary, text: str, documents: Sequence[Document]) -> Summary:
    """The summary with `text` instead of its lines. Unchanged sentences keep their origin and sources."""
    if not text.strip():
        raise BadInput("The summary is empty. Write something, or cancel the edit.")
    known = {_one_line(line.text): line for line in summary.lines}
    said = list(_said(summary, text, known))
    new = [(heading, sentence) for heading, sentence in said if sentence not in known]
    checked = iter(_checked(summary, new, documents))
    lines = [
        replace(known[sentence], heading=heading) if sentence in known else next(checked)
        for heading, sentence in said
    ]
    return summary.edited(lines)


def _checked(
    summary: Summary, new: Sequence[tuple[Message, str]], documents: Sequence[Document]
) -> list[Line]:
    """What a person wrote as lines, traced and checked."""
    if not new:
        return []
    found = [p for file in summary.files for p in passages(documents[file], file)]
    language = documents[summary.files[0]].language
    read = Read(tuple(found), None, Ledger(()), language, 0)
    maker = Maker(read, documents, Settings(shape=summary.shape), None)
    return [replace(line, origin="edited") for line in maker.checked(maker.written(new))]


def _said(summary: Summary, text: str, known: Mapping[str, Line]) -> Iterator[tuple[Message, str]]:
    """All that was written as (heading, sentence); in lists each row is one, as it is shown."""
    heading: Message = ""
    for row in filter(None, map(_one_line, text.splitlines())):
        if summary.shape not in BULLETED:
            yield from (("", one) for one in _sentences(row, known, summary.language or "en"))
        elif title := _title(row):
            heading = title
        else:
            yield heading, row if row in known else _BULLET.sub("", row)


def _title(row: str) -> Message:
    """The heading that a row is; empty if it is none."""
    marked = _HEADING.match(row)
    bare = marked["title"] if marked else row
    return HEADINGS.get(bare.rstrip(":").casefold(), bare if marked else "")


def _sentences(row: str, known: Mapping[str, Line], language: str) -> Iterator[str]:
    """The sentences of a row. One that was there before is found whole, wherever a splitter would cut it."""
    ends = borders(row, language)
    before = sorted(known, key=len, reverse=True)
    at = 0
    while at < len(row):
        there = (one for one in before if row.startswith(one, at) and _ends(row, at + len(one), ends, before))
        sentence = next(there, "") or row[at : ends[bisect_right(ends, at)]]
        yield sentence.strip()
        at += len(sentence)
        at += len(row) - at - len(row[at:].lstrip())


def _ends(row: str, at: int, borders: Sequence[int], known: Sequence[str]) -> bool:
    """Whether a sentence can end here: a border, a full stop, or where one begins that was there before."""
    rest = row[at:].lstrip()
    border = at in borders or len(row) - len(rest) in borders
    return border or (row[at - 1] in ENDS and row[at] == " ") or any(map(rest.startswith, known))


def _one_line(text: str) -> str:
    return " ".join(text.split())
