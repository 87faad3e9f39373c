"""Translate: text as it is typed, and whole documents with their structure."""

import streamlit as st

from components.ui import (
    glossary_editor,
    navigation,
    notices,
    translate_document,
    translate_setup,
    translate_text,
)
from components.ui.language import _

navigation.guard()
translate_text.restore()
translate_document.restore()
translate_setup.restore()

st.title(_("Translate"))
languages = st.container()
news = st.container()
left, right = st.columns(2)
with left:
    translate_text.draw_area()
    opened = translate_document.draw_upload()
    if opened and translate_text.text().strip() and not translate_document.is_new():
        opened = None  # it was started as it is: the button is for the text
sample = translate_document.sample(opened) if opened else translate_text.text()
detected = translate_setup.detect(sample).code
with languages:
    setup = translate_setup.draw(sample, lambda: translate_text.swap(detected))
terms = glossary_editor.terms(setup.pair)

with left, st.container(horizontal=True):
    if st.button(_("Translate"), type="primary", icon=":material/translate:"):
        if opened:
            translate_document.start(setup, terms)
        elif translate_text.is_long():
            translate_document.start_pasted(translate_text.text(), setup, terms)
        else:
            translate_text.start(setup, terms)
    elif translate_text.wants_by_itself(setup) and not opened:
        translate_text.start(setup, terms)
    jobs = [job for job in (translate_text.running(), translate_document.running()) if job]
    if jobs:
        st.button(_("Stop"), icon=":material/stop_circle:", on_click=lambda: [job.cancel() for job in jobs])
with right:
    st.subheader(_("Translation"))
    translate_text.follow()
    translate_text.draw_translation()
with news:
    notices.draw()

translate_document.draw(terms)
translate_text.draw_sentences(terms)
translate_document.draw_earlier()
glossary_editor.draw(setup.source, setup.target)
glossary_editor.draw_memory()
translate_text.watch_typing()
