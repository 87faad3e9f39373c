"""A person's actions in a conversation: ask, ask again, edit, continue, complete a text, undo.

Writes messages to the store and starts the jobs that answer them; knows nothing about pages.
"""

import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from components.errors import BadInput
from components.jobs import Job, Jobs
from components.messages import Message, Said
from components.models.manager import ModelManager
from components.store import Conversation, NewMessage, Store, StoredMessage
from components.tasks.chat import ANSWER, MAX_SEED, Request, options_from, start_answer, title_from, too_much

SMALL = 4_000  # bytes of files that are sent without being counted
CORRECTS = "corrects"  # in a message's settings: the answer of which it is the corrected text


@dataclass(frozen=True)
class Setup:
    """Which model answers, and how."""

    model_id: str
    settings: Mapping[str, Any] = field(default_factory=dict)  # of GenerationOptions, and "system"


@dataclass(frozen=True)
class Conversing:
    """One person's actions, on the shared store, jobs and manager."""

    store: Store
    jobs: Jobs
    manager: ModelManager
    owner: str

    def ask(
        self,
        conversation_id: str | None,
        text: str,
        setups: Sequence[Setup],
        attachments: Sequence[Mapping[str, str]] = (),
    ) -> str:
        """Adds a message at the end of what is shown and starts its answers, one for each setup.

        Makes the conversation if there is none yet; returns its id. Raises BadInput for a setting
        that is out of bounds, before anything is written.
        """
        if not text.strip() and not attachments:
            raise BadInput("The message is empty. Write something, or attach a file.")
        for setup in setups:
            options_from(setup.settings)
            self.manager.catalog.get(setup.model_id)
        self.jobs.check(ANSWER, len(setups))
        if conversation_id is None:
            title = title_from(text) if text.strip() else title_from(attachments[0]["name"])
            conversation_id = self.store.create("chat", title, setups[0].model_id, setups[0].settings)
        conversation = self._conversation(conversation_id)
        before = self.running(conversation)
        user_id = self.store.add(
            conversation_id, NewMessage(conversation.leaf_id, "user", text, attachments=attachments)
        )
        self._answer(conversation_id, user_id, setups, before)
        return conversation_id

    def too_much(
        self,
        conversation_id: str | None,
        text: str,
        setup: Setup,
        attachments: Sequence[Mapping[str, str]],
        cancelled: Callable[[], bool] = lambda: False,
        on_wait: Callable[[Message], None] = lambda text: None,
    ) -> tuple[int, int] | None:
        """The tokens of a message with its files and how many the model reads at once, if they are too many.

        None where everything fits, as short files do, and where an answer is being written: it isn't known
        yet how long that gets. Raises what `lease` raises.
        """
        size = sum(len(one.get("text", "").encode("utf-8", "replace")) for one in attachments)
        found = self.store.conversation(conversation_id) if conversation_id else None
        if size < SMALL or (found and self.running(found)):
            return None
        with self.manager.lease(setup.model_id, self.owner, cancelled, on_wait) as engine:
            return too_much(engine, found.path() if found else (), text, attachments, setup.settings)

    def edit(self, conversation_id: str, message: StoredMessage, text: str, setup: Setup) -> None:
        """A new version of a person's message, and an answer to it; the old branch stays."""
        if not text.strip() and not message.attachments:
            raise BadInput("The message is empty. Write something, or cancel the edit.")
        options_from(setup.settings)
        self.jobs.check(ANSWER)
        user_id = self.store.add(
            conversation_id, NewMessage(message.parent_id, "user", text, attachments=message.attachments)
        )
        self._answer(conversation_id, user_id, [setup])

    def correct(self, conversation_id: str, message: StoredMessage, text: str, setup: Setup) -> None:
        """An answer as the person would have it, as a version beside the model's own: a row to train on."""
        if not text.strip():
            raise BadInput("The answer is empty. Write what it should have been, or cancel.")
        if text.strip() == message.text.strip():
            return
        self.store.add(
            conversation_id,
            NewMessage(
                message.parent_id,
                "assistant",
                text.strip(),
                model_id=message.model_id,
                settings={"system": message.settings.get("system", ""), CORRECTS: message.id},
                note=Said("Corrected by you."),
            ),
        )

    def regenerate(self, conversation_id: str, message: StoredMessage, setup: Setup) -> None:
        """One more answer to the same message; the old one stays as a branch."""
        if message.parent_id is None:
            raise BadInput("There is no message to answer. Write one first.")
        self.jobs.check(ANSWER)
        self._answer(conversation_id, message.parent_id, [setup], like=message.settings)

    def go_on(self, conversation_id: str, message: StoredMessage, setup: Setup) -> None:
        """Continues an answer that was stopped, interrupted or cut off by a limit, in place."""
        options = options_from(setup.settings)
        self.jobs.check(ANSWER)
        system = str(setup.settings.get("system", ""))
        self.store.update(
            message.id,
            state="streaming",
            note="",
            run_id=self.store.run_id,
            model_id=setup.model_id,
            settings=dict(message.settings) | asdict(options) | {"system": system},
        )
        request = Request(
            conversation_id,
            message.id,
            setup.model_id,
            options,
            system,
            go_on=bool(message.text.strip()),
            owner=self.owner,
            as_base=bool(message.settings.get("as_base")),
        )
        start_answer(self.jobs, self.store, self.manager, request)

    def branch(self, conversation_id: str, message: StoredMessage, text: str, setup: Setup) -> None:
        """One more answer to the same message, which begins with `text` and goes on from there."""
        self.jobs.check(ANSWER)
        self._go_on_from(conversation_id, message.parent_id, text, setup)

    def from_here(
        self, conversation_id: str | None, prompt: str, text: str, setup: Setup, message_id: int | None = None
    ) -> str:
        """Goes on from `text`: as a branch beside a message, or in a new conversation; returns its id.

        `prompt` is what a new conversation begins with; without one, its text is continued.
        """
        conversation = self.store.conversation(conversation_id) if conversation_id else None
        beside = conversation.messages.get(message_id) if conversation and message_id else None
        if conversation and beside:
            self.branch(conversation.id, beside, text, setup)
            return conversation.id
        options_from(setup.settings)
        if not prompt.strip() or self.manager.catalog.get(setup.model_id).task != "chat":
            return self.complete(None, prompt + text, setup)
        self.jobs.check(ANSWER)
        made = self.store.create("chat", title_from(prompt), setup.model_id, setup.settings)
        asked = self.store.add(made, NewMessage(None, "user", prompt))
        self._go_on_from(made, asked, text, setup)
        return made

    def _go_on_from(self, conversation_id: str, parent_id: int | None, text: str, setup: Setup) -> None:
        options = options_from(setup.settings)
        system = str(setup.settings.get("system", ""))
        used = asdict(options) | {"system": system}
        message_id = self.store.add(
            conversation_id,
            NewMessage(
                parent_id, "assistant", text, state="streaming", model_id=setup.model_id, settings=used
            ),
        )
        request = Request(
            conversation_id, message_id, setup.model_id, options, system, go_on=True, owner=self.owner
        )
        start_answer(self.jobs, self.store, self.manager, request)

    def running(self, conversation: Conversation) -> Job | None:
        """The job that is writing the last shown message, if there is one."""
        path = conversation.path()
        return self.jobs.live(path[-1].job_id) if path else None

    def delete(self, conversation_id: str) -> None:
        """Takes a conversation out of every list. What is being written or waits in it ends."""
        if conversation := self.store.conversation(conversation_id):
            self.stop(conversation)
        self.store.delete(conversation_id)

    def stop(self, conversation: Conversation) -> None:
        """Stops every answer of a conversation that is being written."""
        for message in conversation.messages.values():
            if job := self.jobs.live(message.job_id):
                job.cancel()

    # Text completion: a person's message is the whole text, an answer its continuation.

    def save_text(self, conversation_id: str | None, text: str, setup: Setup) -> str:
        """Keeps the text as it is now; returns the id of its conversation."""
        if conversation_id is None:
            conversation_id = self.store.create("complete", title_from(text), setup.model_id, setup.settings)
        conversation = self._conversation(conversation_id)
        path = conversation.path()
        if document(conversation) == text and path:
            return conversation_id
        if path and path[-1].role == "user" and len(path) == 1:
            self.store.change(conversation_id, title=title_from(text))
        self.store.add(conversation_id, NewMessage(conversation.leaf_id, "user", text))
        return conversation_id

    def complete(self, conversation_id: str | None, text: str, setup: Setup) -> str:
        """Starts the continuation of a text; returns the id of its conversation."""
        if not text.strip():
            raise BadInput("The text is empty. Write its beginning first.")
        options_from(setup.settings)
        self.jobs.check(ANSWER)
        conversation_id = self.save_text(conversation_id, text, setup)
        conversation = self._conversation(conversation_id)
        leaf = conversation.path()[-1]
        at = leaf.id
        if leaf.role == "assistant":
            at = self.store.add(conversation_id, NewMessage(leaf.id, "user", text))
        self._answer(conversation_id, at, [setup])
        return conversation_id

    def undo(self, conversation: Conversation) -> bool:
        """Goes back to the text before the last change; False if there is none."""
        now = document(conversation)
        for message in reversed(conversation.path()[:-1]):
            if document(conversation, message.id) != now:
                self.store.change(conversation.id, leaf_id=message.id)
                return True
        return False

    def redo(self, conversation: Conversation) -> bool:
        """Takes back an undo; False if nothing was undone."""
        if conversation.leaf_id is None:
            return False
        now, end = document(conversation), conversation.newest_leaf(conversation.leaf_id)
        for message in conversation.path(end)[len(conversation.path()) :]:
            if document(conversation, message.id) != now:
                self.store.change(conversation.id, leaf_id=message.id)
                return True
        return False

    def _answer(
        self,
        conversation_id: str,
        user_id: int,
        setups: Sequence[Setup],
        after: Job | None = None,
        like: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds one empty answer for each setup and starts the jobs that write them.

        A base beside its adapter is used as the adapter uses it, with one seed where none was chosen, so that
        what differs is what was learned; and again so for another answer `like` one with these settings.
        """
        both = [self.manager.catalog.get(setup.model_id) for setup in setups] if len(setups) > 1 else []
        under = {spec.under.id for spec in both if spec.under}
        pair = uuid.uuid4().hex if len(setups) > 1 else ""
        requests: list[Request] = []
        seed = secrets.randbelow(MAX_SEED + 1) if under else None
        for setup in setups:
            drawn = {"seed": seed} if setup.settings.get("seed") is None else {}
            options = options_from({**setup.settings, **drawn})
            system = str(setup.settings.get("system", ""))
            used = asdict(options) | {"system": system} | ({"pair": pair} if pair else {})
            as_base = setup.model_id in under or bool(like and like.get("as_base"))
            used |= {"as_base": True} if as_base else {}
            message_id = self.store.add(
                conversation_id,
                NewMessage(
                    user_id, "assistant", "", state="streaming", model_id=setup.model_id, settings=used
                ),
                show=not requests,
            )
            requests.append(
                Request(
                    conversation_id,
                    message_id,
                    setup.model_id,
                    options,
                    system,
                    owner=self.owner,
                    as_base=as_base,
                )
            )
        for request in requests:
            start_answer(self.jobs, self.store, self.manager, request, after)

    def _conversation(self, conversation_id: str) -> Conversation:
        conversation = self.store.conversation(conversation_id)
        if conversation is None:
            raise BadInput("This conversation was deleted. Start a new one; your text is kept.")
        return conversation


def second_side(conversation: Conversation) -> Mapping[str, Any]:
    """Model and settings of the second answers of a conversation that compares; else empty."""
    second = conversation.settings.get("second")
    return second if isinstance(second, Mapping) else {}


def document(conversation: Conversation, leaf_id: int | None = None) -> str:
    """The text of a conversation in Complete mode, at its leaf or at another message."""
    path = conversation.path(leaf_id)
    tail = path[-2:] if path and path[-1].role == "assistant" else path[-1:]
    return "".join(message.text for message in tail)
