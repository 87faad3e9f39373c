"""A person's runs in a table and a chart; rename, delete; adapters that were made elsewhere."""

import time
from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.messages import N_
from components.models.adapters import CONFIG, WEIGHTS
from components.training import adapter_files
from components.training.run_records import Run
from components.ui import notices, uploads
from components.ui.fine_tune import run_session
from components.ui.language import _
from components.ui.person import person
from components.ui.resources import adapters, config, library, manager, training_runs
from components.ui.text import plain

HERE, IMPORTED = "runs", "adapters"  # where on the page messages are shown
TABLE_SECONDS = 3
STATES = {
    "queued": N_("in the queue"),
    "running": N_("in progress"),
    "done": N_("done"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
}
VERDICTS = {
    "better": N_("better"),
    "form": N_("only the form"),
    "unclear": N_("can't be told"),
    "not better": N_("not better"),
    "worse": N_("worse"),
}


def draw(open_run: Run | None, base_model: str) -> None:
    runs = training_runs().records.of(person())
    if runs:
        st.header(_("Runs"))
        # The steps of a run in progress are those of now, not of when the page was drawn.
        every = TABLE_SECONDS if any(run.active for run in runs) else None
        st.fragment(_draw_table, run_every=every)()
        _draw_comparison(runs)
        _draw_change(runs, open_run)
    _draw_upload(base_model)
    _draw_uploaded()


def _draw_table() -> None:
    runs = training_runs().records.of(person())
    rows = [
        {
            _("Name"): run.name,
            _("State"): _(STATES[run.state]),
            _("Base"): run.base_id,
            _("Data"): run.data_name,
            _("Method"): run.settings.method,
            _("Steps"): _steps(run),
            _("First loss"): run.figures.get("base_loss"),
            _("Best loss"): run.figures.get("best_loss"),
            _("Is it better?"): _(VERDICTS.get(run.figures.get("verdict", ""), "")),
            _("Learning rate"): run.settings.learning_rate,
            _("Started"): time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created_at)),
        }
        for run in runs
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _steps(run: Run) -> str:
    if not run.figures.get("steps"):
        return "–"
    text = _("{step} of {steps}")
    return text.format(step=run.figures.get("step", 0), steps=run.figures["steps"])


def _draw_comparison(runs: Sequence[Run]) -> None:
    names = _titles(runs)
    chosen = st.multiselect(
        _("Compare runs"), list(names), default=list(names)[:3], format_func=lambda one: names.get(one, one)
    )
    step, loss, of_run = _("step"), _("loss"), _("Run")
    rows = []
    for run_id in chosen:
        for event in training_runs().folder(run_id).log().read():
            looks = event["kind"] == "evaluation" and "loss" in event
            rows += [{step: event["step"], loss: event["loss"], of_run: names[run_id]}] if looks else []
    if rows:
        st.line_chart(
            pd.DataFrame(rows),
            x=step,
            y=loss,
            color=of_run,
            x_label=step,
            y_label=_("validation loss"),
            height=240,
        )


def _titles(runs: Sequence[Run]) -> dict[str, str]:
    """What runs are told apart by: their names and times, to the second where two are the same."""
    titles = {run.id: _title(run, "") for run in runs}
    counts = Counter(titles.values())
    return {run.id: _title(run, ":%S") if counts[titles[run.id]] > 1 else titles[run.id] for run in runs}


def _title(run: Run, seconds: str) -> str:
    created = time.strftime(_("%d %b %H:%M") + seconds, time.localtime(run.created_at))
    return f"{run.name} ({created})"


def _draw_change(runs: Sequence[Run], open_run: Run | None) -> None:
    names = _titles(runs)
    start = list(names).index(open_run.id) if open_run and open_run.id in names else 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(_("Run"), list(names), start, format_func=lambda one: names.get(one, one))
        st.button(_("Open"), icon=":material/open_in_new:", on_click=run_session.open_run, args=(chosen,))
        with st.popover(_("Rename"), icon=":material/edit:"):
            run = next(one for one in runs if one.id == chosen)
            name = st.text_input(_("New name"), run.name, key=f"rename_{chosen}", max_chars=100)
            st.button(_("Save name"), on_click=_rename, args=(chosen, name), key=f"save_{chosen}")
        with st.popover(_("Delete"), icon=":material/delete:"):
            st.markdown(_("The run, its checkpoints and its adapter are removed."))
            st.button(_("Delete for good"), on_click=_delete, args=(chosen,), key=f"delete_{chosen}")
    notices.draw(HERE)


def _rename(run_id: str, name: str) -> None:
    with notices.shown(HERE):
        training_runs().rename(run_id, name)


def _delete(run_id: str) -> None:
    with notices.shown(HERE):
        training_runs().delete(run_id)
        run_session.open_run(None)


def _draw_upload(base_model: str) -> None:
    with st.expander(_("Import an adapter"), icon=":material/upload:"):
        text = _("LoRA in PEFT's format: `{config}` and `{weights}`, or a ZIP of both.")
        st.markdown(text.format(config=CONFIG, weights=WEIGHTS))
        files = st.file_uploader(
            _("Adapter"),
            ["zip", "json", "safetensors", "bin"],
            accept_multiple_files=True,
            key="adapter_files",
            max_upload_size=config().adapter_mb,
        )
        name = st.text_input(_("Adapter name"), key="adapter_name", max_chars=100)
        if st.button(_("Add adapter"), icon=":material/add:", disabled=not base_model):
            with notices.shown(IMPORTED):
                uploads.count(*files)
                spec = manager().catalog.get(base_model)
                base = library().prepare(spec, lambda text, share: None)
                made = adapter_files.import_adapter(
                    [(file.name, file.getvalue()) for file in files],
                    title=name,
                    owner=person(),
                    base_id=spec.id,
                    base_title=spec.title,
                    base=base,
                    adapters=adapters(),
                    config=config(),
                )
                text = _("{adapter} is in every model picker now, on top of {model}.")
                notices.later(text.format(adapter=made.title, model=spec.title), where=IMPORTED)
                if other := adapter_files.other_base(made, spec):
                    text = _(
                        "Its settings say that it was made for {base}: its answers may make no sense here."
                    )
                    notices.later(text.format(base=other), where=IMPORTED)
            st.rerun()
        notices.draw(IMPORTED)


def _draw_uploaded() -> None:
    mine = [one for one in adapters().all() if one.owner == person() and not one.run]
    for one in mine:
        with st.container(horizontal=True, vertical_alignment="center"):
            text = _("**{adapter}** on {model}").format(adapter=plain(one.title), model=plain(one.base))
            st.markdown(f":material/extension: {text}")
            with st.popover(_("Delete adapter"), icon=":material/delete:", key=f"ask_{one.id}"):
                st.markdown(_("The adapter is removed for good."))
                st.button(
                    _("Delete adapter for good"),
                    key=f"drop_{one.id}",
                    on_click=adapters().delete,
                    args=(one.id,),
                )
