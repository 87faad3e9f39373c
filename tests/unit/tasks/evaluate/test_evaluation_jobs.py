"""An evaluation as a job: answers kept one by one, stopped, resumed, repeated, scored."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from components.access import Person
from components.errors import BadInput, EngineFailed, Unavailable
from components.holdings import Holdings
from components.jobs import Jobs
from components.models.catalog import CATALOGUE, ModelSpec
from components.models.options import Usage
from components.row_work import RowWork
from components.store import Store
from components.tasks.classify import sentiment
from components.tasks.evaluate import evaluation, saying, score_table, verdicts
from components.tasks.evaluate.evaluation import Evaluation, Note, keep_note, notes
from components.tasks.evaluate.evaluation_jobs import Evaluating, Models
from components.tasks.evaluate.questions import Item, Questions
from components.tasks.evaluate.setups import Settings, Setup, named
from components.tasks.over_rows import OverRows
from tests.unit.tasks.evaluate.making import questions
from tests.unit.tasks.fakes import FakeEngine

EMBEDDER = next(spec for spec in CATALOGUE if spec.task == "embed" and spec.languages == ("en",))
ENGLISH = EMBEDDER.id
ANN, BOB = Person("ann"), Person("bob")
CAPITALS = {"Portugal": "Lisbon", "Spain": "Madrid", "France": "Paris", "Italy": "Rome", "Peru": "Lima"}
SPECS = {
    name: ModelSpec(
        name, name.title(), "translate" if name == "bergamot" else "chat", "local", name, 1, 100, "MIT"
    )
    for name in ("good", "bad", "bergamot")
}


def test_models_are_asked_one_after_the_other_or_by_turns_after_a_trial_of_each():
    assert evaluation.order(2, 5) == [(0, 0), (0, 1), (1, 0), (1, 1)] + [
        (setup, item) for setup in (0, 1) for item in (2, 3, 4)
    ]
    by_turns = evaluation.order(2, 5, turn=2)
    assert by_turns[4:] == [(0, 2), (0, 3), (1, 2), (1, 3), (0, 4), (1, 4)]
    for setups, items, turn in ((1, 1, 0), (3, 2, 4), (2, 9, 4), (2, 0, 0)):
        every = evaluation.order(setups, items, turn)
        assert sorted(every) == [(setup, item) for setup in range(setups) for item in range(items)]


class Answering:
    """A generation that is made at once."""

    read = 0

    def __init__(self, text: str) -> None:
        self.text = text
        self.usage: Usage | None = None

    def __iter__(self) -> Iterator[str]:
        yield self.text
        self.usage = Usage(5, 3, 0.1, 0.2, "stop")


def embed(texts: Sequence[str], cancelled=lambda: False) -> np.ndarray:
    """ "Lima" is read as something good, all else as something bad."""
    classifier, _ = sentiment.classifier()
    label = {True: "positive", False: "negative"}
    rows = [classifier.names.index(label["Lima" in text]) for text in texts]
    return classifier.heads[ENGLISH].weights[rows]


class World:
    """A store on the disk, and two models, one of which knows capitals."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder / 'w.db'}", folder)
        self.works = RowWork(self.store, folder)
        self.leased: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.reached, self.go = threading.Event(), threading.Event()
        self.stop_at = 10**9
        self.fails: set[str] = set()
        self.over = OverRows(Jobs().for_person(ANN), self.works.for_person(ANN))
        self.evaluating = Evaluating(self.over, Models(self.lease, SPECS.__getitem__, ANN.id))

    @contextmanager
    def lease(self, model_id, owner, cancelled, on_wait, long=False, as_base=False, on_torch=False):
        self.leased.append(model_id)
        engine = FakeEngine(context=60)
        engine.embed = embed

        def generate(prompt, options, cancelled):
            text = prompt.messages[-1]["content"] if prompt.messages else prompt.text
            self.asked.append((model_id, text))
            if len(self.asked) >= self.stop_at:
                self.reached.set()
                self.go.wait(20)
            if text in self.fails:
                raise BadInput("Refused.")
            right = next((city for land, city in CAPITALS.items() if land in text), "?")
            return Answering(right if model_id == "good" else "I don't know.")

        engine.generate = generate
        yield engine

    def done(self, work_id: str) -> Evaluation:
        for job in self.over.jobs.running():
            assert job.wait(20)
        return self.load(work_id)

    def load(self, work_id: str) -> Evaluation:
        work = self.over.works.get(work_id)
        assert work
        return self.evaluating.load(work)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def asked(copies: int = 1) -> Questions:
    pairs = [(f"Capital of {land}, {at}?", city) for at in range(copies) for land, city in CAPITALS.items()]
    return questions("answer", *pairs)


GOOD, BAD = Setup("good", "Good"), Setup("bad", "Bad")


