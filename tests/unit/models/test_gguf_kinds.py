"""Matrices rounded to the kinds of a GGUF file: read back, they are what they were, as nearly as their bits allow."""

import numpy as np
import pytest
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, quants

from components.models.engines import gguf_kinds
from components.models.engines.gguf_kinds import F16, Q4_1, Q4_K_M, Q8_0, rounded, stored_as

Stored = GGMLQuantizationType
ROWS = np.random.default_rng(3).normal(0, 1, (6, 512)).astype(np.float32)


@pytest.mark.parametrize(
    ("stored", "most"),
    [
        (Stored.F32, 0),
        (Stored.F16, 0.001),
        (Stored.Q8_0, 0.01),
        (Stored.Q6_K, 0.03),
        (Stored.Q5_K, 0.06),
        (Stored.Q5_0, 0.06),
        (Stored.Q4_K, 0.1),
        (Stored.Q4_1, 0.1),
    ],
)
def test_a_rounded_matrix_is_nearly_what_it_was(stored: Stored, most: float):
    pytest.importorskip("xllamacpp")
    made = rounded(ROWS, stored)
    block, size = GGML_QUANT_SIZES[stored]
    assert made.nbytes == ROWS.size // block * size
    lost = np.sqrt(np.mean((quants.dequantize(made, stored) - ROWS) ** 2))
    assert lost <= most


def test_without_the_librarys_function_the_simple_kinds_remain(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gguf_kinds, "_rounding", lambda: None)
    assert gguf_kinds.kind_of("4bit") is Q4_1
    assert np.allclose(quants.dequantize(rounded(ROWS, Stored.Q8_0), Stored.Q8_0), ROWS, atol=0.05)


def test_what_a_model_is_sensitive_to_has_more_bits_and_odd_rows_have_smaller_blocks():
    assert stored_as(Q4_K_M, "output.weight", 32, 4096, tied=False) == Stored.Q6_K
    assert stored_as(Q4_K_M, "token_embd.weight", 32, 4096, tied=False) == Stored.Q4_K
    assert stored_as(Q4_K_M, "token_embd.weight", 32, 4096, tied=True) == Stored.Q6_K
    assert stored_as(Q4_K_M, "blk.0.ffn_down.weight", 32, 4096, tied=True) == Stored.Q6_K
    assert stored_as(Q4_K_M, "blk.5.ffn_down.weight", 32, 4096, tied=True) == Stored.Q4_K
    assert stored_as(Q4_K_M, "blk.5.attn_q.weight", 30, 576, tied=True) == Stored.Q5_0
    assert stored_as(Q8_0, "blk.5.attn_q.weight", 30, 40, tied=True) == Stored.F16
    assert stored_as(F16, "output.weight", 2, 7, tied=False) == Stored.F16
