"""How likely a text is to a model: the numbers are those of transformers' own forward pass."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from components.models.engines.causal import CausalEngine  # noqa: E402
from components.models.engines.text_scores import CHUNK  # noqa: E402
from components.models.logprobs import BytesOfTokens  # noqa: E402
from components.models.options import Prompt  # noqa: E402
from components.models.scores import Scored, Scores, TokenScore  # noqa: E402
from tests.unit.models.step_by_step import Run  # noqa: E402

HELLO = Prompt(messages=({"role": "user", "content": "Hello, how are you?"},))
FOX = "The quick brown fox jumps over the lazy dog. 你好，世界。😀 café "


@pytest.fixture(scope="module")
def engine(tiny_models: Path) -> CausalEngine:
    folder = tiny_models / "tiny-endless"
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    return CausalEngine(model, AutoTokenizer.from_pretrained(folder), 2048)


def scored(engine: CausalEngine, *texts: Scored, top: int = 0, context: int = 2048) -> list[Scores]:
    found: list[Any] = []
    engine.context = context
    for _ in engine.scores(texts, top, lambda: False, lambda *what: found.append(what)):
        pass
    engine.context = 2048
    assert found.pop() == ("end", None)
    return [Scores(payload, "transformers", "float32") for kind, payload in found]


@torch.inference_mode()
def by_hand(engine: CausalEngine, ids: list[int]) -> Any:
    """Log-probabilities of each token after the first, from one plain forward pass over all."""
    return engine.model(torch.tensor([ids])).logits[0].log_softmax(-1)


def test_log_probabilities_and_candidates_are_those_of_the_models_own_forward_pass(engine: CausalEngine):
    text = FOX * 32
    [found] = scored(engine, Scored(text), top=3)
    ids = engine.tokenizer(text)["input_ids"]
    assert len(ids) > 2 * CHUNK, "in several passes"
    assert [one.id for one in found.tokens] == ids
    assert "".join(one.text for one in found.tokens) == text, "whole characters, none lost"
    expected = by_hand(engine, ids)
    assert found.tokens[0].logprob is None
    for at, one in enumerate(found.tokens[1:]):
        assert one.logprob == pytest.approx(float(expected[at, one.id]), abs=1e-3)
        best = expected[at].topk(3)
        assert [other.id for other in one.top] == best.indices.tolist()
        assert [other.logprob for other in one.top] == pytest.approx(best.values.tolist(), abs=1e-3)
    loss = engine.model(torch.tensor([ids]), labels=torch.tensor([ids])).loss.detach()
    assert found.perplexity == pytest.approx(float(loss.exp()), rel=1e-3)


def test_an_answer_is_scored_as_what_follows_its_question(engine: CausalEngine):
    [found] = scored(engine, Scored("I am fine.", HELLO))
    before = engine.prompt_ids(HELLO)
    ids = before + engine.tokenizer("I am fine.", add_special_tokens=False)["input_ids"]
    expected = by_hand(engine, ids)
    assert [one.logprob for one in found.tokens] == pytest.approx(
        [float(expected[at - 1, ids[at]]) for at in range(len(before), len(ids))], abs=1e-3
    )


def test_a_continuation_is_cut_as_the_whole_text_is(engine: CausalEngine):
    [found] = scored(engine, Scored("ck brown fox", Prompt(text="The qui")))
    ids = engine.tokenizer("The quick brown fox")["input_ids"]
    assert [one.id for one in found.tokens] == ids[len(ids) - len(found.tokens) :]
    assert "".join(one.text for one in found.tokens).endswith("ck brown fox")


def test_a_text_longer_than_the_context_is_scored_in_windows_each_token_once(engine: CausalEngine):
    [found] = scored(engine, Scored(FOX * 8), context=64)
    ids = engine.tokenizer(FOX * 8)["input_ids"]
    assert len(found.tokens) == len(ids) > 128
    first, second = by_hand(engine, ids[:64]), by_hand(engine, ids[32:96])
    assert found.tokens[63].logprob == pytest.approx(float(first[62, ids[63]]), abs=1e-3)
    assert found.tokens[64].logprob == pytest.approx(float(second[31, ids[64]]), abs=1e-3)


def test_scoring_stops_between_two_passes(engine: CausalEngine):
    said: list[Any] = []
    stopped: list[bool] = []
    steps = engine.scores([Scored(FOX * 40)], 0, lambda: bool(stopped), lambda *what: said.append(what))
    next(steps)
    stopped.append(True)
    assert list(steps) == []
    assert said == [("end", None)]


def noted(run: Run) -> list[TokenScore]:
    return [one for kind, payload in run.said if kind == "scores" for one in payload]


def test_what_is_noted_while_writing_is_what_the_text_scores_afterwards(engine: CausalEngine):
    run = Run(engine, HELLO, temperature=0.9, seed=4, max_new_tokens=20, scores=5).all()
    found = noted(run)
    assert len(found) == run.usage.new_tokens
    expected = by_hand(engine, engine.prompt_ids(HELLO) + [one.id for one in found])
    at = len(engine.prompt_ids(HELLO)) - 1
    for place, one in enumerate(found):
        assert one.logprob == pytest.approx(float(expected[at + place, one.id]), abs=1e-3)
        assert [other.id for other in one.top] == expected[at + place].topk(5).indices.tolist()


def test_an_answer_is_the_same_whether_its_scores_are_noted_or_not(engine: CausalEngine):
    options = {"temperature": 0.9, "seed": 4, "max_new_tokens": 20, "repetition_penalty": 1.2}
    assert Run(engine, HELLO, **options).all().text == Run(engine, HELLO, **options, scores=3).all().text


def test_the_batch_of_a_card_notes_each_requests_own_scores(engine: CausalEngine, tiny_models: Path):
    from components.models.engines.continuous_batch import BatchingEngine

    model = AutoModelForCausalLM.from_pretrained(tiny_models / "tiny-endless").eval()
    batch = BatchingEngine(model, engine.tokenizer, 2048)
    runs = [Run(batch, HELLO, temperature=heat, seed=1, max_new_tokens=6, scores=2) for heat in (0, 1.0)]
    while [run for run in runs if run.step()]:
        pass
    for run in runs:
        found = noted(run)
        expected = by_hand(engine, engine.prompt_ids(HELLO) + [one.id for one in found])
        at = len(engine.prompt_ids(HELLO)) - 1
        assert [one.logprob for one in found] == pytest.approx(
            [float(expected[at + place, one.id]) for place, one in enumerate(found)], abs=1e-2
        )


def test_half_characters_from_a_server_wait_for_their_other_half():
    raw = "好".encode()
    content = [
        {"token": "�", "bytes": list(raw[:2]), "logprob": -1.0, "top_logprobs": []},
        {"token": "�", "bytes": list(raw[2:]), "logprob": -0.5, "top_logprobs": []},
        {"token": "!", "bytes": None, "logprob": -9999.0, "id": 3},
    ]
    found = BytesOfTokens().scored(content)
    assert [one.text for one in found] == ["", "好", "!"]
    assert [one.logprob for one in found] == [-1.0, -0.5, -9999.0]


def test_bits_per_byte_compare_models_with_different_tokenizers():
    one = Scores((TokenScore(1, "abcd", -2.0),), "x", "")
    two = Scores((TokenScore(1, "ab", -1.0), TokenScore(2, "cd", -1.0)), "x", "")
    assert one.bits_per_byte == two.bits_per_byte == pytest.approx(2.0 / 0.6931 / 4, rel=1e-3)
    assert one.perplexity > two.perplexity
