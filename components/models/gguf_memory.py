"""What a GGUF model needs in memory for a given context, and which context fits, from its header alone.

Rules over numbers: the mapped weights, a cache of keys and values, buffers for one step, and the process.
Knows neither how memory is measured nor how a model is loaded.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from components.errors import BadInput
from components.messages import Message, Said
from components.models.gguf_header import GgufHeader

CacheBits = Literal[8, 16]
STEP_TOKENS = 256  # tokens that one step reads at most, of all requests together
PROCESS_BYTES = 150_000_000  # Python, llama.cpp, and what it keeps besides
SHARED = 4096  # tokens of the cache, at most, for those who ask beside one conversation of full length
SHORTEST = 512  # tokens; with less a model is of no use
# Bytes of one cached number. Q8_0 keeps 32 numbers in 34 bytes.
CACHE_BYTES = {16: 2.0, 8: 34 / 32}
NO_TEXT = frozenset(
    {"clip", "bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "modern-bert", "wavtokenizer-dec"}
)


@dataclass(frozen=True)
class LlamaPlacement:
    """How a file is to be loaded."""

    context: int  # tokens of one conversation
    cells: int  # tokens of the cache
    bits: CacheBits
    adapters: tuple[Path, ...] = ()  # folders with LoRAs, which are loaded beside it
    adapter: Path | None = None  # the one of them that all requests use


def refused(header: GgufHeader) -> Message:
    """Why a file can't be used as a language model; empty where it can."""
    from gguf.constants import MODEL_ARCH_NAMES

    if header.kind == "adapter":
        return Said("It is an adapter, not a model. Upload the adapter that it was made from on Fine-tune.")
    if header.kind not in ("model", "") or header.architecture in NO_TEXT:
        return Said("It writes no text: it is a part of another model, or one that only compares texts.")
    if header.architecture not in MODEL_ARCH_NAMES.values():
        return Said(
            "Its architecture {name!r} isn't known to llama.cpp here. A newer version may know it.",
            name=header.architecture[:60],
        )
    if not header.layers or not header.vocabulary:
        return Said("Its header doesn't say how many layers or tokens it has.")
    return ""


def cache_bytes(header: GgufHeader, tokens: int, bits: CacheBits = 16) -> int:
    """Of the keys and values of so many tokens."""
    layers = [heads for heads in header.kv_heads if heads]
    windowed = min(header.windowed, len(layers))
    each = header.key_length + header.value_length
    kept = min(tokens, header.window + STEP_TOKENS) if windowed else tokens
    whole = sum(layers[windowed:]) * tokens + sum(layers[:windowed]) * kept
    return int(whole * each * CACHE_BYTES[bits])


def fitting_bits(header: GgufHeader, wanted: CacheBits) -> CacheBits:
    """What a cache can have: 8 bits are kept in blocks of 32 numbers, which every head has to be made of."""
    blocks = not (header.key_length % 32 or header.value_length % 32)
    return wanted if blocks else 16


def cells(header: GgufHeader, context: int, spare: int, bits: CacheBits = 16) -> int:
    """Tokens of the cache, which all requests share: one full context, and more if half of `spare` is enough.

    `spare`: bytes that are free beyond what the model needs with this context.
    """
    each = max(cache_bytes(header, 1, bits), 1)
    return context + max(min(context, SHARED, spare // 2 // each), 0)


def need(header: GgufHeader, context: int, bits: CacheBits = 16) -> int:
    """Bytes of main memory with a context of so many tokens."""
    step = 4 * STEP_TOKENS * (header.vocabulary + 8 * header.width + 3 * header.hidden)
    return header.size + cache_bytes(header, context, bits) + step + PROCESS_BYTES


def fitting_context(header: GgufHeader, free: int, longest: int = 0, bits: CacheBits = 16) -> int:
    """The longest context, in tokens, with which the model needs at most `free` bytes; 0: it doesn't fit.

    No longer than the model was trained for, nor than `longest` where that is given.
    """
    top = min(one for one in (header.context or 4096, longest or header.context or 4096) if one)
    if need(header, min(SHORTEST, top), bits) > free:
        return 0
    low, high = min(SHORTEST, top), top
    while low < high:  # the need grows with the context
        middle = (low + high + 1) // 2
        low, high = (middle, high) if need(header, middle, bits) <= free else (low, middle - 1)
    return low if low == top else max(low // 256 * 256, SHORTEST)


def checked(header: GgufHeader) -> GgufHeader:
    """The same. Raises BadInput for one that can't be used."""
    if why := refused(header):
        raise BadInput("{name} can't be used. {why}", name=header.files[0].name, why=why)
    return header
