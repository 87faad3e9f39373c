"""What a person typed to name a model of the hub: a name, an address, or words to search for.

Knows the hub's addresses; asks nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

# The hub's rule for names: no signs at the beginning, no two points.
_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_CALL = re.compile(r"from_pretrained\(\s*[\"']([^\"']+)[\"']")
_COMMANDS = ("ollama", "llama-server", "llama-cli", "hf", "huggingface-cli", "git", "-hf", "--hf-repo")
_OTHER_KINDS = ("spaces", "datasets", "collections", "papers", "docs", "api")  # of the hub's pages
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
    call = _CALL.search(text)
    words = [call[1]] if call else [word.strip("\"'`") for word in text.strip().strip("\"'`").split()]
    own = urlsplit(endpoint).netloc if endpoint else ""
    hosts = (*_HOSTS, *([own.lower()] if own else []))
    if len(words) == 1:
        return _of_word(words[0], hosts)
    if not words or words[0] not in _COMMANDS:
        return None
    return next((found for word in words[1:] if (found := _of_word(word, hosts))), None)


def _of_word(one: str, hosts: Sequence[str]) -> Reference | None:
    bare = one if "://" in one else f"https://{one}"
    try:
        address = urlsplit(bare)
        known = address.netloc.lower() in hosts
    except ValueError:
        return None
    if known:
        return _of_path(address.path)
    return None if "://" in one else _of_name(one)


def _of_name(text: str) -> Reference | None:
    rest, _, quantization = text.partition(":")
    name, _, revision = rest.partition("@")
    return Reference(name, quantization, revision or "main") if _NAME.fullmatch(name) else None


def _of_path(path: str) -> Reference | None:
    """Of an address's path: /owner/name, perhaps with /tree/branch or /blob/branch/file."""
    parts = [unquote(part) for part in path.split("/") if part]  # a branch's own slash is %2F
    if parts[:1] == ["models"]:
        parts = parts[1:]
    if parts[:1] and parts[0] in _OTHER_KINDS:
        return None
    found = _of_name("/".join(parts[:2]).removesuffix(".git"))
    if found is None or len(parts) < 4 or parts[2] not in ("tree", "blob", "resolve"):
        return found
    return Reference(found.repo, found.quantization, parts[3], "/".join(parts[4:]))
