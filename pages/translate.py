"""Translate: text as it is typed, and whole documents with their structure."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.language import _
from components.ui.translate import document, glossary, route_picker, text

navigation.guard()
text.restore()
document.restore()
route_picker.restore()

st.title(_("Translate"))
languages = st.container()
news = st.container()
left, right = st.columns(2)
with left:
    text.draw_area()
    opened = document.draw_upload()
    if opened and text.text().strip() and not document.is_new():
        opened = None  # it was started as it is: the button is for the text
sample = document.sample(opened) if opened else text.text()
detected = route_picker.detect(sample).code
with languages:
    setup = route_picker.draw(sample, lambda: text.swap(detected))
terms = glossary.terms(setup.pair)

with left, st.container(horizontal=True):
    if st.button(_("Translate"), type="primary", icon=":material/translate:"):
        if opened:
            document.start(setup, terms)
        elif text.is_long():
            document.start_pasted(text.text(), setup, terms)
        else:
            text.start(setup, terms)
    elif text.wants_by_itself(setup) and not opened:
        text.start(setup, terms)
    jobs = [job for job in (text.running(), document.running()) if job]
    if jobs:
        st.button(_("Stop"), icon=":material/stop_circle:", on_click=lambda: [job.cancel() for job in jobs])
with right:
    st.subheader(_("Translation"))
    text.follow()
    text.draw_translation()
with news:
    notices.draw()

document.draw(terms)
text.draw_sentences(terms)
document.draw_earlier()
glossary.draw(setup.source, setup.target)
glossary.draw_memory()
text.watch_typing()
