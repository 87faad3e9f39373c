"""transformers' continuous batching on a small real model: to each person as if they were alone, only faster."""

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from components.errors import NotEnoughMemory  # noqa: E402
from components.models.engines.causal import CausalEngine  # noqa: E402
from components.models.engines.continuous_batch import AT_ONCE, PAGE, STEP_TOKENS, BatchingEngine  # noqa: E402
from components.models.engines.host import _causal_engine  # noqa: E402
from components.models.engines.step_loop import PARK  # noqa: E402
from components.models.engines.weights import load_causal  # noqa: E402
from components.models.options import Prompt  # noqa: E402
from components.models.placement import Device, Placement  # noqa: E402
from tests.tiny_adapter import make_adapter  # noqa: E402
from tests.unit.models import step_by_step  # noqa: E402

HELLO = Prompt(messages=({"role": "user", "content": "Hello, how are you?"},))
CARD = Device("cuda", 0, "A card", 80_000_000_000, 70_000_000_000, bfloat16=True)
CPU = Device("cpu", 0, "CPU", 32_000_000_000, 20_000_000_000)


def load(folder: Path) -> tuple[Any, Any]:
    return AutoModelForCausalLM.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)


@pytest.fixture(scope="module")
def loaded(tiny_models: Path) -> tuple[Any, Any]:
    return load(tiny_models / "tiny-endless")


@pytest.fixture
def engine(loaded: tuple[Any, Any]) -> BatchingEngine:
    return BatchingEngine(*loaded, 2048)


class Run(step_by_step.Run):
    """One generation, a step at a time, with how often it stood back for others."""

    def __init__(self, engine: CausalEngine, prompt: Prompt = HELLO, cancelled=lambda: False, **options: Any):
        super().__init__(engine, prompt, cancelled, **options)
        self.parked = 0

    def step(self) -> bool:
        found = next(self._steps, "over")
        self.parked += found is PARK
        return found != "over"


def together(*runs: Run) -> list[str]:
    going = list(runs)
    while going:
        going = [run for run in going if run.step()]
    return [run.text for run in runs]


class Passes:
    """Counts a model's forward passes and the tokens that they read; can run out of memory in some."""

    def __init__(self, engine: CausalEngine, monkeypatch: pytest.MonkeyPatch, failing: tuple[int, ...] = ()):
        self.count = self.tokens = 0
        forward = engine.model.forward

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            self.tokens += kwargs["input_ids"].numel()
            if self.count in failing:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return forward(*args, **kwargs)

        monkeypatch.setattr(engine.model, "forward", counted)


MANY = [
    {"temperature": 0, "max_new_tokens": 30},
    {"temperature": 0, "repetition_penalty": 1.3, "max_new_tokens": 25},
    {"seed": 1, "temperature": 1.2, "max_new_tokens": 30},
    {"seed": 2, "temperature": 0.9, "top_k": 5, "top_p": 0.8, "max_new_tokens": 20},
    {"seed": 3, "temperature": 1.5, "min_p": 0.1, "repetition_penalty": 1.1, "max_new_tokens": 30},
]


def test_everybody_gets_the_text_that_taking_turns_would_have_given(engine: BatchingEngine):
    prompts = [HELLO, *(Prompt(text="The quick brown fox. " * n) for n in (1, 3, 40, 9))]
    alone = CausalEngine(engine.model, engine.tokenizer, 2048)
    expected = [
        together(Run(alone, prompt, **options))[0] for prompt, options in zip(prompts, MANY, strict=True)
    ]
    runs = [Run(engine, prompt, **options) for prompt, options in zip(prompts, MANY, strict=True)]
    assert together(*runs) == expected
    assert [run.usage.new_tokens for run in runs] == [30, 25, 30, 20, 30]
    assert {run.usage.finish for run in runs} == {"length"}


def test_sixteen_people_cost_the_passes_of_one(engine: BatchingEngine, monkeypatch: pytest.MonkeyPatch):
    passes = Passes(engine, monkeypatch)
    together(*(Run(engine, temperature=0, max_new_tokens=20) for _ in range(16)))
    assert passes.count <= 20 + 16  # a first step alone for who comes first, then all together


