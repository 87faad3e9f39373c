"""Translate: text as it is typed, and whole documents with their structure."""

import streamlit as st

from components.ui import errands, navigation, notices, result_first
from components.ui.language import _
from components.ui.translate import (
    document_upload,
    glossary_editor,
    history,
    open_document,
    route_picker,
    typed_text,
)
from components.ui.translate.sides import SIDES

navigation.guard()
typed_text.restore()
open_document.restore()
route_picker.restore()

if sent := errands.take(typed_text.START):
    SIDES.show("text")

if opened_name := history.opened_name():
    navigation.name_tab(opened_name)

with st.sidebar:
    history.draw()

st.title(_("Translate"))
row = result_first.choices()
news = st.container()
text_tab, document_tab = SIDES.draw()
with text_tab:
    left, right = st.columns(2)
    below = st.container()
with left:
    typed_text.draw_area()
with document_tab:
    current = open_document.OPEN.id
    with result_first.form("document", current, _("Translate it in another way, or another document")):
        opened = document_upload.draw_upload()
    receipt = st.container()

asked = document_upload.asked(opened, typed_text.text())
sample = document_upload.sample(opened) if asked and opened else typed_text.text()
detected = route_picker.detect(sample).code
setup = route_picker.draw(sample, lambda: typed_text.swap(detected), row)
terms = glossary_editor.terms(setup.pair)

with row:
    if st.button(_("Translate"), type="primary", icon=":material/translate:") or sent:
        if asked:
            document_upload.start(setup, terms)
        elif typed_text.is_long():
            document_upload.start_pasted(typed_text.text(), setup, terms)
        else:
            typed_text.start(setup, terms)
    elif typed_text.wants_by_itself(setup):
        typed_text.start(setup, terms, typing=True)
    jobs = [job for job in (typed_text.running(), open_document.running()) if job]
    if jobs:
        st.button(
            _("Stop"),
            key="stop",
            icon=":material/stop_circle:",
            on_click=lambda: [job.cancel() for job in jobs],
        )
if open_document.OPEN.id != current or SIDES.turning:
    st.rerun()  # a document was started: its progress takes the place of the form
with receipt:
    open_document.draw(terms)
with right:
    typed_text.follow()
    typed_text.draw_translation(setup)
with news:
    route_picker.say_obstacles(setup, sample)
    notices.draw()
with below:
    typed_text.draw_sentences(terms)
    typed_text.say_how()
    typed_text.draw_samples()
route_picker.say_facts(setup, sample)

glossary_editor.draw(setup.source, setup.target)
glossary_editor.draw_memory()
typed_text.watch_typing()
