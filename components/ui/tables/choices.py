"""What to do to each row: the choices of each action, as settings. Knows neither files nor jobs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.documents.tables.table_client import ReadTable
from components.errors import AppError
from components.messages import N_
from components.tasks.answer_form import AnswerForm, Kind
from components.tasks.classify import tagger_file
from components.tasks.classify.entities import KINDS, NAMES
from components.tasks.tables.actions import ACTIONS
from components.tasks.tables.table_settings import (
    Looked,
    Prompted,
    Questioned,
    Shortened,
    Sorted,
    Table,
    TableSettings,
    Translated,
)
from components.tasks.translate import routes
from components.ui.chat import model_picker
from components.ui.classify import finder
from components.ui.language import _, language_name, said
from components.ui.resources import classifiers
from components.ui.text import plain
from components.ui.translate import route_picker

FORMS: dict[Kind, str] = {
    "text": N_("Free text"),
    "one of": N_("One of these"),
    "number": N_("Number"),
    "date": N_("Date"),
    "yes/no": N_("Yes or no"),
    "json": N_("JSON by schema"),
}
SCHEMA = '{"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]}'
ACTION = "tables_action"  # the key of what to do
FORM, FILL = "form", N_("Fill a form from documents")
SAMPLED = 50  # cells that a column's language is told from


def draw_action() -> str:
    """The box that says what to do; a key of `ACTIONS`, or `FORM`."""
    chosen: str = st.selectbox(
        _("What to do"),
        [*ACTIONS, FORM],
        format_func=lambda key: _(FILL) if key == FORM else _(ACTIONS[key].title),
        key=ACTION,
        persist_state="session",
    )
    return chosen


def draw(action: str, table: Table, rows: ReadTable) -> TableSettings:
    """The choices of an action."""
    return _CHOICES[action](table, rows)


def _column(table: Table, rows: ReadTable) -> str:
    """The column that is read; first the one with the most letters, which is most likely text."""
    longest = _longest(table, rows)
    chosen: str = st.selectbox(
        _("Column"), list(table.columns), longest, key=f"tables_column_{'|'.join(table.columns)}"
    )
    return chosen


def _longest(table: Table, rows: ReadTable) -> int:
    some = rows.rows[:SAMPLED]
    letters = [sum(sum(map(str.isalpha, row[at])) for row in some) for at in range(len(table.columns))]
    return letters.index(max(letters))


def _prompt(table: Table, rows: ReadTable) -> TableSettings:
    names = " ".join(f"`{{{name}}}`" for name in table.columns if "`" not in name)
    text = st.text_area(
        _("Prompt"),
        key="tables_prompt",
        placeholder=_("For instance: Which product is this message about? {example}").format(
            example=f"{{{table.columns[_longest(table, rows)]}}}"
        ),
        persist_state="session",
    )
    st.caption(_("Columns: {names}").format(names=names))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        spec = model_picker.draw(_("Model"), "chat", None, "tables_model", labelled=True)
        kind: Kind = st.selectbox(
            _("Answer"),
            list(FORMS),
            format_func=lambda one: _(FORMS[one]),
            key="tables_answer",
            help=_(
                "A local model on llama.cpp and many servers can be held to the form. Any answer is checked; "
                "one that isn't in the form is asked for once more, and then marked."
            ),
            persist_state="session",
        )
        title = st.text_input(
            _("Title of the new column"), _("Answer"), key="tables_title", persist_state="session"
        )
        most = st.number_input(
            _("Maximum new tokens"), 1, 4096, 256, key="tables_tokens", persist_state="session"
        )
    form = _form(kind)
    asked = Prompted(text or "", spec.id if spec else "", form, title or "", int(most or 256))
    return TableSettings(table, "prompt", prompt=asked)


def _form(kind: Kind) -> AnswerForm:
    if kind == "one of":
        lines = st.text_area(
            _("One of these (one a line)"), key="tables_choices", height=120, persist_state="session"
        )
        return AnswerForm(
            kind, tuple(dict.fromkeys(filter(None, map(str.strip, (lines or "").splitlines()))))
        )
    if kind == "json":
        schema = st.text_area(_("JSON schema"), SCHEMA, key="tables_schema", persist_state="session")
        return AnswerForm(kind, schema=schema or "")
    return AnswerForm(kind)


def _translate(table: Table, rows: ReadTable) -> TableSettings:
    models = route_picker.ready_models()
    codes = routes.languages(models)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = _column(table, rows)
        found = route_picker.detect(_sample(table, rows, column)).code
        first = codes.index(found) if found in codes else 0
        source = st.selectbox(
            _("From"), codes, first, format_func=language_name, key=f"tables_from_{column}_{found}"
        )
        target = st.selectbox(
            _("To"), codes, format_func=language_name, key="tables_to", persist_state="session"
        )
        known = routes.routes(models, source, target) if source != target else []
        titles = {route.id: said(route.title) for route in known}
        route = st.selectbox(
            _("Engine"),
            list(titles) or [""],
            format_func=lambda one: titles.get(one) or _("None for this pair"),
            key=f"tables_engine_{source}_{target}",
        )
    asked = Translated(source, target, route or "")
    return TableSettings(table, "translate", column, translate=asked)


def _sample(table: Table, rows: ReadTable, column: str) -> str:
    at = table.columns.index(column)
    return "\n".join(row[at] for row in rows.rows[:SAMPLED])


def _summarize(table: Table, rows: ReadTable) -> TableSettings:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = _column(table, rows)
        words = st.number_input(_("Words at most"), 10, 1000, 30, key="tables_words", persist_state="session")
    st.caption(
        _("The most important sentences of each text, in its own words; a shorter text stays as it is.")
    )
    return TableSettings(table, "summarize", column, summarize=Shortened(int(words or 30)))


WAYS: dict[str, str] = {
    "sentiment": N_("Sentiment: negative, neutral, positive"),
    "labels": N_("Labels that you type"),
    "kept": N_("A classifier that you keep"),
}


def _classify(table: Table, rows: ReadTable) -> TableSettings:
    kept = _kept(kinds=False)
    ways = [way for way in WAYS if way != "kept" or kept]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = _column(table, rows)
        way: Any = st.selectbox(
            _("Classify by"),
            ways,
            format_func=lambda one: _(WAYS[one]),
            key="tables_way",
            persist_state="session",
        )
        chosen = ""
        if way == "kept":
            chosen = st.selectbox(
                _("Classifier"),
                list(kept),
                format_func=lambda one: kept.get(one, ""),
                key="tables_classifier",
            )
    asked = Sorted(way, classifier_id=chosen or "")
    if way == "labels":
        labels = st.text_area(
            _("Labels"),
            key="tables_labels",
            placeholder=_("One a line; a sentence after a colon says what belongs there"),
            persist_state="session",
        )
        with st.container(horizontal=True):
            several = st.checkbox(_("More than one may fit"), key="tables_several", persist_state="session")
            none = st.checkbox(_("None of these"), True, key="tables_none", persist_state="session")
        asked = Sorted(way, labels or "", several, none)
    return TableSettings(table, "classify", column, classify=asked)


def _kept(kinds: bool) -> dict[str, str]:
    """The classifiers that the person keeps, or the kinds of names, by id."""
    return {one.id: f"{one.name} · {one.version}" for one in classifiers().headings(kinds=kinds)}


FINDERS: dict[str, str] = {
    "rules": N_("Rules and meaning"),
    "kept": N_("Kinds that you keep"),
    "model": N_("A model that writes"),
}


def _entities(table: Table, rows: ReadTable) -> TableSettings:
    kept = _kept(kinds=True)
    ways = [way for way in FINDERS if way != "kept" or kept]
    asked, kinds = Looked(), list(KINDS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = _column(table, rows)
        by: Any = st.selectbox(
            _("Found by"),
            ways,
            format_func=lambda one: _(FINDERS[one]),
            key="tables_by",
            persist_state="session",
        )
        if by == "kept":
            chosen = st.selectbox(
                _("Kept kinds"), list(kept), format_func=lambda one: kept.get(one, ""), key="tables_tagger"
            )
            asked = Looked(by=by, classifier_id=chosen or "")
            kinds = [*_learned(chosen or ""), *(kind for kind in KINDS if kind not in NAMES)]
    if by == "model":
        model_id, wanted = finder.draw_model("tables_name_model", "tables_name_kinds", rules=False)
        asked = Looked(by=by, model_id=model_id, wanted=wanted)
    else:
        looked = st.multiselect(
            _("Look for"),
            kinds,
            kinds,
            format_func=lambda one: _(KINDS[one]) if one in KINDS else one,
            key=f"tables_kinds_{by}_{asked.classifier_id}",
            persist_state="session",
        )
        asked = replace(asked, kinds=tuple(looked))
    blank = st.checkbox(
        _("Blank them out"),
        key="tables_blank",
        help=_("One column with the text without them, in the place of a column for each kind."),
        persist_state="session",
    )
    st.caption(_("Not every name is found: read the result before you hand it on."))
    return TableSettings(table, "entities", column, name=replace(asked, blank=blank))


def _learned(classifier_id: str) -> tuple[str, ...]:
    """The kinds of what is kept; none where it is damaged or gone."""
    try:
        row = classifiers().get(classifier_id)
        return tagger_file.unpacked(row.about, row.weights)[0].kinds if row else ()
    except AppError:
        return ()


def _ask(table: Table, rows: ReadTable) -> TableSettings:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = _column(table, rows)
        question = st.text_input(
            _("Question"),
            key="tables_question",
            placeholder=_("When does it begin?"),
            persist_state="session",
        )
    st.caption(
        _(
            "The sentence of each text that is nearest to the question, in the text's own words, and how "
            "near it is: from 0, nothing in common, to 1. The nearest one may still be no answer."
        )
    )
    return TableSettings(table, "ask", column, ask=Questioned(question or ""))


_CHOICES: dict[str, Callable[[Table, ReadTable], TableSettings]] = {
    "prompt": _prompt,
    "translate": _translate,
    "classify": _classify,
    "entities": _entities,
    "ask": _ask,
    "summarize": _summarize,
}


def told(settings: TableSettings) -> str:
    """What was asked for, on one line."""
    what = _(ACTIONS[settings.action].title)
    if settings.action == "prompt":
        return f"{plain(what)}: {plain(settings.prompt.text[:120])}"
    if settings.action == "translate":
        asked = settings.translate
        pair = _("{source} to {target}").format(
            source=language_name(asked.source), target=language_name(asked.target)
        )
        return f"{plain(what)}: {plain(settings.column)} · {plain(pair)}"
    if settings.action == "ask":
        return f"{plain(what)}: {plain(settings.column)} · {plain(settings.ask.question[:120])}"
    return f"{plain(what)}: {plain(settings.column)}"
