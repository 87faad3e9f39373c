"""What a person typed to name a model of the hub: a name, an address, or words to search for.

Knows the hub's addresses; asks nobody.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_NAME = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co", "hf-mirror.com", "www.hf-mirror.com")


@dataclass(frozen=True)
class Reference:
    """A repository, and what of it was named."""

    repo: str  # "owner/name"
    quantization: str = ""  # "Q4_K_M"; empty: none was named
    revision: str = "main"
    file: str = ""  # one of its files; empty: none was named


def read(text: str, endpoint: str = "") -> Reference | None:
    """The model that a text names; None for words to search for.

    "Qwen/Qwen3-8B-GGUF:Q4_K_M", "https://hf.co/Qwen/Qwen3-8B-GGUF/blob/main/Qwen3-8B-Q4_K_M.gguf" and
    "ollama run hf.co/Qwen/Qwen3-8B-GGUF" each name one. `endpoint`: the address of a hub of one's own.
    """
    words = text.strip().strip("\"'").split()
    if not words or (len(words) > 1 and words[0] not in ("ollama", "llama-server", "hf")):
        return None
    one = words[-1]
    own = urlsplit(endpoint).netloc if endpoint else ""
    bare = one if "://" in one else f"https://{one}"
    try:
        address = urlsplit(bare)
        known = address.netloc.lower() in (*_HOSTS, *([own.lower()] if own else []))
    except ValueError:
        return None
    if known:
        return _of_path(address.path)
    return None if "://" in one else _of_name(one)


def _of_name(text: str) -> Reference | None:
    name, _, quantization = text.partition(":")
    return Reference(name, quantization) if _NAME.fullmatch(name) else None


def _of_path(path: str) -> Reference | None:
    """Of an address's path: /owner/name, perhaps with /tree/branch or /blob/branch/file."""
    parts = [unquote(part) for part in path.split("/") if part]  # a branch's own slash is %2F
    if parts[:1] == ["models"]:
        parts = parts[1:]
    found = _of_name("/".join(parts[:2]))
    if found is None or len(parts) < 4 or parts[2] not in ("tree", "blob", "resolve"):
        return found
    return Reference(found.repo, found.quantization, parts[3], "/".join(parts[4:]))
