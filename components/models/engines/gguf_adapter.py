"""A LoRA adapter of PEFT's as llama.cpp reads one, for the families whose matrices have a known place in a
GGUF file.

Knows both forms; neither torch nor how a model is run. Scaling is multiplied into B, so that every matrix
keeps its own. In a file of the Llama family the rows of a query or key matrix are in another order: the two
halves of each head, which turn together, lie side by side there; the rows of B go the same way:

    a head of four rows in PEFT: 0 1 2 3      in the file: 0 2 1 3
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from components.errors import BadInput
from components.files import read_json
from components.messages import Message, Said
from components.models.adapters import CONFIG, WEIGHTS
from components.models.gguf_header import GgufHeader
from components.models.headers import read_safetensors

FAMILIES = ("llama", "qwen2", "qwen3")
TURNED = ("llama",)  # whose query and key rows are in another order
_NAME = re.compile(r"base_model\.model\.(model\.layers\.(\d+)\.(?:self_attn|mlp)\.\w+)\.lora_(A|B)\.weight")
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}

Matrix = npt.NDArray[np.float32]


def why_not(adapter: Path, header: GgufHeader) -> Message:
    """Why an adapter can't be used with a GGUF file; empty where it can. Reads headers only."""
    if header.architecture not in FAMILIES:
        return Said("the family {name} has other matrices", name=header.architecture[:60])
    settings = read_json(adapter / CONFIG)
    if settings.get("use_dora") or settings.get("fan_in_fan_out"):
        return Said("it is of another kind than plain LoRA")
    try:
        tensors, _ = read_safetensors(adapter / WEIGHTS)
    except BadInput as error:
        return error.message
    for name, tensor in tensors.items():
        if not _NAME.fullmatch(name) or tensor["dtype"] not in _TYPES:
            return Said("it changes {name!r}", name=name[:100])
    return ""


def write(adapter: Path, header: GgufHeader, file: Path) -> None:
    """Writes `file`. Raises BadInput for an adapter that `why_not` has a reason for."""
    from gguf import GGUFWriter, get_tensor_name_map
    from gguf.constants import MODEL_ARCH_NAMES

    if why := why_not(adapter, header):
        raise BadInput("The adapter doesn't fit this base model: {error}", error=why)
    architecture = next(key for key, name in MODEL_ARCH_NAMES.items() if name == header.architecture)
    names = get_tensor_name_map(architecture, header.layers)
    writer = GGUFWriter(file, header.architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 0.0)  # none: B has it
    for module, (a, b) in _pairs(adapter).items():
        place = names.get_name(f"{module}.weight", try_suffixes=(".weight",))
        if place is None:
            raise BadInput("The adapter doesn't fit this base model: {error}", error=module)
        b = b * np.float32(_scaling(read_json(adapter / CONFIG), module, len(a)))
        if header.architecture in TURNED and module.endswith(("q_proj", "k_proj")):
            heads = header.heads if module.endswith("q_proj") else max(header.kv_heads)
            b = turned(b, heads)
        writer.add_tensor(f"{place}.lora_a", np.ascontiguousarray(a))
        writer.add_tensor(f"{place}.lora_b", np.ascontiguousarray(b))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _pairs(adapter: Path) -> dict[str, tuple[Matrix, Matrix]]:
    """A (rank x inputs) and B (outputs x rank) of each module."""
    tensors, at = read_safetensors(adapter / WEIGHTS)
    data = np.memmap(adapter / WEIGHTS, np.uint8, "r")
    found: dict[str, dict[str, Matrix]] = {}
    for name, tensor in tensors.items():
        named = _NAME.fullmatch(name)
        assert named is not None
        start, end = tensor["data_offsets"]
        raw = np.frombuffer(data[at + start : at + end].tobytes(), _TYPES[tensor["dtype"]])
        if tensor["dtype"] == "BF16":  # the upper half of a float32
            raw = (raw.astype(np.uint32) << 16).view(np.float32)
        found.setdefault(named[1], {})[named[3]] = raw.astype(np.float32).reshape(tensor["shape"])
    return {module: (parts["A"], parts["B"]) for module, parts in found.items()}


def _scaling(settings: Mapping[str, Any], module: str, rank: int) -> float:
    """What B times A is multiplied with."""
    own = settings.get("alpha_pattern") or {}
    alpha = next(
        (value for name, value in own.items() if module == name or module.endswith(f".{name}")),
        settings["lora_alpha"],
    )
    return float(alpha) / (math.sqrt(rank) if settings.get("use_rslora") else rank)


def turned(rows: Matrix, heads: int) -> Matrix:
    """The rows of a query or key matrix in the order of a GGUF file of the Llama family."""
    return rows.reshape(heads, 2, len(rows) // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)
