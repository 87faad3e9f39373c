"""A message whose files are too long for the model, before it is sent: it is kept while the person chooses
what becomes of it. Knows widgets, the tab's own state and the pages that read files whole.
"""

from dataclasses import dataclass, replace

import streamlit as st

from components.messages import counted
from components.ui import errands
from components.ui.chat import model_picker
from components.ui.chat.locked_message import Draft
from components.ui.errands import File
from components.ui.language import _, said
from components.ui.text import plain

_KEY = "too_long_message"
SUMMARIZE, ASK = "pages/summarize.py", "pages/ask.py"


@dataclass(frozen=True)
class _Held:
    slot: str  # the conversation that it is for
    message: Draft
    model_id: str
    tokens: int
    limit: int


def hold(slot: str, message: Draft, model_id: str, tokens: int, limit: int) -> None:
    """Keeps a message that has so many tokens where so many fit."""
    st.session_state[_KEY] = _Held(slot, message, model_id, tokens, limit)


def waits(slot: str) -> bool:
    """Whether a message of this conversation waits for what is chosen."""
    return _held(slot) is not None


def _held(slot: str) -> _Held | None:
    held: _Held | None = st.session_state.get(_KEY)
    return held if held and held.slot == slot else None


def draw(slot: str, ready: bool) -> Draft | None:
    """The message that waits in this conversation, with the ways to go on; returned when one is chosen."""
    if (held := _held(slot)) is None:
        return None
    with st.container(border=True, key="too_long"):
        st.warning(_what(held), icon=":material/attach_file_off:")
        with st.container(horizontal=True, gap="small"):
            summarize = st.button(_("Summarize it"), type="primary", icon=":material/summarize:")
            ask = st.button(_("Ask it"), icon=":material/quick_reference_all:")
            parts = st.button(_("Send the parts that fit"), icon=":material/content_cut:", disabled=not ready)
            cancel = st.button(_("Cancel"), icon=":material/close:")
    if not (summarize or ask or parts or cancel):
        return None
    del st.session_state[_KEY]
    if parts:
        return replace(held.message, anyway=True)
    if summarize:
        errands.leave(errands.SUMMARIZE, _files(held.message))
    elif ask:
        errands.leave(errands.ASK_FILES, _files(held.message))
        if question := held.message.text.strip():
            errands.leave(errands.QUESTION, question)
    page = SUMMARIZE if summarize else ASK if ask else ""
    return replace(held.message, send=False, page=page)


def _what(held: _Held) -> str:
    """What is too long, by how much, and that nothing is lost."""
    spec, files = model_picker.known(held.model_id), held.message.files
    message = counted(
        "{names} is too long to be read whole: with your message it has {tokens:,} tokens, and {title} reads "
        "{limit:,} beside its answer. Nothing was sent yet.",
        "{names} are too long to be read whole: with your message they have {tokens:,} tokens, and {title} "
        "reads {limit:,} beside its answer. Nothing was sent yet.",
        len(files),
        names=[file.name for file in files],
        tokens=held.tokens,
        title=spec.title if spec else held.model_id,
        limit=held.limit,
    )
    return plain(said(message))


def _files(message: Draft) -> list[File]:
    return [
        File(file.name, file.getvalue(), message.passwords.get(number, ""))
        for number, file in enumerate(message.files)
    ]
