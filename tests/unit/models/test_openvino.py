"""OpenVINO's engine on a small real model: to a person it behaves as transformers' does, only faster."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("openvino_genai")

from components.config import Config
from components.errors import BadInput, Unavailable
from components.models.catalog import ModelSpec
from components.models.engines import export
from components.models.engines.openvino import BATCH_TOKENS, OpenVinoEngine
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import EngineInfo, GenerationOptions, Prompt
from components.models.placement import HEADROOM_BYTES, Placement
from tests.unit.models.step_by_step import Run

HELLO = Prompt(messages=({"role": "user", "content": "Hello, how are you?"},))
LONG = Prompt(text="The quick brown fox jumps over the lazy dog. " * 60)


def spec_of(folder: Path) -> ModelSpec:
    return ModelSpec("tiny", "Tiny", "chat", "local", str(folder), 20_000, 2048, "MIT")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(Config(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def exported(library: Library, tiny_models: Path) -> Path:
    folder = tiny_models / "tiny-endless"
    return library.export(spec_of(folder), folder, lambda text, share: None)


@pytest.fixture(scope="module")
def engine(exported: Path, tiny_models: Path) -> OpenVinoEngine:
    return OpenVinoEngine(tiny_models / "tiny-endless", exported, 2048, 8192, 1)


def test_an_answer_has_the_length_that_was_asked_for_and_says_so(engine: OpenVinoEngine):
    run = Run(engine, HELLO, temperature=0, max_new_tokens=12).all()
    assert run.text
    assert (run.usage.new_tokens, run.usage.finish) == (12, "length")
    assert run.usage.prompt_tokens == len(engine.prompt_ids(HELLO))


def test_the_same_seed_gives_the_same_text_and_another_seed_another(engine: OpenVinoEngine):
    one, same, other = (
        Run(engine, HELLO, temperature=1.0, seed=seed, max_new_tokens=30).all().text for seed in (5, 5, 6)
    )
    assert one == same != other


def test_stop_is_heard_within_a_token(engine: OpenVinoEngine):
    asked = iter([False] * 5 + [True] * 100)
    run = Run(engine, HELLO, lambda: next(asked), max_new_tokens=500).all()
    assert run.usage.finish == "stopped"
    assert run.usage.new_tokens <= 5
    assert not engine._pipeline.has_non_finished_requests() or drained(engine)


def drained(engine: OpenVinoEngine) -> bool:
    engine._pipeline.step()
    return not engine._pipeline.has_non_finished_requests()


def test_a_stop_string_ends_the_text_before_it(engine: OpenVinoEngine):
    whole = Run(engine, HELLO, temperature=0, max_new_tokens=20).all().text
    stop = whole[len(whole) // 2 : len(whole) // 2 + 2]
    cut = Run(engine, HELLO, temperature=0, max_new_tokens=20, stop=(stop,)).all()
    assert cut.text == whole[: whole.index(stop)]
    assert cut.usage.finish == "stop"


def test_two_people_get_their_answers_at_the_same_time(engine: OpenVinoEngine):
    one = Run(engine, HELLO, temperature=0, max_new_tokens=20)
    two = Run(engine, LONG, temperature=0, max_new_tokens=20)
    while one.step() | two.step():
        pass
    assert one.usage.new_tokens == two.usage.new_tokens == 20


def test_the_second_turn_of_a_chat_does_not_read_the_first_again(engine: OpenVinoEngine):
    prompt = Prompt(text="Once upon a time in a faraway land. " * 60)
    first = Run(engine, prompt, temperature=0, max_new_tokens=4).all()
    again = Run(
        engine, replace(prompt, text=prompt.text + " And then"), temperature=0, max_new_tokens=4
    ).all()
    reads = [sum(kind == "read" for kind, _ in run.said) for run in (first, again)]
    assert reads[0] >= first.usage.prompt_tokens // BATCH_TOKENS
    assert reads[1] <= 2


def test_a_prompt_that_is_too_long_is_refused_with_both_numbers(engine: OpenVinoEngine):
    with pytest.raises(BadInput, match="2,048"):
        Run(engine, Prompt(text="word " * 3000), max_new_tokens=4).all()


def test_the_export_is_made_once(library: Library, exported: Path, tiny_models: Path):
    folder = tiny_models / "tiny-endless"
    before = (exported / export.FILE).stat().st_mtime_ns
    library.export(spec_of(folder), folder, lambda text, share: None)
    assert (exported / export.FILE).stat().st_mtime_ns == before
    assert library.exported(spec_of(folder), folder) is True


@pytest.mark.slow
def test_a_model_that_cannot_be_exported_is_remembered_and_still_answers(tmp_path: Path, tiny_models: Path):
    """A model that attends to a window can't; transformers runs it, and the Models page says why."""
    folder = make_windowed(tmp_path / "models" / "windowed")
    config = Config(data_dir=tmp_path / "data", models_dir=tmp_path / "models", device="cpu")
    library = Library(config)
    loader = EngineLoader(config, library)
    spec = replace(spec_of(folder), id="windowed")
    prepared, footprint = loader.prepare(spec, lambda text, share: None)
    assert footprint.parameters
    assert "window" in str(library.exported(spec, prepared))
    with pytest.raises(Unavailable, match="window"):
        library.export(spec, prepared, lambda text, share: None)
    assert "window" in str(loader._runtime(spec, prepared).reason)


