"""The form of the From scratch page: the text, the model, how it is trained, and what that takes here."""

from dataclasses import replace

import streamlit as st

from components.config import GB
from components.documents import Limits, read_document
from components.errors import AppError
from components.jobs import Job
from components.training import design
from components.training.design import KINDS, LITTLE, SIZES, VOCABULARIES, Design
from components.training.doctor.checks import Upload
from components.training.hyperparameters import EXPLAINED, RANGES, TITLES, TrainingSettings
from components.training.runs import Preflight
from components.training.stories import LANGUAGES, stories
from components.ui import job_progress, notices, samples, uploads
from components.ui.fine_tune import inputs, panel
from components.ui.fine_tune import session as fine_tune
from components.ui.fine_tune.form import RATE, SCHEDULE, SCHEDULES
from components.ui.from_scratch import session
from components.ui.language import _, language_name, said
from components.ui.person import person
from components.ui.resources import config, jobs, training_runs
from components.ui.text import plain

KIND = "scratch estimate"
STEPS = 1_000
STORIES = {"stories": "en", "stories zh": "zh"}  # sources of text, and their languages


def draw() -> None:
    """Everything about a new model."""
    st.markdown(
        _(
            "A small model starts with random weights and learns to write from your text alone: first noise, "
            "then letters, words, sentences. It knows nothing else, and that is the point."
        )
    )
    text, name = _draw_text()
    about = _draw_design(_language() or "en")
    settings = _draw_settings(about)
    if text:
        _draw_warnings(text, about)
    _draw_better_idea(text, name)
    title = st.text_input(
        _("Name"), _("Model of {text}").format(text=name), max_chars=100, key=f"scratch_name_{name}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        start = st.button(
            _("Start training"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=not text,
            key="scratch_start",
        )
        tried = st.button(_("Estimate"), icon=":material/timer:", disabled=not text, key="scratch_estimate")
    if start and text:
        _start(text, about, title, name, settings)
    if tried and text:
        _begin_estimate(text, about, settings)
    _draw_estimate((name, len(text), about, settings))


def _draw_text() -> tuple[str, str]:
    """The text that is learned from, and what it is called."""
    source = st.radio(
        _("Text"),
        [*sorted(STORIES, key=lambda one: STORIES[one] != samples.spoken()), "own"],
        format_func=_source_name,
        horizontal=True,
        key="scratch_source",
    )
    if language := STORIES.get(source):
        count = st.select_slider(
            _("Stories"),
            [500, 1_000, 2_000, 5_000, 10_000],
            2_000,
            key="scratch_stories",
            format_func=lambda n: f"{n:,}",
        )
        made = _stories(int(count), language)
        with st.expander(_("Look at the stories"), icon=":material/auto_stories:"):
            st.caption(
                _(
                    "Written by rules of this app, as many as you like: a small model can learn all of their "
                    "language. Characters: {number}."
                ).format(number=f"{len(made):,}")
            )
            st.text("\n".join(made.split("\n", 6)[:6]))
        return made, _in_language(_("little stories"), language)
    # Of any type: a file that the browser refuses would leave the text before it in place.
    file = st.file_uploader(
        _("Text file"),
        key="scratch_file",
        max_upload_size=config().upload_mb,
        help=_("A text, a PDF, a Word or OpenDocument file, an e-book, or a web page."),
    )
    if file is None:
        return "", ""
    try:
        return _read(file.name, file.getvalue()), file.name
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")
        return "", file.name


def _language() -> str:
    """Of the chosen stories; empty for a text of one's own."""
    return STORIES.get(st.session_state.get("scratch_source", ""), "")


def _source_name(source: str) -> str:
    return _in_language(_("Little stories"), STORIES[source]) if source in STORIES else _("My own text")


def _in_language(name: str, language: str) -> str:
    """A name, with the language where it isn't the interface's."""
    if language == samples.spoken():
        return name
    return _("{name} ({language})").format(name=name, language=language_name(language))


@st.cache_data(max_entries=4, show_spinner=False)
def _stories(count: int, language: str) -> str:
    return stories(count, language=language)


@st.cache_data(max_entries=4, show_spinner=False)
def _read(name: str, data: bytes) -> str:
    """The text of a file, read once."""
    uploads.count()
    return read_document(data, name, limits=Limits.from_config(config())).text


def _draw_design(language: str) -> Design:
    left, right = st.columns(2)
    with left:
        kind = st.selectbox(
            _("Model"), list(KINDS), format_func=lambda one: _(KINDS[one]), key="scratch_kind"
        )
    with right:
        vocabulary = st.selectbox(
            _("Vocabulary"),
            list(VOCABULARIES),
            format_func=lambda one: _(VOCABULARIES[one]),
            key="scratch_vocabulary",
        )
    parameters = st.select_slider(
        _("Size (parameters)"),
        list(SIZES),
        1_000_000,
        format_func=lambda one: _("{number} million").format(number=f"{one / 1e6:g}"),
        key="scratch_size",
    )
    pieces = design.Design().pieces
    if vocabulary == "bpe":
        low, high = design.PIECES
        pieces = st.number_input(_("Pieces"), low, high, pieces, 100, key="scratch_pieces")
    if kind == "lstm":
        st.caption(
            _(
                "An LSTM is for comparison with the GPTs. It is in the model picker as they are; it has no "
                "attention to look at, and isn't exported as GGUF."
            )
        )
    beginning = st.text_input(
        _("Every sample begins with"),
        LANGUAGES[language].beginning,
        max_chars=200,
        key=f"scratch_beginning_{language}",
    )
    return Design(kind, vocabulary, int(pieces), int(parameters), 0.0, beginning)


def _draw_settings(about: Design) -> TrainingSettings:
    start = design.settings_for(about)
    columns = st.columns(3)
    with columns[0]:
        steps = st.number_input(_("Steps"), 10, 1_000_000, STEPS, 100, key="scratch_steps")
    with columns[1]:
        rate = st.number_input(
            _(TITLES[RATE]),
            1e-6,
            0.1,
            start.learning_rate,
            start.learning_rate / 10,
            format="%.1e",
            key=f"scratch_rate_{about.kind}_{about.parameters}",
        )
    with columns[2]:
        length = st.select_slider(
            _("Context (tokens)"), [32, 64, 128, 256, 512, 1024], start.length, key="scratch_length"
        )
    settings = replace(
        start, max_steps=int(steps), learning_rate=float(rate), length=int(length or start.length)
    )
    with st.expander(_("Advanced settings"), icon=":material/tune:"):
        settings = _draw_more(settings)
    return settings


def _draw_more(start: TrainingSettings) -> TrainingSettings:
    chosen: dict[str, object] = {}
    columns = st.columns(4)
    names = ("batch", "accumulation", "warmup", "weight_decay", "clip", "evaluate_every", "seed", "threads")
    for number, name in enumerate(names):
        value, (low, high) = getattr(start, name), RANGES[name]
        whole = isinstance(value, int)
        with columns[number % 4]:
            chosen[name] = st.number_input(
                _(TITLES[name]),
                int(low) if whole else float(low),
                int(high) if whole else float(high),
                value,
                key=f"scratch_{name}",
                help=_(EXPLAINED[name]),
            )
    chosen[SCHEDULE] = st.selectbox(
        _(TITLES[SCHEDULE]),
        list(SCHEDULES),
        format_func=lambda one: _(SCHEDULES[one]),
        key="scratch_schedule",
    )
    st.caption(
        _(
            "The learning rate says how large a step is. It grows during the warm-up, because the first "
            "gradients are large and erratic, and falls to a tenth at the end, so that the model settles. Too"
            " high: the curve jumps. Too low: it hardly falls."
        )
    )
    return replace(start, **chosen)  # type: ignore[arg-type]


def _draw_warnings(text: str, about: Design) -> None:
    count = len(text)
    if count < LITTLE:
        try:
            design.divided(text)
        except AppError as error:  # too short to begin at all
            st.warning(plain(said(error.message)), icon=":material/warning:")
            return
        told = _(
            "The text has only {number} characters: the model will learn it by heart rather than learn to "
            "write."
        )
        st.warning(told.format(number=f"{count:,}"), icon=":material/warning:")
    elif about.parameters > 10 * count:
        told = _(
            "The model has {times} times as many parameters as the text has characters: it can learn it by "
            "heart."
        )
        st.warning(told.format(times=f"{about.parameters / count:.0f}"), icon=":material/warning:")


def _draw_better_idea(text: str, name: str) -> None:
    """Training further what knows a language already."""
    st.caption(
        ":material/lightbulb: "
        + _(
            "To have a model that writes well about your subject, go on training one that knows the language "
            "already: it needs less text and time. Training from nothing is for seeing how a model learns, or"
            " for a language or a notation that no model knows."
        )
    )
    specs = fine_tune.base_models()
    pressed = st.button(
        _("Train a base model on this text instead"),
        icon=":material/model_training:",
        type="tertiary",
        disabled=not text or not specs,
    )
    if pressed and specs:
        fine_tune.start([Upload(f"{name}.txt", text.encode("utf-8"))], specs[0], [])
        st.switch_page("pages/fine_tune.py")


def _start(text: str, about: Design, title: str, name: str, settings: TrainingSettings) -> None:
    try:
        run_id = training_runs().create_from_nothing(text, about, title, name, settings, person())
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")
        return
    session.open_run(run_id)
    st.rerun()


def _begin_estimate(text: str, about: Design, settings: TrainingSettings) -> None:
    runs = training_runs()
    asked = repr((len(text), about, settings))

    def work(job: Job) -> tuple[str, Preflight]:
        return asked, runs.preflight_from_nothing(text, about, settings, job.cancelled, job.say)

    with notices.shown():
        st.session_state["scratch_estimating"] = jobs().start(KIND, person(), work).id


def _draw_estimate(now: tuple[str, int, Design, TrainingSettings]) -> None:
    job = jobs().get(st.session_state.get("scratch_estimating", ""))
    if job is None:
        return
    place = st.empty()
    job_progress.follow(job, lambda: place.info(inputs.progress(job), icon=":material/hourglass_top:"), 0.3)
    if job.state == "failed":
        place.error(plain(said(job.error)), icon=":material/error:")
    elif job.result:
        asked, found = job.result
        with place.container(border=True):
            for column, (label, value) in zip(
                st.columns(3),
                (
                    (_("Time"), panel.duration(found.estimate.seconds)),
                    (_("Memory"), f"{found.estimate.memory / GB:.1f} GB"),
                    (_("Tokens/s"), f"{found.estimate.tokens_per_second:,.0f}"),
                ),
                strict=True,
            ):
                column.metric(label, value)
            for changed in found.changed:
                st.info(plain(said(changed)), icon=":material/fit_screen:")
            if asked != repr(now[1:]):
                text = _("For other settings than those above. Press Estimate again.")
                st.caption(f":material/history: {text}")
