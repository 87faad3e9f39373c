"""Two engines seen as one, and when the second comes: nobody waits for it, and its end costs nothing."""

from collections import deque
from pathlib import Path

import pytest

from components.config import Config
from components.errors import Cancelled, Unavailable
from components.models.division import Rates
from components.models.loaded_models import Shelf
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.pair import CROWD_SECONDS, Pair
from components.models.rates import RateBook, measure
from components.models.room import Entry
from components.models.second import IDLE_SECONDS, SecondEngines
from tests.unit.models.fakes import FakeWorld, spec

OPTIONS = GenerationOptions(max_new_tokens=128)
SHORT, LONG = Prompt(text="Hello"), Prompt(text="word " * 2000)
RATES = (Rates(240, 114), Rates(1170, 74))


class Named:
    """An engine that answers with its name."""

    def __init__(self, name: str) -> None:
        self.name, self.alive, self.recent = name, True, deque()
        self.says = ""  # in the place of its name
        self.usages: list[Usage] = []  # of its next answers
        self.info = EngineInfo("cpu", name, "none", 100, 2048, True, 0.1, engine=name)

    def generate(self, prompt, options, cancelled):
        return Answer(self)

    def leased(self, cancelled, on_wait):
        return self

    def close(self) -> None:
        self.alive = False


class Answer:
    def __init__(self, engine: Named) -> None:
        self._engine, self.usage = engine, None

    def __iter__(self):
        yield self._engine.says or self._engine.name
        usages = self._engine.usages
        self.usage = usages.pop(0) if usages else Usage(400, 21, 2.0, 0.2, "length")
        self._engine.recent.append(self.usage)


@pytest.fixture
def pair() -> Pair:
    made = Pair(Named("first"), "it was there at once")
    assert made.attach(Named("second"), RATES, "each where it is sooner")
    return made


def asked(pair: Pair, prompt: Prompt) -> str:
    return "".join(pair.generate(prompt, OPTIONS, lambda: False))


def chat(*turns: str) -> Prompt:
    return Prompt(
        messages=tuple(
            {"role": "assistant" if n % 2 else "user", "content": turn} for n, turn in enumerate(turns)
        )
    )


def test_long_texts_are_read_by_the_one_and_short_questions_answered_by_the_other(pair: Pair):
    assert (asked(pair, SHORT), asked(pair, LONG)) == ("first", "second")
    assert (pair.info.engine, pair.info.memory) == ("first + second", 200)
    assert pair.info.chosen == "each where it is sooner"


def test_a_conversation_stays_with_the_engine_that_has_read_it(pair: Pair):
    short, long = "word " * 20, "word " * 2000
    assert asked(pair, chat(short)) == "first"
    assert asked(pair, chat(short, "first", short)) == "first"
    assert asked(pair, chat(long)) == "second"
    assert asked(pair, chat(long, "Yes", "ok")) == "second"
    assert asked(pair.leased(lambda: False, lambda said: None), chat(long, "Yes", "ok")) == "second"
    assert asked(pair, chat("ok")) == "first"


def test_a_long_text_after_a_greeting_is_not_left_to_the_engine_that_reads_slowly(pair: Pair):
    long = "word " * 2000
    assert asked(pair, chat("Hi")) == "first"
    assert asked(pair, chat("Hi", "Hello", long)) == "second"
    assert asked(pair, chat("Hi", "Hello", long, "Yes", "ok")) == "second"


def test_a_conversation_stays_after_an_answer_much_longer_than_its_question(pair: Pair):
    pair.first.says = story = "word " * 3000
    assert asked(pair, chat("Hi")) == story
    assert asked(pair, chat("Hi", story, "And then?")) == story
    pair.first.says = ""
    assert asked(pair, chat("Hi", "another story " * 2000, "And then?")) == "second"


def test_many_people_at_once_share_the_engine_that_computes_a_batch_faster(pair: Pair):
    going = [iter(pair.generate(Prompt(text=f"Question {n}"), OPTIONS, lambda: False)) for n in range(8)]
    names = [next(one) for one in going]
    assert names[0] == "first"
    assert names[-1] == "second"
    for one in going:
        assert list(one) == []


