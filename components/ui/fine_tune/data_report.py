"""The Fine-tune page's report on an upload: what it is, what is wrong with it, what a model will see."""

import pandas as pd
import streamlit as st

from components.errors import AppError
from components.messages import N_
from components.models.catalog import ModelSpec
from components.training import prepared
from components.training.doctor.checks import Check
from components.training.doctor.report import Ends, FileRead, Report
from components.training.doctor.shape import FORMS, Shape
from components.training.prepared import Prepared
from components.ui.fine_tune import bad_rows, data_remedies, field_choice, token_view
from components.ui.fine_tune.bad_rows import shortened
from components.ui.fine_tune.data_remedies import dropped_rows
from components.ui.language import _, language_name, ngettext, said
from components.ui.person import person
from components.ui.resources import config
from components.ui.text import plain

FORMATS = {
    "Text": N_("Text"),
    "Chat": N_("Chat"),
    "Dialogue": N_("Dialogue"),
}  # the other formats have names that are the same in every language
SIDES = {"train": N_("trained on"), "valid": N_("held out"), "out": N_("left out")}


def draw(check: Check, spec: ModelSpec | None) -> Prepared | None:
    """Everything about one upload. Returns the data set once it is ready to be trained on."""
    found = ready(check)
    st.header(_("Data report"))
    _draw_head(check, spec)
    data_remedies.draw(check, found, spec)
    _draw_numbers(check, found)
    if check.report.fields:
        field_choice.draw(check, spec)
    bad_rows.draw(check, dropped=dropped_rows(check, found) > 0)
    _draw_lengths(check.report)
    st.header(_("What the model will see"))
    _draw_preview(check)
    return found


def ready(check: Check) -> Prepared | None:
    """The data set that was made of a check; None where rows have to be dropped or chosen first."""
    try:
        return prepared.load(config(), person(), check.id)
    except AppError:
        return None


def _draw_head(check: Check, spec: ModelSpec | None) -> None:
    report = check.report
    files = [_file_in_words(one, len(report.files) > 1) for one in report.files]
    st.caption(f":material/description: {shortened(plain(', '.join(files[:5])), len(files) - 5)}")
    if report.shape:
        st.markdown(_form_in_words(report.shape))
    if spec and spec.title != report.model:
        text = _("Lengths were counted for {model}. Press Check data to count them for {chosen}.")
        st.info(text.format(model=plain(report.model), chosen=plain(spec.title)), icon=":material/info:")
    for what in report.repaired:
        st.caption(":material/build: " + _("Repaired: {what}").format(what=plain(said(what))))
    for note in report.notes:
        st.caption(f":material/info: {plain(said(note))}")


def _file_in_words(file: FileRead, beside_others: bool) -> str:
    form = _(FORMATS.get(file.format, file.format))
    if not beside_others:
        return f"{file.name} ({form})"
    name = _(", ").join(filter(None, (file.name, file.sheet)))
    return _("{name} ({format}, {side})").format(name=name, format=form, side=_(SIDES[file.side]))


def _form_in_words(shape: Shape) -> str:
    form = said(FORMS[shape.form])
    names = [name for name in (shape.system, shape.prompt, shape.extra, shape.answer) if name]
    if not names:
        return _("Recognised as **{form}**.").format(form=form)
    fields = _(", ").join(f"“{plain(name)}”" for name in names)
    return _("Recognised as **{form}** in {fields}.").format(form=form, fields=fields)


def _draw_numbers(check: Check, ready: Prepared | None) -> None:
    report = check.report
    dropped = dropped_rows(check, ready)
    with st.container(horizontal=True, gap="large"):
        st.metric(_("Rows"), f"{report.total:,}", width="content")
        st.metric(_("Bad rows"), f"{len({one.place for one in check.findings}) - dropped:,}", width="content")
        if dropped:
            st.metric(_("Dropped"), f"{dropped:,}", width="content")
        if ready:
            st.metric(_("To train on"), f"{ready.train_rows:,}", width="content")
            st.metric(_("Held out"), f"{ready.valid_rows:,}", width="content")
        if report.languages:
            st.metric(_("Language"), _languages(report), width="content")
    st.caption(f":material/content_copy: {_duplicates(check, ready)}")


