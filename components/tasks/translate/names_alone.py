"""Texts that are a name and nothing else: of a country, a town, a person, a day or a month.

An engine that is given one makes words of it. What the texts around it are tells which of two it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from components.tasks.translate import calendar_names, glossary, people, places, sentence_checks, towns
from components.tasks.translate.glossary import Term
from components.tasks.translate.outcome import Outcome


@dataclass(frozen=True)
class NamesAlone:
    """Of some texts that are translated together."""

    languages: tuple[str, str]
    terms: Sequence[Term]  # which decide for themselves
    towns: frozenset[str]  # texts that are names of towns among others
    persons: frozenset[str]  # given names among others
    calendar: frozenset[str]  # days or months among others

    @classmethod
    def of(cls, texts: Sequence[str], languages: tuple[str, str], terms: Sequence[Term]) -> "NamesAlone":
        kinds = towns, people, calendar_names
        return cls(languages, terms, *(kind.listed(texts, languages[0]) for kind in kinds))

    def known(self, text: str) -> str:
        """What is known without any engine; empty for any other text."""
        if glossary.pieces(self.terms, text):
            return ""
        day = calendar_names.called(text, *self.languages) if text in self.calendar else ""
        return day or places.name(text, *self.languages)

    def settled(self, outcome: Outcome) -> Outcome:
        """An engine's outcome; of a name it is kept where it is one, or marked."""
        return self._as_person(self._as_town(self._as_day(outcome)))

    def _as_day(self, outcome: Outcome) -> Outcome:
        """A day or a month in short by itself, which may be a word: Ter, Mar. Marked where it became one."""
        text, made = outcome.source, outcome.target.rstrip(".")
        day = calendar_names.called(text, *self.languages)
        short = day and calendar_names.is_short(text, self.languages[0])
        if not short or glossary.pieces(self.terms, text) or made.casefold() == day.rstrip(".").casefold():
            return outcome
        found = *outcome.findings, sentence_checks.may_be_short(text, day)
        offered = tuple(dict.fromkeys((day, *outcome.alternatives)))
        return replace(outcome, findings=found, alternatives=offered)

    def _as_town(self, outcome: Outcome) -> Outcome:
        """A text that is the name of a town and nothing else: kept if that is what it means, or marked."""
        town, text = towns.called(outcome.source), outcome.source
        if not town or glossary.pieces(self.terms, text):
            return outcome
        listed = text in self.towns
        meant = listed or town.of_words or town.may_be_meant(self.languages[0])
        if towns.is_form(town, outcome.target):
            left = tuple(f for f in outcome.findings if f.kind != "untranslated" or not meant)
            only_accents = towns.without_accents(outcome.target).strip(" .") == towns.without_accents(text)
            return replace(outcome, target=text if only_accents else outcome.target, findings=left)
        others = tuple(dict.fromkeys(filter(None, (outcome.target, *outcome.alternatives))))
        if town.of_words or listed:
            sure = listed or town.is_large
            return Outcome(
                text,
                text,
                () if sure else (sentence_checks.may_be_town(text),),
                skipped=sure,
                alternatives=others,
            )
        if meant:
            offered = tuple(dict.fromkeys((text, *outcome.alternatives)))
            return replace(
                outcome, findings=(*outcome.findings, sentence_checks.may_be_town(text)), alternatives=offered
            )
        return outcome

    def _as_person(self, outcome: Outcome) -> Outcome:
        """A text that is a given name and became another one: kept, and marked if it is in no list.

        In a list of such, one that became a word is marked: Grant, Concessão.
        """
        text, made = outcome.source, outcome.target
        if glossary.pieces(self.terms, text) or not made or made.casefold() == text.casefold():
            return outcome
        listed, renamed = text in self.persons, people.renamed(text, made, self.languages)
        left = sentence_checks.may_be_person(text)
        if renamed:
            others = tuple(dict.fromkeys((made, *outcome.alternatives)))
            return Outcome(text, text, () if listed else (left,), skipped=listed, alternatives=others)
        if not listed:
            return outcome
        offered = tuple(dict.fromkeys((text, *outcome.alternatives)))
        return replace(outcome, findings=(*outcome.findings, left), alternatives=offered)
