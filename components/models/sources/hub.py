"""What the hub says of models: a search, and one repository with the variants that can be chosen from.

Knows the hub's API through huggingface_hub. Downloads headers alone, and says each failure in a sentence.
"""

import importlib.util
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from components import outgoing
from components.errors import AppError, BadInput, Unavailable
from components.messages import Message, Said
from components.models.headers import number
from components.models.model_files import hub_failure
from components.models.sources.reference import Reference
from components.models.spec import Task

FOUND = 20  # results of a search
TIMEOUT = 20.0  # seconds
# A quantization at the end of a GGUF file's name, as llama.cpp's own program for it names them.
_QUANTIZATION = re.compile(
    r"(?:^|[-._/])((?:UD-)?(?:I?Q\d+_[A-Z0-9_]+|I?Q\d+|BF16|F16|F32|FP16|MXFP4(?:_MOE)?))"
    r"(?:[-.]\d{5}-of-\d{5})?\.gguf$",
    re.IGNORECASE,
)
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
# GGUF files that are no model of their own: what sees or hears for one, what weighs one, what drafts for one.
_BESIDE = ("mmproj", "imatrix", "-draft", "adapter", "lora")
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")

T = TypeVar("T")


@dataclass(frozen=True)
class Hit:
    """One result of a search."""

    repo: str
    downloads: int
    licence: str
    gguf: bool


@dataclass(frozen=True)
class Variant:
    """One way of getting a model: the files of one quantization, or the safetensors of the repository."""

    name: str  # "Q4_K_M", or "safetensors"
    files: tuple[str, ...]  # of GGUF; empty: the whole repository
    size: int  # bytes


@dataclass(frozen=True)
class HubModel:
    """One repository, as the hub describes it now."""

    repo: str
    commit: str
    licence: str  # as its owner names it; empty: nothing is said
    gated: bool
    architecture: str
    parameters: int
    context: int  # tokens; 0: not said
    task: Task
    languages: tuple[str, ...]
    variants: tuple[Variant, ...]
    refusal: Message = ""  # why none of it can be used; empty where it can


def endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def search(words: str) -> list[Hit]:
    """The models whose names have these words, the most downloaded first; those in GGUF before the others.

    Raises Unavailable.
    """

    def ask(api: Any) -> list[Hit]:
        found: dict[str, Hit] = {}
        for kind in ("gguf", "safetensors"):
            for one in api.list_models(search=words, filter=kind, sort="downloads", limit=FOUND):
                tags = list(one.tags or [])
                hit = Hit(one.id, one.downloads or 0, _licence(tags, None), "gguf" in tags)
                found.setdefault(one.id, hit)
        return list(found.values())[:FOUND]

    return _asked(words, ask)


def look(wanted: Reference) -> HubModel:
    """One repository. Raises Unavailable where it is gated or missing, or the hub can't be reached."""

    def ask(api: Any) -> HubModel:
        info = api.model_info(wanted.repo, revision=wanted.revision, files_metadata=True, timeout=TIMEOUT)
        if (
            info.gated and info.siblings
        ):  # it is described to everybody: whether its files may be read is asked
            header_bytes(wanted.repo, info.sha or wanted.revision, info.siblings[0].rfilename, 1)
        config = _config(wanted, info) if _has(info, "config.json") else {}
        return described(info, config)

    return _asked(wanted.repo, ask)


def header_bytes(repo: str, commit: str, file: str, most: int) -> bytes:
    """The first bytes of a file, which hold a GGUF file's header. Raises Unavailable."""

    def ask(api: Any) -> bytes:
        from huggingface_hub import hf_hub_url
        from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

        url = hf_hub_url(repo, file, revision=commit, endpoint=endpoint())
        headers = build_hf_headers() | {"Range": f"bytes=0-{most - 1}"}
        got = b""
        with get_session().stream(
            "GET", url, headers=headers, follow_redirects=True, timeout=TIMEOUT
        ) as said:
            if said.is_error:
                said.read()  # what it says tells gated from missing
            hf_raise_for_status(said)
            for block in said.iter_bytes():
                got += block
                if len(got) >= most:
                    break
        return got[:most]

    return _asked(repo, ask)


def described(info: Any, config: dict[str, Any]) -> HubModel:
    """What is known of a repository from the hub's answer and its config.json."""
    files = {one.rfilename: one.size or 0 for one in info.siblings or []}
    tags = list(info.tags or [])
    gguf = info.gguf if isinstance(info.gguf, dict) else {}
    weights = getattr(info.safetensors, "total", None) or number(gguf, "total")
    variants = tuple(_variants(files))
    text = config.get("text_config")
    shape = text if isinstance(text, dict) else config
    return HubModel(
        repo=info.id,
        commit=info.sha or "main",
        licence=_licence(tags, info.card_data),
        gated=bool(info.gated),
        architecture=str(gguf.get("architecture") or config.get("model_type") or ""),
        parameters=int(weights or 0),
        context=number(gguf, "context_length") or number(shape, "max_position_embeddings", "n_positions"),
        task=_task(info, gguf, config),
        languages=_languages(tags),
        variants=variants,
        refusal=_refusal(variants, files, gguf, config),
    )


