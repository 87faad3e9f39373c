"""What can be done to each row: an own prompt, translation, classes, names, summary.

For each: what it reads, what it makes, and on what it runs.

Knows settings and leased engines; not how rows are kept. `ACTIONS` is the list that page and work read: one
more action is one more entry.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from components.documents import Document
from components.documents.document import Block
from components.documents.language_detection import detect
from components.documents.tables.missing import says_nothing
from components.documents.tables.new_columns import Column
from components.documents.word_count import count_words
from components.errors import BadInput
from components.messages import N_, Language, Said, counted, sentences
from components.models.languages import LANGUAGES, UNSPACED, language_name
from components.tasks.asker import Asker
from components.tasks.over_rows import Do, Made, Outcome
from components.tasks.summarize.refusals import NothingToSummarize
from components.tasks.summarize.summarizer import Listener, summarize
from components.tasks.summarize.summarizer import Tools as SummaryTools
from components.tasks.summarize.summary_settings import LEAST_WORDS, Length, Settings
from components.tasks.tables import label_columns, name_columns, question_columns
from components.tasks.tables.action import Action, Row, Tools, Working
from components.tasks.tables.table_settings import TableSettings, check_prompt, fields_of, filled
from components.tasks.translate import sentence_engines
from components.tasks.translate.asked import translator
from components.tasks.translate.outcome import Request
from components.tasks.translate.routes import Route, routes
from components.tasks.translate.sentences import join, split
from components.tasks.translate.typed_texts import TextRequest

TOGETHER = 16  # rows that are translated in one go


def checked(settings: TableSettings, tools: Tools) -> Action:
    """The action of some settings. Raises BadInput where it can't be done."""
    action = ACTIONS.get(settings.action)
    if action is None:
        raise BadInput("This version can't do that to a table. Choose what to do again.")
    action.check(settings, tools)
    return action


def _column_text(settings: TableSettings, row: Row) -> str:
    return row.get(settings.column, "")


def _check_column(settings: TableSettings) -> None:
    if settings.column not in settings.table.columns:
        raise BadInput("Choose the column that is to be read.")


# An own prompt


def _prompt_columns(settings: TableSettings) -> tuple[Column, ...]:
    form, title = settings.prompt.form, settings.prompt.title.strip() or "Answer"
    if parts := form.parts:
        return tuple(Column(name, kind) for name, kind in parts.items())  # type: ignore[arg-type]
    kinds = {"number": "number", "date": "date", "yes/no": "yes/no", "json": "json"}
    return (Column(title, kinds.get(form.kind, "text")),)  # type: ignore[arg-type]


def _prompt_input(settings: TableSettings, row: Row) -> str:
    """Where none of the cells that the prompt names says anything, one of them as it is: it isn't asked."""
    named = fields_of(settings.prompt.text, settings.table.columns)
    if any(not says_nothing(row[name]) for name in named):
        return filled(settings.prompt.text, dict(row))
    return next((row[name] for name in named if row[name].strip()), "")


