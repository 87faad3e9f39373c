"""The header of a model file, checked against the file before anything relies on it.

A header is a few numbers from a stranger: a false length would make a reader allocate gigabytes. Knows the
two formats byte by byte; imports neither torch nor a reader of the formats.
"""

import json
import math
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.errors import BadInput
from components.messages import Said

MAX_HEADER = 32_000_000  # bytes of a safetensors header; the largest models have one of 5 MB for each file
MAX_TENSORS = 1_000_000
MAX_DIMENSIONS = 8
MAX_NESTING = 2  # arrays inside arrays in a GGUF file
BITS = {
    **{"F64": 64, "I64": 64, "U64": 64, "C64": 64, "F32": 32, "I32": 32, "U32": 32},
    **{"F16": 16, "BF16": 16, "I16": 16, "U16": 16, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8},
    **{"F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I8": 8, "U8": 8, "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6},
}
# Bytes of a GGUF value by its type; 8 is a text, 9 an array.
_SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT, _ARRAY = 8, 9
_ALIGNMENT = "general.alignment"
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
                raise _lie(
                    path,
                    Said(
                        "it promises a header of {length:,} bytes, and the file has {size:,}",
                        length=length,
                        size=size,
                    ),
                )
            header = json.loads(file.read(length))
    except (OSError, ValueError, RecursionError) as error:
        raise _lie(path, Said("its header can't be read: {error}", error=error)) from error
    if not isinstance(header, dict) or len(header) > MAX_TENSORS:
        raise _lie(path, Said("its header is not a list of tensors"))
    header.pop("__metadata__", None)
    spans = [_span(path, name, tensor, size - 8 - length) for name, tensor in header.items()]
    at = 0
    for start, end in sorted(spans):
        if start != at:
            raise _lie(path, Said("its tensors overlap, or leave holes"))
        at = end
    if at != size - 8 - length:
        raise _lie(
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
        raise _lie(path, Said("the tensor {name!r} is not described", name=name[:80])) from error
    if dtype not in BITS or not whole or len(shape) > MAX_DIMENSIONS:
        raise _lie(path, Said("the tensor {name!r} has a kind or shape that there isn't", name=name[:80]))
    count = math.prod(shape)
    if not start <= end <= room or (count * BITS[dtype] + 7) // 8 != end - start:
        raise _lie(
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
        raise _lie(
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


def check_gguf(path: Path) -> None:
    """Raises BadInput for a GGUF file whose lengths or tensors go past its end."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _Gguf(path, data).check()
    except (OSError, ValueError) as error:  # mmap refuses an empty file with ValueError
        raise _lie(path, Said("it can't be read: {error}", error=error)) from error


class _Gguf:
    """One walk over a GGUF file's header; every step asks first whether the file is that long."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self._path, self._data, self._size, self._at = path, data, len(data), 0
        self._alignment = 32

    def check(self) -> None:
        if self._take(4) != b"GGUF":
            raise _lie(self._path, Said("it doesn't begin as a GGUF file does"))
        version = self._u32()
        if version not in (2, 3):
            raise _lie(
                self._path, Said("its format version is {version}; 2 and 3 can be read", version=version)
            )
        tensors, fields = self._u64(), self._u64()
        # The shortest field has 13 bytes, the shortest tensor 24.
        if tensors > MAX_TENSORS or fields * 13 + tensors * 24 > self._size:
            raise _lie(
                self._path,
                Said("it promises {tensors:,} tensors and {fields:,} fields", tensors=tensors, fields=fields),
            )
        for _ in range(fields):
            self._field()
        spans = [self._tensor() for _ in range(tensors)]
        data = -(-self._at // self._alignment) * self._alignment
        for name, start, length in spans:
            if start % self._alignment or data + start + length > self._size:
                raise _lie(
                    self._path, Said("the tensor {name!r} goes past the end of the file", name=name[:80])
                )

    def _field(self) -> None:
        name, kind = self._text(), self._u32()
        if name == _ALIGNMENT.encode() and kind == 4:
            self._alignment = self._u32()
            if not 0 < self._alignment <= 65_536:
                raise _lie(self._path, Said("its alignment is {alignment:,}", alignment=self._alignment))
            return
        self._value(kind, 0)

    def _value(self, kind: int, depth: int) -> None:
        if kind in _SCALARS:
            self._skip(_SCALARS[kind])
        elif kind == _TEXT:
            self._skip(self._u64())
        elif kind == _ARRAY and depth < MAX_NESTING:
            inner, count = self._u32(), self._u64()
            if inner in _SCALARS:
                self._skip(count * _SCALARS[inner])
                return
            if count * 8 > self._size - self._at:  # a text has at least its length
                raise _lie(self._path, Said("it promises a list of {number:,} entries", number=count))
            for _ in range(count):
                self._value(inner, depth + 1)
        else:
            raise _lie(self._path, Said("a field has the unknown kind {kind}", kind=kind))

    def _tensor(self) -> tuple[str, int, int]:
        from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

        name, dimensions = self._text().decode("utf-8", "replace"), self._u32()
        if dimensions > MAX_DIMENSIONS:
            raise _lie(
                self._path,
                Said("the tensor {name!r} has {number:,} dimensions", name=name[:80], number=dimensions),
            )
        count = 1
        for _ in range(dimensions):
            count *= self._u64()
        kind, start = self._u32(), self._u64()
        try:
            block, size = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
        except (ValueError, KeyError) as error:
            raise _lie(
                self._path, Said("the tensor {name!r} has the unknown kind {kind}", name=name[:80], kind=kind)
            ) from error
        return name, start, -(-count // block) * size

    def _text(self) -> bytes:
        return self._take(self._u64())

    def _u32(self) -> int:
        return int(struct.unpack("<I", self._take(4))[0])

    def _u64(self) -> int:
        return int(struct.unpack("<Q", self._take(8))[0])

    def _skip(self, length: int) -> None:
        if length > self._size - self._at:
            raise _lie(
                self._path,
                Said("it ends at {size:,} bytes, and promises {more:,} more", size=self._size, more=length),
            )
        self._at += length

    def _take(self, length: int) -> bytes:
        at = self._at
        self._skip(length)
        return self._data[at : at + length]


def _lie(path: Path, what: Said) -> BadInput:
    return BadInput(
        "The model file {path} is damaged: {what}. Delete the model on the Models page and get it again.",
        path=path,
        what=what,
    )
