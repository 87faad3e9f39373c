"""What the hub says of a model reaches a person: quantizations, sizes, context, licence, and every refusal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gguf import GGMLQuantizationType
from huggingface_hub import constants

from components.errors import AppError, Unavailable
from components.models.gguf_header import header_of
from components.models.sources import added_models, hub
from components.models.sources.hub import HubModel, look
from components.models.sources.reference import Reference
from tests import gguf_files
from tests.fake_hub import COMMIT, FakeHub

REPO = Reference("owner/tiny-GGUF")
GGUF = {"gguf": {"total": 120_000, "architecture": "qwen3", "context_length": 512, "chat_template": "x"}}
TAGS = ["gguf", "license:apache-2.0", "en", "zh", "conversational", "base_model:Qwen/Qwen3-8B"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    gguf_files.tiny(folder / "tiny-Q8_0.gguf", kind=GGMLQuantizationType.Q8_0)
    (folder / "README.md").write_text("A model.")
    return folder


@pytest.fixture
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    fake = FakeHub(folder, "owner/tiny-GGUF", tags=TAGS, **GGUF)
    monkeypatch.setenv("HF_ENDPOINT", fake.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)  # read once, at its import
    yield fake
    fake.close()


def write(folder: Path, *names: str, size: int = 10) -> None:
    for name in names:
        (folder / name).write_bytes(b"x" * size)


def test_a_repository_is_told_with_its_quantizations_sizes_context_and_licence(served: FakeHub, folder: Path):
    write(
        folder,
        "tiny-Q4_K_M.gguf",
        "tiny-UD-IQ2_XXS.gguf",
        "mmproj-tiny-F16.gguf",
        "tiny.imatrix.gguf",
        size=99,
    )
    write(folder, "tiny-F16-00001-of-00002.gguf", "tiny-F16-00002-of-00002.gguf", size=1_000_000)
    write(folder, "tiny-BF16-00001-of-00002.gguf")  # its other part is missing
    found = look(REPO)
    assert [one.name for one in found.variants] == ["Q4_K_M", "UD-IQ2_XXS", "Q8_0", "F16"]
    assert found.variants[-1].size == 2_000_000
    assert len(found.variants[-1].files) == 2
    assert (found.context, found.licence, found.architecture, found.task) == (
        512,
        "apache-2.0",
        "qwen3",
        "chat",
    )
    assert (found.parameters, found.commit, found.languages) == (120_000, COMMIT, ("en", "zh"))
    assert not found.refusal


def test_the_header_of_a_file_is_read_without_the_file(served: FakeHub, folder: Path):
    size = (folder / "tiny-Q8_0.gguf").stat().st_size
    data = hub.header_bytes("owner/tiny-GGUF", COMMIT, "tiny-Q8_0.gguf", 20_000)
    assert len(data) == 20_000 < size
    assert header_of(data, size, Path("tiny-Q8_0.gguf")).layers == gguf_files.LAYERS


def test_a_search_finds_models_with_gguf_first(served: FakeHub, tmp_path: Path):
    served.add(tmp_path, "owner/tiny", tags=["safetensors", "license:mit"], downloads=7)
    found = hub.search("tiny")
    assert [(one.repo, one.gguf, one.licence) for one in found] == [
        ("owner/tiny-GGUF", True, "apache-2.0"),
        ("owner/tiny", False, "mit"),
    ]
    assert hub.search("nothing like it") == []


@pytest.mark.parametrize(
    ("files", "config", "about", "why"),
    [
        (("pytorch_model.bin",), "{}", {}, "pickle checkpoint, which can run any code"),
        (("README.md",), "{}", {}, "neither GGUF nor safetensors"),
        (("model.safetensors",), '{"auto_map": {}}', {}, "trust_remote_code"),
        (("model.safetensors",), '{"model_type": "brandnew"}', {}, "architecture 'brandnew' isn't known"),
        (("a.gguf",), "{}", {"gguf": {"architecture": "brandnew"}}, "architecture 'brandnew' isn't known"),
    ],
)
def test_what_can_not_run_here_is_refused_with_its_reason(
    served: FakeHub, tmp_path: Path, files: tuple[str, ...], config: str, about: dict, why: str
):
    folder = tmp_path / "other"
    folder.mkdir()
    write(folder, *files)
    if not about:
        (folder / "config.json").write_text(config)
    served.add(folder, "owner/other", **about)
    assert why in str(look(Reference("owner/other")).refusal)
    assert "pytorch_model.bin" not in served.served


def test_a_usable_repository_of_safetensors_is_one_variant(served: FakeHub, tiny_models: Path):
    served.add(tiny_models / "tiny-chat", "owner/chat", safetensors={"parameters": {"F32": 5}, "total": 5})
    found = look(Reference("owner/chat"))
    assert [(one.name, one.files) for one in found.variants] == [("safetensors", ())]
    assert (found.context, found.parameters, found.refusal) == (512, 5, "")


def test_gated_missing_and_offline_each_have_their_sentence(
    served: FakeHub, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    served.add(folder, "owner/gated", gated="manual", tags=TAGS, **GGUF)
    with pytest.raises(Unavailable, match="gated: its owner asks you to accept a licence"):
        look(Reference("owner/gated"))
    with pytest.raises(Unavailable, match="owner/nowhere was not found on the hub"):
        look(Reference("owner/nowhere"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Unavailable, match="HF_HUB_OFFLINE is on"):
        look(REPO)


@pytest.mark.slow
def test_a_hub_that_can_not_be_reached_is_named_once_it_was_tried_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="hub can't be reached"):
        look(REPO)
    with pytest.raises(Unavailable, match="hub can't be reached"):
        hub.search("tiny")


@pytest.mark.parametrize("gguf", ["no object", {"total": "many", "context_length": -3, "architecture": 7}])
def test_a_hub_that_answers_nonsense_costs_no_traceback(served: FakeHub, folder: Path, gguf: object):
    served.add(folder, "owner/odd", gguf=gguf, tags=None, safetensors={"parameters": {}, "total": "x"})
    try:
        context = look(Reference("owner/odd")).context
    except AppError:
        context = 0
    assert context == 0


def model(**more: object) -> HubModel:
    plain: dict = {
        "repo": "owner/tiny-GGUF",
        "commit": COMMIT,
        "licence": "mit",
        "gated": False,
        "architecture": "qwen3",
        "parameters": 5,
        "context": 512,
        "task": "chat",
        "languages": ("en",),
        "variants": (hub.Variant("Q4_K_M", ("tiny-Q4_K_M.gguf",), 99),),
    }
    return HubModel(**plain | more)


def test_each_variant_becomes_an_entry_of_its_own_pinned_to_the_commit():
    found = model()
    one = added_models.spec_of(found, found.variants[0])
    other = added_models.spec_of(found, hub.Variant("Q8_0", ("tiny-Q8_0.gguf",), 200))
    assert (one.title, one.revision, one.size, one.gguf) == ("tiny Q4_K_M", COMMIT, 99, True)
    assert one.id != other.id


@pytest.mark.parametrize(
    ("architecture", "repo", "directions", "usable"),
    [
        ("marian", "Helsinki-NLP/opus-mt-sv-en", ("sv-en",), True),
        ("marian", "owner/my-translator", (), False),
        ("m2m_100", "facebook/m2m100_1.2B", (), True),
        ("t5", "google/madlad400-3b-mt", (), True),
        ("bart", "owner/summarizer", (), False),
    ],
)
def test_a_translation_model_is_taken_only_if_its_languages_are_known(
    architecture: str, repo: str, directions: tuple[str, ...], usable: bool
):
    variant = hub.Variant("safetensors", (), 9)
    spec = added_models.spec_of(model(repo=repo, architecture=architecture, task="translate"), variant)
    assert spec.directions == directions
    assert bool(spec.refusal) is not usable