def _variants(files: dict[str, int]) -> Iterable[Variant]:
    """The quantizations of the GGUF files, the smallest first, then the repository's own safetensors."""
    parts: dict[str, list[str]] = {}
    for name in sorted(files):
        if name.endswith(".gguf") and not any(word in name.lower() for word in _BESIDE):
            parts.setdefault(_PART.sub(".gguf", name), []).append(name)
    found = []
    for whole, names in parts.items():
        count = _PART.search(names[0])
        if count and int(count[2]) != len(names):
            continue  # a part is missing
        quantization = _QUANTIZATION.search(whole)
        name = quantization[1].upper() if quantization else whole.rsplit("/", 1)[-1].removesuffix(".gguf")
        found.append(Variant(name, tuple(names), sum(files[one] for one in names)))
    yield from sorted(found, key=lambda one: one.size)
    top = [name for name in files if name.endswith(".safetensors") and "/" not in name]
    if top and "config.json" in files:
        yield Variant("safetensors", (), sum(files[one] for one in top))


def _refusal(
    variants: tuple[Variant, ...], files: dict[str, int], gguf: dict[str, Any], config: dict[str, Any]
) -> Message:
    """Why nothing of a repository can be used."""
    pickle = next((name for name in files if name.endswith(PICKLES)), "")
    if not variants and pickle:
        return Said(
            "It has only {file}, a pickle checkpoint, which can run any code when it is opened. It is never "
            "downloaded; look for a GGUF or safetensors version.",
            file=pickle,
        )
    if not variants:
        return Said("It has neither GGUF nor safetensors files, so there is nothing here to run.")
    if all(one.files for one in variants):
        return _unknown_gguf(str(gguf.get("architecture") or ""))
    if any(one.files for one in variants):
        return ""
    if "auto_map" in config:
        return Said("It needs code of its own (trust_remote_code), which Wordbench never runs.")
    return _unknown_config(str(config.get("model_type") or ""))


def _unknown_gguf(architecture: str) -> Message:
    from gguf.constants import MODEL_ARCH_NAMES

    if not architecture or architecture in MODEL_ARCH_NAMES.values():
        return ""
    return _unknown(architecture)


def _unknown_config(model_type: str) -> Message:
    """Whether transformers has this kind of model, told by its folders: importing it would take seconds."""
    found = importlib.util.find_spec("transformers")
    if not model_type or found is None or not found.submodule_search_locations:
        return ""
    models = Path(next(iter(found.submodule_search_locations)), "models")
    name = model_type.replace("-", "_")
    if re.fullmatch(r"\w+", name) and any((models / one).is_dir() for one in (name, name.rsplit("_", 1)[0])):
        return ""
    return _unknown(model_type)


def _unknown(name: str) -> Message:
    return Said("Its architecture {name!r} isn't known to the engines here, so it can't run.", name=name[:60])


def _task(info: Any, gguf: dict[str, Any], config: dict[str, Any]) -> Task:
    if config.get("is_encoder_decoder") or info.pipeline_tag == "translation":
        return "translate"
    if info.pipeline_tag in ("sentence-similarity", "feature-extraction"):
        return "embed"
    own = info.config if isinstance(info.config, dict) else {}
    settings = own.get("tokenizer_config")
    template = isinstance(settings, dict) and settings.get("chat_template")
    files = {one.rfilename for one in info.siblings or []}
    chats = template or own.get("chat_template_jinja") or "chat_template.jinja" in files
    chats = chats or gguf.get("chat_template") or "conversational" in (info.tags or [])
    return "chat" if chats else "complete"


def _licence(tags: list[str], card: Any) -> str:
    named = getattr(card, "license", None)
    if isinstance(named, str) and named:
        return named
    return next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")


def _languages(tags: list[str]) -> tuple[str, ...]:
    """The hub mixes languages with other tags: those of two letters are ISO 639-1 codes."""
    from components.models.languages import LANGUAGES

    return tuple(dict.fromkeys(tag for tag in tags if tag in LANGUAGES))


def _has(info: Any, name: str) -> bool:
    return any(one.rfilename == name for one in info.siblings or [])


def _config(wanted: Reference, info: Any) -> dict[str, Any]:
    """Its config.json; empty where it is none."""
    try:
        found = json.loads(header_bytes(wanted.repo, info.sha or wanted.revision, "config.json", 1_000_000))
    except (AppError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _asked(where: str, ask: Callable[[Any], T]) -> T:
    """Runs one question, and turns whatever goes wrong into a sentence."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON"):
        raise Unavailable("The hub isn't asked: the setting HF_HUB_OFFLINE is on.")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import HfApi, get_session

    outgoing.watch(get_session())
    try:
        return ask(HfApi(endpoint=endpoint()))
    except AppError:
        raise
    except Exception as error:  # a stranger's answer: each failure becomes a sentence
        raise _failure(where, error) from error


def _failure(where: str, error: Exception) -> AppError:
    from components.models.hub_program import kind_of

    kind = kind_of(error)
    if kind == "network":
        return Unavailable("The model hub can't be reached. Check the network and try again.")
    if kind in ("gated", "missing"):
        return hub_failure(where, kind, "")
    return BadInput(
        "The hub's answer about {where} can't be used: {detail}", where=where, detail=str(error)[:300]
    )
