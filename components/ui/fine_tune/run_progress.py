"""A training run as it goes on: losses, speed, samples, queue; stop and resume."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.config import GB
from components.messages import N_
from components.training.execution import to_be_kept
from components.training.folder import at_work
from components.training.run_records import Run
from components.ui import notices, training_pace
from components.ui.fine_tune import form
from components.ui.language import _, said
from components.ui.resources import manager, training_runs
from components.ui.text import plain

HERE = "progress"  # where on the page messages are shown
POLL_SECONDS = 1.0
ASKED = {
    "stop": N_("Stopping: a checkpoint is being written"),
    "finish": N_("Finishing: what was learned so far is being kept"),
}
STOPPING = N_("Stopping")
POINTS = 400  # of a line; more can't be told apart


def draw(run: Run) -> None:
    st.header(_("Progress"))
    draw_name(run)
    if run.active:
        draw_live(run.id, _draw)
    else:
        _draw(run)


def draw_name(run: Run) -> None:
    """A run's name, with its base and its data where the name doesn't say them."""
    base = next((one.title for one in manager().catalog.all() if one.id == run.base_id), run.base_id)
    more = [plain(one) for one in (base, run.data_name) if one not in run.name]
    st.markdown(" · ".join([f"**{plain(run.name)}**", *more]))


@st.fragment(run_every=POLL_SECONDS)
def draw_live(run_id: str, draw_run: Callable[[Run], None]) -> None:
    """A run in progress, drawn again and again until it ends."""
    run = training_runs().records.get(run_id)
    if run is None or not run.active:
        st.rerun()
    notices.toast(HERE)
    draw_run(run)


def _draw(run: Run) -> None:
    events = training_runs().folder(run.id).log().read()
    steps = draw_head(run, events)
    for event in [event for event in events if event.get("cut")][-1:]:
        length = run.settings.length
        form.draw_shortened(event["cut"], length)
    if run.active:
        for model in manager().status():
            training_pace.draw(model)
    draw_charts(steps, events)
    _draw_samples(events)
    draw_facts(run, events)


def draw_head(run: Run, events: Sequence[Any]) -> list[Any]:
    """The state of a run, what can be done with it, and its figures; returns its steps so far."""
    _draw_state(run, events)
    steps = [event for event in events if event["kind"] == "step"]
    training = run.state == "running" and bool(steps) and at_work(events) == "train"
    _draw_buttons(run, training)
    if not run.active:  # in the fragment, which reruns by itself, it is a toast
        notices.draw(HERE)
    _draw_numbers(steps, training)
    return steps


def _draw_state(run: Run, events: Sequence[Any]) -> None:
    if run.state == "queued":
        before = training_runs().position(run.id)
        text = _("In the queue: {count} before it.") if before else _("Next in the queue.")
        st.info(text.format(count=before), icon=":material/hourglass_top:")
    elif run.state == "running":
        asked = training_runs().folder(run.id).asked()
        learns = at_work(events) == "train" and to_be_kept(events)
        doing = STOPPING if asked == "stop" and not learns else ASKED.get(asked or "", "")
        note = _(doing) if doing else said(run.note) or _("Starting")
        st.info(plain(note), icon=":material/model_training:")
    elif run.state == "done":
        note = said(run.note) or _("Done. You can now choose it under Model on every page.")
        st.success(plain(note), icon=":material/check_circle:")
    elif run.state == "failed":
        st.error(plain(said(run.note)), icon=":material/error:")
    else:
        st.warning(plain(said(run.note)), icon=":material/pause_circle:")


def _draw_buttons(run: Run, training: bool) -> None:
    with st.container(horizontal=True):
        if run.active:
            asked = training_runs().folder(run.id).asked()
            _button(_("Stop training"), ":material/stop_circle:", "stop", run.id, not asked, bool(asked))
            if training:
                _button(_("Finish now"), ":material/flag:", "finish", run.id, disabled=bool(asked))
        elif run.state != "done":
            _button(_("Resume"), ":material/play_arrow:", "resume", run.id, primary=True)
            folder = training_runs().folder(run.id)
            if folder.result is None and folder.last_checkpoint():
                _button(_("Take the last checkpoint"), ":material/flag:", "take", run.id)


def _button(
    label: str, icon: str, action: str, run_id: str, primary: bool = False, disabled: bool = False
) -> None:
    """A button that does something to a run; disabled once it was pressed and is being done."""
    st.button(
        label,
        icon=icon,
        disabled=disabled,
        type="primary" if primary else "secondary",
        on_click=_do,
        args=(action, run_id),
        key=f"{action}_{run_id}",
    )


def _do(action: str, run_id: str) -> None:
    with notices.shown(HERE):
        getattr(training_runs(), action)(run_id)


def _draw_numbers(steps: Sequence[Any], training: bool) -> None:
    if not steps:
        return
    last = steps[-1]
    recent = steps[-10:]
    seconds = sum(event["seconds"] for event in recent)
    speed = sum(event["tokens"] for event in recent) / seconds if seconds else 0.0
    left = _left(last["left"]) if training else ""
    facts = [
        (_("Step"), _("{step} of {steps}").format(step=f"{last['step']:,}", steps=f"{last['steps']:,}")),
        (_("Loss"), f"{last['loss']:.3f}"),
        (_("Tokens/s"), f"{speed:,.0f}"),
        (_("Time left"), left or "–"),
    ]
    for column, (label, value) in zip(st.columns(4), facts, strict=True):
        column.metric(label, value)
    st.progress(min(last["step"] / max(last["steps"], 1), 1.0))


def _left(seconds: float) -> str:
    if seconds < 90:
        return _("{seconds} s").format(seconds=f"{seconds:.0f}")
    return _("{minutes} min").format(minutes=f"{seconds / 60:.0f}")


def draw_charts(steps: Sequence[Any], events: Sequence[Any]) -> None:
    if not steps:
        return
    looks = [event for event in events if event["kind"] == "evaluation" and "loss" in event]
    kept = steps[:: max(len(steps) // POINTS, 1)]
    step, loss, of = _("step"), _("loss"), _("Rows")
    rows = [{step: e["step"], loss: e["loss"], of: _("trained on")} for e in kept]
    rows += [{step: e["step"], loss: e["loss"], of: _("held out")} for e in looks]
    st.line_chart(pd.DataFrame(rows), x=step, y=loss, color=of, x_label=step, y_label=loss, height=260)
    _draw_pairs(kept, looks)
    with st.expander(_("Learning rate, gradient norm, tokens/s"), icon=":material/monitoring:"):
        table = pd.DataFrame(
            {
                step: [e["step"] for e in kept],
                _("learning rate"): [e["rate"] for e in kept],
                _("gradient norm"): [e["norm"] for e in kept],
                _("tokens/s"): [e["tokens"] / e["seconds"] if e["seconds"] else 0.0 for e in kept],
            }
        )
        for column, name in zip(st.columns(3), table.columns[1:], strict=True):
            with column:
                st.line_chart(table, x=step, y=name, height=180)


def _draw_pairs(steps: Sequence[Any], looks: Sequence[Any]) -> None:
    """Of a run on pairs: reward margin, accuracy on held-out pairs, drift from the base."""
    if not any("margin" in event for event in [*steps, *looks]):
        return
    step, of, both = _("step"), _("Rows"), (_("trained on"), _("held out"))
    titles = {
        "margin": _("reward margin"),
        "accuracy": _("accuracy on pairs"),
        "drift": _("drift from the base"),
    }
    for column, (name, title) in zip(st.columns(3), titles.items(), strict=True):
        rows = [
            {step: event["step"], title: event[name], of: side}
            for side, events in zip(both, (steps, looks), strict=True)
            for event in events
            if name in event
        ]
        if rows:
            with column:
                st.line_chart(
                    pd.DataFrame(rows), x=step, y=title, color=of, x_label=step, y_label=title, height=200
                )
    st.caption(
        _(
            "Reward margin: how much more likely than in the base the chosen answer has become, compared "
            "with the rejected one. Accuracy: the share of pairs where it is more. Drift: how far the "
            "probability of an answer's token is from the base's, in nats."
        )
    )


def _draw_samples(events: Sequence[Any]) -> None:
    found = [event for event in events if event["kind"] == "samples"]
    if not found:
        return
    with st.expander(_("Samples from fixed prompts"), icon=":material/forum:"):
        st.caption(
            _("What the model says at each evaluation, always its most likely words. The newest first.")
        )
        for number, sample in enumerate(found[-1]["samples"]):
            st.markdown(f"**{plain(sample['prompt'])}**")
            for event in [*found[:0:-1], found[0]][:6]:
                words = event["samples"][number]["text"] if number < len(event["samples"]) else ""
                step = _("step {number}").format(number=event["step"])
                st.markdown(f":gray-badge[{step}] {plain(words)}")


def draw_facts(run: Run, events: Sequence[Any]) -> None:
    folder = training_runs().folder(run.id)
    with st.expander(_("Cost and reproducibility"), icon=":material/receipt_long:"):
        for event in [event for event in events if event["kind"] == "estimate"][-1:]:
            text = _(
                "Estimated from a trial: {memory} GB of memory, {disk} GB of disk, {time}. Steps: {steps}."
            )
            st.markdown(
                text.format(
                    memory=f"{event['memory'] / GB:.1f}",
                    disk=f"{event['disk'] / GB:.2f}",
                    time=_left(event["seconds"]),
                    steps=f"{event['steps']:,}",
                )
            )
            for changed in event["fitted"]:
                st.info(plain(said(changed)), icon=":material/fit_screen:")
        for event in [event for event in events if event["kind"] == "end"][-1:]:
            text = _("Peak memory: {memory} GB.")
            st.markdown(text.format(memory=f"{event['memory'] / GB:.1f}"))
        st.markdown(_("Everything is in this folder; TensorBoard can read its `tensorboard`:"))
        st.code(str(folder.path), language=None)
        st.code(f"accelerate launch -m components.training.program.train {folder.path}", language="sh")
        with notices.part():
            st.json(folder.plan().to_json(), expanded=False)
