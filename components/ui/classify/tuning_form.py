"""The third way in the form: an encoder that is tuned on the examples, through the runs of fine-tuning."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.jobs import Job
from components.models.spec import ModelSpec
from components.tasks.classify import tuning
from components.tasks.classify.examples import Examples
from components.training import label_rows
from components.training.hyperparameters import EXPLAINED, RANGES, TITLES, TrainingSettings
from components.training.label_rows import LabelData
from components.ui import job_progress, notices
from components.ui.classify import session, tuned_run
from components.ui.fine_tune import panel
from components.ui.language import _, ngettext
from components.ui.person import person
from components.ui.resources import encoders, jobs, library, manager, training_runs

RATE = "learning_rate"
KIND, JOB, DATA, FOUND = "classify tuning", "tuning_job", "tuning_data", "tuning_found"


def trainable() -> list[ModelSpec]:
    """The embedding models that can learn: those whose weights transformers reads."""
    specs = [one for one in manager().catalog.all() if one.task == "embed" and not one.owner]
    return [one for one in specs if (place := library().folder(one)) and (place / "config.json").exists()]


def draw(name: str, count: int, make: Callable[[], Examples]) -> None:
    """Encoder, settings, Estimate and the button. `make` raises where the rows are no examples."""
    specs = trainable()
    with st.expander(
        _("Fine-tune an encoder"), icon=":material/model_training:", expanded=count >= tuning.WORTH
    ):
        st.caption(_told(count))
        if not specs:
            st.info(_("No encoder is installed that can learn."), icon=":material/info:")
            return
        titles = {one.id: one.title for one in specs}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            base = st.selectbox(
                _("Encoder"), list(titles), format_func=lambda one: titles[one], key="tuning_base"
            )
            settings = _draw_settings(count)
        suggested = _("{data} on {model}").format(data=name, model=titles[base])
        called = st.text_input(
            _("Name of the classifier"), suggested, key=f"tuning_name_{name}_{base}", max_chars=80
        )
        with st.container(horizontal=True):
            start = st.button(_("Fine-tune"), icon=":material/play_arrow:", key="tune")
            tried = st.button(_("Estimate"), icon=":material/timer:", key="tuning_estimate")
        if start or tried:
            with notices.shown("tuning"):
                _begin(make(), name, base, called, settings, tried)
                st.rerun()
        notices.draw("tuning")
        if estimated := st.session_state.get(FOUND):
            asked, found = estimated
            panel.draw_found(found, asked == (name, base, settings))


def _told(count: int) -> str:
    rows = ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}")
    text = _(
        "The encoder itself learns, in minutes: {rows} here, from about {worth} on it may be worth it. A "
        "fifth is held out, and labels by name, by example and fine-tuned are compared on it. It goes on in "
        "the background when you close this page."
    )
    return text.format(rows=rows, worth=f"{tuning.WORTH:,}")


def _draw_settings(count: int) -> TrainingSettings:
    start = label_rows.settings_for(count)
    chosen: dict[str, Any] = {}
    for name, step in (("epochs", 1.0), ("batch", 1), ("length", 16)):
        low, high = RANGES[name]
        kind = type(getattr(start, name))
        chosen[name] = st.number_input(
            _(TITLES[name]),
            min_value=kind(max(low, step)),
            max_value=kind(label_rows.LONGEST if name == "length" else high),
            value=getattr(start, name),
            step=kind(step),
            help=_(EXPLAINED[name]),
            key=f"tuning_{name}_{start.epochs if name == 'epochs' else ''}",
            width=130,
        )
    chosen[RATE] = st.number_input(
        _(TITLES[RATE]),
        min_value=1e-6,
        max_value=1e-2,
        value=start.learning_rate,
        format="%.0e",
        step=1e-4,
        help=_(EXPLAINED[RATE]),
        key="tuning_learning_rate",
        width=150,
    )
    return replace(start, **chosen)


def _begin(
    examples: Examples, name: str, base: str, called: str, settings: TrainingSettings, only_tried: bool
) -> None:
    """Starts the job that measures the other two ways, and then puts the run into the queue."""
    settings.check()
    tuning.divided(examples)  # raises for too few rows at once
    runs, ready, owner = training_runs(), encoders(), person()
    key = hash((examples.rows, examples.several))
    known: LabelData | None = None
    if (before := st.session_state.get(DATA)) and before[0] == key:
        known = before[1]

    def work(job: Job) -> tuple[str, Any]:
        data = known or tuning.prepared(examples, name, ready, job.cancelled, job.say)
        if only_tried:
            found = runs.preflight_on_labels(
                data, base, settings, job.cancelled, lambda note: job.say(note, None)
            )
            return "estimate", ((key, data), ((name, base, settings), found))
        return "run", runs.create_on_labels(data, base, called, settings, owner)

    st.session_state[JOB] = jobs().start(KIND, owner, work).id


def follow() -> None:
    """Waits for the job, and shows what it came to."""
    job = jobs().get(st.session_state.get(JOB, ""))
    if job is None:
        return
    st.button(_("Stop"), key="stop_tuning", icon=":material/stop_circle:", on_click=job.cancel)
    if job_progress.to_its_end(job, JOB, _("Stopped. Nothing was changed.")):
        what, made = job.result
        if what == "estimate":
            st.session_state[DATA], st.session_state[FOUND] = made
        else:
            session.put_away()
            tuned_run.OPENED.open(made)
    st.rerun()
