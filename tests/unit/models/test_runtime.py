"""Which engine runs a model: the fast one where it can, and a reason that a person can act on where it can't."""

import pytest

from components.models.runtime import EXPORT_BYTES, choose

FACTS = {
    "wanted": "auto",
    "kind": "cpu",
    "parameters": 100_000_000,
    "free": 8_000_000_000,
    "exported": False,
    "installed": True,
}


def test_a_laptop_gets_the_fast_engine_without_asking():
    assert choose(**FACTS).name == "openvino"
    assert "faster" in str(choose(**FACTS).reason)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"wanted": "transformers"}, "settings"),
        ({"kind": "cuda"}, "GPU"),
        ({"installed": False}, "pip install openvino-genai"),
        ({"exported": "perplexity rose from 10.00 to 12.00"}, "perplexity rose"),
        ({"free": 100_000_000 * EXPORT_BYTES}, "GB is free"),
    ],
)
def test_where_it_cannot_run_the_reason_is_said(changed: dict, reason: str):
    choice = choose(**FACTS | changed)
    assert choice.name == "transformers"
    assert reason in str(choice.reason)


def test_a_model_that_was_made_ready_needs_no_memory_for_it_again():
    assert choose(**FACTS | {"exported": True, "free": 0}).name == "openvino"
