"""The Fine-tune page's report on an upload: what it is, what is wrong with it, and the remedy."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.errors import AppError
from components.messages import N_, clauses
from components.models.catalog import ModelSpec
from components.training import prepared
from components.training.doctor import checks, downloads
from components.training.doctor.checks import Check
from components.training.doctor.findings import ASKED, ERRORS, KINDS, UNCERTAIN, WARNINGS, Finding
from components.training.doctor.recognising import FORMS, Shape
from components.training.doctor.report import Ends, FileRead, Report
from components.training.prepared import Prepared
from components.ui import notices
from components.ui.fine_tune import columns, token_view
from components.ui.fine_tune.stages import STAGES
from components.ui.language import _, code, language_name, ngettext, said
from components.ui.person import person
from components.ui.resources import config
from components.ui.text import plain

HERE = "data report"  # where on the page messages are shown
NAMED = 20  # places of one kind of problem that are named above the table
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
    _draw_verdict(check, found)
    _draw_numbers(check, found)
    if check.report.fields:
        columns.draw(check, spec)
    _draw_findings(check, dropped=_dropped(check, found) > 0)
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
    st.caption(f":material/description: {_shortened(plain(', '.join(files[:5])), len(files) - 5)}")
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


def _shortened(named: str, more: int) -> str:
    """A list of names, and how many others there are."""
    return _("{list} and {count} more").format(list=named, count=f"{more:,}") if more > 0 else named


def _form_in_words(shape: Shape) -> str:
    form = said(FORMS[shape.form])
    names = [name for name in (shape.system, shape.prompt, shape.extra, shape.answer) if name]
    if not names:
        return _("Recognised as **{form}**.").format(form=form)
    fields = _(", ").join(f"“{plain(name)}”" for name in names)
    return _("Recognised as **{form}** in {fields}.").format(form=form, fields=fields)


def _draw_numbers(check: Check, ready: Prepared | None) -> None:
    report = check.report
    dropped = _dropped(check, ready)
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


def _dropped(check: Check, ready: Prepared | None) -> int:
    """Bad rows that are not in the data set that was made."""
    kinds = set(ready.facts.dropped) if ready else set()
    return len({one.place for one in check.findings if one.kind in kinds})


def _draw_verdict(check: Check, ready: Prepared | None) -> None:
    """What has to be done, or that nothing has."""
    counts = Counter(one.kind for one in check.findings)
    if not check.report.kind:
        text = _("None of the rows can be trained on. The table says what is wrong.")
        st.error(text, icon=":material/error:")
    elif ready:
        st.success(_ready_in_words(ready, _dropped(check, ready)), icon=":material/check_circle:")
        label = _("Continue to training")
        st.button(
            label, icon=":material/arrow_forward:", type="primary", on_click=STAGES.show, args=("train",)
        )
        _draw_leaked(ready.facts.dropped.get("leak", 0))
        _draw_marked(sum(one.kind == "marked" for one in check.findings))
    elif check.unsure:
        return
    elif counts.keys() & ERRORS.keys():
        text = _("Some rows can't be trained on. Drop them, or repair the file and upload it again.")
        st.warning(text, icon=":material/rule:")
    elif counts.keys() & ASKED.keys():
        text = _(
            "Some rows may say nothing, or be about what isn't there. Drop them, or keep them if they are "
            "meant."
        )
        st.warning(text, icon=":material/rule:")
    else:
        _say_why_not(check)
    if counts and check.report.kind and not check.unsure:
        _draw_remedies(check, ready, counts)
    elif ready:
        _draw_downloads(check, [])


def _draw_leaked(count: int) -> None:
    if not count:
        return
    text = ngettext(
        "{count} row that is also in the validation data is not trained on.",
        "{count} rows that are also in the validation data are not trained on.",
        count,
    )
    st.caption(f":material/content_copy: {text.format(count=f'{count:,}')}")


def _draw_marked(count: int) -> None:
    if not count:
        return
    text = ngettext(
        "{count} row is marked as not to be trained on, and left out.",
        "{count} rows are marked as not to be trained on, and left out.",
        count,
    )
    st.caption(f":material/block: {text.format(count=f'{count:,}')}")


def _ready_in_words(ready: Prepared, dropped: int) -> str:
    text = _("Ready: {rows} rows to train on, {held} held out.")
    if dropped:
        text = _("Ready: {rows} rows to train on, {held} held out. {dropped} bad rows were dropped.")
    return text.format(rows=f"{ready.train_rows:,}", held=f"{ready.valid_rows:,}", dropped=f"{dropped:,}")


def _say_why_not(check: Check) -> None:
    """There is nothing wrong with the rows, but they are too few to be split."""
    try:
        checks.prepare(config(), check, ())
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")


def _draw_remedies(check: Check, ready: Prepared | None, counts: Counter[str]) -> None:
    unusable = sum(count for kind, count in counts.items() if kind in ERRORS)
    drop = _choose_drop(check, counts)
    if unusable:
        st.caption(_("Rows that can't be trained on are dropped in any case."))
    with st.container(horizontal=True):
        now = set(ready.facts.dropped) - set(ERRORS) - checks.ALWAYS if ready else None
        done = now == set(drop) and bool(ready and ready.facts.dropped)
        if st.button(_("Drop bad rows"), type="primary", icon=":material/filter_alt:", disabled=done):
            _prepare(check, drop)
        open_question = ready is None and bool(counts.keys() & ASKED.keys())
        if not unusable and (now or open_question) and st.button(_("Keep all rows"), icon=":material/undo:"):
            _prepare(check, [])
    notices.draw(HERE)
    _draw_downloads(check, drop)


def _choose_drop(check: Check, counts: Counter[str]) -> list[str]:
    """Which rows go that could be trained on; certain ones are proposed."""
    doubtful = [kind for kind in WARNINGS if counts[kind] and kind not in checks.ALWAYS]
    if not doubtful:
        return []
    return st.pills(
        _("What to drop"),
        doubtful,
        selection_mode="multi",
        default=[kind for kind in doubtful if kind not in UNCERTAIN],
        format_func=lambda kind: f"{_(WARNINGS[kind])} ({counts[kind]:,})",
        key=f"drop_{check.id}_{check.model_id}",
        persist_state="session",
    )


def _prepare(check: Check, drop: list[str]) -> None:
    with notices.shown(HERE), st.spinner(_("Writing the data set"), show_time=False):
        checks.prepare(config(), check, drop)
    st.rerun()


def _draw_downloads(check: Check, drop: list[str]) -> None:
    name = check.files[0].rsplit(".", 1)[0]
    if checks.has_own_validation(check):
        st.download_button(
            _("Download repaired data (ZIP)"),
            lambda: downloads.repaired_zip(check, drop),
            f"{name}.repaired.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
        return
    with st.container(horizontal=True):
        st.download_button(
            _("Download repaired data (JSONL)"),
            lambda: downloads.repaired_jsonl(check, drop),
            f"{name}.repaired.jsonl",
            "application/jsonl",
            icon=":material/download:",
            on_click="ignore",
        )
        if check.report.flat:
            st.download_button(
                _("Download repaired data (CSV)"),
                lambda: downloads.repaired_csv(check, drop),
                f"{name}.repaired.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )


def _draw_findings(check: Check, dropped: bool) -> None:
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
                places=_shortened(named, len(places) - NAMED),
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
        lambda: downloads.findings_csv(check),
        f"{check.files[0]}.bad-rows.csv",
        "text/csv",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )


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
        text = _(
            "{count} of {total} rows don't end with the end-of-text token {token}: the model may learn to "
            "talk on."
        )
        without = ends.asked - ends.ended
        st.warning(
            text.format(count=f"{without:,}", total=f"{ends.asked:,}", token=token),
            icon=":material/warning:",
        )
