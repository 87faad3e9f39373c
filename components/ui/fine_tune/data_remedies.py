"""What has to be done with an upload before it can be trained on: rows to drop, repaired files."""

from collections import Counter

import streamlit as st

from components.errors import AppError
from components.models.catalog import ModelSpec
from components.training.doctor import checks, repaired_files
from components.training.doctor.checks import Check
from components.training.doctor.findings import ASKED, ERRORS, UNCERTAIN, WARNINGS
from components.training.prepared import Prepared
from components.ui import notices
from components.ui.fine_tune import row_edits
from components.ui.fine_tune.stages import STAGES
from components.ui.language import _, ngettext, said
from components.ui.resources import config
from components.ui.text import plain

HERE = "data report"  # where on the page messages are shown


def draw(check: Check, ready: Prepared | None, spec: ModelSpec | None) -> None:
    """What has to be done, or that nothing has."""
    _draw_state(check, ready)
    counts = Counter(one.kind for one in check.findings)
    if counts and check.report.kind and not check.unsure:
        _draw_remedies(check, ready, counts)
    elif ready:
        _draw_downloads(check, [])
    if not check.unsure:
        row_edits.draw(check, spec)


def _draw_state(check: Check, ready: Prepared | None) -> None:
    """Whether it can be trained on, and why not."""
    counts = Counter(one.kind for one in check.findings)
    if not check.report.kind:
        text = _("None of the rows can be trained on. The table says what is wrong.")
        st.error(text, icon=":material/error:")
    elif ready:
        st.success(_ready_in_words(ready, dropped_rows(check, ready)), icon=":material/check_circle:")
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
        _ask(counts)
    else:
        _say_why_not(check)


def _ask(counts: Counter[str]) -> None:
    """What a person has to say of rows that could be trained on."""
    if counts["media"] or counts["nothing"]:
        text = _(
            "Some rows may say nothing, or be about what isn't there. Drop them, or keep them if they are "
            "meant."
        )
        st.warning(text, icon=":material/rule:")
    if counts["thinking"]:
        text = _(
            "Some answers have a model's thinking in them. Take it out; or keep all rows, if the model is to "
            "write its thinking before it answers."
        )
        st.warning(text, icon=":material/psychology:")


def dropped_rows(check: Check, ready: Prepared | None) -> int:
    """Bad rows that are not in the data set that was made."""
    kinds = set(ready.facts.dropped) if ready else set()
    return len({one.place for one in check.findings if one.kind in kinds})


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
        text = ngettext(
            "Ready: {rows} rows to train on, {held} held out. {dropped} bad row was dropped.",
            "Ready: {rows} rows to train on, {held} held out. {dropped} bad rows were dropped.",
            dropped,
        )
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
        key=f"drop_{check.id}_{check.model_id}_{'_'.join(doubtful)}",
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
            lambda: repaired_files.repaired_zip(check, drop),
            f"{name}.repaired.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
        return
    with st.container(horizontal=True):
        st.download_button(
            _("Download repaired data (JSONL)"),
            lambda: repaired_files.repaired_jsonl(check, drop),
            f"{name}.repaired.jsonl",
            "application/jsonl",
            icon=":material/download:",
            on_click="ignore",
        )
        if check.report.flat:
            st.download_button(
                _("Download repaired data (CSV)"),
                lambda: repaired_files.repaired_csv(check, drop),
                f"{name}.repaired.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
