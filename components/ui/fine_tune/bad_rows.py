"""Every bad row of an upload: by kind above, and in a table. Knows findings; not what is done about them."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.messages import clauses
from components.training.doctor import repaired_files
from components.training.doctor.checks import Check
from components.training.doctor.findings import KINDS, Finding
from components.ui.language import _, code, said
from components.ui.text import plain

NAMED = 20  # places of one kind of problem that are named above the table


def draw(check: Check, dropped: bool) -> None:
    """Every bad row, by its line; once they were dropped, only where the list is opened."""
    findings = check.findings
    if not findings:
        if check.report.kind:
            st.caption(":material/check: " + _("Nothing is wrong with any row."))
        return
    if dropped:
        with st.expander(_("What was wrong"), icon=":material/list:"):
            _draw_table(check)
    else:
        st.subheader(_("Bad rows"))
        _draw_table(check)


@st.cache_data(max_entries=8, show_spinner=False)
def _table(
    check_id: str, model_id: str, request: str, language: str, _findings: Sequence[Finding]
) -> pd.DataFrame:
    """Every bad row, once for each check and language: thousands of sentences take seconds to translate."""
    table = pd.DataFrame(
        {
            "File": [one.file for one in _findings],
            "Sheet": [one.sheet for one in _findings],
            "Line": [one.line for one in _findings],
            "Row": [one.row for one in _findings],
            "Problem": [_(KINDS[one.kind]) for one in _findings],
            "What": [said(one.what) for one in _findings],
        }
    )
    empty = [column for column in ("File", "Sheet", "Row") if not table[column].any()]
    return table.drop(columns=empty)


def _draw_table(check: Check) -> None:
    findings = check.findings
    for kind, name in KINDS.items():
        if places := [one for one in findings if one.kind == kind]:
            named = plain(said(clauses(*(one.where for one in places[:NAMED]))))
            text = _("**{problem}** ({count}): {places}").format(
                problem=_(name),
                count=f"{len(places):,}",
                places=shortened(named, len(places) - NAMED),
            )
            st.markdown(f":orange[:material/error:] {text}")
    table = _table(check.id, check.model_id, repr(check.request), code(), findings)
    columns = {
        "File": st.column_config.Column(_("File")),
        "Sheet": st.column_config.Column(_("Sheet")),
        "Line": st.column_config.NumberColumn(_("Line"), width=60),
        "Row": st.column_config.NumberColumn(_("Row"), width=60),
        "Problem": st.column_config.Column(_("Problem"), width=170),
        "What": st.column_config.Column(_("What")),
    }
    st.dataframe(table, hide_index=True, column_config=columns, height=min(38 + 35 * len(table), 400))
    st.download_button(
        _("Download the list of bad rows"),
        lambda: repaired_files.findings_csv(check),
        f"{check.files[0]}.bad-rows.csv",
        "text/csv",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )


def shortened(named: str, more: int) -> str:
    """A list of names, and how many others there are."""
    return _("{list} and {count} more").format(list=named, count=f"{more:,}") if more > 0 else named