@contextmanager
def _prompt(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    asked, parts = settings.prompt, settings.prompt.form.parts

    with tools.lease(asked.model_id, tools.owner, job.cancelled, job.say, long=True) as engine:
        asker = Asker(engine, asked.form, asked.max_new_tokens, job.cancelled)

        def do(questions: Sequence[str]) -> list[Outcome]:
            made: list[Outcome] = []
            for question in questions:
                answer = asker.ask(question)
                values = [answer.value.get(name) for name in parts] if parts else [answer.value]
                made.append(Made(values, "", answer.read_tokens, answer.written_tokens))
            return made

        yield do


def _check_prompt(settings: TableSettings, tools: Tools) -> None:
    from components.tasks.answer_form import check

    check_prompt(settings.prompt, settings.table.columns)
    check(settings.prompt.form)


# Translation


def _translated_columns(settings: TableSettings) -> tuple[Column, ...]:
    return (Column(f"{settings.column} ({language_name(settings.translate.target)})"),)


def _route(settings: TableSettings, tools: Tools) -> Route | None:
    asked = settings.translate
    known = routes(tools.ready, asked.source, asked.target) if asked.source != asked.target else []
    return next((one for one in known if one.id == asked.route), None)


def _check_translation(settings: TableSettings, tools: Tools) -> None:
    _check_column(settings)
    if settings.translate.source == settings.translate.target:
        language = Language(settings.translate.target, language_name(settings.translate.target))
        raise BadInput(
            "The column is already in {language}. Choose another language under To.", language=language
        )
    if _route(settings, tools) is None:
        raise BadInput("No model on this machine does these languages. Download one on the Models page.")


@contextmanager
def _translation(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    asked, route = settings.translate, _route(settings, tools)
    if route is None:
        raise BadInput("The engine of this work isn't on this machine any more. Start it again with another.")
    request = TextRequest("", asked.source, asked.target, route, tools.owner)
    with sentence_engines.leased(
        tools.lease, route, tools.owner, job.cancelled, job.say, long=True
    ) as engine:
        pipeline = translator(request, engine, tools.translations, job.cancelled)

        def do(texts: Sequence[str]) -> list[Outcome]:
            cut = [split(text, asked.source) for text in texts]
            asks = [Request(sentence.text) for _, sentences_ in cut for sentence in sentences_]
            outcomes = iter(pipeline.all(asks))
            made: list[Outcome] = []
            for lead, parts in cut:
                mine = [(part, next(outcomes)) for part in parts]
                marked = [one for _, one in mine if one.flagged]
                rows = [
                    (one.source, one.target if one.target.strip() else one.source, part.after)
                    for part, one in mine
                ]
                note = counted(
                    "{count} sentence should be looked at: {why}",
                    "{count:,} sentences should be looked at: {why}",
                    len(marked),
                    why=sentences(*dict.fromkeys(f.text for one in marked for f in one.findings)),
                )
                text = join(lead, rows, asked.target not in UNSPACED)
                made.append(Made([text], note if marked else ""))
            return made

        yield do


# Classes


def _check_sorting(settings: TableSettings, tools: Tools) -> None:
    _check_column(settings)
    label_columns.check(settings, tools)


# Names and numbers


def _check_naming(settings: TableSettings, tools: Tools) -> None:
    _check_column(settings)
    name_columns.check(settings, tools)


# A question


def _check_question(settings: TableSettings, tools: Tools) -> None:
    _check_column(settings)
    question_columns.check(settings, tools)


# Summary


def _summary_columns(settings: TableSettings) -> tuple[Column, ...]:
    return (Column(f"{settings.column} (summary)"),)


def _check_summary(settings: TableSettings, tools: Tools) -> None:
    _check_column(settings)
    if settings.summarize.words < LEAST_WORDS:
        raise BadInput("A summary can have {least} words or more.", least=LEAST_WORDS)


def document_of(text: str) -> Document:
    """A cell's text as a document, a paragraph for each line."""
    blocks = tuple(Block("paragraph", line) for line in text.splitlines() if line.strip())
    return Document("", "text", blocks, language=detect(text, LANGUAGES).code, words=count_words(text))


@contextmanager
def _summary(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    words = settings.summarize.words
    kept = SummaryTools(tools.lease, tools.embedder, None, tools.owner)
    wanted = Settings("quote", "paragraph", Length(words=words))
    whole = Said("Short: as it is.")

    def do(texts: Sequence[str]) -> list[Outcome]:
        made: list[Outcome] = []
        for text in texts:
            document = document_of(text)
            if document.words <= words:
                made.append(Made([text], whole))
                continue
            try:
                [summary] = summarize([document], wanted, kept, Listener(cancelled=job.cancelled))
                made.append(Made([summary.text], ""))
            except NothingToSummarize as error:
                made.append(Made([text], error.message))
        return made

    yield do


ACTIONS: dict[str, Action] = {
    "prompt": Action(
        N_("Own prompt"), _prompt_columns, _prompt_input, _prompt, _check_prompt, nothing=says_nothing
    ),
    "translate": Action(
        N_("Translate"), _translated_columns, _column_text, _translation, _check_translation, TOGETHER
    ),
    "classify": Action(
        N_("Classify"),
        label_columns.columns,
        _column_text,
        label_columns.opened,
        _check_sorting,
        label_columns.TOGETHER,
        says_nothing,
        lambda settings: True,
    ),
    "entities": Action(
        N_("Find names and numbers"),
        name_columns.columns,
        _column_text,
        name_columns.opened,
        _check_naming,
        name_columns.TOGETHER,
        loads=lambda settings: settings.name.by != "model",
    ),
    "ask": Action(
        N_("Ask a question"),
        question_columns.columns,
        _column_text,
        question_columns.opened,
        _check_question,
        question_columns.TOGETHER,
        says_nothing,
        lambda settings: True,
    ),
    "summarize": Action(
        N_("Summarize"),
        _summary_columns,
        _column_text,
        _summary,
        _check_summary,
        loads=lambda settings: True,
    ),
}
