"""What a check of an upload found, as data: the report that is kept and drawn, and the rows that can be used.

Knows neither files nor tokenizers. A report crosses from the confined process to the app as JSON, and is kept
so beside the upload.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from components.messages import Message, Said, from_json, to_json
from components.training.doctor.findings import Finding, quoted
from components.training.doctor.recognising import Shape
from components.training.rows import Row

Side = Literal["train", "valid"]
Stretch = tuple[Message, bool, bool]  # text, whether it is trained on, whether it is a control token


@dataclass(frozen=True)
class FileRead:
    """One file, sheet or list of an upload."""

    name: str
    format: str
    side: str  # train, valid, or out: neither
    rows: int  # good and bad
    file: str = ""  # as its rows name it; empty where the upload is one file
    sheet: str = ""


@dataclass(frozen=True)
class Lengths:
    """Tokens of the rows that can be used."""

    median: int
    p95: int
    longest: int
    total: int
    trained: int  # of the total
    bins: tuple[tuple[int, int], ...]  # tokens where each bin begins, and how many rows are in it
    width: int  # of a bin


@dataclass(frozen=True)
class Ends:
    """Whether rows end with the end token, so that the model learns to stop."""

    token: str
    ended: int = 0  # rows
    asked: int = 0  # rows that should end
    untrained: int = 0  # rows without any token that is trained on


@dataclass(frozen=True)
class Seen:
    """A row as a model will see it."""

    line: int
    tokens: int
    trained: int
    ends: bool
    continued: bool
    cut: bool
    stretches: tuple[Stretch, ...]

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"stretches": [[to_json(text), *marks] for text, *marks in self.stretches]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Seen":
        stretches = tuple((from_json(text), on, control) for text, on, control in plain["stretches"])
        return cls(**{**plain, "stretches": stretches})


@dataclass(frozen=True)
class Usable:
    """A row that can be trained on, with what may be wrong with it nevertheless."""

    row: Row
    side: Side
    tokens: int
    begins: int = 0  # tokens before the first that is trained on
    wrong: tuple[str, ...] = ()  # kinds of findings

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"wrong": list(self.wrong)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Usable":
        return cls(**{**plain, "wrong": tuple(plain["wrong"])})


@dataclass(frozen=True)
class Mark:
    """A field that may say which rows are to be trained on, with its values and their numbers of rows."""

    field: str
    values: tuple[tuple[str, int], ...]  # none: there are too many

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Mark":
        return cls(plain["field"], tuple((value, count) for value, count in plain["values"]))

    @property
    def question(self) -> Message:
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
class Report:
    """What is in an upload and what is wrong with it, for one base model."""

    total: int  # rows, good and bad
    kind: str = ""  # of the rows: chat, text or pair; empty: none can be used
    purpose: str = ""  # of pairs: translation or summary
    shape: Shape | None = None
    fields: tuple[str, ...] = ()  # that a person can choose from
    flat: bool = False  # whether its rows fit into a table
    table: bool = False  # whether its fields are columns with titles
    files: tuple[FileRead, ...] = ()
    repaired: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    languages: tuple[tuple[str, float], ...] = ()  # with their shares, the most frequent first
    target_language: str = ""  # of translation pairs
    lengths: Lengths | None = None
    ends: Ends = field(default_factory=lambda: Ends(""))
    preview: tuple[Seen, ...] = ()
    findings: tuple[Finding, ...] = ()
    model: str = ""  # title of the base model
    context: int = 0  # tokens that it reads
    asked: tuple[Message, ...] = ()  # why the person has to look at the fields, beside their names
    marks: tuple[Mark, ...] = ()  # fields that may say which rows are good
    divided: bool = False  # whether rows say themselves that they are held out
    people: tuple[tuple[str, int], ...] = ()  # whose turns there are, where one of them is the assistant

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {
            "shape": self.shape.to_json() if self.shape else None,
            "files": [vars(one) for one in self.files],
            "repaired": list(map(to_json, self.repaired)),
            "notes": list(map(to_json, self.notes)),
            "lengths": vars(self.lengths) if self.lengths else None,
            "ends": vars(self.ends),
            "preview": [one.to_json() for one in self.preview],
            "findings": [one.to_json() for one in self.findings],
            "asked": list(map(to_json, self.asked)),
            "marks": [vars(one) for one in self.marks],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Report":
        """Also of a report that an earlier version kept. Raises KeyError or TypeError for anything else."""
        given = {one.name: plain[one.name] for one in fields(cls) if one.name in plain}
        lengths, ends = plain.get("lengths"), plain["ends"]
        return cls(
            **given
            | {
                "shape": Shape.from_json(plain["shape"]) if plain.get("shape") else None,
                "fields": tuple(plain["fields"]),
                "files": tuple(FileRead(**one) for one in plain["files"]),
                "repaired": tuple(map(from_json, plain["repaired"])),
                "notes": tuple(map(from_json, plain["notes"])),
                "languages": tuple((code, share) for code, share in plain["languages"]),
                "lengths": Lengths(**lengths | {"bins": _pairs(lengths["bins"])}) if lengths else None,
                "ends": Ends(
                    ends["token"],
                    ends["with"] if "with" in ends else ends["ended"],
                    ends["of"] if "of" in ends else ends["asked"],
                    ends["untrained"],
                ),
                "preview": tuple(map(Seen.from_json, plain["preview"])),
                "findings": tuple(map(Finding.from_json, plain["findings"])),
                "asked": tuple(map(from_json, plain.get("asked", ()))),
                "marks": tuple(map(Mark.from_json, plain.get("marks", ()))),
                "people": _people(plain.get("people", ())),
            }
        )


@dataclass(frozen=True)
class Diagnosis:
    """A whole check: the report, and the rows that can be used."""

    report: Report
    rows: tuple[Usable, ...]

    def to_json(self) -> dict[str, Any]:
        return {"report": self.report.to_json(), "rows": [one.to_json() for one in self.rows]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Diagnosis":
        return cls(Report.from_json(plain["report"]), tuple(map(Usable.from_json, plain["rows"])))


def _people(plain: Any) -> tuple[tuple[str, int], ...]:
    return tuple((name, count) for name, count in plain)


def _pairs(plain: Any) -> tuple[tuple[int, int], ...]:
    return tuple((first, second) for first, second in plain)
