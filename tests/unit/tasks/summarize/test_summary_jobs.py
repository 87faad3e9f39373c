"""Summaries as jobs and in the database."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from components.errors import BadInput
from components.jobs import Jobs
from components.results import Result, Results
from components.store import Store
from components.tasks.summarize.summary_jobs import Summarizing, documents_of, summaries_of
from tests.unit.tasks.summarize.fakes import MEETING, QUOTE, TEXT, FakeModels, document, long_text


@pytest.fixture
def summarizing(tmp_path: Path) -> Summarizing:
    store = Store(f"sqlite:///{tmp_path / 'test.db'}", tmp_path)
    return Summarizing(Jobs(), Results(store), "me")


class Halfway:
    """A model that stops at its third part until it is let go: there is something to stop, and to go on with."""

    def __init__(self) -> None:
        self.embedded: list[tuple[str, ...]] = []
        self.reached, self.go = threading.Event(), threading.Event()
        self.models = FakeModels(fails=self._embedding)

    def _embedding(self, texts: Sequence[str]) -> None:
        self.embedded.append(tuple(texts))
        if len(self.embedded) == 3:
            self.reached.set()
            self.go.wait(30)


def finished(summarizing: Summarizing, result_id: str) -> Result:
    for job in summarizing.jobs.running():
        assert job.wait(30)
    result = summarizing.results.get(result_id)
    assert result
    return result


def test_a_finished_summary_is_in_the_history_with_its_document(summarizing: Summarizing):
    result = finished(summarizing, summarizing.start([document(TEXT)], QUOTE, FakeModels().tools()))
    assert result.state == "done"
    assert summaries_of(result.body)[0].lines
    assert documents_of(result)[0].text.startswith("The harbour")
    assert [heading.id for heading in summarizing.results.headings("summary")] == [result.id]


def test_a_button_that_is_pressed_twice_makes_one_summary(summarizing: Summarizing):
    work = Halfway()
    first = summarizing.start([document(long_text())], QUOTE, work.models.tools())
    assert summarizing.start([document(long_text())], QUOTE, work.models.tools()) == first
    other = summarizing.start([document(MEETING)], QUOTE, FakeModels().tools())
    work.go.set()
    finished(summarizing, first)
    assert summarizing.start([document(MEETING)], QUOTE, FakeModels().tools()) == other
    assert len(summarizing.results.headings("summary")) == 2


def test_a_refused_document_says_why_in_the_history(summarizing: Summarizing):
    says_one_thing = document("The lamp is on the table. " * 20)
    result = finished(summarizing, summarizing.start([says_one_thing], QUOTE, FakeModels().tools()))
    assert result.state == "failed"
    assert "says too little" in str(result.note)


def test_a_few_words_are_refused_before_anything_is_begun(summarizing: Summarizing):
    with pytest.raises(BadInput, match="only 2 words"):
        summarizing.start([document("Too short.")], QUOTE, FakeModels().tools())
    assert summarizing.results.headings("summary") == []
    both = [document("Too short."), document(TEXT)]
    assert finished(summarizing, summarizing.start(both, QUOTE, FakeModels().tools())).state == "done"


def test_a_crash_leaves_a_result_marked_as_interrupted_and_it_can_be_started_again(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store = Store(url, tmp_path)
    before = Results(store)
    result_id = before.create("summary", "t", QUOTE.to_json(), [document(TEXT).to_json()])
    store.close()
    after = Results(Store(url, tmp_path))
    assert after.interrupted == 1
    result = after.get(result_id)
    assert result is not None
    assert result.state == "interrupted"
    summarizing = Summarizing(Jobs(), after, "me")
    assert not summarizing.resumable(result)
    summarizing.again(result, FakeModels().tools())
    assert finished(summarizing, result_id).state == "done"


def test_a_stopped_summary_resumes_with_what_it_had_and_starts_again_without(summarizing: Summarizing):
    halfway = Halfway()
    result_id = summarizing.start([document(long_text(5, 120))], QUOTE, halfway.models.tools())
    assert halfway.reached.wait(30)
    summarizing.stop(summarizing.results.get(result_id))
    halfway.go.set()
    stopped = finished(summarizing, result_id)
    assert stopped.state == "stopped"
    assert summarizing.resumable(stopped)
    summarizing.again(stopped, halfway.models.tools(), resume=True)
    done = finished(summarizing, result_id)
    assert done.state == "done"
    assert summaries_of(done.body)[0].ledger.complete
    assert len(halfway.embedded) == len(set(halfway.embedded))
    assert not summarizing.resumable(done)


def test_deleting_a_summary_in_progress_stops_the_work(summarizing: Summarizing):
    halfway = Halfway()
    result_id = summarizing.start([document(long_text(5, 120))], QUOTE, halfway.models.tools())
    assert halfway.reached.wait(30)
    job = summarizing.jobs.get(summarizing.results.get(result_id).job_id)
    summarizing.delete(result_id)
    halfway.go.set()
    assert job.wait(30)
    assert job.state == "stopped"
    assert summarizing.results.get(result_id) is None


def test_a_stopped_summary_keeps_its_partial_result(summarizing: Summarizing):
    halfway = Halfway()
    result_id = summarizing.start([document(long_text(5, 120))], QUOTE, halfway.models.tools())
    assert halfway.reached.wait(30)
    summarizing.stop(summarizing.results.get(result_id))
    halfway.go.set()
    result = finished(summarizing, result_id)
    assert result.state == "stopped"
    assert summaries_of(result.body)
    assert all(summary.partial for summary in summaries_of(result.body))


def test_a_deleted_summary_comes_back_with_undo(summarizing: Summarizing):
    result_id = summarizing.start([document(TEXT)], QUOTE, FakeModels().tools())
    finished(summarizing, result_id)
    summarizing.results.delete(result_id)
    assert summarizing.results.get(result_id) is None
    summarizing.results.restore(result_id)
    assert summarizing.results.get(result_id) is not None
