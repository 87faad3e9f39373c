"""How sure was it?: an answer coloured by the model's probabilities, and other words to go on with."""

import streamlit as st

from components.jobs import Job
from components.models.engine import Engine
from components.models.options import Prompt
from components.models.scores import Scored, Scores
from components.store import Conversation, StoredMessage
from components.tasks.chat import CANDIDATES, prompt_messages
from components.tasks.conversation import Setup
from components.tasks.inside.surprise import until
from components.ui import errands
from components.ui.chat import tab
from components.ui.language import _
from components.ui.look_inside import inputs, look_job, sure
from components.ui.person import person
from components.ui.resources import jobs, manager
from components.ui.text import plain

LLAMA = "llama.cpp"


def draw_button(message: StoredMessage) -> None:
    st.button(
        _("How sure was it?"),
        key=f"doubt_{message.id}",
        type="tertiary",
        icon=":material/blur_on:",
        on_click=_turn,
        args=(message.id,),
    )


def _turn(message_id: int) -> None:
    shown = st.session_state.get("doubted")
    st.session_state["doubted"] = None if shown == message_id else message_id


def draw(conversation: Conversation, message: StoredMessage, setup: Setup) -> None:
    """The coloured answer, if it was asked for: as noted while it was written, else read again."""
    if st.session_state.get("doubted") != message.id:
        return
    jobs().noted.looked(person())
    path = conversation.path(message.id)
    system = str(message.settings.get("system", ""))
    before = Prompt(messages=tuple(prompt_messages(path[:-1], system)))
    noted = jobs().noted.get(message.id)
    if noted and "".join(one.text for one in noted[1]).strip().startswith(message.text.strip()[:20]):
        tokens = until(noted[1], message.text)
        note = _("Noted by {engine} while it was written.").format(engine=plain(noted[0]))
    else:
        found = _read_again(message, before)
        if found is None:
            return
        tokens = list(found.tokens)
        note = _(
            "Read again by {engine} in {precision}: how likely this text is to the model, which may differ a "
            "little from when it was written. The next answers are noted while they are written."
        ).format(engine=plain(found.engine), precision=plain(found.dtype))
    chosen = sure.draw(tokens, f"doubt_{message.id}_{len(tokens)}")
    st.caption(note)
    if st.button(_("Look inside"), key=f"inside_{message.id}", type="tertiary", icon=":material/biotech:"):
        question = next((one.text for one in reversed(path[:-1]) if one.role == "user"), "")
        source = conversation.id, conversation.title, message.id
        errands.leave(inputs.ERRAND, (message.model_id, question, message.text, source))
        st.switch_page("pages/look_inside.py")
    if chosen:
        st.session_state["doubted"] = None
        tab.wish("branch", conversation.id, message, chosen.before + chosen.word)
        st.rerun()


def _read_again(message: StoredMessage, before: Prompt) -> Scores | None:
    def work(engine: Engine, job: Job) -> Scores:
        return engine.scores([Scored(message.text, before)], CANDIDATES, job.cancelled)[0]

    model = manager().catalog.get(message.model_id)
    # llama.cpp can read what it has written itself, a token at a time.
    on_torch = (message.usage or {}).get("engine") != LLAMA
    return look_job.at(f"doubt_{message.id}", message.text, model.id, work, on_torch=on_torch)
