"""A question put to each text of a column: the sentence that is nearest to it, in the text's own words.

Knows leased encoders; no model that writes. Nearness is a cosine, not a certainty: the page says so. A
question that wants a date, a number or a name gets nothing where no sentence has one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from components.documents.tables.new_columns import Column
from components.errors import BadInput
from components.messages import Said
from components.tasks.ask.kinds import has, kind_of
from components.tasks.classify.encoders import Encoders, language_of
from components.tasks.over_rows import Do, Made, Outcome
from components.tasks.tables.action import Tools, Working
from components.tasks.tables.label_columns import encoders_of
from components.tasks.tables.table_settings import TableSettings
from components.tasks.translate.sentences import split

TOGETHER = 32  # texts in one go
LONGEST = 500  # characters of a question
NOT_THERE = Said("No sentence of it has what the question asks for.")


def columns(settings: TableSettings) -> tuple[Column, ...]:
    """The sentence, and how near it is to the question."""
    return (
        Column(f"{settings.column} (answer)"),
        Column(f"{settings.column} (nearness)", "number"),
    )


def check(settings: TableSettings, tools: Tools) -> None:
    """Raises BadInput without a question, Unavailable without an encoder."""
    question = settings.ask.question
    if not question.strip():
        raise BadInput("Write the question that each text is asked.")
    if len(question) > LONGEST:
        raise BadInput("A question may have {most:,} characters.", most=LONGEST)
    encoders_of(tools)


@contextmanager
def opened(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    """Each batch leases its encoders, so that others' requests come between."""
    encoders, question = encoders_of(tools), settings.ask.question.strip()

    def do(texts: Sequence[str]) -> list[Outcome]:
        return _answered(question, texts, encoders, job)

    yield do


def _answered(question: str, texts: Sequence[str], encoders: Encoders, job: Working) -> list[Outcome]:
    """The best sentence of each text. Question and sentences are compared in the model for both languages."""
    spoken = language_of(question)
    kind = kind_of(question, spoken)
    cut = [_sentences(text, kind, question) for text in texts]
    models = [encoders.for_languages((spoken, language_of(text))).id for text in texts]
    nearness: dict[int, list[float]] = {}
    for model in dict.fromkeys(models):
        mine = [at for at, its in enumerate(models) if its == model]
        every = [sentence for at in mine for sentence in cut[at]]
        rows = encoders.encode(model, [question, *every], job.cancelled, job.say)
        near = iter(rows[1:] @ rows[0])
        nearness |= {at: [float(next(near)) for _ in cut[at]] for at in mine}
    made: list[Outcome] = []
    for at, sentences in enumerate(cut):
        if not sentences:
            made.append(Made([None, None], NOT_THERE))
            continue
        value, sentence = max(zip(nearness[at], sentences, strict=True))
        made.append(Made([sentence, round(value, 4)]))
    return made


def _sentences(text: str, kind: str, question: str) -> list[str]:
    """Those that have what the question wants, where it wants something of a kind."""
    language = language_of(text)
    found = [part.text.strip() for _, parts in [split(text, language)] for part in parts if part.text.strip()]
    return [one for one in found if has(kind, one, language, question) is not False]  # type: ignore[arg-type]