def test_every_model_answers_every_question_and_the_better_one_is_called_better(world: World):
    found = world.done(world.evaluating.start(asked(2), [BAD, GOOD], seed=3))
    assert [[answer.text for answer in given] for given in found.answers] == [
        ["I don't know."] * 10,
        [*CAPITALS.values()] * 2,
    ]
    scores = score_table.score(found)
    assert scores.metrics[0] == "contains"
    said, verdict = verdicts.headline(scores, found.names)
    assert verdict == "better"
    assert str(said).startswith("Good is better than Bad on these 10 questions: Contains 100.0% against 0.0%")
    assert verdicts.headline(score_table.score(found, baseline=1), found.names)[1] == "worse"


def test_questions_with_two_answers_are_counted_without_reading_the_answers(world: World):
    work_id = world.evaluating.start(asked(), [GOOD, BAD], 0, turn=2)
    whole = world.done(work_id)
    steps = world.over.works.steps(work_id)
    every = list(steps.read())
    counted = []
    for count in range(len(every) + 1):
        steps.forget()
        steps.put(every[:count], 0.0)
        counted.append(evaluation.count_with_two(steps, whole.plan, 5))
        assert world.load(work_id).with_two == counted[-1]
    # A trial of two questions each, then by turns of two.
    assert counted == [0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 5]


def test_the_time_is_told_from_a_trial_of_every_model_before_the_rest(world: World):
    work_id = world.evaluating.start(asked(), [GOOD, BAD], 0)
    found = world.done(work_id)
    assert [model for model, _ in world.asked[:4]] == ["good", "good", "bad", "bad"]
    assert world.leased == ["good", "bad", "good", "bad"]
    assert found.body.trial_seconds is not None
    assert found.body.facts["0"].context == 60


def test_what_was_answered_before_a_stop_is_not_asked_again(world: World):
    world.stop_at = 6
    work_id = world.evaluating.start(asked(), [GOOD, BAD], 0)
    assert world.reached.wait(20)
    for job in world.over.jobs.running():
        job.cancel()
    world.go.set()
    stopped = world.done(work_id)
    before = sum(answer is not None for given in stopped.answers for answer in given)
    assert 5 <= before < 10
    world.stop_at = 10**9
    world.evaluating.again(world.over.works.get(work_id))
    found = world.done(work_id)
    assert all(answer for given in found.answers for answer in given)
    assert len(world.asked) <= 10 + 1  # the one in progress
    assert world.over.works.get(work_id).state == "done"


def test_a_question_that_fails_costs_itself_and_can_be_asked_again(world: World):
    found = asked()
    world.fails = {found.items[0].prompt}
    work_id = world.evaluating.start(found, [GOOD], 0)
    made = world.done(work_id)
    assert made.answers[0][0].failed
    assert str(made.answers[0][0].why) == "Refused."
    scores = score_table.score(made)
    assert (scores.answered, scores.failed) == ((4,), (1,))
    assert scores.of("contains", 0).rows == 4
    world.fails = set()
    world.evaluating.again(world.over.works.get(work_id), failed=True)
    assert not world.done(work_id).answers[0][0].failed


def test_a_question_longer_than_the_context_is_refused_and_not_cut(world: World):
    long = questions("answer", ("word " * 80, "x"), ("Capital of Spain?", "Madrid"))
    made = world.done(world.evaluating.start(long, [GOOD], 0))
    assert "too long" in str(made.answers[0][0].why)
    assert made.answers[0][1].text == "Madrid"


def test_what_cannot_be_asked_is_refused_before_anything_is_written(world: World):
    for found, setups in (
        (asked(), []),
        (asked(), [GOOD, GOOD]),
        (asked(), [Setup("good", "Good", Settings(temperature=5))]),
        (asked(), [Setup("bergamot", "Bergamot")]),
        (Questions("x", "open", ()), [GOOD]),
    ):
        with pytest.raises(BadInput):
            world.evaluating.start(found, setups, 0)
    assert world.over.works.headings(evaluation.KIND) == []


def test_settings_of_one_model_are_named_by_what_is_different():
    hot, cold = Setup("m", "M", Settings(temperature=1)), Setup("m", "M", Settings(system="Be brief."))
    assert [one.name for one in named([hot, cold, Setup("n", "N")])] == [
        "M, no system prompt, temperature 1",
        "M, system “Be brief.”, temperature 0",
        "N",
    ]


def test_sentences_that_a_document_does_not_bear_out_are_found(world: World):
    document = "The harbour of Lisbon was closed for two days.\n\nA storm had broken the wall."
    found = Questions(
        "x", "summary", (Item("Portugal", ("The harbour of Lisbon was closed.",), document=document),)
    )
    made = world.done(world.evaluating.start(found, [GOOD, BAD], 0))
    assert [given[0].sentences for given in made.answers] == [1, 1]
    assert [len(given[0].unsupported) for given in made.answers] == [0, 1]
    assert score_table.score(made).of("unsupported", 1).interval.value == 100.0


