"""What people trained or brought: adapters for a base model, and whole tuned models, in one folder.

    data_dir/adapters/ID/wordbench.json         id, title, owner, base
                         adapter_config.json    PEFT's settings, of which only known ones are kept
                         adapter_model.safetensors

Knows files and their headers; weights are never loaded here. Only LoRA in safetensors is taken: a pickle can
run any code, and other methods change the base itself, which others use at the same time.
"""

import json
import math
import os
import re
import shutil
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.access import own_folders
from components.errors import BadInput, Unavailable
from components.files import read_json, remove_folder
from components.messages import N_

CONFIG, WEIGHTS, MANIFEST = "adapter_config.json", "adapter_model.safetensors", "wordbench.json"
FOLDER = "adapters"  # below the data folder
own_folders(FOLDER, MANIFEST)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
# What decides how LoRA's matrices are used. All else is about training, or would touch the base model.
KEPT = (
    "r",
    "lora_alpha",
    "lora_dropout",
    "target_modules",
    "exclude_modules",
    "layers_to_transform",
    "layers_pattern",
    "rank_pattern",
    "alpha_pattern",
    "fan_in_fan_out",
    "use_rslora",
    "use_dora",
    "task_type",
)
REFUSED = {
    "modules_to_save": N_("it replaces whole layers of the base model"),
    "trainable_token_indices": N_("it changes the base model's tokens"),
    "target_parameters": N_("it changes parameters that are not linear layers"),
    "layer_replication": N_("it copies layers of the base model"),
    "alora_invocation_tokens": N_("it switches itself on in the middle of a text"),
}


@dataclass(frozen=True)
class Tuned:
    """One adapter or tuned model, as its manifest says."""

    id: str
    title: str
    owner: str
    base: str  # id of the base model
    folder: Path
    run: str = ""  # the run that made it; empty: it was uploaded
    created_at: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether it is a model of its own, not an adapter."""
        return (self.folder / "config.json").exists()


class AdapterFolder:
    """All adapters of this installation. Any number of processes may look at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Tuned]:
        """The newest first; what is half there is left out."""
        found = [self._read(path) for path in self._folder.glob("*")] if self._folder.is_dir() else []
        return sorted((one for one in found if one), key=lambda one: -one.created_at)

    def get(self, tuned_id: str) -> Tuned | None:
        return self._read(self._folder / tuned_id) if _ID.fullmatch(tuned_id) else None

    def add(
        self, source: Path, *, title: str, owner: str, base: str, run: str = "", tuned_id: str = ""
    ) -> Tuned:
        """Copies what `source` holds; one with the same id is replaced in one step."""
        tuned_id = tuned_id or f"tuned-{uuid.uuid4().hex[:12]}"
        made = Tuned(tuned_id, title, owner, base, self._folder / tuned_id, run, time.time())
        part = self._folder / f".partial-{uuid.uuid4().hex}"
        try:
            shutil.copytree(source, part)
            about = {name: value for name, value in asdict(made).items() if name != "folder"}
            (part / MANIFEST).write_text(json.dumps(about), encoding="utf-8")
            if made.folder.exists():
                remove_folder(made.folder)
            os.replace(part, made.folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return made

    def rename(self, tuned_id: str, title: str) -> None:
        if (one := self.get(tuned_id)) and title.strip():
            path = one.folder / MANIFEST
            about = json.loads(path.read_text(encoding="utf-8")) | {"title": title.strip()}
            part = path.with_suffix(".part")
            part.write_text(json.dumps(about), encoding="utf-8")
            os.replace(part, path)

    def delete(self, tuned_id: str) -> None:
        if one := self.get(tuned_id):
            remove_folder(one.folder)

    def _read(self, folder: Path) -> Tuned | None:
        try:
            about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return Tuned(folder=folder, **about) if _ID.fullmatch(folder.name) else None
        except (OSError, ValueError, TypeError):
            return None


def used(folder: Path) -> None:
    """Notes that somebody uses it: what nobody uses may expire."""
    with suppress(OSError):
        os.utime(folder / MANIFEST)


def clean_config(given: Mapping[str, Any]) -> dict[str, Any]:
    """PEFT's settings, only those that say how it is used. Raises BadInput with what can't be used."""
    if not isinstance(given, Mapping) or str(given.get("peft_type", "")).upper() != "LORA":
        raise BadInput(
            f"Its {CONFIG} says {_kind(given)}. Only LoRA adapters can be used: other kinds change the "
            "base model itself, which others use at the same time."
        )
    for name, why in REFUSED.items():
        if given.get(name):
            raise BadInput(f"The adapter can't be used: {why} ({name}).")
    if given.get("bias", "none") != "none":
        raise BadInput("The adapter can't be used: it changes the base model's biases (bias).")
    if not _positive(given.get("r")) or not isinstance(given.get("lora_alpha"), int | float):
        raise BadInput(f"Its {CONFIG} has no rank (r) or no lora_alpha that are numbers.")
    kept = {name: given[name] for name in KEPT if given.get(name) is not None}
    return {"peft_type": "LORA", "bias": "none", "inference_mode": True} | kept


def _kind(given: Any) -> str:
    if not isinstance(given, Mapping):
        return N_("nothing")
    return str(given.get("peft_type", N_("nothing of its kind")))[:40]


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 4096


def shapes(file: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors, from the header alone. Raises BadInput where it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as tensors:
            return {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise BadInput(f"{file.name} is not a safetensors file, or it is damaged ({error}).") from error


def check_fits(adapter: Path, base: Path, base_title: str) -> int:
    """Compares an adapter's matrices with the base's, by their headers; returns the adapter's weights.

    Raises BadInput naming the first that doesn't fit.
    """
    own: dict[str, tuple[int, ...]] = {}
    for file in sorted(base.glob("*.safetensors")):
        own |= shapes(file)
    if not own:
        raise Unavailable(f"The base model {base_title} isn't on this machine yet. Download it first.")
    # A model saved without its head has names without the first part: compare by endings.
    by_ending = {_ending(name): size for name, size in own.items() if name.endswith(".weight")}
    found = shapes(adapter / WEIGHTS)
    pairs = [name for name in found if name.endswith(("lora_A.weight", "lora_B.weight"))]
    if not pairs:
        raise BadInput(f"{WEIGHTS} has no LoRA matrices in it.")
    for name in pairs:
        module, matrix = name.rsplit(".lora_", 1)
        size = by_ending.get(_ending(module.removeprefix("base_model.model.") + ".weight"))
        axis = 1 if matrix.startswith("A") else 0
        wanted = size and (size[::-1] if _transposed(base) else size)[axis]
        if wanted != found[name][axis]:
            raise _misfit(base_title, name, found[name][axis], wanted)
    return sum(math.prod(size) for size in found.values())


def _misfit(base: str, name: str, size: int, wanted: object) -> BadInput:
    if wanted:
        return BadInput(
            f"This adapter was made for another base than {base}: {name} is for {size} values, and "
            f"{base} has {wanted} there."
        )
    return BadInput(
        f"This adapter was made for another base than {base}: {name} is for {size} values, and {base} has no "
        "such layer."
    )


def _ending(name: str) -> str:
    """The part of a tensor's name from the layers on."""
    parts = name.split(".")
    first = next((i for i, part in enumerate(parts) if part.isdigit()), None)
    return ".".join(parts[max(first - 1, 0) :]) if first is not None else parts[-2]


def _transposed(base: Path) -> bool:
    """GPT-2 keeps its matrices the other way round."""
    return read_json(base / "config.json").get("model_type") == "gpt2"
