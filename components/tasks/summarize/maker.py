"""Makes lines of sentences: each with its sources in what was read, and with what isn't there marked.

Knows what was read and a way to embed; nothing about models that write.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from components.documents import Document
from components.errors import AppError, Cancelled
from components.messages import Message, Said
from components.models.engine import Vectors
from components.tasks.facts import amounts, dates, exonyms, rewording
from components.tasks.facts.fact_index import Fact, Index
from components.tasks.summarize import learned_lists, minutes, shapes
from components.tasks.summarize.grounds import Grounds, Source
from components.tasks.summarize.part_reader import Embedder, Read
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.selection import SHORTEST, Query, Quote, Weighing, select, single, weigh
from components.tasks.summarize.summary import Citation, Line, name_of
from components.tasks.summarize.summary_settings import Settings
from components.tasks.terms import terms

# Words of an instruction that say nothing about what to look at.
_GENERIC = (
    "summarize summarise summary summaries please help report document text article paper story meeting plot "
    "main points overview short brief write give describe whole general discussion government following list "
    "bullet paragraph sentence words simple only just says said about tell what"
)
_ONLY = re.compile(
    r"\b(?:only|just|nothing but|nur|ausschließlich|só|apenas|somente|sólo|solo|solamente|únicamente|"
    r"seulement|uniquement|soltanto|solamente)\b|[只仅]",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:costs?|prices?|budget|money|spending|expenses?|fees?|kosten|preise?|custos?|preços?|gastos?|"
    r"costes?|precios?|coûts?|"
    r"prix|costi|prezzi)\b|[费價价]|成本|预算",
    re.IGNORECASE,
)
_NOT_TOPIC = re.compile(
    r"\b(?:only|just|nothing but|what|it|the text|the document|says?|is said|about|tell me|please|"
    r"summari[sz]e)\b",
    re.IGNORECASE,
)
_MARKS = ' "“”'  # around a sentence, which a model adds or leaves out
_ENGLISH = re.compile(r"[A-Za-z ,-]+")  # a number in words that only an English document has


class Maker:
    """One document, or several together, as something to quote from and to trace to."""

    def __init__(
        self, read: Read, documents: Sequence[Document], settings: Settings, embedder: Embedder | None
    ) -> None:
        self.read, self.settings = read, settings
        self._documents, self._embedder = documents, embedder

    @cached_property
    def weighing(self) -> Weighing:
        return weigh(self.read.passages, self.read.vectors, self.read.language, self._query())

    @cached_property
    def lists(self) -> list[Message]:
        """The list of key points that each passage belongs to."""
        return minutes.lists_of(self.read.passages, self.read.vectors_of(learned_lists.ENCODER))

    @property
    def asked_only(self) -> bool:
        """Whether the instruction asks for one thing and nothing else."""
        return self.settings.shape == "own" and bool(_ONLY.search(self.settings.instruction))

    @cached_property
    def grounds(self) -> Grounds:
        return Grounds(self.read.passages, self.read.vectors, self.read.language)

    @cached_property
    def index(self) -> Index:
        return Index(
            [passage.text for passage in self.read.passages] + [p.speaker for p in self.read.passages],
            self.read.language,
        )

    def quotes(self, target: int) -> list[tuple[Message, Quote]]:
        """The passages that say most, with the list that each belongs to."""
        return shapes.chosen(self.weighing, self.settings, target, lambda: self.lists)

    def quoted(self, target: int) -> list[Line]:
        """A summary of quotes alone."""
        if self.settings.shape == "sentence" and (found := single(self.weighing, target)):
            return [self.quote(quote) for quote in found]
        return [self.quote(quote, heading) for heading, quote in self.quotes(target)]

    def quote(self, quote: Quote, heading: Message = "") -> Line:
        """A chosen passage as a line: its source is its own place."""
        passage = self.read.passages[quote.index]
        said = f"{passage.speaker}: {quote.text}" if passage.speaker else quote.text
        return Line(said, "quoted", heading, (self._citation(Source(quote.index, 1.0)),))

    def fill(self, words: int, there: Sequence[Line]) -> list[Line]:
        """More quotes, of what is not there yet, for a summary that came out too short."""
        taken = {(source.file, source.block, source.start) for line in there for source in line.sources}
        free = [i for i, p in enumerate(self.read.passages) if (p.file, p.block, p.start) not in taken]
        said = [term for line in there for term in terms(line.text, self.read.language)]
        quotes = select(self.weighing, words, free, said)
        if self.settings.shape != "key points":
            return [self.quote(quote) for quote in quotes]
        return [self.quote(quote, self.lists[quote.index]) for quote in quotes]

    def written(self, said: Sequence[tuple[Message, str]], among: Sequence[int] | None = None) -> list[Line]:
        """Lines of (heading, sentence), traced and with what makes them doubtful; `checked` has all that is
        missing. `among`: the passages they are made from.
        """
        vectors = self.vectors([sentence for _, sentence in said])
        lines = []
        for i, (heading, sentence) in enumerate(said):
            vector = vectors[i] if vectors is not None else None
            found = self.grounds.support(sentence, vector, among)
            missing = _told(self.index.doubts(sentence, self.read.language))
            cited, supported = found.sources, found.supported
            if (original := self.grounds.original(sentence, vector, among)) is not None:
                passage = self.read.passages[original]
                if _letter_by_letter(sentence, passage.text):
                    lines.append(self.quote(Quote(original, passage.text, passage.words), heading))
                    continue
                cited, supported = (Source(original, 1.0),), True
            sources = tuple(map(self._citation, cited))
            faithful = original is not None
            lines.append(Line(sentence, "written", heading, sources, supported, missing, faithful=faithful))
        return lines

    def differs(self, line: Line) -> bool:
        """Whether a written line plainly says something else than the passages that it is traced to."""
        sources = [self.read.passages[index].text for index in self._behind(line)]
        return rewording.differs(line.text, sources, self.language_of(line))

    def _behind(self, line: Line) -> list[int]:
        """The passages of a line's sources."""
        at = {(p.file, p.block, p.start): index for index, p in enumerate(self.read.passages)}
        return [at[source.file, source.block, source.start] for source in line.sources]

    def quote_for(self, line: Line) -> Line | None:
        """The passage behind a written line in its place, if there is one that is a sentence."""
        for index in self._behind(line):
            passage = self.read.passages[index]
            if passage.kind not in ("heading", "header") and passage.words >= SHORTEST:
                return self.quote(Quote(index, passage.text, passage.words), line.heading)
        return None

    def checked(self, lines: Sequence[Line]) -> list[Line]:
        """The lines as they came out, with every number, date and name that the document doesn't have."""
        return [
            line
            if line.origin == "quoted"
            else replace(line, missing=_told(self.index.missing(line.text, self.read.language)))
            for line in lines
        ]

    def translated(self, line: Line, text: str, language: str) -> Line:
        """A line in another language, with what came in with the translation."""
        new = _told(self._translation_doubts(line.text, text, language))
        missing = tuple(dict.fromkeys([*line.missing, *new]))
        return replace(line, text=text, origin="written", original=line.text, missing=missing, faithful=False)

    def _translation_doubts(self, original: str, text: str, language: str) -> Iterator[Fact]:
        """Numbers and dates that the document doesn't have; and names that are no translation of one."""
        missing = self.index.missing(text, language)
        figures = {value for one in amounts.figures(original) for value in one.values}
        if self.read.language in dates.LANGUAGES:
            yield from (fact for fact in missing if fact.kind == "date")
        # "45 miljoen" is the original's "45 million" in a language whose scales nobody knows here.
        numbers = [fact for fact in missing if fact.kind == "number" and not _ENGLISH.fullmatch(fact.text)]
        yield from (fact for fact in numbers if figures.isdisjoint(fact.key))
        yield from exonyms.strangers(missing, text, language, original, self.read.language, self.index)

    def language_of(self, line: Line) -> str:
        """The language of a line that isn't translated: that of its document."""
        files = [source.file for source in line.sources]
        return (self._documents[files[0]].language if files else "") or self.read.language

    def vectors(self, texts: Sequence[str]) -> Vectors | None:
        """None where nothing can be embedded: then words alone decide."""
        if self._embedder is None or self.read.vectors is None or not texts:
            return None
        try:
            return self._embedder.vectors(texts)
        except Cancelled:
            return None
        except AppError:  # tracing by words is still better than no summary
            return None

    def _query(self) -> Query | None:
        """What the instruction asks to look at, beyond asking for a summary."""
        generic = set(terms(_GENERIC, "en"))
        wanted = [
            term for term in terms(self.settings.instruction, self.read.language) if term not in generic
        ]
        if not wanted:
            return None
        topic = self.settings.instruction
        if self.asked_only:
            topic = _NOT_TOPIC.sub(" ", topic)
        vectors = self.vectors([topic])
        money = bool(_MONEY.search(self.settings.instruction))
        return Query(wanted, vectors[0] if vectors is not None else None, self.asked_only, money)

    def _citation(self, source: Source) -> Citation:
        passage: Passage = self.read.passages[source.passage]
        return Citation(
            passage.file,
            passage.block,
            passage.start,
            passage.end,
            name_of(self._documents[passage.file]),
            passage.place,
            passage.text,
            source.score,
        )


def _told(found: Iterable[Fact]) -> tuple[Message, ...]:
    return tuple(map(_missing, found))


def _missing(fact: Fact) -> Message:
    match fact.kind:
        case "number":
            return Said("number {fact}", fact=fact.text)
        case "date":
            return Said("date {fact}", fact=fact.text)
    return Said("name {fact}", fact=fact.text)


def _letter_by_letter(sentence: str, passage: str) -> bool:
    """Whether a model has copied a passage, which is a quote then."""
    return " ".join(sentence.split()).strip(_MARKS) == passage.strip(_MARKS)
