"""Ratings, corrections and comparisons of answers as rows to learn from and as pairs of a better and a worse
one.

Knows conversations as they are stored; not how a model is trained. An answer that was liked or corrected is a
row, with the conversation before it; two answers to the same message, of which one was preferred, are a pair.
"""

import json
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from components.judged import Judged
from components.messages import Message, Said
from components.search import folded
from components.store import Conversation, Store, StoredMessage
from components.tasks.chat import prompt_messages
from components.tasks.conversation import CORRECTS
from components.tasks.evaluate.blind import Vote
from components.tasks.evaluate.evaluation import Evaluation
from components.tasks.evaluate.questions import asked
from components.tasks.evaluate.setups import turns_before

Form = Literal["row", "pair"]
Why = Literal["liked", "corrected", "compared", "voted"]
WHY: Mapping[Why, Message] = {
    "liked": Said("liked"),
    "corrected": Said("corrected"),
    "compared": Said("preferred to another answer"),
    "voted": Said("chosen in a blind comparison"),
}
DAY = 24 * 3600.0


@dataclass(frozen=True)
class Lesson:
    """One row or pair, and where it comes from."""

    form: Form
    why: Why
    message_id: int  # of the answer that is learned from; below 0: it is in an evaluation
    conversation_id: str  # or the evaluation's
    title: str  # of the conversation or the evaluation
    owner: str
    prompt: tuple[Mapping[str, Any], ...]  # turns: role, content; answers among them aren't trained on
    answer: str
    rejected: str  # of a pair
    model_id: str  # that wrote the answer, or what was corrected
    at: float  # seconds since 1970

    @property
    def key(self) -> tuple[int, str]:
        return self.message_id, self.form

    @property
    def asked(self) -> str:
        return next((str(one["content"]) for one in reversed(self.prompt) if one["role"] == "user"), "")

    def row(self) -> dict[str, Any]:
        """As a line of a file of training data."""
        if self.form == "pair":
            turns = [{"role": one["role"], "content": one["content"]} for one in self.prompt]
            return {"prompt": turns, "chosen": self.answer, "rejected": self.rejected}
        return {"messages": [*self.prompt, {"role": "assistant", "content": self.answer}]}


@dataclass(frozen=True)
class Wanted:
    """What a person filters by; empty: all."""

    models: tuple[str, ...] = ()
    days: float = 0.0
    text: str = ""

    def fits(self, lesson: Lesson, now: float) -> bool:
        if self.models and lesson.model_id not in self.models:
            return False
        if self.days and lesson.at < now - self.days * DAY:
            return False
        said = "\n".join((lesson.title, lesson.asked, lesson.answer, lesson.rejected))
        return folded(self.text) in folded(said)


@dataclass(frozen=True)
class Counts:
    """What there is."""

    liked: int
    corrected: int
    pairs: int


def lessons(store: Store, judged: Judged) -> list[Lesson]:
    """All of one person's, the newest first."""
    found: list[Lesson] = []
    for conversation_id in judged.conversations():
        conversation = store.conversation(conversation_id)
        if conversation and conversation.kind == "chat":
            found += of_conversation(conversation, store.person.id)
    return sorted(found, key=lambda one: (-one.at, -one.message_id))


def of_team(store: Store, judged: Judged) -> list[Lesson]:
    """Those of everybody who agreed, without what they left out. Raises NotAllowed for no administrator."""
    found: list[Lesson] = []
    for person in judged.team():
        theirs = judged.for_person(person)
        out = theirs.left_out()
        found += [one for one in lessons(store.for_person(person), theirs) if one.key not in out]
    return sorted(found, key=lambda one: (-one.at, -one.message_id))


def of_conversation(conversation: Conversation, owner: str = "") -> list[Lesson]:
    """The rows and pairs of one conversation, on all of its branches."""
    answered: dict[int, list[StoredMessage]] = {}
    for message in conversation.messages.values():
        if message.role == "assistant" and message.parent_id is not None and message.text.strip():
            answered.setdefault(message.parent_id, []).append(message)
    found = []
    for answers in answered.values():
        found += [_lesson(conversation, one, owner) for one in answers if _is_good(one)]
        for better, worse in _preferred(answers):
            found.append(_lesson(conversation, better, owner, worse))
    return [one for one in found if one.asked.strip()]


