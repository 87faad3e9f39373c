"""The form of a form: its fields, the documents, who fills it, and Run."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.documents import Document
from components.errors import BadInput
from components.messages import N_
from components.tasks.forms.fields import Field, Kind
from components.tasks.forms.form_jobs import MOST_DOCUMENTS
from components.ui import notices
from components.ui.chat.model_picker import usable_models
from components.ui.language import _, ngettext, said
from components.ui.resources import config
from components.ui.summarize.inputs import counted_upload, read_upload
from components.ui.tables import session
from components.ui.text import plain

KINDS: dict[Kind, str] = {"text": N_("Text"), "number": N_("Number"), "date": N_("Date")}
STARTING = (
    Field(N_("Invoice number"), "text"),
    Field(N_("Date"), "date", N_("invoice date, date of issue")),
    Field(N_("Total"), "number", N_("total due, amount due")),
)
RULES = ""  # no model that writes
_START = "form_fields_start"  # in the session: the table of fields as it was first drawn


def draw() -> None:
    """Fields, documents, who fills the form."""
    fields = _draw_fields()
    documents = _draw_documents()
    models = {spec.id: spec.title for spec in usable_models("chat")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        model_id = st.selectbox(
            _("Filled by"),
            [RULES, *models],
            format_func=lambda one: models.get(one) or _("Labels and meaning, without a model that writes"),
            key="form_model",
            help=_(
                "A model that writes should have a billion parameters or more. Each of its values is looked "
                "up in the document; one that isn't there is left out."
            ),
            persist_state="session",
        )
        run = st.button(_("Run"), type="primary", icon=":material/play_arrow:")
    if run:
        with notices.shown():
            if any(one is None for one in documents):
                raise BadInput(
                    "A document can't be read, for the reason shown above. Remove it, and try again."
                )
            read = [one for one in documents if one is not None]
            session.open_work(session.forms().start(read, fields, model_id or RULES))
            st.rerun()
    notices.draw()


def _draw_fields() -> list[Field]:
    name, kind, look = _("Field"), _("Kind"), _("What to look for")
    start = f"{_START} {name}"  # the titles are in the person's language
    if start not in st.session_state:
        st.session_state[start] = pd.DataFrame(
            [{name: _(one.name), kind: _(KINDS[one.kind]), look: _(one.look_for)} for one in STARTING]
        )
    shown = {_(label): key for key, label in KINDS.items()}
    made = st.data_editor(
        st.session_state[start],
        num_rows="dynamic",
        hide_index=True,
        key=f"form_fields {name}",
        column_config={
            name: st.column_config.TextColumn(required=True),
            kind: st.column_config.SelectboxColumn(
                options=list(shown), required=True, default=_(KINDS["text"])
            ),
            look: st.column_config.TextColumn(help=_("How documents call it, separated by commas")),
        },
    )
    rows: list[Mapping[str, Any]] = made.to_dict("records")
    return [
        Field(_text(row.get(name)), shown.get(_text(row.get(kind)), "text"), _text(row.get(look)))
        for row in rows
        if _text(row.get(name))
    ]


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _draw_documents() -> Sequence[Document | None]:
    """What was read, None for each that can't be."""
    files = st.file_uploader(
        _("Documents"), accept_multiple_files=True, max_upload_size=config().upload_mb, key="form_files"
    )
    if len(files) > MOST_DOCUMENTS:
        st.error(_("{most} documents are the most for one form.").format(most=MOST_DOCUMENTS))
        files = files[:MOST_DOCUMENTS]
    read: list[Document | None] = []
    for number, file in enumerate(files):
        upload = counted_upload(file) or read_upload(file.name, file.getvalue(), number)
        read.append(upload.document)
        if upload.document is None:
            st.error(plain(said(upload.error)), icon=":material/error:")
    count = sum(one is not None for one in read)
    if count:
        text = ngettext("{count} document is read.", "{count:,} documents are read.", count)
        st.caption(f":material/description: {text.format(count=count)}")
    return read
