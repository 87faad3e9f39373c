"""A person's glossary for one pair of languages, and their translation memory."""

import pandas as pd
import streamlit as st

from components.errors import BadInput
from components.messages import Said
from components.tasks.translate import glossary_files
from components.tasks.translate.glossary import Term
from components.ui import notices, uploads
from components.ui.language import _, language_name, ngettext, said
from components.ui.person import person
from components.ui.resources import translations

SHOWN = 200  # sentences of the memory in the table


def terms(pair: str) -> list[Term]:
    """The glossary in force."""
    return [Term(source, target) for source, target in translations().terms(person(), pair)]


def draw(source: str, target: str) -> None:
    """The terms in a table that can be edited, with import and export."""
    pair = f"{source}-{target}"
    known = terms(pair)
    languages = ""
    if source:
        languages = _("{source} to {target}")
        languages = languages.format(source=language_name(source), target=language_name(target))
    title = _("Glossary {languages} ({count})").format(languages=languages, count=len(known))
    with st.expander(title, icon=":material/menu_book:"):
        if not source or source == target:
            st.caption(_("Choose two languages first: each pair has a glossary of its own."))
            return
        st.caption(
            _(
                "An empty target means: keep the term as it is. Capitals count: US is not us. Other endings, "
                "such as plurals, are left to the engine and checked. Each violation is marked in the result."
            )
        )
        version = st.session_state.setdefault("glossary_version", 0)
        table = pd.DataFrame([(t.source, t.target) for t in known], columns=["Source", "Target"], dtype=str)
        edited = st.data_editor(
            table,
            num_rows="dynamic",
            hide_index=True,
            key=f"glossary_{pair}_{version}",
            column_config={
                "Source": st.column_config.TextColumn(_("Source term"), required=True),
                "Target": st.column_config.TextColumn(_("Target term"), help=_("Empty: keep as it is")),
            },
        )
        _keep(pair, known, edited)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.download_button(
                _("Export CSV"),
                glossary_files.to_csv(known),
                f"glossary.{pair}.csv",
                "text/csv",
                on_click="ignore",
                disabled=not known,
            )
        file = st.file_uploader(_("Glossary file (CSV)"), ["csv"], key=f"glossary_file_{version}")
        if file is not None:
            with notices.shown():
                uploads.count(file)
                _import(pair, known, file.getvalue())
            st.rerun()


def _keep(pair: str, known: list[Term], edited: pd.DataFrame) -> None:
    rows = [
        (str(s or "").strip(), str(t or "").strip()) for s, t in edited.fillna("").itertuples(index=False)
    ]
    rows = [(s, t) for s, t in rows if s]
    if rows == [(t.source, t.target) for t in known]:
        return
    try:
        checked = [
            glossary_files.term(s, t, Said("Line {number}", number=at))
            for at, (s, t) in enumerate(rows, start=1)
        ]
    except BadInput as error:
        st.error(said(error.message))
        return
    translations().set_terms(person(), pair, [(t.source, t.target) for t in checked])


def _import(pair: str, known: list[Term], data: bytes) -> None:
    """Adds the file's terms; one that is there already gets the file's target."""
    st.session_state["glossary_version"] += 1  # an empty uploader, and the table made again
    imported = glossary_files.from_csv(data, *pair.split("-"))
    merged = {t.source: t for t in [*known, *imported]}
    translations().set_terms(person(), pair, [(t.source, t.target) for t in merged.values()])
    count = len(imported)
    text = ngettext("{count} term was imported.", "{count:,} terms were imported.", count)
    notices.later(text.format(count=count))


def draw_memory() -> None:
    """What was translated before, to look at and to empty."""
    size = translations().memory_size(person())
    title = _("Translation memory ({count})").format(count=f"{size:,}")
    with st.expander(title, icon=":material/history:"):
        st.caption(
            _("A sentence that is here isn't translated again by the same engine. Your corrections win.")
        )
        search = st.text_input(_("Search the memory"), key="memory_search")
        rows = translations().memory(person(), search, SHOWN)
        table = [
            {
                _("Pair"): row.pair,
                _("Source"): row.source.split("\u241e")[0],
                _("Translation"): row.target,
                _("Used again"): row.used,
            }
            for row in rows
        ]
        if table:
            st.dataframe(pd.DataFrame(table), hide_index=True)
        if size:
            st.button(_("Empty the memory"), on_click=lambda: translations().forget(person()))
