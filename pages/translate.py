"""Translate: text as it is typed, and whole documents with their structure."""

import streamlit as st

from components.ui import errands, navigation, notices
from components.ui.language import _
from components.ui.translate import document, document_upload, glossary_editor, route_picker, typed_text

navigation.guard()
typed_text.restore()
document.restore()
route_picker.restore()

st.title(_("Translate"))
languages = st.container()
news = st.container()
left, right = st.columns(2)
with left:
    typed_text.draw_area()
    opened = document_upload.draw_upload()
    if opened and typed_text.text().strip() and not document_upload.is_new():
        opened = None  # it was started as it is: the button is for the text
sample = document_upload.sample(opened) if opened else typed_text.text()
detected = route_picker.detect(sample).code
with languages:
    setup = route_picker.draw(sample, lambda: typed_text.swap(detected))
terms = glossary_editor.terms(setup.pair)

with left, st.container(horizontal=True):
    pressed = st.button(_("Translate"), type="primary", icon=":material/translate:")
    if pressed or errands.take(typed_text.START):
        if opened:
            document_upload.start(setup, terms)
        elif typed_text.is_long():
            document_upload.start_pasted(typed_text.text(), setup, terms)
        else:
            typed_text.start(setup, terms)
    elif typed_text.wants_by_itself(setup) and not opened:
        typed_text.start(setup, terms)
    jobs = [job for job in (typed_text.running(), document.running()) if job]
    if jobs:
        st.button(_("Stop"), icon=":material/stop_circle:", on_click=lambda: [job.cancel() for job in jobs])
with right:
    st.subheader(_("Translation"))
    typed_text.follow()
    typed_text.draw_translation(setup)
with news:
    notices.draw()

document.draw(terms)
typed_text.draw_sentences(terms)
document.draw_earlier()
glossary_editor.draw(setup.source, setup.target)
glossary_editor.draw_memory()
typed_text.watch_typing()