def test_after_a_crowd_the_next_ones_join_one_batch_and_a_minute_later_it_is_forgotten():
    now = [100.0]
    pair = Pair(Named("first"), "", lambda: now[0])
    assert pair.attach(Named("second"), RATES, "")
    going = [iter(pair.generate(Prompt(text=f"Question {n}"), OPTIONS, lambda: False)) for n in range(4)]
    assert [next(one) for one in going] == ["first", "first", "second", "second"]
    for one in going:
        assert list(one) == []
    assert asked(pair, Prompt(text="The next one")) == "second"
    assert asked(pair, chat("word " * 20)) == "second"
    now[0] += CROWD_SECONDS + 1
    assert asked(pair, Prompt(text="Alone again")) == "first"


def test_where_the_second_has_ended_the_first_answers_everything(pair: Pair):
    pair._shared.second.alive = False
    assert asked(pair, LONG) == "first"
    assert (pair.info.engine, pair.info.memory) == ("first", 100)


def test_a_second_engine_that_comes_after_the_end_is_not_taken(pair: Pair):
    pair.close()
    assert not pair.attach(Named("late"), RATES, "")
    assert not pair.first.alive


def test_rates_are_kept_for_the_file_that_they_were_measured_with(tmp_path: Path):
    rates = measure(Named("first"), lambda: False)
    assert rates == Rates(200, 100)
    assert measure(Named("first"), lambda: True) is None
    disturbed = Named("first")
    disturbed.usages = [
        Usage(400, 21, waited, decoded, "length") for waited, decoded in ((4, 0.5), (2, 1), (3, 0.2))
    ]
    assert measure(disturbed, lambda: False) == Rates(200, 100)
    book = RateBook(tmp_path)
    book.keep("smol", "llama.cpp", [1, 2], rates)
    again = RateBook(tmp_path)
    assert again.get("smol", "llama.cpp", [1, 2]) == rates
    assert again.get("smol", "llama.cpp", [1, 3]) is None
    assert again.get("smol", "OpenVINO", [1, 2]) is None
    (tmp_path / "rates.json").write_text('{"smol llama.cpp": {"source": [1, 2], "read": "x", "write": 0}}')
    assert again.get("smol", "llama.cpp", [1, 2]) is None


class World(FakeWorld):
    """A loader that gives a second engine, or doesn't."""

    def __init__(self, refuses: bool = False) -> None:
        super().__init__()
        self.refuses, self.joined = refuses, []
        self.interrupted = False  # by a request, while it is measured

    def make_ready(self, model) -> None:
        if self.refuses:
            raise Unavailable("it can't be exported")

    def main_memory(self):
        return self.devices()[0]

    def join(self, model, pair, free, cancelled) -> None:
        if self.interrupted:
            raise Cancelled("Stopped, since the model is needed.")
        self.joined.append((model.id, free))
        pair.attach(Named("second"), RATES, "")


def shelved(world: World) -> tuple[SecondEngines, Entry]:
    shelf = Shelf(world, Config(), world.clock)
    entry = Entry(spec("a"), "ready", engine=Pair(Named("first"), ""), last_used=world.now)
    shelf.entries["a"] = entry
    return SecondEngines(shelf, world, world.clock), entry


def test_the_second_engine_comes_when_nobody_has_asked_for_a_while_and_nobody_waits():
    world = World()
    second, entry = shelved(world)
    assert second._next() is None
    world.now += IDLE_SECONDS
    entry.leases = 1
    assert second._next() is None
    entry.leases = 0
    assert second._next() is entry
    second.improve(entry)
    assert world.joined == [("a", world.total)]
    assert entry.engine.info.engine == "first + second"


def test_a_request_that_comes_between_does_not_cost_the_second_engine():
    world = World()
    second, entry = shelved(world)
    world.now += IDLE_SECONDS
    entry.engine.tried = world.interrupted = True  # as `look` marks it
    second.improve(entry)
    assert str(entry.engine.info.chosen) == ""
    world.interrupted = False
    assert second._next() is entry
    second.improve(entry)
    assert entry.engine.info.engine == "first + second"


def test_a_model_that_gets_none_says_why_and_is_not_tried_again():
    world = World(refuses=True)
    second, entry = shelved(world)
    world.now += IDLE_SECONDS
    entry.engine.tried = True  # as `look` marks it
    second.improve(entry)
    assert "can't be exported" in str(entry.engine.info.chosen)
    assert second._next() is None
