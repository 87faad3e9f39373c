"""Chat: talk with a model, let it go on writing a text, or compare two answers."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.chat import (
    completion,
    composer,
    conversations,
    model_picker,
    more,
    prompts,
    sampling,
    tab,
    thread,
)
from components.ui.language import _
from components.ui.resources import manager

navigation.guard()
conversation = tab.current()
if conversation:
    navigation.name_tab(conversation.title)
kind = conversation.kind if conversation else st.session_state.get("new_kind", "chat")
titles = {spec.id: spec.title for spec in manager().catalog.all()}

with st.sidebar:
    conversations.draw(conversation)

st.title(_("Chat"))
setup = second = None
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    last = conversation.model_id if conversation else None
    spec = model_picker.draw(_("Model"), kind, conversation, "model", last)
    if spec:
        setup = sampling.draw(conversation, spec, system=kind == "chat")
    compare = composer.draw_mode(kind, conversation)
    prompt = prompts.draw(tab.slot(conversation), setup is not None) if kind == "chat" else None
    more.draw(conversation)
if spec and compare:
    second = composer.draw_second(kind, conversation)
if kind == "complete":  # the box of a chat shows them beside itself
    notices.draw()

if setup and conversation:
    composer.keep(conversation, setup, second)
if setup:
    tab.fulfil(setup)

if kind == "complete":
    completion.draw(conversation, titles, setup)
elif conversation:
    thread.draw(conversation, titles, setup)
else:
    composer.draw_suggestions(setup, second)

if prompt:
    composer.use(prompt, conversation, setup, second)
composer.draw(conversation, kind, setup, second)
if conversation:
    thread.watch(conversation)
