"""The messages of a conversation: drawn from the store, or live from the job that writes them."""

from typing import Literal

import streamlit as st

from components.jobs import Job
from components.messages import N_
from components.store import Conversation, ConversationState, StoredMessage
from components.tasks.answer_figures import read_figures
from components.tasks.conversation import Setup
from components.ui import heartbeat
from components.ui.answer_view import WIDTH, show
from components.ui.chat import attached, doubt, live, remark, sampling, tab
from components.ui.copy import copy_button
from components.ui.language import _, ngettext, said
from components.ui.resources import jobs, store
from components.ui.text import plain

SHOWN = 40  # messages drawn at first; a long conversation stays quick
POLL_SECONDS = 0.2
WATCH_SECONDS, IDLE_SECONDS = (
    2,
    8,
)  # between two looks for what comes in: while something is written, and else
LONG, TALL = 900, 360  # characters from which a compared answer scrolls in a box of so many pixels
AVATARS = {"user": ":material/person:", "assistant": live.AVATAR}
STATES = {
    "stopped": N_("Stopped. What was written is kept."),
    "interrupted": N_("Interrupted: the app ended while this was written. What was written is kept."),
    "streaming": N_("Interrupted. What was written is kept."),
}
EMPTY = {
    "stopped": N_("Stopped before anything was written."),
    "interrupted": N_("Interrupted: the app ended before anything was written."),
    "streaming": N_("Interrupted before anything was written."),
}


def draw(conversation: Conversation, titles: dict[str, str], setup: Setup | None) -> None:
    """The branch that is shown, its end live if it is being written."""
    path = conversation.path()
    first = max(len(path) - st.session_state.setdefault(f"shown:{conversation.id}", SHOWN), 0)
    if first:
        more = min(first, SHOWN)
        label = ngettext("Show {count} earlier message", "Show {count} earlier messages", more)
        st.button(label.format(count=more), on_click=_show_earlier, args=(conversation.id,))
    for message in path[first:]:
        last = message is path[-1]
        pair = _pair(conversation, message) if last else [message]
        if any(_live(one) for one in pair):
            live.draw(pair, titles)
        elif len(pair) > 1:
            _draw_pair(conversation, [_final(one) for one in pair], titles, setup)
        else:
            _draw_message(conversation, _final(message), titles, setup, last)


def live_jobs(conversation: Conversation) -> list[Job]:
    """The jobs that write into this conversation now."""
    return [job for message in conversation.messages.values() if (job := _live(message))]


def settled(conversation: Conversation) -> Conversation:
    """The conversation, read again if an answer ended since it was read. For when no job is live."""
    if any(message.state == "streaming" for message in conversation.messages.values()):
        return store().conversation(conversation.id) or conversation
    return conversation


def _final(message: StoredMessage) -> StoredMessage:
    """The same for one message: its job stored the end before it ended."""
    return (store().message(message.id) or message) if message.state == "streaming" else message


def _live(message: StoredMessage) -> Job | None:
    return jobs().live(message.job_id)


def _pair(conversation: Conversation, message: StoredMessage) -> list[StoredMessage]:
    """The answers of one comparison, the message among them; else the message alone."""
    token = message.settings.get("pair")
    same = [conversation.messages[i] for i in conversation.siblings(message)]
    return [one for one in same if token and one.settings.get("pair") == token] or [message]


def _shown(conversation: Conversation, path: list[StoredMessage]) -> list[StoredMessage]:
    """The messages of the branch, both answers of a comparison included."""
    return [one for message in path for one in _pair(conversation, message)]


def watch(conversation: Conversation) -> None:
    """Notices what comes in from another tab, and the end of an answer on a branch that isn't shown."""
    _watch(conversation.id, conversation.state)


@st.fragment
def _watch(conversation_id: str, drawn: ConversationState | None) -> None:
    if store().state(conversation_id) != drawn:
        st.rerun()
    heartbeat.draw("conversation", WATCH_SECONDS if drawn and drawn.written else IDLE_SECONDS)


def _draw_message(
    conversation: Conversation,
    message: StoredMessage,
    titles: dict[str, str],
    setup: Setup | None,
    last: bool,
) -> None:
    mine = message.role == "user"  # under that name, Streamlit paints a ground that no theme can change
    with st.chat_message("you" if mine else message.role, avatar=AVATARS[message.role]):
        if st.session_state.get("editing") == message.id and setup:
            _draw_editor(conversation, message)
            return
        with st.container(border=mine, width=WIDTH if mine else "stretch"):
            _draw_body(message)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _draw_actions(conversation, message, setup, last)
        if message.usage:
            st.caption(usage_line(message, titles))
            attached.draw_use_all(conversation, message)
        if message.role == "assistant":
            remark.draw(conversation, message)
        if message.role == "assistant" and setup:
            doubt.draw(conversation, message, setup)


