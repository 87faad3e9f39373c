"""Whether a model fits and how fast it may be is told from numbers alone, on machines of any size."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.models.gguf_header import GgufHeader
from components.models.sources.fit import active_share, of_gguf, rough, speed

GB = 1_000_000_000


def eight_billion() -> GgufHeader:
    """Qwen3 8B: 36 layers, 8 key-value heads of 128."""
    return GgufHeader(
        files=(Path("Qwen3-8B-Q4_K_M.gguf"),),
        size=5_027_783_488,
        architecture="qwen3",
        quantization="Q4_K_M",
        parameters=8_190_735_360,
        context=40_960,
        layers=36,
        heads=32,
        kv_heads=(8,) * 36,
        key_length=128,
        value_length=128,
        width=4096,
        hidden=12_288,
        vocabulary=151_936,
        window=0,
        windowed=0,
        kind="model",
        name="",
        chat_template="",
        fields={},
    )


@pytest.mark.parametrize(("memory", "context"), [(5, 0), (8, 17_600), (16, 40_960)])
def test_an_8b_model_of_4_bits_fits_with_the_context_that_the_memory_leaves(memory: int, context: int):
    found = of_gguf(eight_billion(), 5_027_783_488, memory * GB, 0.0, 0)
    assert found.fits is bool(context)
    assert found.context == pytest.approx(context, rel=0.1)
    assert found.need <= memory * GB or not found.fits
    assert "Too large" in str(found.text) if not context else f"{found.context:,} tokens" in str(found.text)


def test_other_quantizations_of_one_header_differ_by_their_size():
    small = of_gguf(eight_billion(), 3 * GB, 8 * GB, 0.0, 0)
    assert small.context > of_gguf(eight_billion(), 5 * GB, 8 * GB, 0.0, 0).context


def test_what_a_model_needs_is_told_roughly_before_its_header_is_known():
    assert rough(5 * GB, 8 * GB, 0.0).fits
    assert not rough(8 * GB, 8 * GB, 0.0).fits
    assert "needs about 6.0 GB" in str(rough(5 * GB, 8 * GB, 0.0).text)


def test_the_speed_is_bound_by_the_memory_and_told_only_where_it_was_measured():
    assert speed(5 * GB, 20 * GB) == pytest.approx(2.8)
    assert speed(18 * GB, 20 * GB, 0.1) == pytest.approx(7.8, rel=0.01)  # experts: a tenth works for a token
    assert speed(5 * GB, 0.0) == 0.0


def test_a_model_of_experts_is_as_quick_as_the_chosen_ones():
    dense = eight_billion()
    assert active_share(dense) == 1.0
    fields = {
        "qwen3.expert_count": 128,
        "qwen3.expert_used_count": 8,
        "qwen3.expert_feed_forward_length": 768,
    }
    # Qwen3 30B-A3B: 48 layers, width 2048; 3.3 of 30.5 billion weights work for a token.
    experts = replace(dense, layers=48, width=2048, parameters=30_532_122_624, fields=fields)
    assert active_share(experts) == pytest.approx(3.3 / 30.5, rel=0.1)
