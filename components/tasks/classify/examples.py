"""Texts with their labels: from a table that somebody uploads, through the doctor's readers, or from rows.

Knows columns and labels; the file itself is read in a process of its own (`examples_program`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from components.documents import confined
from components.documents.limits import Limits
from components.documents.tables.missing import is_error
from components.errors import BadInput
from components.kept import Kept, read
from components.messages import Message, Said, counted, from_json
from components.tasks.classify.labels import LONGEST, Label, checked
from components.tasks.classify.marks import Marked, MarkedTexts, checked_marks

WORKER = ("-m", "components.tasks.classify.examples_program")
MOST = 20_000  # rows that are learned from at once
# Titles of columns by which they are known
TEXTS = (
    "text",
    "sentence",
    "message",
    "question",
    "review",
    "comment",
    "content",
    "query",
    "文本",
    "内容",
    "句子",
)
LABELS = (
    "label",
    "labels",
    "class",
    "category",
    "intent",
    "sentiment",
    "topic",
    "tag",
    "标签",
    "类别",
    "情感",
)
SEVERAL = ";|,"  # what separates labels in one cell


@dataclass(frozen=True)
class Example(Kept):
    """One text and its labels; without any, it is one to label."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table(Kept):
    """An upload as rows of text, with the line of each in the file."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    notes: tuple[Said, ...] = ()  # what was repaired or could not be read

    def column(self, name: str) -> list[str]:
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True)
class Examples:
    """What can be learned from."""

    rows: tuple[Example, ...]  # with labels
    open: tuple[str, ...] = ()  # texts without one
    notes: tuple[Message, ...] = ()
    several: bool = False

    @property
    def labels(self) -> tuple[Label, ...]:
        """In the order in which they occur first."""
        return tuple(map(Label, dict.fromkeys(label for row in self.rows for label in row.labels)))


def read_examples(
    data: bytes, name: str, limits: Limits, cancelled: Callable[[], bool] = lambda: False
) -> Table | MarkedTexts:
    """The rows of an upload, or its texts with the marks in them. Raises a kind of
    `components.documents.errors`, BadInput or Cancelled.
    """
    answer = confined.ask(WORKER, {"name": confined.shown_name(name)}, data, limits, cancelled)
    if marks := answer.get("marks"):
        notes = tuple(map(from_json, answer["notes"]))
        return checked_marks(MarkedTexts(marks["name"], read(tuple[Marked, ...], marks["rows"]), notes))
    table = read(Table, answer.get("table"))
    if len(table.columns) < 2 or not table.rows:
        raise BadInput(
            "“{name}” has no two columns to learn from. Upload a table with a column of texts and a column "
            "of labels.",
            name=table.name,
        )
    return table


def guessed(table: Table) -> tuple[str, str]:
    """The columns of texts and of labels, by their titles, and else by what is in them: labels are repeated,
    texts are long.
    """
    titled = {title.strip().casefold(): title for title in table.columns}
    label = next((titled[one] for one in LABELS if one in titled), "")
    text = next((titled[one] for one in TEXTS if one in titled and titled[one] != label), "")
    rest = [one for one in table.columns if one not in (label, text)]
    if not label:
        label = min(rest, key=lambda one: (len(set(table.column(one))), sum(map(len, table.column(one)))))
        rest.remove(label)
    if not text:
        text = max(rest, key=lambda one: sum(map(len, table.column(one))))
    return text, label


def from_table(table: Table, text: str, label: str, several: bool = False) -> Examples:
    """The examples in two columns. A row without a text, or a repeated one, is left out and said; a row
    without a label is one to label. A spreadsheet's error is neither text nor label. Raises BadInput where
    nothing can be learned.
    """
    rows, unlabelled, notes = [], [], list[Message](table.notes)
    empty = twice = 0
    seen: dict[str, tuple[str, ...]] = {}
    differ: list[int] = []
    for line, words, cell in zip(table.lines, table.column(text), table.column(label), strict=True):
        labels = () if is_error(cell) else split(cell, several)
        if not words.strip() or is_error(words):
            empty += 1
        elif not labels:
            unlabelled.append(words)
        elif words in seen:
            twice += 1
            if seen[words] != labels:
                differ.append(line)
        else:
            seen[words] = labels
            rows.append(Example(words, labels))
    notes += _left_out(empty, twice, differ)
    return checked_examples(Examples(tuple(rows), tuple(unlabelled), tuple(notes), several))


def split(cell: str, several: bool) -> tuple[str, ...]:
    """The labels in a cell."""
    parts = [cell]
    if several:
        for sign in SEVERAL:
            parts = [one for part in parts for one in part.split(sign)]
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def _left_out(empty: int, twice: int, differ: Sequence[int]) -> list[Message]:
    notes: list[Message] = []
    if empty:
        notes.append(
            counted(
                "{count} row without a text was left out.",
                "{count:,} rows without a text were left out.",
                empty,
            )
        )
    if twice:
        notes.append(
            counted(
                "{count} row with a text that is there already was left out.",
                "{count:,} rows with a text that is there already were left out.",
                twice,
            )
        )
    if differ:
        notes.append(
            Said(
                "The same text has another label in line {lines}; the first one was used.",
                lines=[str(line) for line in differ],
            )
        )
    return notes


def checked_examples(examples: Examples) -> Examples:
    """The same examples. Raises BadInput where there are too few, too many, or a column isn't one of
    labels.
    """
    counts = Counter(label for row in examples.rows for label in row.labels)
    if len(examples.rows) > MOST:
        raise BadInput(
            "These are more examples than are learned from at once ({most:,}). Take a part of them: a few "
            "hundred for each label are plenty.",
            most=MOST,
        )
    if long := next((one for one in counts if len(one) > LONGEST), ""):
        raise BadInput(
            "“{label}…” has {length:,} characters, which is a text and no label. Choose another column under "
            "Label column.",
            label=long[:40],
            length=len(long),
        )
    if len(counts) > 20 and len(counts) > 0.8 * len(examples.rows):
        raise BadInput("Nearly every row has a label of its own. Choose another column under Label column.")
    checked(examples.labels)
    return examples


def from_rows(rows: Sequence[Mapping[str, str]], several: bool = False) -> Examples:
    """Examples that were typed: rows with "text" and "label". Raises BadInput for too few."""
    kept = [Example(row["text"], split(row["label"], several)) for row in rows]
    return checked_examples(Examples(tuple(dict.fromkeys(kept)), several=several))
