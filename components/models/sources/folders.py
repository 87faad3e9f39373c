"""Models in folders that somebody added, as LM Studio lays them out or as they were downloaded, and Ollama's.

Knows folders and Ollama's manifests; reads them in place, writes and moves nothing.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from components.messages import Said
from components.models.spec import ModelSpec

DEEP = 3  # folders inside each other: LM Studio has publisher/repository/file
MOST = 2000  # folders that are looked at
LMSTUDIO = (".lmstudio/models", ".cache/lm-studio/models")  # below a person's home
OLLAMA = ("/usr/share/ollama/.ollama/models", "/var/lib/ollama/.ollama/models")
_MODEL_LAYER = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"sha256[:-][0-9a-f]{64}")


def below(folder: Path) -> Iterator[Path]:
    """The folder and those inside it that may hold models, breadth first, hidden ones left out."""
    level, seen = [folder], 0
    for _ in range(DEEP):
        following = []
        for one in level:
            yield one
            try:
                inner = sorted(path for path in one.iterdir() if path.is_dir() and path.name[:1] != ".")
            except OSError:
                continue
            following += inner
            seen += len(inner)
            if seen > MOST:
                return
        level = following


def told_apart(spec: ModelSpec) -> ModelSpec:
    """The same with an id of its place: two folders may have files of one name."""
    return replace(spec, id=f"{spec.id}-{hashlib.sha256(os.fsencode(spec.location)).hexdigest()[:6]}")


def lmstudio_folders(home: Path | None = None) -> list[Path]:
    """LM Studio's folders of models that are on this machine."""
    home = home or Path.home()
    return [path for name in LMSTUDIO if (path := home / name).is_dir()]


def ollama_stores(env: Mapping[str, str] = os.environ, home: Path | None = None) -> list[Path]:
    """Ollama's stores on this machine: where its setting says, a person's own, the service's."""
    given = env.get("OLLAMA_MODELS", "")
    places = [Path(given)] if given else []
    places += [(home or Path.home()) / ".ollama" / "models", *map(Path, OLLAMA)]
    return [path for path in dict.fromkeys(places) if _readable(path / "manifests")]


def ollama_models(stores: Iterable[Path]) -> list[ModelSpec]:
    """The models of Ollama's stores, each as the GGUF file that it is there."""
    found = []
    for store in stores:
        try:
            manifests = sorted(path for path in (store / "manifests").rglob("*") if path.is_file())
        except OSError:
            continue
        found += [spec for path in manifests[:MOST] if (spec := _ollama_model(store, path))]
    return list({spec.id: spec for spec in found}.values())


def _ollama_model(store: Path, manifest: Path) -> ModelSpec | None:
    """manifests/registry.ollama.ai/library/qwen3/8b names a file of blobs/."""
    try:
        blob = _blob(store, manifest, manifest.stat().st_mtime_ns)
    except OSError:
        return None
    if blob is None:
        return None
    *_, owner, name, tag = manifest.parts
    title = f"{name}:{tag}" if owner == "library" else f"{owner}/{name}:{tag}"
    return ModelSpec(
        id="ollama-" + re.sub(r"[^a-z0-9._]+", "-", title.lower()),
        title=f"{title} (Ollama)",
        task="chat",
        source="local",
        location=str(blob),
        parameters=0,
        context=0,
        licence=Said("as in Ollama"),
        blob=True,
    )


@lru_cache(maxsize=256)
def _blob(store: Path, manifest: Path, changed: int) -> Path | None:
    """The model's file; None where a manifest names none that is there. Read once for each change."""
    try:
        layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
        digests = [str(one["digest"]) for one in layers if one.get("mediaType") == _MODEL_LAYER]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if len(digests) != 1 or not _DIGEST.fullmatch(digests[0]):
        return None
    path = store / "blobs" / digests[0].replace(":", "-")
    try:
        with path.open("rb") as file:
            return path if file.read(4) == b"GGUF" else None
    except OSError:
        return None


def _readable(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    except OSError:
        return False
