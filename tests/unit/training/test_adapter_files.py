"""Adapters that leave and arrive: ZIP, merged model, card; what can't be used is refused in words."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from components.config import Config
from components.errors import BadInput
from components.models.adapters import CONFIG, WEIGHTS, AdapterFolder
from components.models.catalog import CATALOGUE
from components.training import adapter_files, model_card
from components.training.hyperparameters import TrainingSettings
from components.training.program import merge
from tests.tiny_adapter import make_adapter
from tests.unit.training.fakes import REPORT
from tests.unit.training.making import make_run


@pytest.fixture(scope="module")
def adapter(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_adapter(tiny_models / "tiny-chat", tmp_path_factory.mktemp("made") / "one")


@pytest.fixture
def bring(tiny_models: Path, tmp_path: Path):
    def bring(*files: tuple[str, bytes]):
        config = Config(data_dir=tmp_path)
        return adapter_files.import_adapter(
            files,
            title="Theirs",
            owner="ada",
            base_id="tiny",
            base_title="Tiny",
            base=tiny_models / "tiny-chat",
            adapters=AdapterFolder(tmp_path / "adapters"),
            config=config,
        )

    return bring


def parts(adapter: Path) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return (CONFIG, (adapter / CONFIG).read_bytes()), (WEIGHTS, (adapter / WEIGHTS).read_bytes())


def test_an_adapter_comes_as_files_or_as_a_zip_in_a_folder(adapter, bring):
    assert bring(*parts(adapter)).title == "Theirs"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts(adapter):
            archive.writestr(f"my-adapter/{name}", data)
    made = bring(("a.zip", packed.getvalue()))
    assert "base_model_name_or_path" not in json.loads((made.folder / CONFIG).read_text())


def edited(adapter: Path, settings=(), matrices=None) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """The adapter's files with some settings, and some of its matrices, replaced."""
    given = json.loads((adapter / CONFIG).read_text()) | dict(settings)
    weights = load((adapter / WEIGHTS).read_bytes())
    return (CONFIG, json.dumps(given).encode()), (WEIGHTS, save((matrices or dict)(weights)))


def each(change, letters="AB"):
    """Changes all matrices with one of these letters."""
    return lambda weights: {
        n: change(w) if n.split(".lora_")[1][0] in letters else w for n, w in weights.items()
    }


def only(letter):
    return lambda weights: {n: w for n, w in weights.items() if f"lora_{letter}" in n}


def beside(name, shape=(8, 4)):
    return lambda weights: weights | {name: np.zeros(shape, np.float32)}


def as_sharded(weights):
    """What DeepSpeed saves of a matrix that lies on several cards."""
    return {name: weight.reshape(-1) for name, weight in weights.items()}


