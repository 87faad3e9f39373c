"""A summary in another language: its lines translated one by one, checked again, brought to the length.

Knows the maker of lines, a writer and engines for translation; nothing about how the lines came about.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from functools import partial

from components.errors import AppError, Cancelled, EngineFailed
from components.messages import Language, Message, Said, counted
from components.models.catalog import ModelSpec
from components.tasks.answers import NO_ANSWER
from components.tasks.summarize import prompts, shapes
from components.tasks.summarize.by_engine import Engines
from components.tasks.summarize.maker import Maker
from components.tasks.summarize.part_reader import Say
from components.tasks.summarize.prompts import LANGUAGES
from components.tasks.summarize.side_by_side import in_order
from components.tasks.summarize.summary import Line
from components.tasks.summarize.writer import Writer, items

FITS = 3  # times that a translation is brought to its length; how long a text will be is only guessed


def in_language(
    maker: Maker,
    lines: list[Line],
    target: int,
    engines: Engines,
    borrow: Callable[[], AbstractContextManager[Writer]] | None,
    say: Say,
) -> tuple[list[Line], list[Message]]:
    """The lines in the language that was asked for, where that is possible, in about `target` words.

    By engines made for translation where these know the languages, or else by the writer. `borrow` is a way
    to it; None: the summary has none, or is to be quotes.
    """
    wanted = maker.settings.language
    foreign = [line for line in lines if wanted and maker.language_of(line) != wanted]
    if not foreign:
        return lines, []
    other = language(wanted)

    def by_engine(line: Line) -> str:
        return engines.translate(line.text, maker.language_of(line), wanted)

    known = all(engines.know(maker.language_of(line), wanted) for line in foreign)
    if borrow is None and not known:
        return lines, [
            Said(
                "Quotes stay in the document's language. For {language}, choose the method Write or Shorten.",
                language=other,
            )
        ]
    try:
        if known or borrow is None:
            return _Translation(maker, by_engine, 1, say).whole(lines, foreign, target)
        with borrow() as writer:
            if not writer.knows(wanted):
                return lines, [unknown(writer.spec, wanted)]
            by_writer = partial(_by_writer, writer, wanted)
            return _Translation(maker, by_writer, writer.at_once, say).whole(lines, foreign, target)
    except Cancelled:
        return lines, [Said("Stopped before the translation into {language}.", language=other)]
    except AppError as error:
        return lines, [
            Said("It could not be translated into {language}: {why}", language=other, why=error.message)
        ]


def language(code: str) -> Language:
    return Language(code, LANGUAGES.get(code, code))


def unknown(spec: ModelSpec, code: str) -> Message:
    """A model that doesn't write this language."""
    return Said(
        "{title} isn't made for {language}, so this is in the document's own words. For more, choose another "
        "model.",
        title=spec.title,
        language=language(code),
    )


def _by_writer(writer: Writer, wanted: str, line: Line) -> str:
    said = items(writer.ask(prompts.translated(line.text, wanted), line.words * 2), wanted)
    if not said:
        raise EngineFailed(NO_ANSWER)
    return " ".join(sentence for _, sentence in said)


@dataclass(frozen=True)
class _Translation:
    """One summary's lines and what translates them."""

    maker: Maker
    translate: Callable[[Line], str]  # raises AppError where a line can't be translated
    at_once: int
    say: Say

    @property
    def wanted(self) -> str:
        return self.maker.settings.language

    def whole(
        self, lines: Sequence[Line], foreign: Sequence[Line], target: int
    ) -> tuple[list[Line], list[Message]]:
        """All lines, the foreign ones translated; and what a person should know about that."""
        made, failures = self.translated(foreign)
        translated = iter(made)
        whole = [next(translated) if self.maker.language_of(line) != self.wanted else line for line in lines]
        fitted = self.fitted(lines, whole, target)
        notes = [self._note]
        if failures:
            notes.append(
                counted(
                    "{failed} of {count} sentence could not be translated into {language} and stays as it "
                    "was: {why}",
                    "{failed} of {count} sentences could not be translated into {language} and stay as they "
                    "were: {why}",
                    len(foreign),
                    failed=len(failures),
                    language=language(self.wanted),
                    why=failures[-1].message,
                )
            )
        return fitted, notes

    @property
    def _note(self) -> Message:
        other = language(self.wanted)
        if self.maker.settings.method == "quote":
            return Said(
                "Quoted from the document, then translated into {language} sentence by sentence.",
                language=other,
            )
        return Said(
            "Written in the document's language, then translated into {language} sentence by sentence.",
            language=other,
        )

    def translated(self, lines: Sequence[Line]) -> tuple[list[Line], list[AppError]]:
        """Each line in the other language, checked again, its sources kept; and why some stay as they are.

        Raises what the last one failed with when none could be translated.
        """
        done: list[Line] = []
        failures: list[AppError] = []
        asked = [partial(self.translate, line) for line in lines]
        with closing(in_order(asked, self.at_once)) as answers:
            for number, line in enumerate(lines, 1):
                stage = Said("Translating sentence {number} of {total}", number=number, total=len(lines))
                self.say(stage, number / len(lines))
                try:
                    text = next(answers).result()
                except Cancelled:
                    raise
                except AppError as error:
                    failures.append(error)
                    done.append(line)
                    continue
                done.append(self.maker.translated(line, text, self.wanted))
        if lines and len(failures) == len(lines):
            raise failures[-1]
        return done, failures

    def fitted(self, lines: Sequence[Line], made: Sequence[Line], target: int) -> list[Line]:
        """Translated lines in the length that was asked for. Another language says the same in more words or
        fewer, so they are filled with more of the document, translated too.
        """
        grown = max(sum(line.words for line in made), 1) / max(sum(line.words for line in lines), 1)

        def fill(words: int, there: Sequence[Line]) -> list[Line]:
            before = [replace(line, text=line.original or line.text) for line in there]
            try:
                more = self.maker.fill(round(words / grown), before)
                own = [line for line in more if self.maker.language_of(line) == self.wanted]
                done, _ = self.translated([line for line in more if line not in own])
            except AppError:  # what there is, is still a summary
                return []
            return [*own, *(line for line in done if line.original)]

        fitted = list(made)
        for _ in range(FITS):
            fitted = shapes.fit(fitted, target, fill, self.wanted)
        if self.maker.settings.shape == "sentence":
            return shapes.one_sentence(fitted, fitted, target, self.wanted)
        return fitted
