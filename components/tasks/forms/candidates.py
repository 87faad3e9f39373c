"""Everything in a document that has a name beside it, with its place: what a form's fields are chosen from.

Knows blocks and facts; no fields. Of the line "Invoice date: 31 May 2026 · Total $99" these are candidates:
the text after the colon under "Invoice date", the date under the words before it, the sum under "Total".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.documents import Document
from components.documents.document import Block
from components.tasks.facts.amounts import figures
from components.tasks.facts.dates import dates, in_figures

LONGEST_LABEL, LONGEST_VALUE = 60, 200  # characters
BEFORE = 48  # characters before a fact that may name it
NAMED = 4  # words that name the value behind them, where nothing else is in the line
_LABELLED = re.compile(r"(?P<label>[^\W\d_][^:：\n\t|·]{0,58}?)\s*[:：]\s*(?P<value>[^\n\t|·]+)")
_CURRENCY = re.compile(r"(?:[$€£¥]|\b(?:USD|EUR|GBP|CNY|RMB|CHF|JPY)\b)\s?$")
_ENDS = re.compile(r"(?<!\b[Nn][or])\.\s|[;!?。；！？]\s|[\n\t|·:：]")  # "order no. 7" goes on
_SHARE = re.compile(r" ?%")
CODE = re.compile(r"\b[A-Z]{0,6}[-/#]?\d[\w/.-]*\b|\b[A-Z]{2,}[-/]\w+")


@dataclass(frozen=True)
class Candidate:
    """A value with what is beside it."""

    label: str
    block: int
    start: int  # in the block's text
    end: int
    text: str
    firm: bool = True  # a label, a title or a cell; not merely words before it
    aside: str = ""  # of a table's cell, the other title: of its row
    apart: bool = False  # the name is above the value, and may be no name at all


def candidates(document: Document) -> list[Candidate]:
    """In the order of the document."""
    found: list[Candidate] = []
    for number, block in enumerate(document.blocks):
        found += _cells(number, block) if block.rows else _said(number, block)
    for number, (title, below) in enumerate(pairwise(document.blocks)):
        short = len(title.text) <= LONGEST_LABEL and "\n" not in title.text and len(title.text.split()) <= 6
        named = title.kind == "heading" or not _ends_sentence(title.text)
        alone = ":" not in title.text.rstrip(":：") and not below.rows and len(below.text) <= LONGEST_VALUE
        if short and named and alone and not _is_labelled(below.text):
            label, text = title.text.rstrip(":： "), below.text
            found.append(Candidate(label, number + 1, 0, len(text), text, False, apart=True))
    return found


def _is_labelled(text: str) -> bool:
    """Whether a text is what another name has beside it: below an empty "Customer:" is "Date: 3 May"."""
    return bool(_LABELLED.match(text)) or text.rstrip().endswith((":", "："))


def _ends_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", "。", "！", "？", ","))


def _said(number: int, block: Block) -> Iterator[Candidate]:
    """What has a label before it, and facts by the words before them."""
    text = block.text
    for match in _LABELLED.finditer(text):
        start, end = match.span("value")
        value = text[start:end].rstrip()
        yield Candidate(_label(match["label"]), number, start, start + len(value), value[:LONGEST_VALUE])
    for start, end in _facts(text):
        before = text[max(start - BEFORE, 0) : start]
        cut = [ended.end() for ended in _ENDS.finditer(before)]
        label = _label(_CURRENCY.sub("", before[cut[-1] if cut else 0 :].rstrip()))
        if label:
            yield Candidate(label, number, start, end, text[start:end], _alone(text, start, end))


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a value and a few words before it are all of a line: "Rechnung Nr. RE-88121"."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end:].split("\n", 1)[0]
    return not after.strip(" .") and not _has_digit(before) and 1 <= len(before.split()) <= NAMED


def _label(text: str) -> str:
    return " ".join(text.split()).strip(" -–—•*(,.")[-LONGEST_LABEL:]


def _facts(text: str) -> Iterator[tuple[int, int]]:
    """The places of dates, numbers and codes; a number inside of a date or a code isn't one by itself."""
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= first or start >= last for first, last in taken)

    for raw in [raw for raw, _ in dates(text)] + [raw for raw, _, _ in in_figures(text)]:
        spans = [match.span() for match in re.finditer(re.escape(raw), text)]
        taken += [span for span in spans if free(*span)]
    for one in figures(text):
        start = one.end - len(one.text)
        code = next((m for m in CODE.finditer(text) if m.start() <= start < m.end()), None)
        share = _SHARE.match(text, one.end)  # "20 %" is one thing
        letters = code and code.end() == one.end and text[start - 1 : start] in ("-", "/", "#")
        longer = code and (code.end() > one.end or (letters and code.start() < start))  # "RE-88121"
        span = code.span() if code and longer else (start, share.end() if share else one.end)
        if free(*span):
            taken.append(span)
    yield from sorted(taken)


def _cells(number: int, block: Block) -> Iterator[Candidate]:
    """Each cell of a table under its column's title and its row's; of two columns, beside its name."""
    rows, at = block.rows, 0
    width = len(rows[0])
    headed = width > 2 or block.headed
    only_titles = len(rows) > 1 and width > 2 and not any(map(_has_digit, rows[0])) and _below(rows)
    for index, row in enumerate(rows):
        line = "\t".join(cell.replace("\n", " ") for cell in row).rstrip("\t")
        start = at
        for column, cell in enumerate(row):
            end = start + len(cell)
            if index == 0 and only_titles:
                pass  # a title is no value of the title before it
            elif cell.strip() and column > 0 and end <= at + len(line):
                title = rows[0][column] if headed and index else ""
                if labels := _labels(row, column, title):
                    one, other = map(_label, labels)
                    yield Candidate(one, number, start, end, cell[:LONGEST_VALUE], True, other)
            elif cell.strip() and column == 0 and headed and index == 1 and len(rows) == 2:
                yield Candidate(_label(rows[0][0]), number, start, end, cell[:LONGEST_VALUE])
            start = end + 1
        at += len(line) + 1


def _labels(row: Sequence[str], column: int, title: str) -> tuple[str, str] | None:
    """What names a cell, and what else does; None where it is a name itself, or has none.

    Where no title is above it, or nothing at the row's beginning, the nearest words before it name it:

        Invoice number | PD-93 |  | Date | 30 March
                       |       |  | Total | 669
    """
    name = row[0].strip()
    before, after = ([one for one in cells if one.strip()] for cells in (row[:column], row[column + 1 :]))
    if not (name and title):
        names = [one for one in before if not _has_digit(one)]
        name = names[-1] if names else name
        behind_a_value = bool(before) and before[-1] != name and not _has_digit(row[column])
        if not name or (behind_a_value and after and _has_digit(after[0])):
            return None
    return (title, name) if title and after else (name, title)


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _below(rows: Sequence[Sequence[str]]) -> bool:
    """Whether there are figures below the first row."""
    return any(_has_digit(cell) for row in rows[1:] for cell in row)
