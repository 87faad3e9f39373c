"""The kinds of numbers that the matrices of a GGUF file are stored as, and the rounding to them.

llama.cpp's own function does the rounding where the library shows it, also to the kinds with a K; else the
package gguf, which knows the simple ones. Which matrix is stored as what follows llama.cpp's own quantizer.
"""

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, LlamaFileType, quants

Stored = GGMLQuantizationType
# What takes the place of a kind where a row isn't a multiple of its block: 256 numbers for those with a K.
_SMALLER: Mapping[Stored, Stored] = {
    Stored.Q4_K: Stored.Q5_0,
    Stored.Q6_K: Stored.Q8_0,
    Stored.Q4_1: Stored.F16,
    Stored.Q5_0: Stored.F16,
    Stored.Q8_0: Stored.F16,
}


@dataclass(frozen=True)
class Kind:
    """One way to store a whole model."""

    name: str  # as in the names of files: Q4_K_M
    file_type: LlamaFileType
    usual: Stored  # of most matrices
    better: Stored  # of those that a model is more sensitive to


F16 = Kind("F16", LlamaFileType.MOSTLY_F16, Stored.F16, Stored.F16)
Q8_0 = Kind("Q8_0", LlamaFileType.MOSTLY_Q8_0, Stored.Q8_0, Stored.Q8_0)
Q4_K_M = Kind("Q4_K_M", LlamaFileType.MOSTLY_Q4_K_M, Stored.Q4_K, Stored.Q6_K)
Q4_1 = Kind("Q4_1", LlamaFileType.MOSTLY_Q4_1, Stored.Q4_1, Stored.Q8_0)


def kind_of(choice: str) -> Kind:
    """What a person chose: F16, Q8_0 or 4bit. Raises KeyError."""
    return {"F16": F16, "Q8_0": Q8_0, "4bit": four_bits()}[choice]


def four_bits() -> Kind:
    """The best way to store a model in about 4 bits a weight that there is here."""
    return Q4_K_M if _rounding() else Q4_1


def stored_as(kind: Kind, name: str, layers: int, columns: int, tied: bool) -> Stored:
    """How a matrix of this name is stored. `tied`: the embedding is the output matrix, too."""
    wanted = kind.better if _is_sensitive(name, layers, tied) else kind.usual
    while columns % GGML_QUANT_SIZES[wanted][0]:
        wanted = _SMALLER[wanted]
    return wanted


def _is_sensitive(name: str, layers: int, tied: bool) -> bool:
    """The output, and what comes out of some layers: of the first and last eighth, and of each third."""
    if name == "output.weight" or (tied and name == "token_embd.weight"):
        return True
    if not name.endswith(("attn_v.weight", "ffn_down.weight")):
        return False
    layer, eighth = int(name.split(".")[1]), layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def rounded(rows: npt.NDArray[np.float32], stored: Stored) -> npt.NDArray[Any]:
    """A matrix of float32, or a vector, as it is stored; bytes for what is no float."""
    if stored == Stored.F32:
        return rows
    if stored == Stored.F16:
        most = np.finfo(np.float16).max
        return np.clip(rows, -most, most).astype(np.float16)
    if (rounding := _rounding()) is None:
        return quants.quantize(rows, stored)
    rows = np.ascontiguousarray(rows, np.float32)
    block, size = GGML_QUANT_SIZES[stored]
    made = np.empty((*rows.shape[:-1], rows.shape[-1] // block * size), np.uint8)
    count = rows.size // rows.shape[-1]
    rounding(int(stored), rows.ctypes.data, made.ctypes.data, 0, count, rows.shape[-1], None)
    return made


@cache
def _rounding() -> Any:
    """llama.cpp's function; None where the library isn't here, or doesn't show it."""
    try:
        import xllamacpp.xllamacpp as library

        found = ctypes.CDLL(library.__file__).ggml_quantize_chunk
    except (ImportError, OSError, AttributeError):
        return None
    number, place = ctypes.c_int64, ctypes.c_void_p
    found.argtypes = [ctypes.c_int, place, place, number, number, number, place]
    found.restype = ctypes.c_size_t
    return found
