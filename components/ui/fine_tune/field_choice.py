"""The Fine-tune page's question for what the fields of an upload are, with the rows that follow from it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from components.messages import N_
from components.models.catalog import ModelSpec
from components.training.doctor.checks import Check
from components.training.doctor.shape import FORMS, Form, Shape, chosen
from components.ui.fine_tune import session
from components.ui.language import _, said
from components.ui.text import plain

SHOWN_ROWS, MOST_SHOWN = 3, 1_500  # rows and characters of each that are shown beside a question
FIELDS: Mapping[Form, tuple[str, str]] = {
    "question": (N_("Prompt"), N_("Answer")),
    "instruction": (N_("Instruction"), N_("Answer")),
    "messages": (N_("Conversation"), ""),
    "translation": (N_("Source"), N_("Translation")),
    "summary": (N_("Document"), N_("Summary")),
    "text": (N_("Text"), ""),
    "preference": (N_("Prompt"), N_("Better answer")),
}


def draw(check: Check, spec: ModelSpec | None) -> None:
    """Which field is for what; asked where the names don't say it, and it can always be changed."""
    shape = check.report.shape or Shape("question", sure=False)
    if check.unsure:
        _draw_questions(check)
    # A list of turns and one language inside of a field aren't texts by themselves.
    fields = list(
        dict.fromkeys([*check.report.fields, *filter(None, (shape.prompt, shape.answer, shape.rejected))])
    )
    with st.expander(_("Columns"), icon=":material/view_column:", expanded=check.unsure):
        forms = list(FIELDS)
        start = forms.index(shape.form) if shape.form in forms else 0
        form = st.selectbox(
            _("The rows are"),
            forms,
            start,
            format_func=lambda one: said(FORMS[one]).capitalize(),
            key=f"form_{check.id}",
        )
        first, second = FIELDS[form]
        prompt = _choose(_(first), fields, shape.prompt, 0, f"prompt_{form}_{check.id}")
        answer = _choose(_(second), fields, shape.answer, 1, f"answer_{form}_{check.id}") if second else ""
        worse = (
            _choose(_("Worse answer"), fields, shape.rejected, 2, f"worse_{check.id}")
            if form == "preference"
            else ""
        )
        assistant = _choose_assistant(check) if form == "messages" else ""
        keep = _choose_marks(check)
        titles: bool | None = check.request.header
        if check.report.table:
            titles = st.checkbox(
                _("The first row has the titles"), check.report.titled, key=f"titles_{check.id}"
            )
        pressed = st.button(_("Use these columns"), icon=":material/check:", disabled=spec is None)
    if not pressed or spec is None:
        return
    if prompt == answer or (worse and worse in (prompt, answer)):
        st.error(_("Choose two different columns."), icon=":material/error:")
        return
    if missing := [name for name, values in keep if not values]:
        text = _("Choose which rows are trained on, by {fields}.")
        st.error(text.format(fields=plain(_(", ").join(missing))), icon=":material/error:")
        return
    # With other titles the columns have other names: they are recognised and asked for again.
    same = not check.report.table or titles == check.report.titled
    confirmed = chosen(form, prompt, answer, shape, fields)
    confirmed = replace(confirmed, keep=keep, assistant=assistant, rejected=worse)
    session.again(check, spec, confirmed if same else None, titles)
    st.rerun()


def _draw_questions(check: Check) -> None:
    """Why the person has to look, and a few rows as they would be read."""
    asked = [said(one) for one in check.report.asked]
    if not asked:
        asked = [_("The names of the columns don't say what they are for.")]
    text = " ".join([*asked, _("Look at the choice, then confirm it.")])
    st.warning(plain(text), icon=":material/help:")
    for row in check.report.preview[:SHOWN_ROWS]:
        st.caption(_("Line {line} as the model would see it:").format(line=row.line))
        st.code("".join(said(part) for part, _trained, _control in row.stretches)[:MOST_SHOWN], language=None)


def _choose_assistant(check: Check) -> str:
    """Whose turns are the answers; empty where the roles say it."""
    counts = dict(check.report.people)
    if not counts:
        return ""
    now = check.report.shape.assistant if check.report.shape else ""
    return str(
        st.selectbox(
            _("Assistant"),
            list(counts),
            list(counts).index(now) if now in counts else 0,
            format_func=partial(_with_count, counts),
            key=f"assistant_{check.id}",
        )
    )


def _choose_marks(check: Check) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The rows that are trained on, by the fields that may say which ones are good."""
    before = dict(check.report.shape.keep) if check.report.shape else {}
    keep = []
    for mark in check.report.marks:
        counts = dict(mark.values)
        label = _("Rows that are trained on, by “{field}”")
        if mark.of_turns:
            label = _("Answers that are trained on, by “{field}”")
        values = st.multiselect(
            label.format(field=plain(mark.field.rpartition(".")[2] if mark.of_turns else mark.field)),
            list(counts),
            default=[one for one in before.get(mark.field, ()) if one in counts],
            format_func=partial(_with_count, counts),
            key=f"mark_{mark.field}_{check.id}",
        )
        keep.append((mark.field, tuple(values)))
    return tuple(keep)


def _with_count(counts: Mapping[str, int], value: str) -> str:
    shown = value or _("no value")
    return f"{shown} ({counts.get(value, 0):,})"


def _choose(label: str, fields: list[str], now: str, otherwise: int, key: str) -> str:
    start = fields.index(now) if now in fields else min(otherwise, len(fields) - 1)
    return str(st.selectbox(label, fields, start, key=key))
