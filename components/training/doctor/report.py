"""What a check of an upload found, as data: the report that is kept and drawn, and the rows that can be used.

Knows neither files nor tokenizers. A report crosses from the confined process to the app as JSON, and is kept
so beside the upload.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from components.kept import Formerly, Kept
from components.messages import Message, Said
from components.training.doctor.findings import Finding, quoted
from components.training.doctor.shape import Shape
from components.training.rows import Row

Side = Literal["train", "valid"]
Stretch = tuple[Message, bool, bool]  # text, whether it is trained on, whether it is a control token


@dataclass(frozen=True)
class FileRead(Kept):
    """One file, sheet or list of an upload."""

    name: str
    format: str
    side: str  # train, valid, or out: neither
    rows: int  # good and bad
    file: str = ""  # as its rows name it; empty where the upload is one file
    sheet: str = ""


@dataclass(frozen=True)
class Lengths(Kept):
    """Tokens of the rows that can be used."""

    median: int
    p95: int
    longest: int
    total: int
    trained: int  # of the total
    bins: tuple[tuple[int, int], ...]  # tokens where each bin begins, and how many rows are in it
    width: int  # of a bin


@dataclass(frozen=True)
class Ends(Kept):
    """Whether rows end with the end token, so that the model learns to stop."""

    token: str
    ended: int = 0  # rows
    asked: int = 0  # rows that should end
    untrained: int = 0  # rows without any token that is trained on


def _renamed(plain: Any) -> Any:
    """An earlier version called the two numbers otherwise."""
    if not isinstance(plain, Mapping):
        return plain
    return {"ended": plain.get("with", 0), "asked": plain.get("of", 0), **plain}


@dataclass(frozen=True)
class Seen(Kept):
    """A row as a model will see it."""

    line: int
    tokens: int
    trained: int
    ends: bool
    continued: bool
    cut: bool
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Usable(Kept):
    """A row that can be trained on, with what may be wrong with it nevertheless."""

    row: Row
    side: Side
    tokens: int
    begins: int = 0  # tokens before the first that is trained on
    wrong: tuple[str, ...] = ()  # kinds of findings

    def to_json(self) -> dict[str, Any]:
        """As of any `Kept`, without a look into the row, which came from JSON: there may be very many."""
        return {
            "row": self.row,
            "side": self.side,
            "tokens": self.tokens,
            "begins": self.begins,
            "wrong": [*self.wrong],
        }


@dataclass(frozen=True)
class Mark(Kept):
    """A field that may say which rows are to be trained on, with its values and their numbers of rows."""

    field: str
    values: tuple[tuple[str, int], ...]  # none: there are too many
    of_turns: bool = False  # it is in the turns of a conversation, and says which answers are trained on

    @property
    def question(self) -> Message:
        if self.of_turns:
            return Said(
                "The field {name} of turns may say which answers are trained on. Choose the values of those.",
                name=quoted(self.field.rpartition(".")[2]),
            )
        if not self.values:
            return Said(
                "The field {name} may rate the rows, and it isn't used: rows of every value are trained on.",
                name=quoted(self.field),
            )
        return Said(
            "The field {name} may say which rows are good. Choose which ones are trained on.",
            name=quoted(self.field),
        )


@dataclass(frozen=True)
class Report(Kept):
    """What is in an upload and what is wrong with it, for one base model."""

    total: int  # rows, good and bad
    kind: str = ""  # of the rows: chat, text or pair; empty: none can be used
    purpose: str = ""  # of pairs: translation or summary
    shape: Shape | None = None
    fields: tuple[str, ...] = ()  # that a person can choose from
    flat: bool = False  # whether its rows fit into a table
    table: bool = False  # whether its fields are columns
    titled: bool = True  # whether these have titles
    files: tuple[FileRead, ...] = ()
    repaired: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    languages: tuple[tuple[str, float], ...] = ()  # with their shares, the most frequent first
    target_language: str = ""  # of translation pairs
    lengths: Lengths | None = None
    ends: Annotated[Ends, Formerly(_renamed)] = field(default_factory=lambda: Ends(""))
    preview: tuple[Seen, ...] = ()
    findings: tuple[Finding, ...] = ()
    model: str = ""  # title of the base model
    context: int = 0  # tokens that it reads
    asked: tuple[Message, ...] = ()  # why the person has to look at the fields, beside their names
    marks: tuple[Mark, ...] = ()  # fields that may say which rows are good
    divided: bool = False  # whether rows say themselves that they are held out
    placeholders: tuple[tuple[str, int], ...] = ()  # with their numbers of rows, the most frequent first
    people: tuple[tuple[str, int], ...] = ()  # whose turns there are, where one of them is the assistant


@dataclass(frozen=True)
class Diagnosis(Kept):
    """A whole check: the report, and the rows that can be used."""

    report: Report
    rows: tuple[Usable, ...]
