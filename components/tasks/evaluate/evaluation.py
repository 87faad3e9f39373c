"""An evaluation as it is kept: its questions in a file, its answers as steps, notes and votes beside them.

Knows rows and files; nothing about how answers are made or scored.

    row_work/<id>/questions.json   what was asked
                  support.json     sentences of answers that their documents don't bear out
                  sentiments.json  how positive continuations are
                  notes.json       a person's notes and ratings, by question
                  votes.json       the votes of a blind comparison
                  left_out.json    pairs of votes that are left out of training data
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from components.errors import Unavailable
from components.files import read_json, replace_json
from components.kept import Amount, Count, Kept, read
from components.messages import Message
from components.row_work import RowSteps, RowWork, Work
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import Questions
from components.tasks.evaluate.setups import Setup

KIND = "evaluation"
QUESTIONS, SUPPORT, NOTES, VOTES = "questions.json", "support.json", "notes.json", "votes.json"
SENTIMENTS = "sentiments.json"
TRIAL = 2  # questions that every model is asked first, for the time that it takes
MOST_STARS = 5
_writing = threading.Lock()  # guards reading a file of notes or votes and writing it with one more


@dataclass(frozen=True)
class Plan(Kept):
    """What repeats an evaluation, beside its questions."""

    setups: tuple[Setup, ...]
    seed: Count = 0
    digest: str = ""  # SHA-256 of the questions
    likelihood: bool = False  # whether it is also asked how likely the expected answers are
    versions: Mapping[str, str] = field(default_factory=dict)
    turn: Count = 0  # questions that a model is asked before it is the next one's turn; 0: all of them

    def places(self, items: int) -> list[tuple[int, int]]:
        """Which setup is asked which of so many questions, in their order."""
        return order(len(self.setups), items, self.turn)


@dataclass(frozen=True)
class Facts(Kept):
    """How a setup's model ran."""

    engine: str = ""
    precision: Message = ""
    device: Message = ""
    memory: Count = 0  # bytes
    context: Count = 0


@dataclass(frozen=True)
class Body(Kept):
    """What is known of an evaluation while it runs."""

    facts: Mapping[str, Facts] = field(default_factory=dict)  # by the setup's number
    trial_seconds: Amount | None = None  # for all answers, told by the first ones


@dataclass(frozen=True)
class Evaluation:
    """One evaluation with all that was answered so far."""

    id: str
    title: str
    questions: Questions
    plan: Plan
    body: Body
    answers: tuple[tuple[Answer | None, ...], ...]  # of each setup, an answer to each question

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(setup.name for setup in self.plan.setups)

    @property
    def with_two(self) -> int:
        """How many questions have the answers of two models or more, failed ones too."""
        return sum(len(given) - given.count(None) > 1 for given in zip(*self.answers, strict=True))

    @property
    def keys(self) -> list[str]:
        """Equal for questions that are the same."""
        return [keyed(item.prompt, item.document, item.before) for item in self.questions.items]


def keyed(prompt: str, document: str, before: Sequence[tuple[str, str]]) -> str:
    said = [text for _, text in before]
    return " ".join(" ".join([*said, prompt, document]).casefold().split())


def order(setups: int, items: int, turn: int = 0) -> list[tuple[int, int]]:
    """Which setup is asked which question, in their order: a trial of each, then one after the other, or by
    turns of so many questions, so that the first answers of all are there soon.
    """
    starts = [0, *range(min(TRIAL, items), items, turn or max(items, 1)), items]
    parts = [range(start, end) for start, end in pairwise(starts)]
    return [(setup, item) for part in parts for setup in range(setups) for item in part]


def load(works: RowWork, work: Work) -> Evaluation:
    """Raises Unavailable for a damaged one."""
    place = works.place(work.id)
    questions = questions_of(place)
    plan, body = Plan.from_json(work.settings), Body.from_json(work.body)
    answers: list[list[Answer | None]] = [[None] * len(questions.items) for _ in plan.setups]
    places = plan.places(len(questions.items))
    support, sentiments, own = read_json(place / SUPPORT), read_json(place / SENTIMENTS), notes(place)
    for step in works.steps(work.id).read():
        if step.number >= len(places):
            continue
        setup, item = places[step.number]
        answer = _answer(step.value) if step.state == "done" else Answer("", failed=True, why=step.note)
        answer = _with_support(answer, support.get(f"{setup}:{item}"))
        answer = _with_sentiments(answer, sentiments.get(f"{setup}:{item}"))
        answers[setup][item] = replace(answer, rating=own[item].of(setup) if item in own else 0)
    return Evaluation(work.id, work.title, questions, plan, body, tuple(map(tuple, answers)))


def count_with_two(steps: RowSteps, plan: Plan, items: int) -> int:
    """`Evaluation.with_two` as it is now, by the answers' numbers alone: there may be thousands of them."""
    places = plan.places(items)
    found = Counter(places[number][1] for number in steps.numbers(0, len(places)))
    return sum(count > 1 for count in found.values())


def _answer(value: Any) -> Answer:
    """One that can't be read is as one that failed: the others are scored."""
    try:
        return Answer.from_json(value)
    except Unavailable as error:
        return Answer("", failed=True, why=error.message)


def _with_support(answer: Answer, found: Any) -> Answer:
    match found:
        case [int(count), [*lost]] if count >= len(lost):
            return answer.checked(count, tuple(map(str, lost)))
    return answer


def _with_sentiments(answer: Answer, found: Any) -> Answer:
    match found:
        case [int() | float() as first, int() | float() as second]:
            return replace(answer, sentiments=(float(first), float(second)))
    return answer


def questions_of(place: Path) -> Questions:
    """Raises Unavailable where they are missing or damaged."""
    path = place / QUESTIONS
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _questions(path, changed)


@lru_cache(maxsize=8)
def _questions(path: Path, changed: int) -> Questions:
    """Read once: they never change, and a page asks for them at every click."""
    return read(Questions, read_json(path))


def keep_questions(place: Path, questions: Questions) -> None:
    replace_json(place / QUESTIONS, questions.to_json())


# Notes and own ratings


@dataclass(frozen=True)
class Note(Kept):
    """What a person says of the answers to one question."""

    text: str = ""
    best: int | None = None  # the setup with the best answer; None: not said
    ratings: Mapping[str, Count] = field(default_factory=dict)  # one to five stars, by the setup's number

    def of(self, setup: int) -> int:
        """The stars of one setup's answer; 0: none."""
        return min(self.ratings.get(str(setup), 0), MOST_STARS)


def notes(place: Path) -> dict[int, Note]:
    """By question. A damaged one is left out."""
    found = {}
    for key, value in read_json(place / NOTES).items():
        try:
            found[int(key)] = Note.from_json(value)
        except (Unavailable, ValueError):
            continue
    return found


def changed(place: Path) -> int:
    """Another number once a note or a rating is another."""
    try:
        return (place / NOTES).stat().st_mtime_ns
    except OSError:
        return 0


def keep_note(place: Path, item: int, note: Note) -> None:
    with _writing:
        kept = read_json(place / NOTES)
        kept[str(item)] = note.to_json()
        if note == Note():
            del kept[str(item)]
        replace_json(place / NOTES, kept)


def change_json(path: Path, key: str, value: Any) -> None:
    """Sets one entry of a JSON file that several people write to."""
    with _writing:
        replace_json(path, read_json(path) | {key: value})
