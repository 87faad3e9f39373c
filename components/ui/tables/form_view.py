"""A filled form on the page: its lines, a chosen cell with its passage in the document, the downloads."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.documents.place import Place
from components.documents.tables.new_columns import unused
from components.errors import AppError
from components.kept import read
from components.row_work import Work
from components.tasks.forms.fields import Cell
from components.tasks.forms.form_jobs import FormSettings, Line, note_of
from components.tasks.summarize.summary import Citation
from components.ui import notices
from components.ui.language import _, said
from components.ui.summarize.sources import draw_context
from components.ui.tables import ended, session
from components.ui.text import plain

PAGE = 50  # documents that are shown at once
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(work: Work) -> None:
    """The open form, live or ended."""
    settings = None
    with notices.part():
        settings = read(FormSettings, work.settings)
    if session.job_of(work):
        ended.draw_live(work.id, lambda now: _draw_lines(now, settings) if settings else None)
        return
    ended.draw_state(work, bool(settings), _resume, lambda receipt: _draw_downloads(work))
    if settings:
        with notices.part():
            _draw_lines(work, settings)
    ended.draw_receipt(work)


def _resume(work: Work, failed_again: bool) -> None:
    with notices.shown():
        session.forms().resume(work, failed_again)


def _draw_downloads(work: Work) -> None:
    for ending, mime in (("xlsx", XLSX), ("csv", "text/csv")):
        data = session.forms().file(work, ending)
        if data is None:
            st.error(_("The file isn't here any more. Start the form again."))
            return
        label = _("Download") if ending == "xlsx" else _("Download as CSV")
        st.download_button(
            label,
            data,
            f"form.{ending}",
            mime,
            icon=":material/download:",
            type="primary" if ending == "xlsx" else "secondary",
            on_click="ignore",
        )


def _draw_lines(work: Work, settings: FormSettings) -> None:
    """The lines, and the passage of the cell that is chosen."""
    st.subheader(_("Form"), anchor=False)
    pages = max(-(-work.count // PAGE), 1)
    page = st.session_state.get(f"form_page_{work.id}", 1)
    first = (page - 1) * PAGE
    lines = session.forms().lines(work, settings, first, PAGE)
    names = [field.name for field in settings.fields]
    st.caption(_("Choose a cell to see where its value is in the document."))
    document, noted = unused([_("Document"), _("Note")], names)
    rows: list[dict[str, Any]] = []
    for line in lines:
        values = dict(zip(names, (_shown(cell) for cell in line.cells), strict=True))
        note = said(note_of(line, names)) if line.state else _("Not yet")
        rows.append({document: line.name} | values | {noted: note})
    table = f"form_lines_{work.id}_{page}"
    keys = f"form_document_{work.id}", f"form_field_{work.id}"

    def chosen() -> None:
        cells = st.session_state[table].selection.cells
        if cells:
            st.session_state[keys[0]] = first + cells[0][0]
            if cells[0][1] in names:
                st.session_state[keys[1]] = cells[0][1]

    st.dataframe(
        pd.DataFrame(rows), hide_index=True, key=table, on_select=chosen, selection_mode="single-cell"
    )
    if pages > 1:
        st.pagination(pages, key=f"form_page_{work.id}")
    _draw_chosen(work, lines, names, first, keys)


def _shown(cell: Cell) -> str:
    if isinstance(cell.value, float):
        return f"{cell.value:,.0f}" if cell.value.is_integer() else f"{cell.value:,}"
    return "" if cell.value is None else str(cell.value)


def _draw_chosen(
    work: Work, lines: Sequence[Line], names: Sequence[str], first: int, keys: tuple[str, str]
) -> None:
    """The same choice by the keyboard, and the document around the passage."""
    numbers = [first + at for at in range(len(lines))]
    if not numbers or not names:
        return
    if st.session_state.get(keys[0]) not in numbers:
        st.session_state[keys[0]] = numbers[0]
    with st.container(horizontal=True):
        number = st.selectbox(
            _("Document"), numbers, format_func=lambda one: lines[one - first].name, key=keys[0]
        )
        name = st.selectbox(_("Field"), list(names), key=keys[1])
    line = lines[number - first]
    cell = line.cells[names.index(name)]
    if not cell.found:
        reason = said(cell.note) or said(line.note)
        text = _("{field}: not found in {document}.").format(field=plain(name), document=plain(line.name))
        st.info(f"{text} {plain(reason)}".strip(), icon=":material/search_off:")
        return
    try:
        document = session.forms().document(work, number)
        block = document.blocks[cell.block]
    except (AppError, IndexError):
        st.error(_("This document isn't here any more. Upload it again."))
        return
    place = block.place or Place(paragraph=cell.block + 1)
    source = Citation(0, cell.block, cell.start, cell.end, line.name, place, cell.label, 1.0)
    with st.container(border=True):
        st.caption(f":material/description: {plain(said(source.where))}")
        draw_context(source, document)
        if cell.note:
            st.caption(f":material/help: {plain(said(cell.note))}")
