"""Texts that are questions and answers: lines with two labels in alternation, and Markdown under questions.

Knows lines and headings; not what the labels mean. A text that is read so could be plain text as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt

from components.messages import Said
from components.training.doctor.records import Opened

FEWEST = 4  # questions that make a text questions and answers
FEW_WORDS = 4  # of a question with its answer, on average; with fewer it is a list of values
ALTERNATE, COVERED = 0.7, 0.8  # share of labels after another one; of labelled lines by the two labels
# "Q: Why?", "**Question 3:** Why?", "A. So.", "问：为什么？"
_LABEL = re.compile(
    r"^\W{0,4}(?P<label>[^\W\d_][^:：\n*_(\[]{0,30}?)\s?\d{0,4}(?P<end>\s?[*_]{0,2}[:：][*_]{0,2}|[.)](?=\s))\s*(?P<said>.*)$"
)
_NUMBERED = re.compile(r"\s{0,3}\d{1,4}[.)]\s+(?P<said>\S[^\n]*[?？؟])\s*")
_BOLD = re.compile(r"\*\*[^*\n]+[?？؟]\*\*|__[^_\n]+[?？؟]__")
_RULE = re.compile(r"(?:^|\n)\s*(?:-{3,}|\*{3,}|_{3,})\s*\Z")  # between two questions, in Markdown
_MARKS = ("?", "？", "؟")

ASKED = Said("The text looks like questions and answers. If it is plain text, choose that.")


class _Head(NamedTuple):
    """A title, from 1 the level, from 0 the line that it is on and the one after it."""

    level: int
    line: int
    after: int
    title: str


def read(text: str) -> Opened | None:
    """The questions with their answers; None where the text has none."""
    return _by_labels(text) or _by_headings(text)


def _by_labels(text: str) -> Opened | None:
    """Two labels in alternation, whatever they are called: the record has them as its fields."""
    lines = text.split("\n")
    labelled = [(number, found) for number, line in enumerate(lines) if (found := _labelled(line))]
    counts = Counter(found["label"] for _, found in labelled)
    both = [label for label, count in counts.most_common(2) if count >= FEWEST]
    if len(both) < 2 or sum(counts[label] for label in both) < COVERED * len(labelled):
        return None
    marks = [(number, found) for number, found in labelled if found["label"] in both]
    order = [found["label"] for _, found in marks]
    apart = sum(one != other for one, other in pairwise(order))
    if apart < ALTERNATE * (len(order) - 1):
        return None
    first, second = order[0], next(label for label in both if label != order[0])
    opened = Opened("Dialogue", question=ASKED)
    for line, asked, said in _exchanges(lines, marks, first):
        opened.add(line, {first: asked, second: said})
    words = [len(f"{one.value[first]} {one.value[second]}".split()) for one in opened.records]
    spaced = any(" " in str(one.value[second]) for one in opened.records)
    enough = not spaced or sum(words) >= FEW_WORDS * len(words)
    return opened if len(opened.records) >= FEWEST and enough else None


def _labelled(line: str) -> re.Match[str] | None:
    """A line with a label; one that ends with a dot or a bracket has one letter."""
    found = _LABEL.match(line)
    return found if found and (len(found["label"]) == 1 or found["end"][:1] not in ".)") else None


def _exchanges(
    lines: Sequence[str], marks: Sequence[tuple[int, re.Match[str]]], first: str
) -> Iterator[tuple[int, str, str]]:
    """Line, question and answer; several of the same one in a row are one."""
    asked: list[str] = []
    said: list[str] = []
    line = 0
    ends = [number for number, _ in marks[1:]] + [len(lines)]
    for (number, found), end in zip(marks, ends, strict=True):
        begun = found["said"]
        if begun.count("**") % 2:  # the bold type ends that began before the label
            begun = begun.replace("**", "", 1).rstrip()
        whole = _RULE.sub("", "\n".join([begun, *lines[number + 1 : end]]).strip())
        if found["label"] != first:
            if asked:
                said.append(whole)
            continue
        if said:
            yield line, "\n".join(asked), "\n".join(said)
            asked, said = [], []
        line = line if asked else number + 1
        asked.append(whole)
    if asked:
        yield line, "\n".join(asked), "\n".join(said)


def _by_headings(text: str) -> Opened | None:
    """Headings of one level, bold or numbered lines, most of which are questions, with what is below them."""
    if sum(text.count(mark + end) for mark in _MARKS for end in ("\n", "\r", "**", "__", " #")) < FEWEST:
        return None
    lines = text.split("\n")
    opened = _under(list(_heads(text, lines)), lines)
    return opened or _under(list(_numbered(lines)), lines)


def _under(heads: Sequence[_Head], lines: Sequence[str]) -> Opened | None:
    """The questions of one level with what is below them; None where there are too few."""
    asking = Counter(one.level for one in heads if one.title.endswith(_MARKS))
    counts = Counter(one.level for one in heads)
    level = next((one for one, count in asking.most_common() if count * 2 > counts[one]), None)
    if level is None or asking[level] < FEWEST:
        return None
    opened = Opened("Markdown", question=ASKED)
    borders = [one for one in heads if one.level <= level]
    ends = [one.line for one in borders[1:]] + [len(lines)]
    for head, end in zip(borders, ends, strict=True):
        body = _RULE.sub("", "\n".join(lines[head.after : end]).strip())
        if head.level == level and (body or head.title.endswith(_MARKS)):
            opened.add(head.line + 1, {"question": head.title, "answer": body})
    return opened


def _heads(text: str, lines: Sequence[str]) -> Iterator[_Head]:
    """Headings, and lines that are one bold question, as level 7."""
    tokens = MarkdownIt().parse(text)
    for token, inner in pairwise(tokens):
        if token.type == "heading_open" and token.map:
            line, after = token.map
            yield _Head(int(token.tag[1:]), line, after, inner.content.strip("*_ "))
        elif token.type == "paragraph_open" and token.map:
            said = lines[token.map[0]].strip()
            if _BOLD.fullmatch(said):
                yield _Head(7, token.map[0], token.map[0] + 1, said.strip("*_ "))


def _numbered(lines: Sequence[str]) -> Iterator[_Head]:
    """Numbered lines that are questions, where something else follows on most of them: "3. Is it open?"."""
    said = [(number, line) for number, line in enumerate(lines) if line.strip()]
    found = [(number, _NUMBERED.fullmatch(line)) for number, line in said]
    alone = sum(bool(one and other) for (_, one), (_, other) in pairwise(found))
    if alone * 4 < sum(bool(one) for _, one in found):
        yield from (_Head(1, number, number + 1, one["said"]) for number, one in found if one)