@pytest.mark.parametrize(
    ("settings", "matrices", "said"),
    [
        ({}, as_sharded, "number of dimensions"),
        ({}, each(lambda w: np.array(1.0)), "number of dimensions"),
        ({}, each(lambda w: np.stack([w, w])), "number of dimensions"),
        ({}, each(lambda w: w.astype(np.int8)), "stored as I8"),
        ({}, only("A"), "has no lora_B"),
        ({}, only("B"), "has no lora_A"),
        ({}, each(lambda w: w[:, :2].copy(), "B"), "lora_A has rank 4, and lora_B has rank 2"),
        ({"r": 8}, None, "has rank 8, but its matrices have rank 4"),
        ({"rank_pattern": {"q_proj": 2}}, None, "has rank 2, but its matrices have rank 4"),
        ({"rank_pattern": [1]}, None, "rank_pattern .* whole number"),
        ({"rank_pattern": {"q_proj": "2"}}, None, "rank_pattern .* whole number"),
        ({"alpha_pattern": {"q_proj": float("inf")}}, None, "alpha_pattern .* finite"),
        ({"lora_alpha": float("nan")}, None, "lora_alpha .* finite"),
        ({"lora_alpha": 10**400}, None, "lora_alpha .* finite"),
        ({"target_modules": ["foo"]}, None, "leaves out"),
        ({"target_modules": ["proj"]}, None, "leaves out"),
        ({"target_modules": r".*\.foo"}, None, "leaves out"),
        ({"target_modules": "("}, None, "no regular expression"),
        ({"target_modules": "(.|.)+[!?]"}, None, "takes too long"),
        ({"target_modules": [1, 2]}, None, "target_modules .* names"),
        ({"target_modules": None}, None, "doesn't say which modules"),
        ({"target_modules": []}, None, "doesn't say which modules"),
        ({"task_type": "SEQ_CLS"}, None, "another task, SEQ_CLS"),
        ({"use_dora": True}, None, "no magnitude"),
        ({"use_dora": "yes"}, None, "use_dora .* true or false"),
        ({}, beside("base_model.model.lm_head.weight"), "no matrix of LoRA"),
        ({}, beside("base_model.model.model.norm.modules_to_save.weight", (8,)), "no matrix of LoRA"),
        ({}, each(lambda w: w * np.float32("nan"), "B"), "not finite numbers"),
        ({}, each(lambda w: (w * np.inf).astype(np.float16), "B"), "not finite numbers"),
    ],
)
def test_an_adapter_that_would_not_load_or_not_answer_never_gets_into_a_picker(
    adapter, bring, tmp_path, settings, matrices, said
):
    with pytest.raises(BadInput, match=said):
        bring(*edited(adapter, settings, matrices))
    assert not list((tmp_path / "adapters").glob("*"))


def test_an_adapter_on_what_is_no_linear_layer_is_refused(adapter, bring):
    norm = "base_model.model.model.layers.0.input_layernorm.lora_"

    def beside_norm(weights):
        pair = {f"{norm}A.weight": np.zeros((4, 32)), f"{norm}B.weight": np.zeros((32, 4))}
        return weights | pair

    targets = [*json.loads((adapter / CONFIG).read_text())["target_modules"], "input_layernorm"]
    with pytest.raises(BadInput, match="no such layer"):
        bring(*edited(adapter, {"target_modules": targets}, beside_norm))


def test_settings_nested_without_end_are_refused(adapter, bring):
    _, weights = parts(adapter)
    with pytest.raises(BadInput, match="too deeply"):
        bring((CONFIG, b"[" * 200_000), weights)


@pytest.mark.parametrize(
    "options",
    [
        {"target_modules": "all-linear"},
        {"target_modules": ["q_proj", "v_proj"]},
        {"target_modules": r".*\.(q|v)_proj"},
        {"target_modules": ["q_proj", "v_proj"], "rank_pattern": {"layers.0.self_attn.q_proj": 8}},
        {"target_modules": r".*_proj", "rank_pattern": {"[qk]_proj": 2}, "alpha_pattern": {"v_proj": 3}},
        {"target_modules": ["q_proj"], "layers_to_transform": [1]},
        {"target_modules": ["q_proj", "v_proj"], "exclude_modules": r".*\.1\..*v_proj"},
        {"target_modules": "all-linear", "use_dora": True},
        {"target_modules": ["q_proj"], "use_rslora": True},
    ],
    ids=str,
)
def test_whatever_peft_writes_is_taken_and_says_here_what_it_says_there(
    tiny_models, tmp_path, bring, options
):
    import torch
    from peft import LoraConfig, PeftModel, get_peft_model
    from transformers import AutoModelForCausalLM

    from components.models.engines.adapter_set import Adapters

    torch.manual_seed(3)
    base, ids = tiny_models / "tiny-chat", torch.arange(10, 30)[None]
    made = get_peft_model(AutoModelForCausalLM.from_pretrained(base), LoraConfig(r=4, **options))
    with torch.no_grad():
        for name, weight in made.named_parameters():
            if "lora_B" in name:
                weight.copy_(torch.randn_like(weight))
    made.save_pretrained(tmp_path / "theirs")
    taken = bring(*parts(tmp_path / "theirs"))
    there = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), str(tmp_path / "theirs"))
    model = AutoModelForCausalLM.from_pretrained(base).eval()
    here = Adapters(model)
    here.choose(here.add(taken.folder))
    with torch.no_grad():
        assert torch.allclose(model(input_ids=ids).logits, there.eval()(input_ids=ids).logits, atol=1e-5)


