"""Which models of Hugging Face's can be written as GGUF here. Reads a config.json, knows no GGUF file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.files import read_json
from components.messages import Message, Said

# The model type in config.json -> the architecture in a GGUF file.
FAMILIES: Mapping[str, str] = {"llama": "llama", "mistral": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}


def why_not(folder: Path, base: Path | None = None) -> Message:
    """Why the model in a folder can't be written; empty where it can. `base`: the GGUF file that it was."""
    about = read_json(folder / "config.json")
    family = str(about.get("model_type"))
    if family not in FAMILIES:
        return Said("models of the family {name} can't be written as GGUF here", name=family[:60])
    if about.get("quantization_config"):
        return Said("its weights are quantized already")
    scaled = str(rope(about)["rope_type"])
    if base is None and scaled != "default":
        return Said("its positions are scaled in a way ({name}) that can't be written here", name=scaled[:60])
    return ""


def rope(about: Mapping[str, Any]) -> dict[str, Any]:
    """How positions are turned, whichever version of transformers wrote it."""
    given = about.get("rope_parameters") or about.get("rope_scaling") or {}
    found = dict(given) if isinstance(given, Mapping) else {}
    found.setdefault("rope_type", found.get("type", "default"))
    found.setdefault("rope_theta", about.get("rope_theta", 10_000.0))
    return found
