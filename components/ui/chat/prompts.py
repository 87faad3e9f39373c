"""Prompts of one's own: chosen, their blanks filled in, put into the box or sent; kept, exported, imported.

Knows widgets and kept prompts; what becomes of a filled one is for its caller.
"""

from dataclasses import dataclass

import streamlit as st

from components.errors import AppError
from components.messages import N_, counted
from components.prompts import KeptPrompt, Kind, blanks, filled
from components.ui import notices, uploads
from components.ui.language import _
from components.ui.resources import config, prompts
from components.ui.text import plain

KINDS: dict[Kind, str] = {"message": N_("Message"), "system": N_("Preset: how to answer")}
NEW = ""
_CHOSEN, _KIND, _NAME, _TEXT = "prompt_edited", "prompt_kind", "prompt_name", "prompt_text"
_TAKEN = "prompt_taken"  # the prompt whose fields are drawn
_DELETED = "prompt_deleted"


@dataclass(frozen=True)
class Filled:
    """A message to be sent at once, or to be put into the box first."""

    text: str
    send: bool


def draw(slot: str, ready: bool) -> Filled | None:
    """One button that opens them; what was filled in, once."""
    with st.popover(_("Prompts"), icon=":material/bookmarks:", key="chat_prompts"):
        use, edit = st.tabs([_("Use"), _("Edit")])
        with use:
            found = _draw_use(slot, ready)
        with edit:
            notices.draw("prompts")
            _draw_edit()
            _draw_file()
    return found


def _draw_use(slot: str, ready: bool) -> Filled | None:
    mine = {one.id: one for one in prompts().listed("message")}
    if not mine:
        st.caption(
            _(
                "Keep what you ask again and again: write it under *Edit*, with blanks such as {name} that "
                "are filled in before it is sent."
            )
        )
        return None
    chosen = st.selectbox(
        _("Prompt"),
        list(mine),
        format_func=lambda one: mine[one].name if one in mine else "",
        key=f"prompt_used:{slot}",
    )
    one = mine[chosen]
    text = draw_blanks(one, f"prompt:{slot}")
    st.text(text[:1_000])
    with st.container(horizontal=True, gap="small"):
        put = st.button(_("Put into the box"), icon=":material/edit:")
        send = st.button(
            _("Send"), type="primary", icon=":material/send:", disabled=not ready, key="prompt_send"
        )
    if send and (empty := blanks(text)):
        what = _("Fill this in first: {names}").format(names=plain(", ".join(empty)))
        st.error(what, icon=":material/edit:")
        return None
    return Filled(text, send) if put or send else None


def draw_blanks(prompt: KeptPrompt, scope: str) -> str:
    """A field for each blank; the text with what is in them."""
    values = {
        name: st.text_input(plain(name), key=f"{scope}:{prompt.id}:{name}", persist_state="session") or ""
        for name in blanks(prompt.text)
    }
    return filled(prompt.text, {name: value for name, value in values.items() if value})


def _draw_edit() -> None:
    mine = {one.id: one for one in prompts().listed()}
    if st.session_state.get(_CHOSEN) not in mine:
        st.session_state[_CHOSEN] = NEW
    chosen = st.selectbox(
        _("Prompt"),
        [NEW, *mine],
        format_func=lambda one: mine[one].name if one in mine else _("A new one"),
        key=_CHOSEN,
    )
    one = mine.get(chosen)
    scope = (one.id, one.updated_at) if one else (NEW, len(mine))
    if st.session_state.get(_TAKEN) != scope:
        st.session_state[_TAKEN] = scope
        st.session_state[_KIND] = one.kind if one else "message"
        st.session_state[_NAME], st.session_state[_TEXT] = (one.name, one.text) if one else ("", "")
    st.text_input(_("Name"), key=_NAME, max_chars=80)
    st.text_area(
        _("Text"),
        key=_TEXT,
        height=140,
        help=_("A name in braces, such as {topic}, is a blank: a field asks for it before the text is used."),
    )
    st.segmented_control(
        _("What it is"), list(KINDS), format_func=lambda one: _(KINDS[one]), key=_KIND, required=True
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Save"),
            type="primary",
            icon=":material/save:",
            key="prompt_save",
            on_click=_save,
            args=(one.id if one else "",),
        )
        if one:
            st.button(
                _("Delete"), icon=":material/delete:", key="prompt_delete", on_click=_delete, args=(one.id,)
            )
        elif gone := st.session_state.get(_DELETED):
            st.button(_("Undo"), icon=":material/undo:", key="prompt_undo", on_click=_restore, args=(gone,))


def _save(prompt_id: str) -> None:
    with notices.shown("prompts"):
        kind: Kind = "system" if st.session_state.get(_KIND) == "system" else "message"
        name, text = st.session_state.get(_NAME) or "", st.session_state.get(_TEXT) or ""
        st.session_state[_CHOSEN] = prompts().keep(kind, name, text, prompt_id)


def _delete(prompt_id: str) -> None:
    prompts().delete(prompt_id)
    st.session_state[_DELETED], st.session_state[_CHOSEN] = prompt_id, NEW


def _restore(prompt_id: str) -> None:
    prompts().restore(prompt_id)
    st.session_state[_CHOSEN] = st.session_state.pop(_DELETED)


def _draw_file() -> None:
    """All of them as a file, and back."""
    st.download_button(
        _("Export prompts"),
        lambda: prompts().to_json(),
        "prompts.json",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    generation = st.session_state.setdefault("prompts_generation", 0)
    file = st.file_uploader(
        _("Import prompts"),
        type=["json"],
        key=f"prompts_{generation}",
        max_upload_size=config().upload_mb,
    )
    if file:
        st.session_state["prompts_generation"] += 1  # an empty uploader next time
        try:
            uploads.count(file)
            came = prompts().bring(file.getvalue())
        except AppError as error:
            notices.later(error.message, "error", "prompts")
        else:
            said = counted("{count} prompt was imported.", "{count:,} prompts were imported.", came)
            notices.later(said, where="prompts")
        st.rerun()