def test_stop_costs_no_further_step_and_leaves_the_others_alone(
    engine: BatchingEngine, monkeypatch: pytest.MonkeyPatch
):
    expected = together(Run(engine, seed=4, max_new_tokens=40))[0]
    stop: list[bool] = []
    stopped = Run(engine, cancelled=lambda: bool(stop), max_new_tokens=500)
    other = Run(engine, seed=4, max_new_tokens=40)
    for _ in range(10):
        stopped.step()
        other.step()
    stop.append(True)
    passes = Passes(engine, monkeypatch)
    assert not stopped.step()
    assert passes.count == 0
    assert stopped.usage.finish == "stopped"
    assert together(other) == [expected]
    assert not engine._manager.batch_processor.scheduler.active_requests
    assert (
        engine._manager.batch_processor.cache.compute_free_capacity() > 0.9
    )  # what was read is kept to be found again


def test_a_stop_string_ends_the_answer(engine: BatchingEngine):
    text = together(Run(engine, temperature=0, max_new_tokens=60))[0]
    middle = text[10:14]
    assert together(Run(engine, temperature=0, max_new_tokens=60, stop=(middle,))) == [text.split(middle)[0]]


def test_an_answer_ends_at_the_models_own_end(tiny_models: Path):
    engine = BatchingEngine(*load(tiny_models / "tiny-chat"), 512)
    engine.ends = frozenset(range(0, 400, 3))
    run = Run(engine, seed=1, temperature=1.0, max_new_tokens=200)
    together(run)
    assert run.usage.finish == "stop"
    assert run.usage.new_tokens < 200


def test_the_second_turn_of_a_conversation_does_not_read_the_first_again(
    engine: BatchingEngine, monkeypatch: pytest.MonkeyPatch
):
    first = "The quick brown fox jumps over the lazy dog. " * 20
    together(Run(engine, Prompt(text=first), temperature=0, max_new_tokens=3))
    passes = Passes(engine, monkeypatch)
    together(Run(engine, Prompt(text=first + "And then?"), temperature=0, max_new_tokens=3))
    assert passes.tokens < 2 * PAGE
    assert len(engine.prompt_ids(Prompt(text=first))) > 5 * PAGE


def test_a_long_prompt_is_read_in_pieces_and_says_how_far(engine: BatchingEngine):
    run = Run(engine, Prompt(text="word " * 400), temperature=0, max_new_tokens=2)
    together(run)
    read = [payload for kind, payload in run.said if kind == "read"]
    assert len(read) >= 2
    assert read[0] == STEP_TOKENS
    assert read == sorted(read)


def test_out_of_memory_once_costs_nobody_a_word(engine: BatchingEngine, monkeypatch: pytest.MonkeyPatch):
    options = [{"seed": seed, "max_new_tokens": 30} for seed in (1, 2, 3)]
    expected = together(*(Run(engine, **one) for one in options))
    Passes(engine, monkeypatch, failing=(12,))
    runs = [Run(engine, **one) for one in options]
    assert together(*runs) == expected
    assert [run.parked for run in runs] == [1, 1, 1]
    assert all(("memory", None) in run.said for run in runs)


def test_out_of_memory_twice_is_a_sentence_and_the_next_request_works(
    engine: BatchingEngine, monkeypatch: pytest.MonkeyPatch
):
    expected = together(Run(engine, temperature=0, max_new_tokens=10))
    with monkeypatch.context() as patch:
        Passes(engine, patch, failing=tuple(range(3, 100)))
        with pytest.raises(NotEnoughMemory, match="What was written is kept"):
            together(Run(engine, temperature=0, max_new_tokens=10))
    assert together(Run(engine, temperature=0, max_new_tokens=10)) == expected


