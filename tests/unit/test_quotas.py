"""One person's limits, with a clock that the test turns: each refusal says when, and then it works."""

import re

import pytest

from components.access import HOUSE, Person
from components.config import Config
from components.errors import LimitReached
from components.jobs import Jobs
from components.quotas import MB, SHARED, TRAINING, Allowed, Quotas

ANN = Person("ann")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def quotas(clock: Clock, stored: int = 0, **limits: int) -> Quotas:
    given = {f"person_{name}": value for name, value in limits.items()}
    return Quotas(Config(mode="open", **given), lambda owner: stored, clock)


def seconds(error: pytest.ExceptionInfo) -> int:
    """When to try again, as the sentence says it."""
    number, unit = re.search(r"again in (\d+) (second|minute|hour)", str(error.value)).groups()
    return int(number) * {"second": 1, "minute": 60, "hour": 3600}[unit]


def test_one_person_has_no_limits_and_many_have_the_usual_ones_or_those_of_the_settings():
    assert Allowed.from_config(Config()) == Allowed()
    assert Allowed.from_config(Config(mode="open")) == SHARED
    assert Allowed.from_config(Config(mode="signed in", person_requests=9)).requests == 9
    assert Allowed.from_config(Config(mode="open", person_stored_mb=0)).stored_mb == 0


def test_requests_at_once(clock: Clock):
    limited = quotas(clock, requests=2)
    limited.check("answer", "ann", ["answer"])
    limited.check("answer", "ann", ["answer", TRAINING, "download x"])  # these are counted elsewhere
    with pytest.raises(LimitReached, match=r"2 requests in progress, and 2 at once .* when one has ended"):
        limited.check("answer", "ann", ["answer", "summary"])
    with pytest.raises(LimitReached):
        limited.check("answer", "ann", ["answer"], count=2)  # a comparison is two


def test_requests_a_minute_and_the_second_in_which_the_next_one_works(clock: Clock):
    limited = quotas(clock, requests_per_minute=3, requests=0)
    for _ in range(3):
        limited.check("answer", "ann", [])
        limited.started("answer", "ann")
        clock.now += 10
    limited.check("answer", "bob", [])
    with pytest.raises(LimitReached, match="3 requests within a minute") as error:
        limited.check("answer", "ann", [])
    assert seconds(error) == 30
    clock.now += 29
    with pytest.raises(LimitReached):
        limited.check("answer", "ann", [])
    clock.now += 1
    limited.check("answer", "ann", [])


def test_uploads_of_a_day_each_counted_once(clock: Clock):
    limited = quotas(clock, upload_mb=10)
    limited.upload("ann", "a", 6 * MB)
    limited.upload("ann", "a", 6 * MB)  # the page ran again
    clock.now += 3600
    limited.upload("ann", "b", 4 * MB)
    limited.upload("bob", "c", 10 * MB)
    with pytest.raises(LimitReached, match=r"uploaded 10\.0 MB within 24 hours") as error:
        limited.upload("ann", "d", 5 * MB)
    clock.now += seconds(error)
    limited.upload("ann", "d", 5 * MB)
    with pytest.raises(LimitReached, match="Waiting won't help"):
        limited.upload("eve", "e", 11 * MB)


def test_stored_bytes_and_training_runs(clock: Clock):
    with pytest.raises(LimitReached, match="Your data"):
        quotas(clock, stored=11 * MB, stored_mb=10).check("answer", "ann", [])
    quotas(clock, stored=9 * MB, stored_mb=10).check("answer", "ann", [])
    with pytest.raises(LimitReached):
        quotas(clock, stored=9 * MB, stored_mb=10).upload("ann", "a", 2 * MB)
    limited = quotas(clock, training_runs=1)
    limited.check(TRAINING, "ann", ["answer"] * 3)
    with pytest.raises(LimitReached, match="1 training run in progress"):
        limited.check(TRAINING, "ann", [TRAINING])


def test_a_refused_request_starts_nothing_and_the_server_itself_is_never_refused(clock: Clock):
    jobs = Jobs(quotas(clock, requests=1))
    hers = jobs.for_person(ANN)
    first = hers.start("answer", ANN.id, lambda job: job._cancel.wait(10))
    with pytest.raises(LimitReached):
        hers.check("answer")
    with pytest.raises(LimitReached):
        hers.start("answer", ANN.id, lambda job: None)
    assert len(jobs.running()) == 1
    jobs.for_person(HOUSE).start("repair", "", lambda job: None).wait(5)
    first.cancel()
    assert first.wait(5)
    hers.start("answer", ANN.id, lambda job: None).wait(5)


def test_many_people_cost_a_bounded_memory(clock: Clock, monkeypatch):
    monkeypatch.setattr("components.quotas.FORGET_AFTER", 50)
    limited = quotas(clock)
    for number in range(500):
        limited.started("answer", f"p{number}")
        limited.upload(f"p{number}", "x", 1)
        limited.check_stored(f"p{number}")
    assert max(len(limited._starts), len(limited._uploads), len(limited._stored)) <= 52
