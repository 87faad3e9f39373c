"""The Fine-tune page's offers to change what is inside of rows: placeholders filled in, thinking taken out.

Each change checks the upload again, so that its rows are counted and looked at as they will be trained on.
"""

from dataclasses import replace

import streamlit as st

from components.models.catalog import ModelSpec
from components.training.doctor.checks import Check
from components.training.doctor.row_edits import Edits
from components.ui.fine_tune import session
from components.ui.language import _, ngettext
from components.ui.text import plain

LONGEST = 60  # characters of a placeholder as a field's name


def draw(check: Check, spec: ModelSpec | None) -> None:
    """What can be changed, and what was; nothing where there is neither."""
    edits = check.request.edits
    thinking = any(one.kind == "thinking" for one in check.findings)
    if thinking and st.button(
        _("Take the thinking out"), icon=":material/psychology:", disabled=spec is None
    ):
        _change(check, spec, replace(edits, without_thinking=True))
    if check.report.placeholders:
        _draw_placeholders(check, spec)
    if edits != Edits():
        _draw_changed(check, spec)


def _draw_placeholders(check: Check, spec: ModelSpec | None) -> None:
    found = check.report.placeholders
    with (
        st.expander(_("Fill in placeholders"), icon=":material/edit_note:"),
        st.form(f"placeholders_{check.id}_{len(check.request.edits.fills)}", border=False),
    ):
        st.caption(_("Each is written into all rows. What is left empty stays as it is."))
        values = {}
        for name, rows in found:
            label = ngettext("{placeholder} ({count} row)", "{placeholder} ({count} rows)", rows)
            shown = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
            values[name] = st.text_input(
                label.format(placeholder=plain(shown), count=f"{rows:,}"), key=f"fill_{name}_{check.id}"
            )
        pressed = st.form_submit_button(_("Fill in"), icon=":material/check:", disabled=spec is None)
    given = tuple((name, value) for name, value in values.items() if value.strip())
    if not pressed:
        return
    if given:
        _change(check, spec, replace(check.request.edits, fills=(*check.request.edits.fills, *given)))
    st.error(_("Write what stands for a placeholder first."), icon=":material/error:")


def _draw_changed(check: Check, spec: ModelSpec | None) -> None:
    """What was changed, and the way back."""
    for name, value in check.request.edits.fills:
        text = _("Filled in: {value} for {placeholder}")
        st.caption(f":material/edit_note: {text.format(value=plain(value), placeholder=plain(name))}")
    label = _("Undo the changes inside of rows")
    if st.button(label, icon=":material/undo:", type="tertiary", disabled=spec is None):
        _change(check, spec, Edits())


def _change(check: Check, spec: ModelSpec | None, edits: Edits) -> None:
    if spec:
        session.again(check, spec, header=check.request.header, edits=edits)
        st.rerun()