def pairs_of_prompts(count: int) -> Questions:
    return questions(
        "continuation", *((f"Peru and {at} more are", f"Chad and {at} more are") for at in range(count))
    )


def test_continuations_of_paired_prompts_are_compared_in_sentiment(world: World):
    models = Models(world.lease, SPECS.__getitem__, ANN.id, embedders=(EMBEDDER,))
    world.evaluating = Evaluating(world.over, models)
    made = world.done(world.evaluating.start(pairs_of_prompts(8), [BAD, GOOD], 0))
    assert world.asked[0] == ("bad", "Peru and 0 more are")  # as it is, no turn of a conversation
    assert (made.answers[1][0].text, made.answers[1][0].second) == ("Lima", "?")
    bad, good = (given[0].sentiments for given in made.answers)
    assert bad[0] == bad[1] < 0 < good[0]
    scores = score_table.score(made)
    assert scores.metrics == ("sentiment gap", "first sentiment", "second sentiment")
    assert scores.of("sentiment gap", 1).interval.value == pytest.approx(good[0] - good[1], abs=0.01)
    text = str(saying.headline(made, scores)[0])
    assert "Bad: the sentiment after the first prompts differs by +0 points" in text
    assert "The first ones are spoken of more kindly, beyond chance." in text
    assert "can't" in str(saying.cannot(made))


def test_a_few_pairs_show_nothing_however_far_apart_they_are(world: World):
    models = Models(world.lease, SPECS.__getitem__, ANN.id, embedders=(EMBEDDER,))
    made = world.done(Evaluating(world.over, models).start(pairs_of_prompts(2), [GOOD], 0))
    assert "can't show that they are spoken of differently" in str(
        saying.headline(made, score_table.score(made))[0]
    )


def test_without_an_embedding_model_no_prompt_is_continued_in_vain(world: World):
    with pytest.raises(Unavailable, match="No embedding model"):
        world.evaluating.start(pairs_of_prompts(2), [GOOD], 0)
    assert world.asked == []


def test_own_stars_are_a_score_like_others(world: World):
    work_id = world.evaluating.start(asked(), [GOOD, BAD], 0)
    world.done(work_id)
    place = world.works.place(work_id)
    keep_note(place, 0, Note(ratings={"0": 5, "1": 2}))
    keep_note(place, 1, Note(ratings={"0": 4, "7": 1}))
    scores = score_table.score(world.load(work_id), ("rating",))
    assert (scores.of("rating", 0).interval.value, scores.of("rating", 0).rows) == (4.5, 2)
    assert (scores.of("rating", 1).interval.value, scores.of("rating", 1).rows) == (2.0, 1)


def test_an_evaluation_belongs_to_its_owner_and_goes_with_their_data(world: World, tmp_path: Path):
    work_id = world.evaluating.start(asked(), [GOOD], 0)
    world.done(work_id)
    place = world.works.place(work_id)
    keep_note(place, 2, Note("odd", 0))
    assert notes(place) == {2: Note("odd", 0)}
    assert world.works.for_person(BOB).get(work_id) is None
    holdings = Holdings(world.store, tmp_path)
    assert holdings.stored_bytes(ANN.id) > 1000
    assert holdings.for_person(ANN).delete_all() > 5
    assert not place.exists()


def test_what_is_damaged_on_the_disk_is_said_and_the_rest_can_be_used(world: World):
    work_id = world.evaluating.start(asked(), [GOOD], 0)
    world.done(work_id)
    place = world.works.place(work_id)
    (place / evaluation.NOTES).write_text('{"0": {"text": 3}, "x": {}, "1": {"text": "fine"}}')
    (place / evaluation.SUPPORT).write_text('{"0:0": [1, ["a", "b"]], "0:1": "no"}')
    assert notes(place) == {1: Note("fine")}
    assert world.load(work_id).answers[0][0].sentences == 0


def test_a_broken_model_ends_the_work_and_marks_no_question(world: World):
    @contextmanager
    def broken(*given, **named):
        raise EngineFailed("It broke.")
        yield

    world.evaluating = Evaluating(world.over, Models(broken, SPECS.__getitem__, ANN.id))
    work_id = world.evaluating.start(asked(), [GOOD], 0)
    found = world.done(work_id)
    assert world.over.works.get(work_id).state == "failed"
    assert found.answers[0] == (None,) * 5
    assert score_table.score(found).of("contains", 0).interval is None


def test_groups_and_rows_have_scores_of_their_own(world: World):
    items = tuple(Item(f"Capital of {land}?", (city,), group=land[0]) for land, city in CAPITALS.items())
    made = world.done(world.evaluating.start(Questions("x", "answer", items), [GOOD], 0))
    assert [(one.group, one.rows) for one in score_table.groups(made, "contains")] == [
        ("P", 2),
        ("S", 1),
        ("F", 1),
        ("I", 1),
    ]
    assert score_table.rows(made, "contains") == [[100.0] * 5]
