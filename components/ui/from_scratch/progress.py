"""A model from nothing as it learns: bits per character beside two n-grams, what it writes and copies."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.training.run_records import Run
from components.ui import notices
from components.ui.fine_tune import run_progress, run_report, verdict_words
from components.ui.language import _
from components.ui.resources import training_runs
from components.ui.text import plain

POLL_SECONDS = 1.0
SAMPLES = 12  # that are shown, the newest first
RISEN = 1.03  # held-out loss against its best, from which on the model only memorises


def draw(run: Run) -> None:
    st.header(_("Progress"))
    st.markdown(f"**{plain(run.name)}** · {plain(run.data_name)}")
    if run.active:
        run_progress.draw_live(run.id, _draw)
        return
    _draw(run)
    if run.state == "done":
        with notices.part():
            _draw_report(run)


def _draw_report(run: Run) -> None:
    """What came out of it: the sentence, bits per character of all held-out text, and the way to use it."""
    folder = training_runs().folder(run.id)
    st.header(_("Has it learned?"))
    if report := folder.report:
        verdict_words.draw(report)
        if found := report.get("scratch"):
            rows = [
                (_("This model"), found["mine"]),
                (_("5-gram"), found["five"]),
                (_("3-gram"), found["three"]),
            ]
            table = [{"": name, _("Bits per character"): f"{nats / math.log(2):.3f}"} for name, nats in rows]
            st.dataframe(table, hide_index=True, width="content")
    if folder.result:
        used = st.button(
            _("Write with it"), type="primary", icon=":material/edit_note:", key=f"write_{run.id}"
        )
        if used and run.tuned_id:
            run_report.open_chat(run)
        run_report.draw_next(run)
        run_report.draw_downloads(run)


def _draw(run: Run) -> None:
    events = training_runs().folder(run.id).log().read()
    steps = run_progress.draw_head(run, events)
    _draw_bits(events)
    _draw_memorising(events)
    _draw_samples(events)
    run_progress.draw_charts(steps, events)
    run_progress.draw_facts(run, events)


def _draw_bits(events: Sequence[Any]) -> None:
    """Bits per character on held-out text, with what counting alone is worth as two lines."""
    looks = [event for event in events if event["kind"] == "evaluation" and "bits" in event]
    if not looks:
        return
    step, bits, of = _("step"), _("bits per character"), _("Model")
    rows = [{step: e["step"], bits: e["bits"], of: _("this model")} for e in looks]
    for event in [event for event in events if event["kind"] == "baselines"][-1:]:
        names = {"3": _("3-gram"), "5": _("5-gram")}
        for order, value in event["ngrams"].items():
            ends = (looks[0]["step"], max(looks[-1]["step"], 1))
            rows += [{step: end, bits: value, of: names.get(order, order)} for end in ends]
    st.line_chart(pd.DataFrame(rows), x=step, y=bits, color=of, x_label=step, y_label=bits, height=260)
    st.caption(
        _(
            "Bits per character of text that it is not trained on: how hard it is to predict the next letter."
            " A coin toss has one bit. An n-gram only counts which letter follows which; below its line, the "
            "model knows more than that."
        )
    )


def _draw_memorising(events: Sequence[Any]) -> None:
    losses = [event["loss"] for event in events if event["kind"] == "evaluation" and "loss" in event]
    if len(losses) > 3 and losses[-1] > RISEN * min(losses):
        st.warning(
            _(
                "The held-out loss rises again: from here on it only memorises. The best weights so far are "
                "kept; more text or a smaller model would help."
            ),
            icon=":material/psychology_alt:",
        )


def _draw_samples(events: Sequence[Any]) -> None:
    found = [event for event in events if event["kind"] == "samples"]
    if not found:
        return
    st.subheader(_("What it writes"), anchor=False)
    if any(one.get("copied") for event in found for one in event["samples"]):
        st.caption(_("What is copied from the text word for word is :orange-background[marked]."))
    for event in [*found[:0:-1], found[0]][:SAMPLES]:
        step = _("step {number}").format(number=event["step"])
        for one in event["samples"]:
            st.markdown(f":gray-badge[{step}] {_marked(one['text'], one.get('copied', []))}")


def _marked(text: str, copied: Sequence[Sequence[int]]) -> str:
    """A sample with its copied stretches marked."""
    pieces, at = [], 0
    for start, end in copied:
        pieces += [plain(text[at:start]), f":orange-background[{plain(text[start:end])}]"]
        at = end
    return "".join([*pieces, plain(text[at:])])
