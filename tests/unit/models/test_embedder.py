"""Vectors of an encoder in batches are those of its texts one by one, in few sizes of batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from transformers import BertConfig, BertModel  # noqa: E402

from components.models.engines.embedder import BATCH_TOKENS, STEP, WINDOW, EmbeddingEngine  # noqa: E402


class Letters:
    """A token for each letter."""

    cls_token_id, sep_token_id, pad_token_id = 1, 2, 0

    def __call__(self, texts: Sequence[str], **named: Any) -> dict[str, list[list[int]]]:
        return {"input_ids": [[3 + ord(letter) % 60 for letter in text] for text in texts]}


@pytest.fixture(scope="module")
def engine() -> EmbeddingEngine:
    return of_positions(WINDOW)


def of_positions(positions: int) -> EmbeddingEngine:
    torch.manual_seed(0)
    small = BertConfig(
        vocab_size=64,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=positions,
    )
    return EmbeddingEngine(BertModel(small).eval(), Letters())


def vectors(engine: EmbeddingEngine, texts: Sequence[str]) -> dict[int, Any]:
    made: dict[int, Any] = {}
    for _ in engine.embed(
        texts,
        lambda: False,
        lambda kind, said: made.update(zip(*said, strict=True)) if kind == "vectors" else None,
    ):
        pass
    return made


def test_texts_of_many_lengths_are_read_in_few_sizes_and_each_as_if_it_were_alone(
    engine: EmbeddingEngine, monkeypatch: pytest.MonkeyPatch
):
    sizes: list[tuple[int, ...]] = []
    padded = engine._padded

    def noted(windows: Sequence[list[int]]) -> Any:
        ids, mask = padded(windows)
        sizes.append(tuple(ids.shape))
        return ids, mask

    monkeypatch.setattr(engine, "_padded", noted)
    texts = ["abcdefghij"[at % 10] * (1 + at * 7 % 300) for at in range(90)]
    together = vectors(engine, texts)
    assert sorted(together) == list(range(90))
    assert all(rows * width <= BATCH_TOKENS and not width % STEP for rows, width in sizes)
    assert all(rows <= STEP or not rows % STEP for rows, _ in sizes)
    for at in (0, 1, 44, 89):
        assert together[at] == pytest.approx(vectors(engine, [texts[at]])[0], abs=1e-5)
        assert np.linalg.norm(together[at]) == pytest.approx(1, abs=1e-5)


def test_the_longest_text_of_a_model_with_few_positions_is_read():
    vector = vectors(of_positions(30), ["a" * 28])[0]  # 30 with the marks around it
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
