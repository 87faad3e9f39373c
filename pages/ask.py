"""Ask: questions over kept documents, answered in their own sentences, or an honest "they don't say"."""

import streamlit as st

from components.ui import navigation
from components.ui.ask import documents, history, question_box, session, view
from components.ui.language import _

navigation.guard()
result = session.current()
if result:
    navigation.name_tab(result.title)

with st.sidebar:
    history.draw(result)

st.title(_("Ask"))
chosen = documents.draw(result)
with st.container():  # at the bottom of the window, the box would have the page open at its end
    question_box.draw(result, chosen)
if result:
    view.draw(result)
