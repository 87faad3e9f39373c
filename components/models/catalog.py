"""Which models exist: the built-in ones, what is found in a person's own folder, and what was added.

Knows where a model comes from and what it needs, not whether it is here (see `library`).
"""

import hashlib
import importlib.util
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from components.errors import BadInput, Unavailable
from components.files import read_json
from components.messages import Message, Said
from components.models.adapters import MANIFEST, AdapterFolder
from components.models.built_in import CATALOGUE as CATALOGUE
from components.models.gguf_header import later_part, read_gguf
from components.models.gguf_memory import refused
from components.models.headers import number
from components.models.languages import LANGUAGES, language_code, marian_code
from components.models.sources.added_models import AddedModels
from components.models.sources.folders import below, ollama_models, ollama_stores, told_apart
from components.models.spec import ModelSpec as ModelSpec
from components.models.spec import Task

# Kinds of models that read a text and write none; transformers has no list of them that names no decoder
ENCODERS = (
    *("albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "ernie", "mobilebert"),
    *("modernbert", "mpnet", "nomic_bert", "roberta", "roformer", "xlm-roberta", "xlm-roberta-xl", "xmod"),
)


class Catalog:
    """The models that a person can choose from: built in, in their own folder, and on servers."""

    def __init__(
        self,
        models_dir: Path | None = None,
        built_in: Iterable[ModelSpec] = CATALOGUE,
        on_servers: Callable[[], list[ModelSpec]] = list,
        adapters: AdapterFolder | None = None,
        added: AddedModels | None = None,
    ) -> None:
        self._models_dir, self._on_servers = models_dir, on_servers
        self._built_in = tuple(built_in)
        self._adapters, self._added = adapters, added

    def all(self) -> list[ModelSpec]:
        """Every entry, the built-in ones first. The own folder is read again: it may have changed."""
        local = local_models(self._models_dir) if self._models_dir else []
        bases = [*self._built_in, *local, *(_added(self._added) if self._added else [])]
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


def _added(added: AddedModels) -> list[ModelSpec]:
    """What people added: models of the hub, of folders, and Ollama's where it is on this machine."""
    folders = [inner for folder in added.folders() for inner in below(folder)]
    local = [told_apart(spec) for folder in folders for spec in local_models(folder)]
    return [*added.specs(), *local, *ollama_models(ollama_stores())]


def tuned_models(adapters: AdapterFolder, bases: Iterable[ModelSpec]) -> list[ModelSpec]:
    """What people trained or brought, each like its base, except for its name and its files."""
    by_id = {spec.id: spec for spec in bases}
    found = []
    for one in adapters.all():
        base = by_id.get(one.base)
        if (
            base is None and one.whole
        ):  # it stands for itself: it was trained from nothing, or its base is gone
            base = _local_folder(one.folder)
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
            return None if later_part(path) else _local_gguf(path)
        return _local_folder(path) if (path / "config.json").is_file() else None
    except Exception as error:  # noqa: BLE001 - anybody's files: the other models must stay usable
        return _local(path, path.name, refusal=Said("It can't be read: {error}", error=error))


def _local_gguf(path: Path) -> ModelSpec:
    """A GGUF file, by what its header says."""
    try:
        header = read_gguf(path)
    except BadInput as error:
        return _local(path, path.stem, refusal=error.message)
    found = _local(path, path.stem, "chat" if header.chat_template else "complete", header.context)
    return replace(found, parameters=header.parameters, refusal=refused(header))


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
    task: Task = "embed" if _is_encoder(config) else "chat" if template else "complete"
    return _local(path, path.name, task, context, refusal)


def _is_encoder(config: Mapping[str, Any]) -> bool:
    """Whether a model reads in both directions and writes nothing: BERT and those that are built like it."""
    if config.get("is_decoder"):
        return False
    made_for = config.get("architectures")
    kinds = [str(one) for one in made_for] if isinstance(made_for, list) else []
    masked = any("MaskedLM" in one or "SequenceClassification" in one for one in kinds)
    return masked or str(config.get("model_type", "")) in ENCODERS


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
