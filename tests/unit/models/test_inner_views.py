"""What a look into a model finds is what its layers and captum say when they are asked by hand."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from components.errors import Unavailable  # noqa: E402
from components.models import looks  # noqa: E402
from components.models.engines.attribution import blank_of  # noqa: E402
from components.models.engines.causal import CausalEngine  # noqa: E402
from components.models.options import Prompt  # noqa: E402
from components.models.scores import Scored  # noqa: E402

FOX = "The quick brown fox jumps"


@pytest.fixture(scope="module")
def engine(tiny_models: Path) -> CausalEngine:
    folder = tiny_models / "tiny-endless"
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    return CausalEngine(model, AutoTokenizer.from_pretrained(folder), 2048)


def found(engine: CausalEngine, asked: looks.Look) -> Any:
    said: list[Any] = []
    for _ in engine.look(asked, lambda: False, lambda *what: said.append(what)):
        pass
    assert said[-1] == ("end", None)
    return said[0][1]


def ids_of(engine: CausalEngine, text: str = FOX) -> Any:
    return torch.tensor([engine.tokenizer(text)["input_ids"]])


def test_a_text_is_cut_into_pieces_that_make_it_again(engine: CausalEngine):
    text = "好的 👩‍👩‍👧 def f(x):\n\treturn x"
    cut = found(engine, looks.Cut(text))
    assert "".join(cut.texts) == text
    assert list(cut.ids) == engine.tokenizer(text)["input_ids"]


@torch.inference_mode()
def test_the_next_words_are_the_models_own_logits(engine: CausalEngine):
    next_word = found(engine, looks.NextWord(Prompt(text=FOX)))
    logits = engine.model(ids_of(engine)).logits[0, -1]
    assert next_word.logits == pytest.approx(logits.sort(descending=True).values.numpy(), abs=1e-4)
    assert next_word.ids[0] == int(logits.argmax())


@torch.inference_mode()
def test_attention_is_that_of_hooks_on_each_layer_and_the_fast_kernel_is_back(engine: CausalEngine):
    before = engine.model.config._attn_implementation
    seen = found(engine, looks.Attention(Scored(FOX), 40))
    assert engine.model.config._attn_implementation == before != "eager"
    kept: list[Any] = []
    engine.model.set_attn_implementation("eager")
    hooks = [
        layer.self_attn.register_forward_hook(lambda module, given, out: kept.append(out[1]))
        for layer in engine.model.model.layers
    ]
    engine.model(ids_of(engine))
    for hook in hooks:
        hook.remove()
    engine.model.set_attn_implementation(before)
    assert seen.weights == pytest.approx(torch.cat(kept).numpy(), abs=1e-5)
    assert seen.weights.sum(-1) == pytest.approx(1.0, abs=1e-4)


@torch.inference_mode()
def test_the_logit_lens_is_each_layers_output_through_the_last_norm_and_head(engine: CausalEngine):
    lens = found(engine, looks.Layers(Scored(FOX), 40))
    states: list[Any] = []
    hooks = [
        layer.register_forward_hook(
            lambda module, given, out: states.append(out if torch.is_tensor(out) else out[0])
        )
        for layer in engine.model.model.layers
    ]
    logits = engine.model(ids_of(engine)).logits[0]
    for hook in hooks:
        hook.remove()
    for number, state in enumerate(states, 1):
        chances = engine.model.lm_head(engine.model.model.norm(state[0])).softmax(-1)
        assert lens.chances[number] == pytest.approx(chances.max(-1).values.numpy(), abs=1e-4)
    assert lens.chances[-1] == pytest.approx(logits.softmax(-1).max(-1).values.numpy(), abs=1e-4)
    ids = ids_of(engine)[0]
    at = torch.arange(len(ids) - 1)
    right = logits.softmax(-1)[at, ids[1:]]
    assert lens.right[-1][:-1] == pytest.approx(right.numpy(), abs=1e-4)


@torch.inference_mode()
def test_beams_are_those_of_transformers_and_come_with_their_chances(engine: CausalEngine):
    beams = found(engine, looks.Beams(Prompt(text=FOX), 3, 6))
    ids = ids_of(engine)
    made = engine.model.generate(
        ids, attention_mask=torch.ones_like(ids), num_beams=3, num_return_sequences=3, max_new_tokens=6
    )
    for row, tokens in zip(made, beams.texts, strict=True):
        own = row[ids.shape[1] :].tolist()
        assert [one.id for one in tokens] == own[: len(tokens)]
        chances = engine.model(row.unsqueeze(0)).logits[0].log_softmax(-1)
        assert tokens[0].logprob == pytest.approx(float(chances[ids.shape[1] - 1, own[0]]), abs=1e-3)


def test_ablation_is_captums_own_over_the_whole_prompt(engine: CausalEngine):
    from captum.attr import FeatureAblation

    asked = looks.Causes(Prompt(text=FOX), " over the", "ablation")
    traced = found(engine, asked)
    target = engine.tokenizer(" over the", add_special_tokens=False)["input_ids"]

    def chance(ids: Any) -> Any:
        with torch.no_grad():
            rows = torch.cat([ids, torch.tensor([target])], dim=1)
            logits = engine.model(rows).logits[0, ids.shape[1] - 1 : -1].log_softmax(-1)
            return logits.gather(1, torch.tensor(target).unsqueeze(1)).squeeze(1).unsqueeze(0)

    ids = ids_of(engine)
    expected = FeatureAblation(chance).attribute(ids, baselines=torch.full_like(ids, blank_of(engine)))
    assert traced.values == pytest.approx(expected.numpy(), abs=1e-4)
    assert len(traced.sources) == ids.shape[1]


def test_gradients_add_up_as_captum_says_and_a_trial_only_tells_the_time(engine: CausalEngine):
    from captum.attr import InputXGradient

    traced = found(engine, looks.Causes(Prompt(text=FOX), " over", "gradients"))
    target = engine.tokenizer(" over", add_special_tokens=False)["input_ids"]
    ids = ids_of(engine)
    table = engine.model.get_input_embeddings()

    def chance(given: Any) -> Any:
        return engine.model(inputs_embeds=given).logits[:, -1].log_softmax(-1)[:, target[0]]

    embedded = table(ids).detach().requires_grad_()
    expected = InputXGradient(chance).attribute(embedded)[0].sum(-1).detach()
    assert traced.values[0] == pytest.approx(expected.numpy(), abs=1e-4)
    trial = found(engine, looks.Causes(Prompt(text=FOX), " over", "gradients", trial=True))
    assert trial.seconds > 0
    assert trial.values.size == 0


def test_a_smaller_copy_loses_by_rounding_and_the_loaded_model_stays_as_it_was(engine: CausalEngine):
    before = {name: weight.clone() for name, weight in engine.model.state_dict().items()}
    sizes = []
    for weights in ("float32", "8 bits", "4 bits"):
        asked = looks.Smaller(weights, 0.0, Scored(FOX * 4), Prompt(text=FOX), 4)
        smaller = found(engine, asked)
        sizes.append(smaller.bytes)
        assert smaller.perplexity > 1
        assert smaller.answer
    assert sizes[0] > 3 * sizes[1] > 4 * sizes[2]
    found(engine, looks.Smaller("pruned", 0.5, Scored(FOX * 4), Prompt(text=FOX), 4))
    for name, weight in engine.model.state_dict().items():
        assert torch.equal(weight, before[name])


def test_what_is_called_float32_is_float32_also_of_a_model_that_was_loaded_in_half_of_the_bits(
    engine: CausalEngine, tiny_models: Path
):
    half = AutoModelForCausalLM.from_pretrained(tiny_models / "tiny-endless", dtype=torch.bfloat16).eval()
    asked = looks.Smaller("float32", 0.0, Scored(FOX * 4), Prompt(text=FOX), 4)
    small = found(CausalEngine(half, engine.tokenizer, 2048), asked)
    assert small.bytes == found(engine, asked).bytes
    twin = AutoModelForCausalLM.from_pretrained(tiny_models / "tiny-endless", dtype=torch.bfloat16).float()
    same = found(CausalEngine(twin.eval(), engine.tokenizer, 2048), asked)
    assert small.perplexity == pytest.approx(same.perplexity, rel=1e-6)
    assert {weight.dtype for weight in half.parameters()} == {torch.bfloat16}


def test_a_model_in_fewer_bits_says_that_it_cant_be_made_smaller(engine: CausalEngine, monkeypatch):
    monkeypatch.setattr(engine.model, "is_quantized", True, raising=False)
    with pytest.raises(Unavailable, match="fewer bits already"):
        found(engine, looks.Smaller("4 bits", 0.0, Scored(FOX), Prompt(text=FOX), 4))
