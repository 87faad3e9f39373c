"""The header of a model file, checked against the file before anything relies on it.

A header is a few numbers from a stranger: a false length would make a reader allocate gigabytes. Knows
safetensors byte by byte (`gguf_header` the other format); imports neither torch nor a reader of the format.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.errors import BadInput
from components.messages import Said

MAX_HEADER = 32_000_000  # bytes of a safetensors header; the largest models have one of 5 MB for each file
MAX_TENSORS = 1_000_000
MAX_DIMENSIONS = 8
BITS = {
    **{"F64": 64, "I64": 64, "U64": 64, "C64": 64, "F32": 32, "I32": 32, "U32": 32},
    **{"F16": 16, "BF16": 16, "I16": 16, "U16": 16, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8},
    **{"F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I8": 8, "U8": 8, "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6},
}
MAX_SIZE = 2**31  # no size in a config can be larger, such as a layer's width
PROMISE = 16  # how many times more weights a config may describe than the files have


def check_safetensors(path: Path) -> int:
    """Raises BadInput for a false header; returns the number of weights."""
    tensors, _ = read_safetensors(path)
    return sum(math.prod(tensor["shape"]) for tensor in tensors.values())


def read_safetensors(path: Path) -> tuple[dict[str, Any], int]:
    """The header's tensors by name, checked, and where in the file their bytes begin.

    Raises BadInput for a false header.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(MAX_HEADER, size - 8):
                raise lie(
                    path,
                    Said(
                        "it promises a header of {length:,} bytes, and the file has {size:,}",
                        length=length,
                        size=size,
                    ),
                )
            header = json.loads(file.read(length))
    except (OSError, ValueError, RecursionError) as error:
        raise lie(path, Said("its header can't be read: {error}", error=error)) from error
    if not isinstance(header, dict) or len(header) > MAX_TENSORS:
        raise lie(path, Said("its header is not a list of tensors"))
    header.pop("__metadata__", None)
    spans = [_span(path, name, tensor, size - 8 - length) for name, tensor in header.items()]
    at = 0
    for start, end in sorted(spans):
        if start != at:
            raise lie(path, Said("its tensors overlap, or leave holes"))
        at = end
    if at != size - 8 - length:
        raise lie(
            path,
            Said(
                "its tensors take {taken:,} bytes, and the file has {room:,} for them",
                taken=at,
                room=size - 8 - length,
            ),
        )
    return header, 8 + length


def _span(path: Path, name: str, tensor: Any, room: int) -> tuple[int, int]:
    """Begin and end of one tensor."""
    try:
        dtype, shape, (start, end) = tensor["dtype"], tensor["shape"], tensor["data_offsets"]
        numbers = [*shape, start, end]
        whole = all(type(number) is int and number >= 0 for number in numbers)
    except (KeyError, TypeError, ValueError) as error:
        raise lie(path, Said("the tensor {name!r} is not described", name=name[:80])) from error
    if dtype not in BITS or not whole or len(shape) > MAX_DIMENSIONS:
        raise lie(path, Said("the tensor {name!r} has a kind or shape that there isn't", name=name[:80]))
    count = math.prod(shape)
    if not start <= end <= room or (count * BITS[dtype] + 7) // 8 != end - start:
        raise lie(
            path,
            Said(
                "the tensor {name!r} promises {number:,} weights that aren't in the file",
                name=name[:80],
                number=count,
            ),
        )
    return start, end


def check_config(path: Path, config: Mapping[str, Any], weights: int) -> None:
    """Raises BadInput for sizes in config.json that don't fit the weights: the rest would be made up."""
    width = number(config, "hidden_size", "n_embd", "d_model")
    layers = number(config, "num_hidden_layers", "n_layer", "encoder_layers")
    words = number(config, "vocab_size")
    if max(words * width, layers * width * width) > PROMISE * weights:
        raise lie(
            path,
            Said(
                "it stands for {layers:,} layers of width {width:,} and {tokens:,} tokens, "
                "and there are {weights:,} weights",
                layers=layers,
                width=width,
                tokens=words,
                weights=weights,
            ),
        )


def number(config: Mapping[str, Any], *names: str) -> int:
    """The first of these settings that is a size, a whole number above 0; else 0: it may be anything."""
    values = (config.get(name) for name in names)
    return next((min(one, MAX_SIZE) for one in values if type(one) is int and one > 0), 0)


def lie(path: Path, what: Said) -> BadInput:
    """The error for a file that doesn't hold what it promises."""
    return BadInput(
        "The model file {path} is damaged: {what}. Delete the model on the Models page and get it again.",
        path=path,
        what=what,
    )