def test_a_full_disk_costs_the_fast_engine_once_and_is_not_held_against_the_model(
    tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch
):
    from components.models import library as library_module

    config = Config(data_dir=tmp_path / "data", models_dir=tiny_models, device="cpu")
    loader = EngineLoader(config, Library(config))
    spec = spec_of(tiny_models / "tiny-endless")

    def full(self: Path, *args: object, **more: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(library_module, "run", lambda arguments: iter(()))
        disk.setattr(Path, "write_text", full)
        folder, _ = loader.prepare(spec, lambda text, share: None)
    assert "disk is full" in str(loader._not_exported[spec.id])
    assert loader._runtime(spec, folder).name == "openvino"  # the next time


@pytest.mark.parametrize(("contexts", "expected"), [(9, 3), (2, 2), (0, 1)])
def test_what_the_cache_may_come_to_take_is_in_the_budget(
    library: Library, exported: Path, tiny_models: Path, monkeypatch, contexts: int, expected: int
):
    loader, opened = EngineLoader(Config(data_dir=exported, engine="openvino"), library), []

    def alone(program: str, reclaim: object, verb: str, key: str, *what: object) -> SimpleNamespace:
        opened.append(what[-1])
        return SimpleNamespace(info=EngineInfo("cpu", "int8", "none", 1000, 100, True, 0.1))

    monkeypatch.setattr(loader, "_alone", alone)
    spec, folder = spec_of(tiny_models / "tiny-endless"), tiny_models / "tiny-endless"
    footprint = library.footprint(spec, folder)
    token = footprint.kv_values_per_token
    need = HEADROOM_BYTES + footprint.parameters + contexts * 100 * token
    place = Placement((), "float32", "none", need, 100, "")
    engine = loader.load(spec, folder, place, lambda: None)
    assert opened == [expected * 100]
    assert engine.info.memory == 1000 + expected * 100 * token


def test_an_adapters_base_is_loaded_once_where_transformers_runs_it_anyway(tmp_path: Path, tiny_models: Path):
    spec = spec_of(tiny_models / "tiny-endless")

    def base(**more: float) -> object:
        config = Config(data_dir=tmp_path, models_dir=tiny_models, device="cpu", **more)
        return EngineLoader(config, Library(config)).adaptable(spec)

    assert base() != spec  # beside the one that OpenVINO runs
    assert base(memory_budget_gb=0.1) is spec  # too little for making it ready for OpenVINO


def make_windowed(folder: Path) -> Path:
    from transformers import MistralConfig, MistralForCausalLM

    from tests.tiny import make_tokenizer

    tokenizer = make_tokenizer()
    size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "sliding_window": 16}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    MistralForCausalLM(MistralConfig(vocab_size=len(tokenizer), **size, **heads)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_through_the_manager_it_answers_and_gives_its_memory_back(
    tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch
):
    from components.models.catalog import Catalog

    config = Config(data_dir=tmp_path, models_dir=tiny_models, engine="openvino", device="cpu")
    manager = ModelManager(Catalog(tiny_models), EngineLoader(config, Library(config)), config)
    with manager.lease("local-tiny-endless") as engine:
        generation = engine.generate(HELLO, GenerationOptions(max_new_tokens=8), lambda: False)
        assert "".join(generation)
        assert engine.count([HELLO]) == [generation.usage.prompt_tokens]
        assert engine.info.engine == "OpenVINO"
    assert str(manager.status()[0].chosen) == "the settings ask for it"
    manager.unload("local-tiny-endless")
    assert not engine.alive


@pytest.mark.slow
def test_nothing_is_reported_to_anybody_while_a_model_is_made_ready(
    tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch
):
    """OpenVINO's converter reports its use to its makers where its telemetry package is found."""
    import subprocess
    import sys

    watched = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'os.fork'): print('reached out', event)\n"
        "sys.addaudithook(refuse)\n"
        "from components.models.engines import export\n"
        "sys.exit(export.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, str(tiny_models / "tiny-endless"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"written"' in done.stdout
    assert "reached out" not in done.stdout


def test_each_token_that_is_written_comes_with_the_models_own_chance(
    engine: OpenVinoEngine, tiny_models: Path
):
    torch = pytest.importorskip("torch")
    from transformers import AutoModelForCausalLM

    run = Run(engine, HELLO, temperature=0.7, seed=5, max_new_tokens=8, scores=4).all()
    scores = [one for kind, payload in run.said if kind == "scores" for one in payload]
    before = engine.prompt_ids(HELLO)
    ids = before + [one.id for one in scores]
    with torch.inference_mode():
        model = AutoModelForCausalLM.from_pretrained(tiny_models / "tiny-endless").eval()
        expected = model(torch.tensor([ids])).logits[0].log_softmax(-1)
    for at, one in enumerate(scores, len(before) - 1):
        assert one.logprob == pytest.approx(float(expected[at, one.id]), abs=0.1), "at 8 bits"
