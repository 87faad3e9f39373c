"""The encoder of a fine-tuned classifier that comes back from an export: checked, and put beside the models
that its new owner has tuned. Knows the parts of the export and adapters' folders; not pages.

Only headers and settings are read here; the weights are opened by an engine, as any model's.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.errors import BadInput
from components.models.adapters import AdapterFolder
from components.models.headers import check_safetensors
from components.models.spec import ModelSpec
from components.tasks.classify import classifier_file
from components.tasks.classify.classifier_export import Brought

CONFIG, MODEL, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"


def place(brought: Brought, owner: str, adapters: AdapterFolder, bases: Sequence[ModelSpec]) -> Brought:
    """Keeps the encoder under a new id, which the classifier's numbers are then for. `bases`: the embedding
    models here; where the export names one, the encoder is a copy of it that learned.

    Raises BadInput for an encoder that can't be used.
    """
    classifier, report = classifier_file.unpacked(brought.about, brought.weights)
    [head] = classifier.heads.values()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "encoder"
        part.mkdir()
        for name, data in (brought.encoder or {}).items():
            (part / name).write_bytes(data)
        _check(part, brought.name, head.weights.shape[1])
        base = brought.base if any(spec.id == brought.base for spec in bases) else ""
        made = adapters.add(part, title=brought.name, owner=owner, base=base)
    placed = replace(classifier, heads={made.id: head})
    told = classifier_file.about(placed, report).to_json()
    return replace(brought, about=told, weights=classifier_file.weights(placed), encoders=(made.id,))


def remove(brought: Brought, adapters: AdapterFolder) -> None:
    """Takes back what `place` has kept, where the classifier itself couldn't be."""
    for one in brought.encoders:
        adapters.delete(one)


def _check(folder: Path, name: str, width: int) -> None:
    """Its files are there, its weights are what they say, its vectors have as many numbers as the matrix."""
    if missing := [one for one in (CONFIG, MODEL, TOKENIZER) if not (folder / one).is_file()]:
        raise BadInput(
            "“{name}” is a fine-tuned classifier whose encoder isn't whole: {file} is missing in it. "
            "Export it again.",
            name=name,
            file=missing[0],
        )
    plain: Any = None
    try:
        plain = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        check_safetensors(folder / MODEL)
        sound = isinstance(plain, dict) and "auto_map" not in plain and plain.get("hidden_size") == width
    except (BadInput, ValueError, RecursionError):
        sound = False
    if not sound:
        raise BadInput(
            "The encoder in “{name}” can't be used: it is damaged, needs code of its own, or doesn't "
            "belong to this classifier. Export it again.",
            name=name,
        )
