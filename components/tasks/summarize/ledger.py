"""The coverage ledger: each part of a document, where it is, and whether it was read.

Plain data and its messages; knows nothing about who reads. What it says is what happened: a summary of
half a document never looks like one of the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from annotated_types import Interval

from components.kept import Count, Formerly, Kept
from components.messages import Message, Said, clauses, counted

Last = Annotated[int, Interval(ge=-1, le=2**53)]
State = Literal["waiting", "read", "failed", "skipped"]
STATES: Mapping[State, Message] = {
    "waiting": Said("waiting"),
    "read": Said("read"),
    "failed": Said("failed"),
    "skipped": Said("skipped"),
}
STOPPED = Said("stopped before it was reached")
NAMED = 5  # missing parts that the headline names


@dataclass(frozen=True)
class Part(Kept):
    """A stretch of a document that is read at one go."""

    number: Count  # from 1
    file: Count  # which of the documents
    place: Message  # as a person finds it: "Results, pages 3–5"
    first: Count  # passages, the last one included
    last: Last  # the one before `first` of a part without any: a page that can't be read
    words: Count
    tokens: Count  # as the reading model counts them; 0 where no model reads
    pages: tuple[Count, ...] = ()
    state: State = "waiting"
    reader: Message = ""  # a model's title, or "word statistics"
    tries: Count = 0
    why: Message = ""  # of failed and skipped
    reached: bool = True  # false where the work was stopped before it came to this part

    @property
    def message(self) -> Message:
        """Where it is and what became of it."""
        state = STATES[self.state]
        if self.state == "skipped" and self.why and self.reached:
            state = Said("{state}, {why}", state=state, why=self.why)
        return Said("part {number} ({place}): {state}", number=self.number, place=self.place, state=state)

    def stage(self, parts: int) -> Message:
        """That it is being read, one of so many."""
        return Said(
            "Reading part {number} of {parts}: {place}", number=self.number, parts=parts, place=self.place
        )

    @property
    def unfinished(self) -> bool:
        """Whether reading again could bring more: a page without text stays one."""
        return self.state in ("waiting", "failed") or not self.reached

    def marked(self, state: State, why: Message = "", tries: int | None = None) -> "Part":
        return replace(self, state=state, why=why, tries=self.tries if tries is None else tries)


def _reached(plain: Any) -> Any:
    """In parts from before messages were data, only the reason tells which were never reached."""
    if not isinstance(plain, Mapping):
        return plain
    return {"place": "", "reached": plain.get("why", "") != str(STOPPED), **plain}


@dataclass(frozen=True)
class Ledger(Kept):
    """All parts of one document, or of several."""

    parts: tuple[Annotated[Part, Formerly(_reached)], ...]
    pages: Count | None = None  # of the document; None where it has none
    left_out: tuple[Message, ...] = ()  # what the parser could not turn into text, and why
    notes: tuple[Message, ...] = ()  # on how it was read: which pages from pictures, and how surely

    @property
    def share(self) -> float:
        """Of the words that were read, 0 to 1. A page without text counts like an average one."""
        weights = [part.words or self._likely(part) for part in self.parts]
        read = sum(part.words for part in self.parts if part.state == "read")
        return read / sum(weights) if any(weights) else 0.0

    def _likely(self, unread: Part) -> float:
        """Words that the pages of a part would have that nobody can read: as many as the file's others."""
        others = [part for part in self.parts if part.file == unread.file and part.words]
        pages = len({page for part in others for page in part.pages})
        return len(unread.pages) * sum(part.words for part in others) / pages if pages else 0.0

    @property
    def complete(self) -> bool:
        return bool(self.parts) and all(part.state == "read" for part in self.parts)

    @property
    def headline(self) -> Message:
        """One sentence: "Read 100% of 48 pages, in 3 parts.", or what is missing."""
        if not self.parts:
            return Said("Nothing was read.")
        words, number = sum(part.words for part in self.parts), len(self.parts)
        what = counted("{count:,} word", "{count:,} words", words)
        if self.pages:
            what = counted("{count:,} page", "{count:,} pages", self.pages)
        if self.complete:
            parts = counted("{count:,} part", "{count:,} parts", number)
            return Said("Read 100% of {what}, in {parts}.", what=what, parts=parts)
        missing = [part.message for part in self.parts if part.state != "read"]
        more = len(missing) - NAMED
        rest = counted("and {count} more", "and {count} more", more) if more > 0 else ""
        return counted(
            "Partial: read {share}% of {what}. {count} of {parts} parts is missing: {places}.",
            "Partial: read {share}% of {what}. {count} of {parts} parts are missing: {places}.",
            len(missing),
            share=min(int(self.share * 100), 99),  # rounded down: 99.9% is not all
            what=what,
            parts=number,
            places=clauses(*missing[:NAMED], rest),
        )

    def with_part(self, part: Part) -> "Ledger":
        return replace(self, parts=tuple(part if one.number == part.number else one for one in self.parts))

    def stopped(self) -> "Ledger":
        """What wasn't reached counts as skipped."""
        parts = (
            replace(part, state="skipped", why=STOPPED, reached=False) if part.state == "waiting" else part
            for part in self.parts
        )
        return replace(self, parts=tuple(parts))

    def to_json(self) -> dict[str, Any]:
        """With its headline and the share read, for programs that read a download."""
        return super().to_json() | {"headline": str(self.headline), "share_read": round(self.share, 4)}


def joined(ledgers: Sequence[Ledger]) -> Ledger:
    """One ledger over several documents, its parts numbered through."""
    parts: list[Part] = []
    for ledger in ledgers:
        parts += [replace(part, number=len(parts) + i) for i, part in enumerate(ledger.parts, 1)]
    pages = [ledger.pages for ledger in ledgers]
    whole = sum(page for page in pages if page) if all(pages) else None
    left_out, notes = (
        tuple(line for ledger in ledgers for line in getattr(ledger, name)) for name in ("left_out", "notes")
    )
    return Ledger(tuple(parts), whole, left_out, notes)