def test_a_full_cache_that_is_free_again_lets_those_who_wait_go_on(tiny_models: Path):
    engine = BatchingEngine(*load(tiny_models / "tiny-endless"), 1024)
    prompts = [Prompt(text=f"{number} " + "The quick brown fox. " * 125) for number in range(5)]
    options = {"temperature": 0, "max_new_tokens": 300}
    assert sum(len(engine.prompt_ids(one)) + 100 for one in prompts[:4]) > 1024 + AT_ONCE * PAGE
    stop: list[bool] = []
    ended = [Run(engine, one, cancelled=lambda: bool(stop), **options) for one in prompts[:4]]
    for _ in range(100):
        for run in ended:
            run.step()
    waiting = Run(engine, prompts[4], temperature=0, max_new_tokens=5)
    waiting.step()
    stop.append(True)
    together(*ended)
    for _ in range(200):
        if not waiting.step():
            break
    assert waiting.usage.new_tokens == 5


def test_a_failure_of_one_step_is_one_persons_error_and_the_others_text_is_whole(
    engine: BatchingEngine, monkeypatch: pytest.MonkeyPatch
):
    expected = together(*(Run(engine, seed=seed, max_new_tokens=30) for seed in (1, 2)))
    runs = [Run(engine, seed=seed, max_new_tokens=30) for seed in (1, 2)]
    for _ in range(5):
        for run in runs:
            run.step()
    with monkeypatch.context() as patch:
        patch.setattr(engine.model, "forward", lambda **_: (_ for _ in ()).throw(RuntimeError("CUBLAS")))
        with pytest.raises(RuntimeError, match="CUBLAS"):
            for run in runs:
                run.step()
    whole = [run for run in runs if run.step()]
    assert len(whole) == 1
    assert together(*whole)[0] in expected


def test_what_ran_out_of_memory_is_given_back_also_beside_an_adapter(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    engine = BatchingEngine(*load(tiny_models / "tiny-endless"), 2048)
    expected = together(Run(engine, temperature=0, max_new_tokens=10))
    twin = engine.adapted(make_adapter(tiny_models / "tiny-endless", tmp_path / "mine"))
    old = weakref.ref(engine._manager.batch_processor)
    Passes(engine, monkeypatch, failing=(3,))
    assert together(Run(engine, temperature=0, max_new_tokens=10)) == expected
    gc.collect()
    assert old() is None
    assert together(Run(twin, temperature=0, max_new_tokens=10)) != expected


def test_an_adapter_answers_beside_the_batch_and_neither_hears_the_other(tiny_models: Path, tmp_path: Path):
    engine = BatchingEngine(*load(tiny_models / "tiny-endless"), 2048)
    adapted = engine.adapted(make_adapter(tiny_models / "tiny-endless", tmp_path / "mine"))
    options = {"temperature": 0, "max_new_tokens": 30}
    alone = [together(Run(one, **options))[0] for one in (engine, adapted)]
    assert alone[0] != alone[1]
    assert together(Run(engine, **options), Run(adapted, **options), Run(engine, **options)) == [
        *alone,
        alone[0],
    ]


def placed(*devices: Device) -> Placement:
    return Placement(devices, "bfloat16", "none", 1, 512, "")


def test_one_card_answers_everybody_at_once_and_other_places_in_turns(loaded: tuple[Any, Any]):
    engine, at_once = _causal_engine(*loaded, placed(CARD))
    assert (type(engine), at_once) == (BatchingEngine, AT_ONCE)
    for devices in ((CPU,), (CARD, CARD)):
        engine, at_once = _causal_engine(*loaded, placed(*devices))
        assert (type(engine), at_once) == (CausalEngine, 0)


def test_a_model_whose_attention_has_no_pages_takes_turns(
    loaded: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loaded[0].config, "_attn_implementation", "flex_attention")
    assert type(_causal_engine(*loaded, placed(CARD))[0]) is CausalEngine


def test_flash_attention_is_asked_for_where_it_is_installed_and_done_without_where_it_fails(
    tiny_models: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str | None] = []
    plain = AutoModelForCausalLM.from_pretrained

    def load_model(folder: Path, **arguments: Any) -> Any:
        asked.append(arguments.pop("attn_implementation", None))
        if asked[-1]:
            raise ValueError("this model does not support Flash Attention 2")
        return plain(folder)

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", load_model)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "flash_attn" or None)
    load_causal(tiny_models / "tiny-chat", placed(CARD))
    assert asked == ["flash_attention_2", None]
    load_causal(tiny_models / "tiny-chat", placed(CPU))
    assert asked[2:] == [None]
