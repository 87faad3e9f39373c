"""What is asked: an upload with its columns, a bundled set, or the held-out rows of a run."""

import hashlib
from dataclasses import replace
from typing import TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.documents import Limits
from components.errors import AppError, BadInput, Unavailable
from components.messages import N_
from components.tasks.evaluate import bias, bundled_sets, question_columns, question_files, rules
from components.tasks.evaluate.question_columns import Columns
from components.tasks.evaluate.question_files import Brought
from components.tasks.evaluate.questions import FORMS, PAIRED, Form, Questions
from components.training.doctor.raw_rows import RawRows
from components.training.rows import read_rows
from components.ui import reading_progress, uploads
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import config, training_runs
from components.ui.samples import spoken
from components.ui.text import plain

SAMPLE, RUN = "evaluate_sample", "evaluate_run"
TITLES = "evaluate_titles"
_READ = "evaluate_read"  # in the session: the upload that was read last
MAX_FILES = 50
T = TypeVar("T")
NONE = ""
HELP = N_(
    "A table of questions (JSONL, JSON, CSV, TSV, XLSX, Parquet, YAML): a column with the question, if you "
    "like one with the expected answer (several as a list), one for groups, and rules such as max_words, "
    "must_contain, must_not_contain, format (JSON). Translation pairs as TSV or TMX. Documents (PDF, Word, "
    "text) to be summarized, with the reference of report.pdf in report.summary.txt. Pairs of sentences as "
    "in CrowS-Pairs (sent_more, sent_less, bias_type), or of prompts to be continued (prompt_1, prompt_2, "
    "bias_type)."
)


def draw() -> Questions | None:
    """The choices, and what is to be asked; None where nothing is chosen or it can't be read."""
    left, right = st.columns(2)
    with left:
        files = st.file_uploader(
            _("Questions"),
            [*question_files.TABLES, *question_files.DOCUMENTS],
            accept_multiple_files=True,
            max_upload_size=config().upload_mb,
            key="evaluate_files",
            help=_(HELP),
        )
    with right:
        sample = st.pills(
            _("Or a set that comes with the app"),
            sorted(bundled_sets.SAMPLES, key=lambda one: bundled_sets.SAMPLES[one].language != spoken()),
            format_func=_,
            key=SAMPLE,
            wrap=True,
            persist_state="session",
        )
        if sample:
            st.caption(_(bundled_sets.SAMPLES[sample].about))
        run = _draw_runs()
    try:
        if files:
            return _of_files(files)
        if sample:
            return replace(bundled_sets.questions(sample), name=_(sample))
        return of_run(run) if run else None
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")
        return None


def _draw_runs() -> str:
    """The run whose held-out rows are asked."""
    runs = {run.id: run for run in training_runs().records.of(person()) if run.tuned_id}
    if not runs:
        return NONE
    return (
        st.selectbox(
            _("Or the held-out rows of a fine-tuning run"),
            list(runs),
            index=None,
            format_func=lambda run_id: runs[run_id].name,
            placeholder=_("None"),
            key=RUN,
        )
        or NONE
    )


def of_run(run_id: str) -> Questions:
    """Raises AppError where the run's files are gone or damaged."""
    folder = training_runs().folder(run_id)
    plan = folder.plan()
    options = plan.options or {}
    try:
        rows = list(read_rows(folder.path / "valid.jsonl"))
    except OSError as error:
        raise Unavailable("The held-out rows of this run aren't here any more.") from error
    languages = str(options.get("source_language") or ""), str(options.get("target_language") or "")
    purpose = str(options.get("purpose") or ("translation" if languages[1] else ""))
    return question_files.of_rows(plan.name, rows, str(options.get("instruction") or ""), purpose, languages)


def _of_files(files: list[UploadedFile]) -> Questions:
    if len(files) > MAX_FILES:
        raise BadInput("{number} files are too many; {most} is the most.", number=len(files), most=MAX_FILES)
    uploads.count(*files)
    tables = [file for file in files if question_files.is_table(file.name)]
    if len(tables) > 1 or (tables and len(files) > 1):
        raise BadInput("Upload one table of questions at a time, or documents alone.")
    brought = [Brought(file.name, file.getvalue()) for file in files]
    key = hashlib.sha256(b"\0".join(one.name.encode() + one.data for one in brought)).hexdigest()
    limits = Limits.from_config(config())
    one = brought[0]
    if tables:
        titles = st.session_state.get(f"{TITLES}_{key}")
        raw = reading_progress.once(
            _READ,
            (key, str(titles)),
            one.name,
            lambda told, stopped: question_files.open_table(one, limits, stopped, titles),
        )
        return _of_table(raw, key)
    return reading_progress.once(
        _READ, (key,), one.name, lambda told, stopped: question_files.of_documents(brought, limits, stopped)
    )


