"""A finished summary as data: its lines with their sources and checks, and its coverage.

Plain data that goes into the database and out as a download; knows nothing about how it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from components.documents import Document, Place, count_words
from components.documents.place import from_label
from components.kept import Count, Formerly, Kept
from components.messages import Message, Said
from components.tasks.summarize.ledger import Ledger
from components.tasks.summarize.summary_settings import Shape

Origin = Literal["quoted", "written", "edited"]
BULLETED: tuple[Shape, ...] = ("bullets", "key points")
KEY, DECISIONS, ACTIONS = Said("Key points"), Said("Decisions"), Said("Actions")  # lists of key points
OVERALL = Said("All documents together")
PASTED = Said("Pasted text")


@dataclass(frozen=True)
class Citation(Kept):
    """A passage that supports a line, and its place."""

    file: Count
    block: Count
    start: Count  # in the block's text
    end: Count
    name: Message  # of the document
    place: Annotated[Place, Formerly(from_label)]
    text: str
    score: float

    @property
    def where(self) -> Message:
        """In which document, and where in it."""
        place = (self.place or Place(paragraph=self.block + 1)).label
        return Said("{document}, {place}", document=self.name, place=place)


@dataclass(frozen=True)
class Line(Kept):
    """One sentence of a summary."""

    text: str
    origin: Origin
    heading: Message = ""  # the list that it belongs to, in key points
    sources: tuple[Citation, ...] = ()
    supported: bool = True
    missing: tuple[Message, ...] = ()  # numbers, dates and names that the document doesn't have
    original: str = ""  # what a translated line says in the document's language
    # Whether it says what one passage says, in its words; of a written line nothing else is sure of it.
    faithful: bool = True

    @property
    def words(self) -> int:
        return count_words(self.text)


def _checked(plain: Any) -> Any:
    """In lines from before they were checked, quotes alone are sure."""
    return {"faithful": plain.get("origin") == "quoted", **plain} if isinstance(plain, Mapping) else plain


@dataclass(frozen=True)
class Summary(Kept):
    """What was made of one document, or of several together."""

    name: Message
    shape: Shape
    lines: tuple[Annotated[Line, Formerly(_checked)], ...]  # older ones weren't checked
    ledger: Ledger
    target: Count  # words asked for
    files: tuple[Count, ...]  # which documents
    notes: tuple[Message, ...] = ()  # what a person should know about how it was made
    stopped: bool = False
    refused: Message = ""  # why there is no summary
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
    def unchecked(self) -> int:
        """Sentences in other words than the document's, translations aside: what they change isn't told."""
        return sum(not line.faithful and not line.original for line in self.lines)

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
        heading: Message = ""
        for line in self.lines:
            if line.heading != heading:
                heading = line.heading
                rows.append(f"\n{mark}{heading}\n")
            rows.append(f"- {line.text}")
        return "\n".join(rows).strip()

    def edited(self, lines: Sequence[Line]) -> "Summary":
        return replace(self, lines=tuple(lines))

    def to_json(self) -> dict[str, Any]:
        """With what a program that reads a download would have to count itself."""
        return super().to_json() | {"words": self.words, "text": self.text, "partial": self.partial}


def name_of(document: Document) -> Message:
    """What a document is called: its file's name, and without a file what we call it."""
    return document.name or PASTED
