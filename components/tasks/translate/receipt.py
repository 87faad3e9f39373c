"""What became of a document: its segments counted and the marked ones listed, to be kept, drawn and exported.

Knows neither the database nor pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from components.columns import mapping
from components.kept import Count, Kept
from components.messages import Message, Said
from components.tasks.translate.outcome import Outcome

LISTED = 500  # marked segments that a receipt lists
_KEYS = {"remembered": "from memory"}  # fields that have another name where they are kept
CHECKED = Said(
    "Checked for numbers, signs, placeholders, length, the names of larger towns and common given names in "
    "Latin letters; meaning is not checked, nor are other names."
)
LEFT = Said("The source was left in its place.")


@dataclass(frozen=True)
class Segments(Kept):
    """How many sentences came out how."""

    segments: Count = 0
    translated: Count = 0
    retried: Count = 0
    flagged: Count = 0
    skipped: Count = 0
    same: Count = 0
    remembered: Count = 0
    repeated: Count = 0

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Segments":
        return cls(
            len(outcomes),
            sum(one.translated for one in outcomes),
            sum(one.retried for one in outcomes),
            sum(one.flagged for one in outcomes),
            sum(one.skipped for one in outcomes),
            sum(one.same for one in outcomes),
            sum(one.remembered for one in outcomes),
            len(outcomes) - len({one.source for one in outcomes}),
        )


@dataclass(frozen=True)
class Marked(Kept):
    """A sentence that has findings, and where it is."""

    place: Message
    source: str
    target: str
    findings: tuple[Message, ...]

    @classmethod
    def of(cls, outcome: Outcome, place: Message) -> "Marked":
        left = () if outcome.target.strip() else (LEFT,)
        findings = (*(finding.text for finding in outcome.findings), *left)
        return cls(place, outcome.source, outcome.target, findings)


@dataclass(frozen=True)
class Receipt(Kept):
    """The whole of it. `before` and `after` are what is counted in the source and in the translated file."""

    output: str  # the name of the translated file
    format: str
    segments: Segments
    marked: tuple[Marked, ...]
    before: Mapping[str, Count]
    after: Mapping[str, Count]
    notes: tuple[Message, ...]
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        counts = {_KEYS.get(name, name): count for name, count in asdict(self.segments).items()}
        return counts | {name: one for name, one in super().to_json().items() if name != "segments"}

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """The counts are kept beside the rest; an older one lacks some."""
        given = mapping(body)
        counts = {name: given[key] for name in asdict(Segments()) if (key := _KEYS.get(name, name)) in given}
        return super().from_json({"format": "", **given, "segments": counts})

    @property
    def unlisted(self) -> Message:
        """That not all marked segments are listed, where that is so."""
        count, listed = self.segments.flagged, len(self.marked)
        if count <= listed:
            return ""
        return Said("The first {listed:,} of {count:,} are listed.", listed=listed, count=count)

    @property
    def compared(self) -> list[tuple[str, int, int]]:
        """What was counted: its name, how often in the source, how often in the translated file."""
        names = sorted({*self.before, *self.after})
        return [(name, self.before.get(name, 0), self.after.get(name, 0)) for name in names]


def exported(receipt: Receipt, name: str) -> str:
    """The receipt of the document `name` as a Markdown file, in English."""
    lines = [f"# Translation of {name}", ""]
    counts = asdict(receipt.segments)
    lines += [f"- {_KEYS.get(key, key).capitalize()}: {count}" for key, count in counts.items()]
    lines += [
        "",
        str(CHECKED),
        "",
        "| What | Source | Translated | Difference |",
        "| --- | --- | --- | --- |",
    ]
    for what, before, after in receipt.compared:
        lines.append(f"| {what} | {before} | {after} | {difference(before, after) or 'equal'} |")
    lines += ["", *map(str, receipt.notes)]
    if receipt.marked:
        lines += ["", "## Marked segments", "", *([f"{receipt.unlisted}", ""] if receipt.unlisted else [])]
    for one in receipt.marked:
        lines += [
            f"- {one.place}: {' '.join(map(str, one.findings))}",
            f"  - {one.source}",
            f"  - {one.target}",
        ]
    return "\n".join(lines) + "\n"


def difference(before: int, after: int) -> str:
    """As a number with its sign; empty where there is none."""
    return "" if before == after else f"{after - before:+d}"