def _languages(report: Report) -> str:
    code, share = report.languages[0]
    if report.target_language:
        target = language_name(report.target_language)
        return _("{source} to {target}").format(source=language_name(code), target=target)
    if share >= 0.995:
        return language_name(code)
    return _(", ").join(f"{language_name(one)} {part:.0%}" for one, part in report.languages[:3])


def _duplicates(check: Check, ready: Prepared | None) -> str:
    held = {(one.file, one.sheet) for one in check.report.files if one.side == "valid"}
    repeated = [one for one in check.findings if one.kind == "duplicate"]
    inside = sum((one.file, one.sheet) in held for one in repeated)
    between = sum(one.kind == "leak" for one in check.findings)
    trained = f"{len(repeated) - inside:,}"
    if held:
        return _(
            "Duplicates: {trained} in the training data, {held} in the validation data, {both} in both."
        ).format(trained=trained, held=f"{inside:,}", both=f"{between:,}")
    if ready and ready.facts.shared:
        return _(
            "Duplicates: {trained} in the training data. Few prompts have many answers, so held-out rows "
            "whose prompt is also trained on, with another answer: {shared}. The validation loss will look "
            "better than it is."
        ).format(trained=trained, shared=f"{ready.facts.shared:,}")
    return _(
        "Duplicates: {trained} in the training data. Rows with the same prompt are never both trained on and "
        "held out."
    ).format(trained=trained)


def _draw_lengths(report: Report) -> None:
    lengths = report.lengths
    if lengths is None:
        return
    st.subheader(_("Tokens per row"))
    tokens, rows = _("Tokens"), _("Rows")
    bins = list(lengths.bins)
    while bins and not bins[0][1]:  # rows of nearly one length would be a sliver at the end of nothing
        del bins[0]
    shown = pd.DataFrame([{tokens: start + lengths.width / 2, rows: count} for start, count in bins])
    st.bar_chart(shown, x=tokens, y=rows, height=220)
    share = lengths.trained / max(lengths.total, 1)
    text = _(
        "Half of the rows have at most {median} tokens, 95% at most {p95}, the longest {longest}; the model "
        "reads {context}. Together {total} tokens, {share} of them trained on."
    )
    counts = {name: f"{getattr(lengths, name):,}" for name in ("median", "p95", "longest", "total")}
    st.caption(text.format(**counts, context=f"{report.context:,}", share=f"{share:.0%}"))


def _draw_preview(check: Check) -> None:
    if not check.report.preview:
        st.caption(_("There is no row that a model could be trained on."))
        return
    st.caption(
        _(
            ":green-background[Green] is trained on; the rest is only read. Control tokens have a dotted "
            "frame, ↵ is a line end."
        )
    )
    _draw_ends(check.report.ends)
    for number, row in enumerate(check.report.preview):
        text = _("Line {line}: {tokens} tokens, {trained} of them trained on")
        if row.cut:
            text = _("Line {line}: {tokens} tokens, {trained} of them trained on, cut at the end")
        st.caption(text.format(line=row.line, tokens=f"{row.tokens:,}", trained=f"{row.trained:,}"))
        label = _("Line {line} as tokens").format(line=row.line)
        token_view.draw(row.stretches, label, f"tokens_{check.id}_{number}")


def _draw_ends(ends: Ends) -> None:
    token = plain(ends.token)
    if not ends.asked:
        return
    if ends.ended == ends.asked:
        text = _(
            "Every row ends with the end-of-text token {token}, and it is trained on: the model learns to "
            "stop."
        )
        st.caption(f":green[:material/check_circle:] {text.format(token=token)}")
    else:
        without = ends.asked - ends.ended
        text = ngettext(
            "{count} of {total} rows doesn't end with the end-of-text token {token}: the model may learn not "
            "to stop.",
            "{count} of {total} rows don't end with the end-of-text token {token}: the model may learn not "
            "to stop.",
            without,
        )
        st.warning(
            text.format(count=f"{without:,}", total=f"{ends.asked:,}", token=token),
            icon=":material/warning:",
        )
