"""A process that is killed while it indexes a document: what was read is there, and the rest goes on."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from components.access import Person
from components.config import ROOT
from components.documents import Block, Document, Limits
from components.jobs import Jobs
from components.models.catalog import CATALOGUE
from components.retrieval.index import Index
from components.retrieval.shelf import Shelf
from components.store import Store
from components.tasks.ask.indexer import BATCH, Indexing

ANN = Person("ann")
MODEL = next(spec for spec in CATALOGUE if spec.task == "embed" and "zh" in spec.languages)
TEXTS = [f"Paragraph {n} tells of the town with the number {n}. " * 20 for n in range(3 * BATCH)]
DOCUMENT = Document(
    "towns.txt", "txt", tuple(Block("paragraph", one) for one in TEXTS), language="de", words=9
)
BATCHES = 2  # that are kept before the process is killed


class Encoder:
    """An embedding model whose vectors say nothing; it waits for ever after some batches."""

    def __init__(self, batches: int) -> None:
        self.left = batches

    def embed(self, texts: Sequence[str], cancelled: Callable[[], bool]) -> Any:
        if not self.left:
            print("waiting", flush=True)
            sys.stdin.read()
        self.left -= 1
        return np.ones((len(texts), 4), np.float32)


def indexing(store: Store, batches: int) -> Indexing:
    encoder = Encoder(batches)

    @contextmanager
    def lease(*given: object) -> Iterator[Encoder]:
        yield encoder

    shelf, jobs = Shelf(store).for_person(ANN), Jobs().for_person(ANN)
    return Indexing(jobs, shelf, ANN.id, lease, [MODEL], Limits())  # type: ignore[arg-type]


def begin(folder: Path) -> None:
    """What the process that is killed does."""
    made = indexing(Store(f"sqlite:///{folder / 'w.db'}", folder), BATCHES)
    made.add_document(DOCUMENT)
    sys.stdin.read()


def test_a_killed_process_costs_nothing_that_was_read_and_the_rest_goes_on(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from {__name__} import begin; begin(Path({str(tmp_path)!r}))"
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "waiting\n"
    child.kill()
    child.wait()
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    made = indexing(store, 100)
    index = Index(store).for_person(ANN)
    (entry,) = made.shelf.listed()
    assert (entry.state, entry.chunks) == ("interrupted", BATCHES * BATCH)
    assert (
        len(index.by_words([entry.id], ["=town"], 999)) == BATCHES * BATCH
    )  # it can be asked as far as it is
    made.again(entry)
    if job := made.job(made.shelf.listed()[0]):
        job.wait(300)
    (done,) = made.shelf.listed()
    assert done.state == "done"
    chunks = index.all_chunks(done.id)
    assert [one.number for one in chunks] == list(range(done.chunks))
    assert {one.sentences[0].block for one in chunks} == set(range(len(TEXTS)))
    near = index.by_meaning([done.id], MODEL.id, np.ones(4, np.float32), 9_999)
    assert sorted(one for one, _ in near) == sorted(one.id for one in chunks)
    store.close()