def of_votes(found: Evaluation, votes: Sequence[Vote], voter: str, owner: str, at: float) -> list[Lesson]:
    """The pairs of a person's own blind votes: the chosen answer before each of those that were beside it."""
    made = []
    for vote in votes:
        if vote.voter != voter or vote.chosen is None or vote.item >= len(found.questions.items):
            continue
        best, prompt = _answered(found, vote.chosen, vote.item), _asked(found, vote.chosen, vote.item)
        for other in vote.shown:
            worse = _answered(found, other, vote.item)
            if other != vote.chosen and best and worse and best != worse:
                setup = found.plan.setups[vote.chosen]
                made.append(
                    Lesson(
                        form="pair",
                        why="voted",
                        message_id=-zlib.crc32(f"{found.id}{vote.item}{vote.chosen}{other}".encode()),
                        conversation_id=found.id,
                        title=found.title,
                        owner=owner,
                        prompt=prompt,
                        answer=best,
                        rejected=worse,
                        model_id=setup.model_id,
                        at=at,
                    )
                )
    return made


def _answered(found: Evaluation, setup: int, item: int) -> str:
    given = found.answers[setup][item] if setup < len(found.answers) else None
    return "" if given is None or given.failed else given.said.strip()


def _asked(found: Evaluation, setup: int, item: int) -> tuple[Mapping[str, Any], ...]:
    """The turns that the model was given: its system prompt, what came before, the question."""
    chosen = found.questions.items[item]
    turns = turns_before(found.plan.setups[setup], chosen)
    return (*turns, {"role": "user", "content": asked(chosen, found.questions.instruction)})


def count(found: Iterable[Lesson]) -> Counts:
    every = list(found)
    rows = [one for one in every if one.form == "row"]
    return Counts(
        sum(one.why == "liked" for one in rows),
        sum(one.why == "corrected" for one in rows),
        sum(one.form == "pair" for one in every),
    )


def chosen(
    found: Sequence[Lesson], form: Form, wanted: Wanted, left_out: set[tuple[int, str]], now: float = 0.0
) -> list[Lesson]:
    """What a data set is made of."""
    now = now or time.time()
    return [one for one in found if one.form == form and one.key not in left_out and wanted.fits(one, now)]


def as_file(found: Iterable[Lesson]) -> bytes:
    """JSON Lines, as an upload has them."""
    return "".join(f"{json.dumps(one.row())}\n" for one in found).encode("ascii")


def _is_good(message: StoredMessage) -> bool:
    """Liked, or written by the person, and not disliked since."""
    return message.rating == 1 or (CORRECTS in message.settings and message.rating != 0)


def _preferred(answers: Sequence[StoredMessage]) -> list[tuple[StoredMessage, StoredMessage]]:
    """Of answers to the same message: what is corrected before what it was made of, liked before disliked,
    and of two that were seen side by side the only one that was liked.
    """
    by_id = {one.id: one for one in answers}
    pairs: dict[tuple[int, int], None] = {}
    for one in answers:
        before = by_id.get(one.settings.get(CORRECTS, 0))
        if before and _is_good(one):
            pairs[one.id, before.id] = None
    for better, worse in product(answers, answers):
        if better.rating != 1 or worse.rating == 1 or worse is better or CORRECTS in worse.settings:
            continue
        side = better.settings.get("pair")
        beside = bool(side) and worse.settings.get("pair") == side
        if worse.rating == 0 or beside:
            pairs[better.id, worse.id] = None
    same = [key for key in pairs if by_id[key[0]].text.strip() == by_id[key[1]].text.strip()]
    return [(by_id[a], by_id[b]) for a, b in pairs if (a, b) not in same]


def _lesson(
    conversation: Conversation, message: StoredMessage, owner: str, worse: StoredMessage | None = None
) -> Lesson:
    corrected = CORRECTS in message.settings
    before = conversation.path(message.id)[:-1]
    turns = prompt_messages(before, str(message.settings.get("system", "")))
    # What else a model said before is read, and not learned: it was not liked here.
    prompt = tuple({**one, "weight": 0} if one["role"] == "assistant" else dict(one) for one in turns)
    return Lesson(
        form="pair" if worse else "row",
        why="corrected" if corrected else "compared" if worse else "liked",
        message_id=message.id,
        conversation_id=conversation.id,
        title=conversation.title,
        owner=owner,
        prompt=prompt,
        answer=message.text.strip(),
        rejected=worse.text.strip() if worse else "",
        model_id=message.model_id,
        at=message.created_at,
    )
