"""A person's runs in a table and a chart; rename, delete; adapters that were made elsewhere."""

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.models.adapters import CONFIG, WEIGHTS
from components.training import exporting
from components.training.records import Run
from components.ui import notices, run_session, uploads
from components.ui.person import person
from components.ui.resources import adapters, config, library, manager, training_runs
from components.ui.text import plain

STATES = {
    "queued": "in the queue",
    "running": "at work",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
    "interrupted": "interrupted",
}


def draw(open_run: Run | None, base_model: str) -> None:
    runs = training_runs().records.of(person())
    if runs:
        st.header("Runs")
        _draw_table(runs)
        _draw_comparison(runs)
        _draw_change(runs, open_run)
    _draw_upload(base_model)
    _draw_uploaded()


def _draw_table(runs: Sequence[Run]) -> None:
    rows = [
        {
            "Name": run.name,
            "State": STATES[run.state],
            "Base": run.base_id,
            "Data": run.data_name,
            "Method": run.settings.method,
            "Steps": f"{run.figures.get('step', 0)} of {run.figures.get('steps', 0)}",
            "First loss": run.figures.get("base_loss"),
            "Best loss": run.figures.get("best_loss"),
            "Is it better?": run.figures.get("verdict", ""),
            "Learning rate": run.settings.learning_rate,
            "Started": time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created_at)),
        }
        for run in runs
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _draw_comparison(runs: Sequence[Run]) -> None:
    names = {run.id: _title(run) for run in runs}
    chosen = st.multiselect(
        "Compare runs", list(names), default=list(names)[:3], format_func=lambda one: names.get(one, one)
    )
    rows = []
    for run_id in chosen:
        for event in training_runs().folder(run_id).log().read():
            looks = event["kind"] == "evaluation" and "loss" in event
            rows += [{"step": event["step"], "loss": event["loss"], "run": names[run_id]}] if looks else []
    if rows:
        st.line_chart(
            pd.DataFrame(rows),
            x="step",
            y="loss",
            color="run",
            x_label="step",
            y_label="validation loss",
            height=240,
        )


def _title(run: Run) -> str:
    return f"{run.name} ({time.strftime('%d %b %H:%M', time.localtime(run.created_at))})"


def _draw_change(runs: Sequence[Run], open_run: Run | None) -> None:
    names = {run.id: _title(run) for run in runs}
    start = list(names).index(open_run.id) if open_run and open_run.id in names else 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Run", list(names), start, format_func=lambda one: names.get(one, one))
        st.button("Open", icon=":material/open_in_new:", on_click=run_session.open_run, args=(chosen,))
        with st.popover("Rename", icon=":material/edit:"):
            run = next(one for one in runs if one.id == chosen)
            name = st.text_input("New name", run.name, key=f"rename_{chosen}", max_chars=100)
            st.button("Save name", on_click=_rename, args=(chosen, name), key=f"save_{chosen}")
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("The run, its checkpoints and its adapter are removed.")
            st.button("Delete for good", on_click=_delete, args=(chosen,), key=f"delete_{chosen}")


def _rename(run_id: str, name: str) -> None:
    with notices.shown():
        training_runs().rename(run_id, name)


def _delete(run_id: str) -> None:
    with notices.shown():
        training_runs().delete(run_id)
        run_session.open_run(None)


def _draw_upload(base_model: str) -> None:
    with st.expander("Use an adapter that was made elsewhere", icon=":material/upload:"):
        st.markdown(f"LoRA in PEFT's format: `{CONFIG}` and `{WEIGHTS}`, or a ZIP of both.")
        files = st.file_uploader(
            "Adapter",
            ["zip", "json", "safetensors", "bin"],
            accept_multiple_files=True,
            key="adapter_files",
            max_upload_size=config().upload_mb,
        )
        name = st.text_input("Adapter name", key="adapter_name", max_chars=100)
        if st.button("Add adapter", icon=":material/add:", disabled=not base_model):
            with notices.shown():
                uploads.count(*files)
                spec = manager().catalog.get(base_model)
                base = library().prepare(spec, lambda text, share: None)
                made = exporting.import_adapter(
                    [(file.name, file.getvalue()) for file in files],
                    title=name,
                    owner=person(),
                    base_id=spec.id,
                    base_title=spec.title,
                    base=base,
                    adapters=adapters(),
                    config=config(),
                )
                notices.later(f"{made.title} is in every model picker now, on top of {spec.title}.")
            st.rerun()


def _draw_uploaded() -> None:
    mine = [one for one in adapters().all() if one.owner == person() and not one.run]
    for one in mine:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/extension: **{plain(one.title)}** on {plain(one.base)}")
            st.button(
                "Delete adapter", icon=":material/delete:", key=f"drop_{one.id}", on_click=adapters().delete,
                args=(one.id,),
            )  # fmt: skip