def test_an_adapter_in_bfloat16_is_taken(tiny_models, tmp_path, adapter, bring):
    from safetensors.torch import load, save

    settings, (name, data) = parts(adapter)
    assert bring(settings, (name, save({n: w.bfloat16() for n, w in load(data).items()}))).title == "Theirs"


@pytest.mark.parametrize(
    ("named", "other"),
    [
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", ""),
        ("smollm2-135m-instruct", ""),  # as this app wrote it
        ("/home/ada/SmolLM2-135M-Instruct/", ""),
        (None, ""),
    ],
)
def test_an_adapter_of_another_base_is_remarked_on_and_one_of_this_base_is_not(adapter, bring, named, other):
    made = bring(*edited(adapter, {"base_model_name_or_path": named}))
    spec = next(one for one in CATALOGUE if one.id == "smollm2-135m-instruct")
    assert adapter_files.other_base(made, spec) == other


def test_a_header_that_lies_is_refused(adapter, bring):
    settings, (name, weights) = parts(adapter)
    with pytest.raises(BadInput, match="isn't true"):
        bring(settings, (name, (2**40).to_bytes(8, "little") + weights[8:]))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("adapter_model.bin", b"x")], "is a pickle"),
        ([("a.zip", b"no zip")], "can't be read as a ZIP"),
        ([(WEIGHTS, b"x")], f"no {CONFIG}"),
        ([(CONFIG, b"{"), (WEIGHTS, b"x")], "can't be read as JSON"),
        ([(CONFIG, b'{"peft_type": "IA3"}'), (WEIGHTS, b"x")], "Only LoRA"),
        ([(CONFIG, b'{"peft_type": "LORA", "r": 4, "lora_alpha": 8}'), (WEIGHTS, b"x" * 99)], "damaged"),
        ([], f"no {WEIGHTS}"),
    ],
)
def test_what_can_not_be_used_is_refused(bring, tmp_path, files, said):
    with pytest.raises(BadInput, match=said):
        bring(*files)
    assert not list((tmp_path / "adapters").glob("*"))


