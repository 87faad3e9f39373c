"""A message with files that need a password: it is kept while the person is asked for it.

Knows widgets and the tab's own state; nothing about how files are read or messages sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.messages import Message
from components.ui.language import _, said
from components.ui.text import plain

_KEY = "locked_message"


@dataclass(frozen=True)
class Draft:
    """What a person wants to send."""

    text: str
    files: Sequence[UploadedFile] = ()
    passwords: Mapping[int, str] = field(default_factory=dict)  # by the file's number
    send: bool = True  # no: back into the box with the text
    anyway: bool = False  # even where its files are too long to be read whole
    page: str = ""  # where its files go instead


@dataclass(frozen=True)
class _Locked:
    slot: str  # the conversation that it is for
    message: Draft
    reason: Message
    files: Collection[int]  # those that need a password


def hold(slot: str, message: Draft, reason: Message, locked: int) -> None:
    """Keeps a message because of one more file that doesn't open."""
    st.session_state[_KEY] = _Locked(slot, message, reason, sorted({*message.passwords, locked}))


def waits(slot: str) -> bool:
    """Whether a message of this conversation waits for its passwords."""
    return _held(slot) is not None


def _held(slot: str) -> _Locked | None:
    held: _Locked | None = st.session_state.get(_KEY)
    return held if held and held.slot == slot else None


def draw(slot: str, ready: bool) -> Draft | None:
    """The message that waits in this conversation with a field for each password; returned when it is sent
    or given up.
    """
    if (held := _held(slot)) is None:
        return None
    with st.form(f"locked_{slot}"):
        st.warning(plain(said(held.reason)), icon=":material/lock:")
        text = st.text_area(_("Your message"), held.message.text, key=f"locked_text_{slot}")
        passwords = {number: _ask(held, number) for number in held.files}
        with st.container(horizontal=True):
            send = st.form_submit_button(_("Send"), type="primary", disabled=not ready)
            cancel = st.form_submit_button(_("Cancel"))
    if not send and not cancel:
        return None
    del st.session_state[_KEY]
    return Draft(text or "", held.message.files, passwords, send, held.message.anyway)


def _ask(held: _Locked, number: int) -> str:
    name = plain(held.message.files[number].name)
    key = f"locked_password_{held.slot}_{number}"
    return st.text_input(_("Password for {name}").format(name=name), type="password", key=key)
