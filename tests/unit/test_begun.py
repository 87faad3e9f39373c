"""What is begun is told to its listener, wherever it is begun, and to nobody else."""

import threading
from pathlib import Path

from components import begun
from components.jobs import Jobs
from components.store import Store


def test_what_a_job_begins_long_after_its_page_was_left_is_told_to_the_listener_it_was_started_under(
    tmp_path: Path,
):
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    heard: list[tuple[str, str]] = []
    left = threading.Event()

    def work(job: object) -> str:
        assert left.wait(10)
        return store.create("chat", "A title", "a-model")

    with begun.heard_by(lambda kind, id_: heard.append((kind, id_))):
        job = Jobs().start("answer", "", work)
    store.create("chat", "Of another tab", "a-model")
    left.set()
    assert job.wait(10)
    store.close()
    assert heard == [(begun.JOB, job.id), ("conversations", job.result)]
