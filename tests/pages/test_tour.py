"""The tour: eight steps on the real pages with their samples, back and on again, and all of it taken away."""

import threading
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components import begun
from components.jobs import Job
from components.tasks.summarize.summary_jobs import KIND
from components.training.hyperparameters import TrainingSettings
from components.ui import resources
from components.ui.tour import bar
from components.ui.tour.made import Made
from components.ui.tour.story import STORY
from components.ui.translate import typed_text
from tests.pages.conftest import texts


def press(test: AppTest, key: str) -> AppTest:
    test.button(key=f"tour_{key}").click().run()
    assert not test.exception
    for job in resources.jobs().running():
        assert job.wait(60)
    return test.run()


@pytest.mark.slow  # a minute of real work on eight pages
def test_the_tour_makes_everything_by_itself_comes_back_to_it_and_takes_only_that_away(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
):
    started: list[str] = []
    monkeypatch.setattr(
        "components.training.runs.TrainingRuns.create", lambda self, *given: started.append(given[2]) or ""
    )
    test = app("")
    own = resources.store().create("chat", "My own", "local-tiny-chat")
    next(one for one in test.button if one.label == "Start the tour").click().run()
    for number, step in enumerate(STORY, start=1):
        assert f"{number} of {len(STORY)}" in texts(test)
        assert step.title in texts(test)
        if number < len(STORY):
            press(test, "next")
    talks = resources.store().headings()
    assert len(talks) == 3
    [summary] = resources.results().headings(KIND, "cargo bicycle")
    assert started
    for _ in range(4):
        press(test, "back")
    assert (test.title[0].value, test.session_state["summary_id"]) == ("Summarize", summary.id)
    press(test, "reset")
    assert test.title[0].value == "Language models on your own machine"
    assert [one.id for one in resources.store().headings()] == [own]
    assert not resources.results().headings(KIND, "")


def test_reset_takes_away_what_a_step_begins_after_its_page_was_left(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
):
    test = app("")
    own = resources.store().create("chat", "My own", "local-tiny-chat")
    made, left = Made(frozenset({own})), threading.Event()
    monkeypatch.setattr(bar, "_made", lambda: made)
    monkeypatch.setattr(bar, "_warm_up", lambda: None)
    next(one for one in test.button if one.label == "Start the tour").click().run()

    def work(job: Job) -> str:
        assert left.wait(60)
        return resources.store().create("chat", "Begun too late", "local-tiny-chat")

    with begun.heard_by(made.listener(4)):
        resources.jobs().start(typed_text.KIND, "local", work)
    test.button(key="tour_reset").click().run()
    assert not test.exception
    left.set()
    for job in resources.jobs().running():
        assert job.wait(60)
    assert [one.id for one in resources.store().headings()] == [
        own
    ]  # nor is the e-mail of the first step left


def test_reset_takes_away_a_training_run_that_is_at_work(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
):
    test = app("")
    made = Made(frozenset())
    monkeypatch.setattr(bar, "_made", lambda: made)
    monkeypatch.setattr(bar, "_warm_up", lambda: None)
    next(one for one in test.button if one.label == "Start the tour").click().run()
    runs = resources.training_runs()
    run_id = runs.records.create(
        "local", "Bike shop", "local-tiny-chat", "bike_shop.jsonl", TrainingSettings()
    )
    made.listener(2)("runs", run_id)
    runs.records.move(run_id, ("queued",), "running")  # by a program that hears no request to stop
    test.button(key="tour_reset").click().run()
    [end] = resources.jobs().running("end of the tour")
    assert not end.wait(1)  # it isn't given up
    runs.records.move(run_id, ("running",), "stopped")  # as its thread does once the program is ended
    assert end.wait(60)
    assert runs.records.get(run_id) is None
