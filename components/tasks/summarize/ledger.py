"""The coverage ledger: each part of a document, where it is, and whether it was read.

Plain data and its sentences; knows nothing about who reads. What it says is what happened: a summary of
half a document never looks like one of the whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from gettext import NullTranslations
from typing import Any, Literal

from components.messages import N_

State = Literal["waiting", "read", "failed", "skipped"]
STATES: Mapping[State, str] = {
    "waiting": N_("waiting"),
    "read": N_("read"),
    "failed": N_("failed"),
    "skipped": N_("skipped"),
}
ENGLISH = NullTranslations()
STOPPED = N_("stopped before it was reached")
NAMED = 5  # missing parts that the headline names


@dataclass(frozen=True)
class Part:
    """A stretch of a document that is read at one go."""

    number: int  # from 1
    file: int  # which of the documents
    place: str  # as a person finds it: "Results, pages 3–5"
    first: int  # passages, the last one included
    last: int
    words: int
    tokens: int  # as the reading model counts them; 0 where no model reads
    pages: tuple[int, ...] = ()
    state: State = "waiting"
    reader: str = ""  # who read it: a model's title, or "word statistics"
    tries: int = 0
    why: str = ""  # of failed and skipped

    def told(self, _: Callable[[str], str]) -> str:
        """Where it is and what became of it."""
        state = _(STATES[self.state])
        if self.state == "skipped" and self.why not in ("", STOPPED, _(STOPPED)):
            state = _("{state}, {why}").format(state=state, why=self.why)
        return _("part {number} ({place}): {state}").format(number=self.number, place=self.place, state=state)

    @property
    def unfinished(self) -> bool:
        """Whether reading again could bring more: a page without text stays one."""
        return self.state in ("waiting", "failed") or self.why == STOPPED

    def marked(self, state: State, why: str = "", tries: int | None = None) -> "Part":
        return replace(self, state=state, why=why, tries=self.tries if tries is None else tries)


@dataclass(frozen=True)
class Ledger:
    """All parts of one document, or of several."""

    parts: tuple[Part, ...]
    pages: int | None = None  # of the document; None where it has none
    left_out: tuple[str, ...] = ()  # what the parser could not turn into text, and why

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
    def headline(self) -> str:
        """One sentence: "Read 100% of 48 pages", or what is missing."""
        return self.told(ENGLISH.gettext, ENGLISH.ngettext)

    def told(self, _: Callable[[str], str], ngettext: Callable[[str, str, int], str]) -> str:
        """The headline in the language of these two, which are as gettext has them."""
        if not self.parts:
            return _("Nothing was read.")
        words = sum(part.words for part in self.parts)
        if self.pages:
            what = ngettext("{count} page", "{count} pages", self.pages).format(count=f"{self.pages:,}")
        else:
            what = ngettext("{count} word", "{count} words", words).format(count=f"{words:,}")
        number = len(self.parts)
        if self.complete:
            parts = ngettext("{count} part", "{count} parts", number).format(count=f"{number:,}")
            return _("Read 100% of {what}, in {parts}.").format(what=what, parts=parts)
        missing = [part for part in self.parts if part.state != "read"]
        text = _("Partial: read {share}% of {what}. {missing} of {parts} parts are missing: {places}{more}.")
        more = _("; and {count} more").format(count=len(missing) - NAMED) if len(missing) > NAMED else ""
        places = _("; ").join(part.told(_) for part in missing[:NAMED])
        share = min(int(self.share * 100), 99)  # rounded down: 99.9% is not all
        return text.format(
            share=share, what=what, missing=len(missing), parts=number, places=places, more=more
        )

    def with_part(self, part: Part) -> "Ledger":
        return replace(self, parts=tuple(part if one.number == part.number else one for one in self.parts))

    def skip_waiting(self, why: str) -> "Ledger":
        """After a stop: what wasn't reached counts as skipped."""
        return replace(
            self, parts=tuple(p.marked("skipped", why) if p.state == "waiting" else p for p in self.parts)
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"headline": self.headline, "share_read": round(self.share, 4)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Ledger":
        parts = tuple(Part(**part | {"pages": tuple(part.get("pages", ()))}) for part in plain["parts"])
        return cls(parts, plain.get("pages"), tuple(plain.get("left_out", ())))


def joined(ledgers: Sequence[Ledger]) -> Ledger:
    """One ledger over several documents, its parts numbered through."""
    parts: list[Part] = []
    for ledger in ledgers:
        parts += [replace(part, number=len(parts) + i) for i, part in enumerate(ledger.parts, 1)]
    pages = [ledger.pages for ledger in ledgers]
    whole = sum(page for page in pages if page) if all(pages) else None
    return Ledger(tuple(parts), whole, tuple(line for ledger in ledgers for line in ledger.left_out))
