"""A message with files: the server reads them and then sends it, whatever becomes of the page meanwhile.

A page that is loaded again finds what is being sent into its conversation, and shows it. Nothing is sent
twice, and no file has to be attached again. Knows jobs and files, not how a message is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.errors import AppError, BadInput, Cancelled
from components.jobs import Job
from components.messages import Said
from components.store import Conversation
from components.tasks.attachments import attach
from components.tasks.conversation import Conversing, Setup
from components.ui import reading_progress
from components.ui.chat import tab
from components.ui.chat.locked_message import Draft
from components.ui.language import _
from components.ui.person import person
from components.ui.resources import config, jobs

_MINE = "messages_sending"  # in the session: the jobs that this tab waits for, with what they send
_NAME = "sending"  # in the URL: the job, by which a page that is loaded again knows it


@dataclass(frozen=True)
class Outcome:
    """The conversation that a message was sent into; else the message, and why it wasn't sent."""

    opened: str = ""
    message: Draft | None = None
    error: AppError | None = None
    read: int = 0  # files that were read before the one that has the error
    too_long: tuple[str, int, int] | None = None  # the model, the tokens that there are, and that it reads


def start(conversation: Conversation | None, message: Draft, setups: Sequence[Setup]) -> None:
    """Begins to read the files. Raises BadInput while another message of this tab is being read for it."""
    if busy(conversation):
        raise BadInput(
            "The files of the message before this one are still being read. Wait for them, or stop."
        )
    files = [(file.name, file.getvalue()) for file in message.files]
    conversing, settings = tab.conversing(), config()
    into = conversation.id if conversation else None

    def work(job: Job) -> Outcome:
        read: list[dict[str, str]] = []
        try:
            for number, (name, data) in enumerate(files):
                job.say(Said("Reading {name}", name=name))
                password = message.passwords.get(number) or None
                told = partial(reading_progress.tell, job, name)
                read.append(attach(name, data, settings, password, told, job.cancelled))
            if not message.anyway and (much := _too_long(job, conversing, into, message, setups, read)):
                return Outcome("", message, too_long=much)
            return Outcome(conversing.ask(into, message.text, setups, read))
        except AppError as error:
            return Outcome("", message, error, len(read))

    job = jobs().start(_kind(conversation), person(), work)
    _mine()[job.id] = message
    st.query_params[_NAME] = job.id


def _too_long(
    job: Job,
    conversing: Conversing,
    into: str | None,
    message: Draft,
    setups: Sequence[Setup],
    read: Sequence[Mapping[str, str]],
) -> tuple[str, int, int] | None:
    """The first model that can't read the files whole, with the tokens that there are and that it reads.

    A model that can't be asked is asked by the answer, which says why not.
    """
    for setup in setups:
        try:
            found = conversing.too_much(into, message.text, setup, read, job.cancelled, job.say)
        except Cancelled:
            raise
        except AppError:
            continue
        if found:
            return setup.model_id, *found
    return None


def text(conversation: Conversation | None) -> str:
    """The text of the message that this tab is sending, as long as its page wasn't loaded again."""
    job = _job(conversation)
    message = _mine().get(job.id) if job and job.running else None
    return message.text if message else ""


def busy(conversation: Conversation | None) -> bool:
    """Whether a message of this tab is being sent into a conversation."""
    return (job := _job(conversation)) is not None and job.running


def follow(conversation: Conversation | None) -> Outcome | None:
    """Waits for what is being sent into a conversation, drawing how far it is; None if nothing is."""
    if (job := _job(conversation)) is None:
        return None
    reading_progress.show(job, _("the attached files"))
    message = _mine().pop(job.id, None)
    if st.query_params.get(_NAME) == job.id:
        del st.query_params[_NAME]
    outcome, job.result = job.result, None  # a job is remembered for long, files needn't be
    if isinstance(outcome, Outcome):
        return outcome
    return Outcome("", message, AppError(job.error)) if job.state == "failed" else None


def _job(conversation: Conversation | None) -> Job | None:
    """The job that this tab waits for: it began it, or its URL names it."""
    kind, mine = _kind(conversation), _mine()
    named = jobs().get(st.query_params.get(_NAME) or "")
    if named and named.kind == kind and (named.running or named.result is not None):
        mine.setdefault(named.id, None)
    found = (jobs().get(one) for one in mine)
    return next((job for job in found if job and job.kind == kind), None)


def _mine() -> dict[str, Draft | None]:
    found: dict[str, Draft | None] = st.session_state.setdefault(_MINE, {})
    return found


def _kind(conversation: Conversation | None) -> str:
    return f"{reading_progress.KIND} for {conversation.id if conversation else 'a new conversation'}"
