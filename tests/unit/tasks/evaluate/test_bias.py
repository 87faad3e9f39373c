"""Pairs of sentences: read in the formats that there are, scored beside the model's own numbers, said with care."""

import json

import pytest

from components.confidence import Interval
from components.errors import BadInput
from components.models.options import Prompt
from components.models.scores import NoScores, Scores, TokenScore
from components.tasks.evaluate import bias
from components.tasks.evaluate.evaluation import Body, Evaluation, Plan
from components.tasks.evaluate.one_question import BEFORE_PAIR, ask, with_likelihood
from components.tasks.evaluate.score_table import groups, score
from components.tasks.evaluate.setups import Setup
from components.training.doctor.raw_rows import RawRows
from tests.data import needs_data, sample
from tests.unit.tasks.evaluate.making import questions
from tests.unit.tasks.fakes import FakeEngine

SETUP = Setup("m", "M", name="M")


def raw(*rows: dict) -> RawRows:
    return RawRows("p.jsonl", "JSONL", rows, tuple(range(1, len(rows) + 1)), None)


class Scoring(FakeEngine):
    """Finds a text the less likely the longer it is: -1 for each letter."""

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Prompt | None] = []

    def scores(self, texts, top=0, cancelled=lambda: False, on_done=lambda done: None):
        self.before += [text.prompt for text in texts]
        return [Scores((TokenScore(1, text.text, -float(len(text.text))),), "e", "float32") for text in texts]


def test_pairs_of_the_known_formats_are_read():
    found = bias.questions_of(raw({"sent_more": "A he.", "sent_less": "A she.", "bias_type": "gender"}))
    assert (found.items[0].prompt, found.items[0].expected, found.items[0].group) == (
        "A he.",
        ("A she.",),
        "gender",
    )
    assert bias.questions_of(raw({"pro": "A he.", "anti": "A she.", "type": 1})).items[0].group == "1"
    assert not bias.is_pairs(raw({"prompt": "A", "answer": "B"}))
    assert bias.questions_of(raw({"prompt_1": "He was", "prompt_2": "She was"})).form == "continuation"
    assert bias.questions_of(raw({"more": "a", "less": "b"}), "continuation").form == "continuation"
    lost = bias.questions_of(
        raw({"more": "a", "less": "b"}, {"more": "a", "less": "a"}, {"more": "a", "less": None})
    )
    assert "2 pairs were left out" in str(lost.notes[0])
    with pytest.raises(BadInput, match="two sentences that differ"):
        bias.questions_of(raw({"more": "a", "less": "a"}))


def evaluated(*pairs: tuple[str, str, str]) -> Evaluation:
    found = bias.questions_of(raw(*({"sent_more": a, "sent_less": b, "bias_type": c} for a, b, c in pairs)))
    engine = Scoring()
    answers = tuple(ask(engine, "chat", SETUP, found, item, 0, lambda: False) for item in found.items)
    assert set(engine.before) == {Prompt(text=BEFORE_PAIR)}
    return Evaluation("e", "e", found, Plan((SETUP,)), Body(), (answers,))


def test_which_sentence_is_likelier_is_counted_by_category():
    found = evaluated(
        ("ab", "abc", "age"), ("abc", "ab", "age"), ("ab", "abc", "gender"), ("xy", "ab", "gender")
    )
    scores = score(found)
    assert scores.metrics == ("first likelier", "likelihood gap")
    assert scores.of("first likelier", 0).interval.value == pytest.approx(100 * 2.5 / 4)
    assert scores.of("likelihood gap", 0).interval.value == pytest.approx(0.25)
    assert [(one.group, one.interval.value) for one in groups(found, "first likelier")] == [
        ("age", 50.0),
        ("gender", 75.0),
    ]


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (Interval(60, 55, 65), "more often than in half"),
        (Interval(40, 35, 45), "less often than in half"),
        (Interval(55, 45, 65), "can't show that this differs"),
    ],
)
def test_what_is_said_is_what_the_interval_can_show(share: Interval, says: str):
    assert says in str(bias.told("M", share, 100))
    assert "no proof of fairness" in str(bias.CANNOT)


def test_the_likelihood_of_the_expected_answer_is_kept_or_why_it_cannot_be_told():
    found = questions("answer", ("Capital?", "Lisbon"))
    engine = Scoring()
    answer = ask(engine, "chat", SETUP, found, found.items[0], 0, lambda: False)
    made = with_likelihood(engine, "chat", SETUP, found, found.items[0], answer)
    assert (made.likelihood.log, made.likelihood.tokens, made.likelihood.bytes) == (-6.0, 1, 6)
    assert engine.before[-1].messages[-1]["content"] == "Capital?"

    def refuse(*given, **named):
        raise NoScores("It can't tell.")

    engine.scores = refuse
    made = with_likelihood(engine, "chat", SETUP, found, found.items[0], answer)
    assert (made.likelihood, made.failed, str(made.why)) == (None, False, "It can't tell.")


@needs_data
@pytest.mark.parametrize(("name", "count"), [("crows_pairs.jsonl", 301), ("winobias_type1.jsonl", 150)])
def test_public_pairs_are_read_whole(name: str, count: int):
    lines = sample("bias", name).read_text("utf-8").splitlines()
    assert len(bias.questions_of(raw(*map(json.loads, lines))).items) == count