def _of_table(raw: RawRows, key: str) -> Questions:
    """With the columns as they are told, or as the person says."""
    if bias.is_pairs(raw):
        return bias.questions_of(raw, _draw_pairs(bias.questions_of(raw).form, key))
    guessed = question_columns.guess(raw)
    unclear = not (guessed.prompt or guessed.document)
    with st.expander(_("Columns"), icon=":material/view_column:", expanded=unclear):
        chosen = _draw_columns(raw, guessed, f"{key}_{raw.titled}")
        if raw.table:
            st.checkbox(_("The first row has the titles"), raw.titled, key=f"{TITLES}_{key}")
    return question_columns.questions_of(raw, chosen)


def _draw_pairs(guessed: Form, key: str) -> Form:
    """What is done with the pairs."""
    return st.selectbox(
        _("These are"),
        PAIRED,
        PAIRED.index(guessed),
        format_func=lambda form: said(FORMS[form]),
        key=f"pairs_{key}",
        help=_(
            "Of sentences, the model says which one it finds likelier. Prompts it continues, and what it "
            "writes is compared in sentiment."
        ),
    )


def _draw_columns(raw: RawRows, guessed: Columns, key: str) -> Columns:
    fields = list(raw.fields)
    wide = [*st.columns(3), *st.columns(3)]

    def box(place: int, label: str, start: str, options: list[str]) -> str:
        with wide[place]:
            listed = [NONE, *options] if start in options or not start else [NONE, start, *options]
            return st.selectbox(
                label,
                listed,
                listed.index(start),
                format_func=lambda name: name or _("None"),
                key=f"column_{place}_{key}",
            )

    prompt = box(0, _("Question"), guessed.prompt, fields)
    expected = box(1, _("Expected answer"), guessed.expected, fields)
    group = box(2, _("Groups"), guessed.group, question_columns.groups_of(raw))
    document = box(3, _("Document"), guessed.document, fields)
    choices = box(4, _("Choices"), guessed.choices, fields)
    with wide[5]:
        form = _draw_form(raw, Columns(prompt, expected, group, document, choices), guessed.form, key)
    return Columns(prompt, expected, group, document, choices, form)


def _draw_form(raw: RawRows, chosen: Columns, guessed: Form | None, key: str) -> Form | None:
    """What the rows are, told by what is in them unless the person says something else."""
    start: Form | None = guessed
    if start is None:
        try:
            start = question_columns.questions_of(raw, chosen).form
        except AppError:
            return None
    forms: list[Form] = [form for form in FORMS if chosen.expected or form not in PAIRED]
    return st.selectbox(
        _("These are"),
        forms,
        forms.index(start),
        format_func=lambda form: said(FORMS[form]),
        key=f"form_{start}_{key}",
    )


def draw_preview(found: Questions) -> None:
    """How many there are, of what kind, what was left out, and the first few."""
    count = ngettext("{count} row", "{count} rows", len(found.items)).format(count=f"{len(found.items):,}")
    st.caption(f":material/quiz: {plain(found.name)}: {count}, {plain(said(FORMS[found.form]))}")
    for note in found.notes:
        st.caption(f":material/info: {plain(said(note))}")
    first, second = headings(found)
    shown = [
        {
            first: _short(item.prompt or item.document),
            second: _short(
                " / ".join(item.expected) or "; ".join(said(rules.told(one)) for one in item.checks)
            ),
            **({_("Group"): item.group} if found.grouped else {}),
        }
        for item in found.items[:3]
    ]
    st.dataframe(shown, hide_index=True, width="stretch")


def headings(found: Questions) -> tuple[str, str]:
    """What is asked, and what is expected; or the two of a pair."""
    if found.paired:
        return _("First"), _("Second")
    if found.form == "rule":
        return _("Question"), _("Rules")
    return _("Question"), _("Expected answer")


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"
