"""What is asked of the pipeline, and what becomes of it. Knows no engine."""

from dataclasses import dataclass, replace

from components.messages import Message
from components.tasks.translate.sentence_checks import Finding


@dataclass(frozen=True)
class Outcome:
    """One sentence and what became of it."""

    source: str
    target: str
    findings: tuple[Finding, ...] = ()
    retried: bool = False
    skipped: bool = False  # nothing in it to translate
    remembered: bool = False  # from the translation memory
    elsewhere: bool = False  # as it was corrected after another sentence
    alternatives: tuple[str, ...] = ()
    why: Message = ""  # what the engine says of a translation that isn't there
    returned: str = ""  # what a few words are translated back to, where that says something else

    @property
    def silent(self) -> bool:
        """Whether the engine returned nothing, and didn't say why."""
        return not self.target.strip() and not self.why

    @property
    def flagged(self) -> bool:
        return bool(self.findings)

    @property
    def translated(self) -> bool:
        """Whether there is a translation at all, marked or not."""
        left = any(finding.kind in ("failed", "untranslated") for finding in self.findings)
        return not self.skipped and bool(self.target.strip()) and not left

    @property
    def same(self) -> bool:
        """A word that is the same in both languages, as far as the engine knows."""
        return self.translated and self.target.strip() == self.source.strip()


@dataclass(frozen=True)
class Request:
    """One sentence as the pipeline gets it."""

    text: str
    kept: tuple[str, ...] = ()  # pieces that must stay letter by letter (code in a document)
    before: str = ""  # the sentence before it, which says what a word means

    @property
    def asked(self) -> "Request":
        """What an engine is asked: the same wherever it is."""
        return replace(self, before="")
