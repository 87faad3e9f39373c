"""Whether a model fits and how fast it may be is told from numbers alone, on machines of any size."""

from dataclasses import replace

import pytest

from components.models.sources.fit import active_share, of_gguf, rough, speed
from tests.gguf_files import QWEN3_8B

GB = 1_000_000_000


@pytest.mark.parametrize(("memory", "context"), [(5, 0), (8, 17_600), (16, 40_960)])
def test_an_8b_model_of_4_bits_fits_with_the_context_that_the_memory_leaves(memory: int, context: int):
    found = of_gguf(QWEN3_8B, 5_027_783_488, memory * GB, 0.0, 0)
    assert found.fits is bool(context)
    assert found.context == pytest.approx(context, rel=0.1)
    assert found.need <= memory * GB or not found.fits
    assert "Too large" in str(found.text) if not context else f"{found.context:,} tokens" in str(found.text)


def test_other_quantizations_of_one_header_differ_by_their_size():
    small = of_gguf(QWEN3_8B, 3 * GB, 8 * GB, 0.0, 0)
    assert small.context > of_gguf(QWEN3_8B, 5 * GB, 8 * GB, 0.0, 0).context


def test_what_a_model_needs_is_told_roughly_before_its_header_is_known():
    assert rough(5 * GB, 8 * GB, 0.0).fits
    assert not rough(8 * GB, 8 * GB, 0.0).fits
    assert "needs about 6.0 GB" in str(rough(5 * GB, 8 * GB, 0.0).text)


def test_the_speed_is_bound_by_the_memory_and_told_only_where_it_was_measured():
    assert speed(5 * GB, 20 * GB) == pytest.approx(2.8)
    assert speed(18 * GB, 20 * GB, 0.1) == pytest.approx(7.8, rel=0.01)  # experts: a tenth works for a token
    assert speed(5 * GB, 0.0) == 0.0


def test_a_model_of_experts_is_as_quick_as_the_chosen_ones():
    dense = QWEN3_8B
    assert active_share(dense) == 1.0
    fields = {
        "qwen3.expert_count": 128,
        "qwen3.expert_used_count": 8,
        "qwen3.expert_feed_forward_length": 768,
    }
    # Qwen3 30B-A3B: 48 layers, width 2048; 3.3 of 30.5 billion weights work for a token.
    experts = replace(dense, layers=48, width=2048, parameters=30_532_122_624, fields=fields)
    assert active_share(experts) == pytest.approx(3.3 / 30.5, rel=0.1)
