"""What classifying came to: the label and every label's score as bars, or a table of many texts."""

from collections import Counter

import pandas as pd
import streamlit as st

from components.documents.cells import neutral
from components.tasks.classify.classifier import Verdict
from components.tasks.classify.classify_jobs import Outcome
from components.ui.classify import inputs, keep_form, quality_report, session
from components.ui.language import _, ngettext
from components.ui.text import plain

SHOWN = 30  # bars
WAYS = {"sentiment": "sentiment"}


def draw(kept: session.Current | None) -> None:
    """The outcome of the last press, and below it how good the classifier is."""
    found = session.outcome()
    if found:
        _draw_verdicts(found)
    if found and found.trained:
        inputs.tell(found.trained.examples.notes)
        quality_report.draw(found.trained.report, found.trained.examples, found.classifier)
    elif kept and kept.report and kept.classifier and kept.examples:  # of a tuned one, those held out
        quality_report.draw(kept.report, kept.examples, kept.classifier)
    if found and found.way in ("labels", "examples"):
        keep_form.draw_keep(found)


def _draw_verdicts(found: Outcome) -> None:
    if not found.texts:
        return
    if len(found.texts) == 1:
        _draw_one(found, found.verdicts[0])
    else:
        _draw_many(found)
    if found.unread:
        st.warning(
            ngettext(
                "{count} text is in a language that no installed embedding model was made for; what is said "
                "of it may be a guess.",
                "{count} texts are in a language that no installed embedding model was made for; what is "
                "said of them may be a guess.",
                len(found.unread),
            ).format(count=len(found.unread)),
            icon=":material/translate:",
        )


def named(label: str, found: Outcome) -> str:
    """A label as it is shown: those of sentiment in the person's language, a person's own as they are."""
    words = {"positive": _("positive"), "negative": _("negative"), "neutral": _("neutral")}
    return words.get(label, label) if found.way == "sentiment" else label


def _draw_one(found: Outcome, verdict: Verdict) -> None:
    st.subheader(", ".join(plain(named(one, found)) for one in verdict.labels) or _("None of these"))
    how = _("Certainty {certainty}; {seconds} s")
    st.caption(how.format(certainty=f"{verdict.certainty:.0%}", seconds=f"{found.seconds:.2f}"))
    if not verdict.labels and found.classifier.threshold:
        best = max(zip(verdict.scores, found.classifier.names, strict=True))[1]
        text = _(
            "The nearest is {label}, but not clearly enough. Switch “None of these” off to have it anyway."
        )
        st.caption(text.format(label=plain(named(best, found))))
    rows = sorted(zip(verdict.scores, found.classifier.names, strict=True), reverse=True)
    bars = pd.DataFrame(
        {
            _("Label"): [named(name, found) for _score, name in rows[:SHOWN]],
            _("Score"): [score for score, _name in rows[:SHOWN]],
        }
    )
    st.dataframe(
        bars,
        hide_index=True,
        column_config={
            _("Score"): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
        },
    )


def _draw_many(found: Outcome) -> None:
    counts = Counter(label for verdict in found.verdicts for label in verdict.labels or ("",))
    with st.container(horizontal=True):
        for label, number in counts.most_common(6):
            st.metric(plain(named(label, found)) or _("None of these"), f"{number:,}", width="content")
    rows = pd.DataFrame(
        {
            _("Text"): found.texts,
            _("Label"): [
                "; ".join(named(one, found) for one in verdict.labels) for verdict in found.verdicts
            ],
            _("Certainty"): [verdict.certainty for verdict in found.verdicts],
        }
    )
    percent = st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1, width="small")
    # What was found comes first: beside long texts it would be out of sight on a phone.
    st.dataframe(
        rows,
        hide_index=True,
        column_order=[_("Label"), _("Certainty"), _("Text")],
        column_config={_("Certainty"): percent, _("Label"): st.column_config.Column(width="small")},
    )
    safe = rows.map(lambda cell: neutral(cell) if isinstance(cell, str) else round(cell, 4))
    st.download_button(
        _("Download as CSV"),
        safe.to_csv(index=False).encode("utf-8-sig"),
        "classified.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )
