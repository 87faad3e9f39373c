"""What is named in a text: marked in it, as a table, and blanked out as an export."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.documents.cells import neutral
from components.tasks.classify.entities import KINDS, Entity, blanked
from components.tasks.classify.name_finder import Named
from components.ui.classify import inputs, keep_form, session, tag_report
from components.ui.classify.marked_text import marked
from components.ui.language import _
from components.ui.text import plain

SHOWN = 20_000  # characters that are drawn with marks


def draw(kept: session.Current | None) -> None:
    """What was found by the last press, and how good the kinds are that it was found by."""
    outcome = session.named()
    if outcome and outcome.named:
        _draw_found(outcome.named)
    if outcome and outcome.trained:
        inputs.tell(outcome.trained.marked.notes)
        tag_report.draw(outcome.trained.report)
        keep_form.draw_keep_kinds(outcome.trained)
    elif kept and kept.tag_report:
        tag_report.draw(kept.tag_report)


def _draw_found(found: Named) -> None:
    if found.missing:
        text = _("Named by the model, and not in the text, so left out: {names}")
        st.caption(":material/search_off: " + text.format(names=", ".join(map(plain, found.missing[:20]))))
    if not found.entities:
        st.info(_("Nothing was found: no name, date, amount, address or number."), icon=":material/info:")
        _say_measured(found)
        return
    counts = Counter(one.kind for one in found.entities)
    kinds = [*(kind for kind in counts if kind not in KINDS), *(kind for kind in KINDS if kind in counts)]
    chosen = st.pills(
        _("Kinds"),
        kinds,
        selection_mode="multi",
        default=kinds,
        format_func=lambda kind: f"{plain(titled(kind))} · {counts[kind]}",
        key=f"named_kinds_{hash((found.text, *kinds))}",
    )
    shown = [one for one in found.entities if one.kind in (chosen or [])]
    with st.container(border=True):
        st.markdown(marked(found.text[:SHOWN], shown))
    _draw_table(shown)
    _draw_exports(found, shown, chosen or [])
    _say_measured(found)


def titled(kind: str) -> str:
    """A kind as it is shown: the app's own in the person's language, others as they are."""
    return _(KINDS[kind]) if kind in KINDS else kind


def _draw_table(entities: Sequence[Entity]) -> None:
    rows = [
        {
            _("What"): one.text,
            _("Kind"): titled(one.kind),
            _("Place in the text"): one.start + 1,
            _("Check digits"): (
                "" if one.kind not in ("account", "card") else _("right") if one.sure else _("wrong")
            ),
        }
        for one in entities
    ]
    if not any(one.kind in ("account", "card") for one in entities):
        rows = [{name: value for name, value in row.items() if name != _("Check digits")} for row in rows]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _draw_exports(found: Named, shown: Sequence[Entity], kinds: Sequence[str]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            _("Blank them out"),
            blanked(found.text, found.entities, kinds),
            "blanked.txt",
            "text/plain",
            icon=":material/visibility_off:",
            on_click="ignore",
            help=_(
                "The text without what is marked: [PERSON 1], the same one with the same number. Read it "
                "before you hand it on: what wasn't found is still in it."
            ),
        )
        table = pd.DataFrame(
            [{"text": one.text, "kind": one.kind, "start": one.start, "end": one.end} for one in shown]
        )
        st.download_button(
            _("Download as CSV"),
            table.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
            .to_csv(index=False)
            .encode("utf-8-sig"),
            "named.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            type="tertiary",
        )


def _say_measured(found: Named) -> None:
    """What this is worth, in numbers."""
    if found.by != "rules":
        return
    st.caption(
        _(
            "Dates, amounts, addresses and numbers are found by rules and check digits. Names are found by "
            "their capitals and told apart by their meaning. In English web texts that others marked, "
            "{found} of the names were found and called what they are, and {right} of what was called a "
            "name is one; in German a tenth, and in Chinese hardly any."
        ).format(found=f"{FOUND:.0%}", right=f"{RIGHT:.0%}")
    )


# Recall and precision on UNER English EWT (benchmarks/entities.py)
FOUND, RIGHT = 0.54, 0.41
