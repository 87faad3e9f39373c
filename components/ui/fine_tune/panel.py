"""The Fine-tune page's second part: settings, what a run would take, start; then the runs."""

import streamlit as st

from components.config import GB
from components.errors import AppError
from components.jobs import Job
from components.messages import Message, Said, sentences
from components.models.status import Outlook
from components.training.doctor import checks
from components.training.hyperparameters import TrainingSettings
from components.training.prepared import Prepared
from components.training.run_records import Run
from components.training.runs import Preflight
from components.ui import errands, job_progress, notices, result_first
from components.ui.fine_tune import form, inputs, run_progress, run_report, run_session, run_table
from components.ui.language import _, said
from components.ui.person import person
from components.ui.resources import jobs, manager, training_runs
from components.ui.text import plain

KIND = "training estimate"
TRAIN = "train"  # an errand: settings to train with, once the data is ready
POLL_SECONDS = 0.3


def draw_training(prepared: Prepared | None, base_model: str, run: Run | None) -> None:
    """Settings and start, folded once there is a run on this data, and the run as it goes on.

    `base_model` is the id of the chosen base, or empty.
    """
    if prepared and base_model and (settings := errands.take(TRAIN)):
        name = _("{data} on {model}").format(
            data=prepared.name, model=manager().catalog.get(base_model).title
        )
        _start(prepared, base_model, name, settings)
    if prepared and base_model:
        told = _("Train again, with other settings")
        with result_first.form("training", run.id if run else "", told):
            _draw_start(prepared, base_model)
    elif not run:
        st.caption(_("First check training data, in the tab Data."))
    if run:
        run_progress.draw(run)


def draw_result(run: Run | None) -> None:
    """Whether the run that is shown made the model better, and what can be taken along."""
    if run is None:
        st.caption(_("What a training run has made of the model will be here."))
        return
    with notices.part():
        run_report.draw(run)


def draw_runs(run: Run | None, base_model: str) -> None:
    """All runs, and adapters that were made elsewhere."""
    run_table.draw(run, base_model)


def _draw_start(prepared: Prepared, base_model: str) -> None:
    st.header(_("Training"))
    settings = form.draw(prepared.train_rows, checks.context(prepared), prepared.facts.kind == "preference")
    if found := checks.shortened(prepared, settings.length):
        form.draw_shortened(found, settings.length)
    spec = manager().catalog.get(base_model)
    suggested = _("{data} on {model}").format(data=prepared.name, model=spec.title)
    name = st.text_input(_("Name"), suggested, key=f"run_name_{prepared.id}_{base_model}", max_chars=100)
    with st.container(horizontal=True, vertical_alignment="center"):
        start = st.button(_("Start training"), type="primary", icon=":material/play_arrow:")
        tried = st.button(_("Estimate"), icon=":material/timer:")
    if start:
        _start(prepared, base_model, name, settings)
    if tried:
        _begin_estimate(prepared, base_model, settings)
    _draw_estimate(prepared, base_model, settings)


def _start(prepared: Prepared, base_model: str, name: str, settings: TrainingSettings) -> None:
    """Begins a run; why it can't begin is said below the button."""
    try:
        run_id = training_runs().create(prepared, base_model, name, settings, person())
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")
        return
    run_session.open_run(run_id)
    st.rerun()


def _begin_estimate(prepared: Prepared, base_model: str, settings: TrainingSettings) -> None:
    runs = training_runs()

    def work(job: Job) -> tuple[tuple[str, str, TrainingSettings], Preflight]:
        found = runs.preflight(prepared, base_model, settings, job.cancelled, job.say)
        return (prepared.id, base_model, settings), found

    st.session_state["training_estimate"] = jobs().start(KIND, person(), work).id


def _draw_estimate(prepared: Prepared, base_model: str, settings: TrainingSettings) -> None:
    job = jobs().get(st.session_state.get("training_estimate", ""))
    if job is None:
        return
    if job.running:
        st.button(_("Stop the estimate"), icon=":material/stop_circle:", on_click=job.cancel)
    place = st.empty()
    job_progress.follow(
        job, lambda: place.info(inputs.progress(job), icon=":material/hourglass_top:"), POLL_SECONDS
    )
    if job.state == "failed":
        place.error(plain(said(job.error)), icon=":material/error:")
    elif job.result:
        asked, found = job.result
        with place.container(border=True):
            draw_found(found, asked == (prepared.id, base_model, settings))


def draw_found(found: Preflight, current: bool) -> None:
    """What a run would take; `current`: with the settings that are chosen now."""
    estimate = found.estimate
    for column, (label, value) in zip(
        st.columns(4),
        (
            (_("Time"), duration(estimate.seconds)),
            (_("Memory"), f"{estimate.memory / GB:.1f} GB"),
            (_("Disk"), f"{estimate.disk / GB:.2f} GB"),
            (_("Steps"), f"{estimate.steps:,}"),
        ),
        strict=True,
    ):
        column.metric(label, value)
    text = _(
        "Measured on this machine just now: {speed} tokens/s; {memory} GB of memory and {disk} GB of disk "
        "are free."
    )
    st.caption(
        text.format(
            speed=f"{estimate.tokens_per_second:,.0f}",
            memory=f"{found.outlook.free / GB:.1f}",
            disk=f"{found.disk_free / GB:.0f}",
        )
    )
    for changed in found.changed:
        st.info(plain(said(changed)), icon=":material/fit_screen:")
    st.markdown(f":material/memory: {plain(said(told(found.outlook)))}")
    if not current:
        text = _("For other settings than those above. Press Estimate again.")
        st.caption(f":material/history: {text}")


def told(outlook: Outlook) -> Message:
    """What happens to the loaded models, in words."""
    evicted: Message = ""
    waits: Message = ""
    kept: Message = ""
    if outlook.evicted:
        evicted = Said(
            "{models} will be unloaded, and loaded again when somebody asks.", models=outlook.evicted
        )
    if outlook.waits:
        waits = Said("The run waits until the models in use are done.")
    if outlook.kept:
        kept = Said("{models} can stay loaded.", models=outlook.kept)
    return sentences(evicted, waits, kept) or Said("No model is loaded, so nothing has to go.")


def duration(seconds: float) -> str:
    """A time for a person."""
    if seconds < 90:
        return _("{seconds} s").format(seconds=f"{seconds:.0f}")
    if seconds < 90 * 60:
        return _("{minutes} min").format(minutes=f"{seconds / 60:.0f}")
    return _("{hours} h").format(hours=f"{seconds / 3600:.1f}")
