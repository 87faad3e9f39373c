"""Chat: talk with a model, let it go on writing a text, or compare two answers."""

import streamlit as st

from components.ui import (
    chat_input,
    chat_settings,
    completing,
    conversations,
    messages,
    navigation,
    notices,
    session,
)
from components.ui.language import _
from components.ui.resources import manager

navigation.guard()
conversation = session.current()
kind = conversation.kind if conversation else st.session_state.get("new_kind", "chat")
titles = {spec.id: spec.title for spec in manager().catalog.all()}

with st.sidebar:
    conversations.draw(conversation)

st.title(_("Chat"))
with st.container(horizontal=True, vertical_alignment="bottom"):
    spec = chat_settings.draw_model(_("Model"), kind, conversation, "model")
    compare = chat_input.draw_mode(kind, conversation)
notices.draw()

setup = second = None
if spec:
    with st.sidebar:
        st.divider()
        setup = chat_settings.draw(conversation, spec, system=kind == "chat")
    if compare:
        second = chat_input.draw_second(kind, conversation)

if setup:
    session.fulfil(setup)

if kind == "complete":
    completing.draw(conversation, titles, setup)
elif conversation:
    messages.draw(conversation, titles, setup)
else:
    chat_input.draw_suggestions(setup, second)

chat_input.draw(conversation, kind, setup, second)
