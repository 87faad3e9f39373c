"""Adapters on a loaded base: several people in turn, token by token, and nobody hears another's."""

import json
import shutil
from pathlib import Path

import pytest

from components.errors import BadInput
from components.models.adapters import CONFIG, WEIGHTS, AdapterFolder
from components.models.catalog import Catalog, local_models
from components.models.engines.causal import CausalEngine
from components.models.engines.step_loop import StepLoop
from components.models.lora import check_fits, clean_config
from components.models.options import GenerationOptions, Prompt
from tests import tiny
from tests.tiny_adapter import make_adapter


@pytest.fixture(scope="module")
def adapters(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("adapters")
    base = tiny_models / "tiny-endless"
    return make_adapter(base, folder / "one", 1), make_adapter(base, folder / "two", 2)


def load(folder: Path) -> CausalEngine:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    return CausalEngine(model, AutoTokenizer.from_pretrained(folder), 512)


def say(*engines: CausalEngine) -> list[str]:
    """What each says when all are asked at the same time, one token in turn."""
    loop, texts = StepLoop(), [[] for _ in engines]
    left = [len(engines)]

    def finish(error: BaseException | None) -> None:
        assert error is None
        left[0] -= 1
        if not left[0]:
            loop.stop()

    for number, engine in enumerate(engines):

        def emit(kind, payload, into=texts[number]):
            if kind == "text":
                into.append(payload)

        options = GenerationOptions(max_new_tokens=24, temperature=0.8, seed=number)
        steps = engine.generate(Prompt(text="The quick brown fox"), options, lambda: False, emit)
        loop.generate(str(number), steps, finish)
    loop.run()
    return ["".join(parts) for parts in texts]


def test_base_and_adapters_at_the_same_time_say_what_each_says_alone(tiny_models, adapters):
    alone = [
        say(load(tiny_models / "tiny-endless"))[0],
        say(load(tiny_models / "tiny-endless").adapted(adapters[0]))[0],
        say(load(tiny_models / "tiny-endless").adapted(adapters[1]))[0],
    ]
    base = load(tiny_models / "tiny-endless")
    one, two = base.adapted(adapters[0]), base.adapted(adapters[1])
    seeds = [say(base)[0], say(one)[0], say(two)[0]]
    assert seeds == alone
    assert len(set(alone)) == 3
    together = say(base, one, two)
    # Each has its own seed there, so it is compared with itself alone under the same number.
    options = [GenerationOptions(max_new_tokens=24, temperature=0.8, seed=n) for n in range(3)]
    for engine, option, said in zip((base, one, two), options, together, strict=True):
        parts = []
        for _ in engine.generate(
            Prompt(text="The quick brown fox"),
            option,
            lambda: False,
            lambda kind, text, into=parts: into.append(text) if kind == "text" else None,
        ):
            pass
        assert "".join(parts) == said


def test_the_base_is_not_changed_by_an_adapter(tiny_models, adapters):
    import torch

    base = load(tiny_models / "tiny-endless")
    before = {name: value.clone() for name, value in base.model.state_dict().items()}
    base.adapted(adapters[0])
    for name, value in base.model.state_dict().items():
        plain = name.replace(".base_layer", "")
        if plain in before:
            assert torch.equal(value, before[plain])


def test_an_adapter_for_another_base_is_refused(tiny_models, adapters, tmp_path):
    other = tiny.make_llama(tmp_path / "other")
    check_fits(adapters[0], tiny_models / "tiny-endless", "Tiny")
    from safetensors.numpy import load_file, save_file

    shutil.copytree(adapters[0], tmp_path / "wide")
    weights = load_file(tmp_path / "wide" / WEIGHTS)
    wide = {n: v.repeat(2, axis=1) if "lora_A" in n else v for n, v in weights.items()}
    save_file(wide, tmp_path / "wide" / WEIGHTS)
    with pytest.raises(BadInput, match=r"made for another base than Other"):
        check_fits(tmp_path / "wide", other, "Other")
    with pytest.raises(BadInput, match=r"doesn.t fit|another base"):
        load(other).adapted(tmp_path / "wide")


def test_a_refused_adapter_leaves_the_base_and_others_as_they_were(tiny_models, adapters, tmp_path):
    from safetensors.numpy import load_file, save_file

    shutil.copytree(adapters[0], tmp_path / "wide")
    weights = load_file(tmp_path / "wide" / WEIGHTS)
    save_file({n: v.repeat(2, axis=1) for n, v in weights.items()}, tmp_path / "wide" / WEIGHTS)
    base = load(tiny_models / "tiny-endless")
    plain, one = say(base)[0], base.adapted(adapters[0])
    tuned = say(one)[0]
    with pytest.raises(BadInput):
        base.adapted(tmp_path / "wide")
    assert say(base)[0] == plain
    assert say(one)[0] == tuned


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"peft_type": "PREFIX_TUNING"}, "PREFIX_TUNING"),
        ({"modules_to_save": ["lm_head"]}, "replaces whole layers"),
        ({"bias": "all"}, "biases"),
        ({"r": "many"}, "rank"),
    ],
)
def test_what_would_change_the_base_is_refused(change, said):
    with pytest.raises(BadInput, match=said):
        clean_config({"peft_type": "LORA", "r": 8, "lora_alpha": 16} | change)


def test_only_known_settings_of_an_adapter_are_kept():
    kept = clean_config({"peft_type": "LORA", "r": 8, "lora_alpha": 16, "init_lora_weights": "pissa"})
    assert "init_lora_weights" not in kept


def test_an_adapter_is_in_the_catalogue_at_once_under_its_base(tiny_models, adapters, tmp_path):
    folder = AdapterFolder(tmp_path / "adapters")
    catalog = Catalog(tiny_models, (), adapters=folder)
    made = folder.add(adapters[0], title="Mine", owner="ada", base="local-tiny-endless")
    spec = catalog.get(made.id)
    assert (spec.title, spec.owner, spec.source) == ("Mine", "ada", "adapter")
    assert spec.under == next(s for s in local_models(tiny_models) if s.id == "local-tiny-endless")
    folder.rename(made.id, "Yours")
    assert catalog.get(made.id).title == "Yours"
    assert json.loads((made.folder / CONFIG).read_text())["peft_type"] == "LORA"
    folder.delete(made.id)
    assert made.id not in {spec.id for spec in catalog.all()}
