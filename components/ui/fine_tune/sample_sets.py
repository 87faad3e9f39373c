"""The tab “Samples”: bundled data sets, one click each, with what to expect."""

import streamlit as st

from components.models.catalog import ModelSpec
from components.training.doctor.checks import Upload
from components.training.samples import SAMPLES, Sample
from components.ui.fine_tune import session
from components.ui.language import _


def draw(spec: ModelSpec | None) -> None:
    """A card for each."""
    st.caption(
        _(
            "One click checks a sample; Start training, in the tab Train, then trains on it: a few minutes "
            "on two cores with the packaged model, the comparison with the base included. With its answers "
            "mixed up the same sample must come out as not better: try it to see that the verdict can say "
            "no."
        )
    )
    for start in range(0, len(SAMPLES), 2):
        for column, sample in zip(st.columns(2), SAMPLES[start : start + 2], strict=False):
            with column.container(border=True, height="stretch"):
                _draw_one(sample, spec)


def _draw_one(sample: Sample, spec: ModelSpec | None) -> None:
    st.subheader(f"{sample.icon} {_(sample.title)}", anchor=False)
    st.markdown(_(sample.about))
    st.caption(_("Rows: {rows}. Written for this page.").format(rows=sample.rows))
    with st.container(horizontal=True):
        used = st.button(
            _("Use this sample"),
            key=f"sample_{sample.file}",
            icon=":material/play_arrow:",
            type="primary",
            disabled=spec is None,
        )
        mixed = st.button(
            _("With its answers mixed up"),
            key=f"mixed_{sample.file}",
            icon=":material/shuffle:",
            disabled=spec is None,
        )
    if (used or mixed) and spec:
        begin(sample, spec, mixed)
        st.rerun()


def begin(sample: Sample, spec: ModelSpec, shuffled: bool = False) -> None:
    """Checks a sample as if it had been uploaded."""
    name = sample.file.replace(".jsonl", "-mixed.jsonl") if shuffled else sample.file
    session.start([Upload(name, sample.data(shuffled))], spec, [])