def unpacked(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(next(one for one in archive.namelist() if one.endswith(f"/{name}"))).decode()


@pytest.fixture
def run(tiny_models, adapter, tmp_path):
    """A run on the packaged model, as its plan says; its adapter is the tiny model's."""
    folder = make_run(
        tmp_path / "run",
        tiny_models / "tiny-chat",
        TrainingSettings(),
        repaired=("The encoding was Windows-1252.",),
        dropped={"duplicate": 3, "long": 1},
    )
    folder.write_plan(replace(folder.plan(), base_id="smollm2-135m-instruct"))
    shutil.copytree(adapter, folder.adapter)
    return folder


def test_a_renamed_run_leaves_under_its_new_name_everywhere(run):
    packed = adapter_files.adapter_zip(run, "Better sums")
    assert "# Better sums" in unpacked(packed, "README.md")
    assert json.loads(unpacked(packed, "run.json"))["name"] == "Better sums"
    assert "# Better sums" in model_card.card(run, "Better sums")


def test_an_adapter_leaves_with_the_name_by_which_others_find_its_base(run, bring):
    packed, hub = adapter_files.adapter_zip(run, "Sums"), "HuggingFaceTB/SmolLM2-135M-Instruct"
    assert json.loads(unpacked(packed, CONFIG))["base_model_name_or_path"] == hub
    assert f"base_model: {hub}\n" in unpacked(packed, "README.md")
    back = bring(("sums.zip", packed))
    assert back.made_for == hub
    spec = next(one for one in CATALOGUE if one.id == "smollm2-135m-instruct")
    assert adapter_files.other_base(back, spec) == ""


def test_a_base_from_the_hub_keeps_its_name_there_and_a_folder_of_ones_own_the_apps(run):
    run.write_plan(replace(run.plan(), base_id="qwen3-0.6b"))
    assert "base_model: Qwen/Qwen3-0.6B\n" in model_card.card(run, "Sums")
    run.write_plan(replace(run.plan(), base_id="local-mine"))
    assert "base_model: local-mine\n" in model_card.card(run, "Sums")


def test_a_merged_model_is_not_said_to_need_peft(run):
    assert "library_name: peft" in model_card.card(run, "Sums")
    assert "library_name: transformers" in model_card.card(run, "Sums", merged=True)


def test_the_card_says_what_was_repaired_and_left_out_of_the_data(run):
    card = model_card.card(run, "Sums")
    assert "- repaired: The encoding was Windows-1252." in card
    assert "- left out: Duplicate (rows: 3)" in card
    assert "- left out: Longer than the context (rows: 1)" in card


def test_a_run_leaves_as_adapter_merged_model_and_card(tiny_models, adapter, tmp_path):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", TrainingSettings())
    shutil.copytree(adapter, folder.adapter)
    (folder.path / "report.json").write_text(json.dumps(REPORT | {"base": {"loss": 2.0, "perplexity": 7.4}}))
    with zipfile.ZipFile(io.BytesIO(adapter_files.adapter_zip(folder, "My run"))) as archive:
        assert {f"my-run/{CONFIG}", f"my-run/{WEIGHTS}", "my-run/README.md"} <= set(archive.namelist())
        card = archive.read("my-run/README.md").decode()
    assert "**Better: much.**" in card
    assert "| Rank | 16 |" in card
    merge.merge(folder, tmp_path / "merged")
    ids = torch.arange(10, 30)[None]
    base = AutoModelForCausalLM.from_pretrained(tiny_models / "tiny-chat")
    with torch.no_grad():
        tuned = PeftModel.from_pretrained(base, str(adapter)).eval()(input_ids=ids).logits
        merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged").eval()(input_ids=ids).logits
    assert torch.allclose(tuned, merged, atol=1e-4)


def files_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_what_leaves_names_no_folder_of_this_machine_and_has_no_rows_unless_chosen(run):
    answer = {"asked": "What does Ann earn?", "wanted": "12", "base": "1", "tuned": "2"}
    report = {"sentence": "Better: much.", "base": {"loss": 2.0, "perplexity": 7.4}, "answers": [answer]}
    (run.path / "report.json").write_text(json.dumps(report | {"tuned": report["base"]}))
    config = json.loads((run.adapter / CONFIG).read_text()) | {
        "base_model_name_or_path": "/home/ann/models/x"
    }
    (run.adapter / CONFIG).write_text(json.dumps(config))
    (run.adapter / "tokenizer_config.json").write_text(json.dumps({"name_or_path": "/home/ann/models/x"}))
    texts = {
        name: data
        for name, data in files_of(adapter_files.adapter_zip(run, "Sums")).items()
        if name != WEIGHTS
    }
    whole = b"".join(texts.values()).decode()
    for hidden in (str(run.path.parent), run.plan().base_folder, "/home/", "What does Ann earn?"):
        assert hidden not in whole
    assert json.loads(texts["report.json"])["base"]["loss"] == 2.0
    chosen = files_of(adapter_files.adapter_zip(run, "Sums", rows=True))
    assert json.loads(chosen["report.json"])["answers"] == [answer]


@pytest.mark.parametrize(
    ("method", "merged", "kind", "without"),
    [
        ("lora", False, "an adapter (LoRA", "| Last layers"),
        ("lora", True, "merged into its weights", "| Last layers"),
        ("freeze", False, "no adapter: the last 2 layers", "| Rank"),
        ("full", False, "no adapter: all weights", "| Rank"),
    ],
)
def test_the_card_tells_an_adapter_from_layers_and_from_a_whole_model(run, method, merged, kind, without):
    run.change_plan(settings=replace(run.plan().settings, method=method, last_layers=2))
    card = model_card.card(run, "Sums", merged)
    assert kind in card
    assert without.casefold() not in card.casefold()
    assert ("library_name: peft" in card) is (method == "lora" and not merged)
