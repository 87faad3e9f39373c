"""A run that tunes an encoder on labels, as the page shows it: progress, the verdict on three ways, delete.

Knows runs; how one goes on is drawn as on the page Fine-tune.
"""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from components.errors import AppError
from components.training import label_rows
from components.training.run_records import Run
from components.ui import notices
from components.ui.classify import session
from components.ui.fine_tune import label_ways, run_progress
from components.ui.fine_tune.run_table import STATES
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import classifiers, training_runs

OPENED = Opened("classify_run", "run")


def mine() -> list[Run]:
    """The person's runs on labels, the newest first."""
    found = []
    for run in training_runs().records.of(person()):
        with suppress(AppError):  # of a plan that is damaged
            if _kind(run.id) == label_rows.KIND:
                training_runs().folder(run.id).plan()  # damaged since it was begun, it isn't shown
                found.append(run)
    return found


@st.cache_data(max_entries=1_000, show_spinner=False)
def _kind(run_id: str) -> str:
    """What a run was begun for. Asked once: a person's other runs aren't read at each press on the page."""
    return training_runs().folder(run_id).plan().kind


def draw() -> None:
    """The open run, and the choice of another one where there are any."""
    runs = mine()
    if not runs:
        notices.draw("runs")
        return
    st.header(_("Fine-tuned"))
    names = {run.id: f"{run.name} ({_(STATES[run.state])})" for run in runs}
    run = OPENED.find(lambda one: next((run for run in runs if run.id == one), None)) or next(
        (run for run in runs if run.active), None
    )
    if len(runs) > 1 or run is None:
        _draw_choice(runs, names, run)
    if run is not None:
        _draw_open(run)
    notices.draw("runs")


def _draw_choice(runs: Sequence[Run], names: dict[str, str], run: Run | None) -> None:
    ids = [one.id for one in runs]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Run"),
            ids,
            ids.index(run.id) if run else 0,
            format_func=lambda one: names.get(one, one),
            key=f"choose_run_{run.id if run else ''}",
        )
        st.button(
            _("Open"), icon=":material/open_in_new:", on_click=OPENED.open, args=(chosen,), key="open_run"
        )


def _draw_open(run: Run) -> None:
    run_progress.draw_name(run)
    if run.active:
        run_progress.draw_live(run.id, _draw_progress)
        return
    folder = training_runs().folder(run.id)
    if run.state == "done":
        with notices.part():
            if report := folder.report:
                label_ways.draw(report)
    with st.expander(_("Progress"), icon=":material/monitoring:", expanded=run.state != "done"):
        _draw_progress(run)
    with st.container(horizontal=True):
        if run.state == "done":
            kept = classifiers().of_run(run.id)
            if kept and not session.OPENED.id:
                st.button(
                    _("Use this classifier"),
                    type="primary",
                    icon=":material/category:",
                    on_click=session.open_classifier,
                    args=(kept,),
                )
            st.button(
                _("Compare again"),
                icon=":material/balance:",
                on_click=_again,
                args=(run.id,),
                key="again_run",
            )
        with st.popover(_("Delete"), icon=":material/delete:"):
            st.markdown(
                _(
                    "The run, its checkpoints and the tuned encoder are removed, and the classifier that was "
                    "made of them goes with them."
                )
            )
            st.button(_("Delete for good"), on_click=_delete, args=(run.id,), key=f"delete_{run.id}")


def _draw_progress(run: Run) -> None:
    events = training_runs().folder(run.id).log().read()
    steps = run_progress.draw_head(run, events)
    looks = [event for event in events if event["kind"] == "evaluation" and "accuracy" in event]
    if looks:
        text = _(
            "Right in {share} of the rows that are looked at while it trains (at the beginning {first})."
        )
        st.caption(text.format(share=f"{looks[-1]['accuracy']:.0%}", first=f"{looks[0]['accuracy']:.0%}"))
    run_progress.draw_charts(steps, events)
    run_progress.draw_facts(run, events)


def _again(run_id: str) -> None:
    with notices.shown("runs"):
        training_runs().evaluate(run_id)


def _delete(run_id: str) -> None:
    with notices.shown("runs"):
        was_open = classifiers().of_run(run_id) == session.OPENED.id
        training_runs().delete(run_id)
        classifiers().drop_of_run(run_id)
        if was_open:
            session.open_classifier(None)
        OPENED.open(None)
