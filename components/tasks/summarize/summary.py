"""A finished summary as data: its lines with their sources and checks, and its coverage.

Plain data that goes into the database and out as a download; knows nothing about how it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from components.documents import count_words
from components.tasks.summarize.ledger import Ledger
from components.tasks.summarize.settings import Shape

Origin = Literal["quoted", "written", "edited"]
BULLETED: tuple[Shape, ...] = ("bullets", "key points")


@dataclass(frozen=True)
class Citation:
    """A passage that supports a line, and where it stands."""

    file: int
    block: int
    start: int  # in the block's text
    end: int
    name: str  # of the document
    place: str  # "page 3", "Results"
    text: str
    score: float


@dataclass(frozen=True)
class Line:
    """One sentence of a summary."""

    text: str
    origin: Origin
    heading: str = ""  # the list that it belongs to, in key points
    sources: tuple[Citation, ...] = ()
    supported: bool = True
    missing: tuple[str, ...] = ()  # numbers, dates and names that the document doesn't have
    original: str = ""  # what a translated line says in the document's language

    @property
    def words(self) -> int:
        return count_words(self.text)


@dataclass(frozen=True)
class Summary:
    """What was made of one document, or of several together."""

    name: str
    shape: Shape
    lines: tuple[Line, ...]
    ledger: Ledger
    target: int  # words asked for
    files: tuple[int, ...]  # which documents
    notes: tuple[str, ...] = ()  # what a person should know about how it was made
    stopped: bool = False
    refused: str = ""  # why there is no summary
    seconds: float = 0.0
    language: str = ""

    @property
    def words(self) -> int:
        return sum(line.words for line in self.lines)

    @property
    def partial(self) -> bool:
        return self.stopped or not self.ledger.complete

    @property
    def unfinished(self) -> bool:
        """Whether making it again could bring more."""
        return self.stopped or any(part.unfinished for part in self.ledger.parts)

    @property
    def unsupported(self) -> int:
        return sum(not line.supported for line in self.lines)

    @property
    def text(self) -> str:
        """The lines alone, as plain text."""
        return self._laid_out("## ")

    @property
    def markdown(self) -> str:
        """As Markdown. A line's own text isn't escaped: it is for a download."""
        return self._laid_out("### ")

    def _laid_out(self, mark: str) -> str:
        if self.shape not in BULLETED:
            return " ".join(line.text for line in self.lines)
        rows: list[str] = []
        heading = ""
        for line in self.lines:
            if line.heading != heading:
                heading = line.heading
                rows.append(f"\n{mark}{heading}\n")
            rows.append(f"- {line.text}")
        return "\n".join(rows).strip()

    def edited(self, lines: Sequence[Line]) -> "Summary":
        return replace(self, lines=tuple(lines))

    def to_json(self) -> dict[str, Any]:
        facts = {"words": self.words, "text": self.text, "partial": self.partial}
        return asdict(self) | {"ledger": self.ledger.to_json()} | facts

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Summary":
        given = {k: v for k, v in plain.items() if k not in ("words", "text", "partial")}
        given["ledger"] = Ledger.from_json(given["ledger"])
        given["lines"] = tuple(_line(line) for line in given["lines"])
        given["files"], given["notes"] = tuple(given["files"]), tuple(given["notes"])
        return cls(**given)


def _line(plain: Mapping[str, Any]) -> Line:
    sources = tuple(Citation(**source) for source in plain["sources"])
    return Line(**dict(plain) | {"sources": sources, "missing": tuple(plain["missing"])})
