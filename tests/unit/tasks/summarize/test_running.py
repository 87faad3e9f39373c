"""Summaries as jobs and in the database."""

import threading
import time
from pathlib import Path

import pytest

from components.jobs import Jobs
from components.results import Results
from components.store import Store
from components.tasks.summarize.running import Summarizing, documents_of, summaries_of
from tests.unit.tasks.summarize.fakes import QUOTE, TEXT, FakeModels, document, long_text


@pytest.fixture
def summarizing(tmp_path: Path) -> Summarizing:
    store = Store(f"sqlite:///{tmp_path / 'test.db'}", tmp_path)
    return Summarizing(Jobs(), Results(store), "me")


def finished(summarizing: Summarizing, result_id: str):
    for _ in range(200):
        result = summarizing.results.get(result_id)
        if result and result.state != "running":
            return result
        time.sleep(0.02)
    raise AssertionError("the summary didn't end")


def test_a_finished_summary_is_in_the_history_with_its_document(summarizing: Summarizing):
    result = finished(summarizing, summarizing.start([document(TEXT)], QUOTE, FakeModels().tools()))
    assert result.state == "done"
    assert summaries_of(result.body)[0].lines
    assert documents_of(result)[0].text.startswith("The harbour")
    assert [heading.id for heading in summarizing.results.headings("summary")] == [result.id]


def test_a_refused_document_says_why_in_the_history(summarizing: Summarizing):
    result = finished(summarizing, summarizing.start([document("Too short.")], QUOTE, FakeModels().tools()))
    assert result.state == "failed"
    assert "only 2 words" in str(result.note)


def test_a_crash_leaves_a_result_marked_as_interrupted_and_it_can_be_started_again(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'test.db'}"
    before = Results(Store(url, tmp_path))
    result_id = before.create("summary", "t", QUOTE.to_json(), [document(TEXT).to_json()])
    before._store.close()
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
    embedded: list[tuple[str, ...]] = []
    models = FakeModels(fails=lambda texts: (embedded.append(tuple(texts)), time.sleep(0.02))[1])
    result_id = summarizing.start([document(long_text(10, 200))], QUOTE, models.tools())
    while len(embedded) < 3:
        time.sleep(0.01)
    summarizing.stop(summarizing.results.get(result_id))
    stopped = finished(summarizing, result_id)
    assert stopped.state == "stopped"
    assert summarizing.resumable(stopped)
    summarizing.again(stopped, models.tools(), resume=True)
    done = finished(summarizing, result_id)
    assert done.state == "done"
    assert summaries_of(done.body)[0].ledger.complete
    assert len(embedded) == len(set(embedded))
    assert not summarizing.resumable(done)


def test_deleting_a_summary_in_work_stops_the_work(summarizing: Summarizing):
    models = FakeModels(fails=lambda texts: time.sleep(0.02))
    result_id = summarizing.start([document(long_text(10, 200))], QUOTE, models.tools())
    job = summarizing.jobs.get(summarizing.results.get(result_id).job_id)
    summarizing.delete(result_id)
    assert job.wait(5)
    assert job.state == "stopped"
    assert summarizing.results.get(result_id) is None


def test_a_stopped_summary_keeps_its_partial_result(summarizing: Summarizing):
    started = threading.Event()

    def slow(texts):
        started.set()
        time.sleep(0.05)

    files = [document(long_text(10, 200))]
    result_id = summarizing.start(files, QUOTE, FakeModels(fails=slow).tools())
    started.wait(5)
    time.sleep(0.2)
    result = summarizing.results.get(result_id)
    assert result is not None
    summarizing.stop(result)
    result = finished(summarizing, result_id)
    assert result.state == "stopped"
    assert all(summary.partial for summary in summaries_of(result.body))


def test_a_deleted_summary_comes_back_with_undo(summarizing: Summarizing):
    result_id = summarizing.start([document(TEXT)], QUOTE, FakeModels().tools())
    finished(summarizing, result_id)
    summarizing.results.delete(result_id)
    assert summarizing.results.get(result_id) is None
    summarizing.results.restore(result_id)
    assert summarizing.results.get(result_id) is not None