def _draw_body(message: StoredMessage) -> None:
    attached.draw(message)
    if message.role == "user":
        st.text(message.text, width=WIDTH)
    elif message.text:
        show(message.text)
    _draw_state(message)


def draw_outcome(message: StoredMessage, titles: dict[str, str]) -> None:
    """What is to be said about an answer beside its text."""
    _draw_state(message)
    if message.usage:
        st.caption(usage_line(message, titles))


def _draw_state(message: StoredMessage) -> None:
    if message.state == "failed":
        st.error(plain(said(message.note) or _("The answer failed.")), icon=":material/error:")
    elif message.note:
        st.caption(f":material/info: {plain(said(message.note))}")
    if message.state in STATES:
        states = STATES if message.text.strip() else EMPTY
        st.caption(f":material/stop_circle: {_(states[message.state])}")


def usage_line(message: StoredMessage, titles: dict[str, str]) -> str:
    """Model, tokens, seconds to the first token, tokens/s where they were measured, seed."""
    facts = [plain(titles.get(message.model_id, message.model_id))]
    figures = read_figures(message.usage)
    if figures is None:
        return " · ".join([*facts, _("the figures of this answer can't be read")])
    read, new = figures.prompt_tokens, figures.new_tokens
    if figures.exact:
        tokens_read = ngettext("{count} prompt token", "{count} prompt tokens", read)
        tokens_new = ngettext("{count} new token", "{count} new tokens", new)
    else:
        tokens_read = ngettext("about {count} prompt token", "about {count} prompt tokens", read)
        tokens_new = ngettext("about {count} new token", "about {count} new tokens", new)
    facts += [tokens_read.format(count=f"{read:,}"), tokens_new.format(count=f"{new:,}")]
    if figures.first_token_seconds:
        facts.append(_("first token {seconds} s").format(seconds=f"{figures.first_token_seconds:.2f}"))
    if figures.tokens_per_second:
        facts.append(_("{rate} tokens/s").format(rate=f"{figures.tokens_per_second:.1f}"))
    if (seed := message.settings.get("seed")) is not None:
        facts.append(_("seed {seed}").format(seed=plain(str(seed))))
    if not figures.exact:
        facts.append(_("the server did not count the tokens of this answer"))
    return " · ".join(facts)


def _draw_actions(
    conversation: Conversation, message: StoredMessage, setup: Setup | None, last: bool
) -> None:
    versions = conversation.siblings(message)
    if len(versions) > 1:
        _draw_versions(conversation, message, versions)
    said_something = bool(message.text.strip())
    if said_something:
        copy_button(message.text, key=f"copy_{message.id}")
    if message.role == "user":
        st.button(
            _("Edit"),
            key=f"edit_{message.id}",
            type="tertiary",
            icon=":material/edit:",
            on_click=_edit,
            args=(message.id,),
        )
        return
    if last and setup:
        _draw_again(conversation, message)
    if said_something:  # else it is a refusal, and there is nothing to rate
        if setup and message.parent_id is not None:
            st.button(
                _("Correct"),
                key=f"edit_{message.id}",
                type="tertiary",
                icon=":material/edit_note:",
                help=_("Write what the answer should have been: a row that a model can be trained on."),
                on_click=_edit,
                args=(message.id,),
            )
        _draw_rating(message)
        doubt.draw_button(message)


def _draw_again(conversation: Conversation, message: StoredMessage) -> None:
    """Regenerate, and Continue where there is more to say."""
    arguments = (conversation.id, message)
    if message.parent_id is not None:
        st.button(
            _("Regenerate"),
            type="tertiary",
            icon=":material/refresh:",
            on_click=tab.wish,
            args=("regenerate", *arguments),
        )
    figures = read_figures(message.usage)
    cut = figures is not None and figures.finish == "length"
    broken = message.state in ("stopped", "interrupted", "streaming", "failed")
    if message.text.strip() and (broken or cut):
        st.button(
            _("Continue"),
            type="tertiary",
            icon=":material/play_arrow:",
            on_click=tab.wish,
            args=("go_on", *arguments),
        )


