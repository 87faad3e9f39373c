"""The tour: eight steps on the real pages with their samples, back and on again, and all of it taken away."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.tasks.summarize.summary_jobs import KIND
from components.ui import resources
from components.ui.tour.story import STORY
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
