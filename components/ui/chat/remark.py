"""One quiet line below an answer that deserves less trust than it seems to. Knows models' cards alone."""

import streamlit as st

from components.documents.language_detection import detect_language
from components.models.catalog import ModelSpec
from components.store import Conversation, StoredMessage
from components.ui.chat import model_picker
from components.ui.language import _

SMALL = 1_000_000_000  # weights; below, a model writes better than it knows
TOLD = 12  # characters from which the language of a question can be told


def draw(conversation: Conversation, message: StoredMessage) -> None:
    """Nothing where there is nothing to say."""
    spec = model_picker.known(message.model_id)
    question = conversation.messages.get(message.parent_id or 0)
    if not message.text or spec is None or question is None:
        return
    if is_foreign(spec, question.text):
        st.caption(f":material/translate: {model_picker.made_for(spec)}")
    elif is_asked_for_facts(spec, question.text):
        st.caption(":material/info: " + _("A small model: check what it says before you rely on it."))


def is_foreign(spec: ModelSpec, question: str) -> bool:
    """Whether a question is in a language that the model wasn't made for."""
    language = detect_language(question) if len(question) >= TOLD else ""
    return bool(language and spec.languages and language not in spec.languages)


def is_asked_for_facts(spec: ModelSpec, question: str) -> bool:
    """Whether a model that knows little is asked a question, rather than to write or change a text."""
    return 0 < spec.parameters < SMALL and question.rstrip().endswith(("?", "？"))