def _draw_rating(message: StoredMessage) -> None:
    key = f"rating_{message.id}"
    st.feedback("thumbs", key=key, default=message.rating, on_change=_rate, args=(message.id, key))


def _draw_versions(conversation: Conversation, message: StoredMessage, versions: list[int]) -> None:
    at = versions.index(message.id)
    back, forward = (_("Previous version"), -1, "chevron_left"), (_("Next version"), 1, "chevron_right")
    for label, step, icon in (back, forward):
        if step > 0:
            st.caption(f"{at + 1} / {len(versions)}", width="content")
        st.button(
            label,
            key=f"version_{step}_{message.id}",
            icon=f":material/{icon}:",
            icon_position="left" if step < 0 else "right",
            type="tertiary",
            disabled=not 0 <= at + step < len(versions),
            on_click=_show_version,
            args=(conversation, versions[(at + step) % len(versions)]),
        )


def _draw_pair(
    conversation: Conversation, pair: list[StoredMessage], titles: dict[str, str], setup: Setup | None
) -> None:
    # Each side scrolls by itself: below a long answer, the beginning of both would be out of sight.
    height: int | Literal["content"] = TALL if max(len(one.text) for one in pair) > LONG else "content"
    for column, message in zip(st.columns(len(pair)), pair, strict=True):
        with column, st.chat_message("assistant", avatar=AVATARS["assistant"]):
            st.markdown(
                f"**{plain(titles.get(message.model_id, message.model_id))}**{_differs(pair, message)}"
            )
            with st.container(height=height, border=False):
                _draw_body(message)
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                if said_something := bool(message.text.strip()):
                    copy_button(message.text, key=f"copy_{message.id}")
                chosen = conversation.leaf_id == message.id
                st.button(
                    _("Continuing from this answer") if chosen else _("Continue with this answer"),
                    key=f"choose_{message.id}",
                    type="tertiary",
                    icon=":material/check:" if chosen else ":material/arrow_forward:",
                    disabled=chosen,
                    on_click=_show_version,
                    args=(conversation, message.id),
                )
                if chosen and setup:
                    _draw_again(conversation, message)
                if said_something:
                    _draw_rating(message)
            if message.usage:
                st.caption(usage_line(message, titles))
    _draw_engines(pair)


def _differs(pair: list[StoredMessage], message: StoredMessage) -> str:
    """The settings by which an answer differs from the one beside it."""
    named = {one.name: one.label for one in sampling.NUMBERS} | {
        "seed": N_("Seed"),
        "stop": N_("Stop strings"),
    }
    found = [
        f"{_(label)}: {plain(str(message.settings.get(name)))}"
        for name, label in named.items()
        if len({str(one.settings.get(name)) for one in pair}) > 1
    ]
    return f" :gray[{' · '.join(['', *found])}]" if found else ""


def _draw_engines(pair: list[StoredMessage]) -> None:
    """That two answers come from different engines, or from weights of different precision."""
    used = dict.fromkeys(
        f"{one.usage['engine']} ({one.usage['precision']})" if one.usage["precision"] else one.usage["engine"]
        for one in pair
        if one.usage and one.usage.get("engine")
    )
    if len(used) > 1:
        text = _("These answers were written on {engines}: part of the difference may come from that.")
        st.caption(f":material/compare_arrows: {text.format(engines=plain(', '.join(used)))}")


def _draw_editor(conversation: Conversation, message: StoredMessage) -> None:
    answer = message.role == "assistant"
    label = _("Edit answer") if answer else _("Edit message")
    st.text_area(label, message.text, key=f"draft_{message.id}", height="content" if answer else None)
    with st.container(horizontal=True):
        send = _("Save") if answer else _("Send")
        st.button(send, type="primary", on_click=_send_edit, args=(conversation.id, message))
        st.button(_("Cancel"), on_click=_edit, args=(None,))


def _edit(message_id: int | None) -> None:
    st.session_state["editing"] = message_id


def _send_edit(conversation_id: str, message: StoredMessage) -> None:
    action = "correct" if message.role == "assistant" else "edit"
    tab.wish(action, conversation_id, message, st.session_state.get(f"draft_{message.id}") or "")


def _rate(message_id: int, key: str) -> None:
    store().update(message_id, rating=st.session_state[key])


def _show_version(conversation: Conversation, message_id: int) -> None:
    store().change(conversation.id, leaf_id=conversation.newest_leaf(message_id))


def _show_earlier(conversation_id: str) -> None:
    st.session_state[f"shown:{conversation_id}"] += SHOWN
