"""Where a model goes: device, dtype and quantization, from its footprint and the memory that is free.

Pure rules over numbers: knows neither torch nor how memory is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from components.config import GB, Config, ModelSettings
from components.errors import NotEnoughMemory, Unavailable
from components.messages import Message, Said, clauses

DeviceKind = Literal["cpu", "mps", "cuda"]
DTYPE_BYTES = {"float32": 4.0, "float16": 2.0, "bfloat16": 2.0}
QUANTIZED_BYTES = {"8bit": 1.0, "4bit": 0.5}
# Activations, the allocator's slack and, on CUDA, kernels' workspaces.
HEADROOM_SHARE, HEADROOM_BYTES = 0.1, 200_000_000
SHORTEST_CONTEXT = 4096  # tokens; a longer context is halved down to this before a model is refused


@dataclass(frozen=True)
class Device:
    """One place for a model, as measured now. Memory in bytes."""

    kind: DeviceKind
    index: int  # among those of its kind
    name: str
    total: int
    free: int
    bfloat16: bool = False  # whether bfloat16 is computed natively (on a CPU: with AMX)

    @property
    def label(self) -> str:
        return f"cuda:{self.index}" if self.kind == "cuda" else self.kind


@dataclass(frozen=True)
class Footprint:
    """What a model needs on any device."""

    parameters: int
    kv_values_per_token: int  # numbers cached per token: 2 x layers x key-value heads x head size
    context: int  # tokens to keep room for
    cpu_only: bool = False  # never runs on a card, regardless of the settings

    def shorter(self) -> "Footprint | None":
        """The same with room for half as many tokens; None if that would be too few to be useful."""
        if self.context <= SHORTEST_CONTEXT or not self.kv_values_per_token:
            return None
        return replace(self, context=max(self.context // 2, SHORTEST_CONTEXT))

    def bytes(self, dtype: str, quantization: str, sequences: int = 1) -> int:
        """Weights, the KV cache of `sequences` full contexts, and headroom."""
        weights = self.parameters * QUANTIZED_BYTES.get(quantization, DTYPE_BYTES[dtype])
        cache = self.kv_values_per_token * self.context * DTYPE_BYTES[dtype] * sequences
        return int((weights + cache) * (1 + HEADROOM_SHARE) + HEADROOM_BYTES)


@dataclass(frozen=True)
class Placement:
    """A decision, with its reason for the Models page."""

    devices: tuple[Device, ...]  # more than one: spread by accelerate's device map
    dtype: str
    quantization: str
    need: int  # bytes
    context: int  # tokens
    reason: Message


def target_kind(devices: Sequence[Device], wanted: str) -> DeviceKind:
    """The kind of device that models run on. Raises Unavailable if the wanted kind isn't here."""
    kinds = {device.kind for device in devices}
    if wanted != "auto":
        if wanted not in kinds:
            raise Unavailable(
                "The setting device asks for {wanted}, but this machine has only {kinds}.",
                wanted=wanted,
                kinds=sorted(kinds),
            )
        return wanted
    for kind in ("cuda", "mps", "cpu"):
        if kind in kinds:
            return kind
    raise Unavailable("No device to run a model on was found.")


def place(
    title: str, footprint: Footprint, devices: Sequence[Device], config: Config, settings: ModelSettings
) -> Placement:
    """The best place that fits now.

    One card with the most free memory is preferred; if none is large enough, all cards together.
    Raises NotEnoughMemory with the need, what is free, and what would help.
    """
    kind = target_kind(devices, "cpu" if footprint.cpu_only else config.device)
    candidates = sorted((d for d in devices if d.kind == kind), key=lambda d: -d.free)
    dtype = _dtype(candidates, settings)
    quantization = settings.quantization if kind == "cuda" else "none"
    context = min(footprint.context, settings.context or footprint.context)
    footprint = replace(footprint, context=context)
    need = footprint.bytes(dtype, quantization)
    best = candidates[0]
    if need <= best.free:
        reason: Message = Said(
            "{device}: {need:.1f} GB needed with {context:,} tokens of context, {free:.1f} GB free",
            device=best.name,
            need=need / GB,
            context=context,
            free=best.free / GB,
        )
        if settings.quantization != quantization:
            asked = settings.quantization
            but = Said("{quantization} needs CUDA, so it runs in {dtype}", quantization=asked, dtype=dtype)
            reason = clauses(reason, but)
        return Placement((best,), dtype, quantization, need, context, reason)
    together = sum(device.free for device in candidates)
    if kind == "cuda" and need <= together:
        reason = Said(
            "{need:.1f} GB needed: spread over {number} cards", need=need / GB, number=len(candidates)
        )
        return Placement(tuple(candidates), dtype, quantization, need, context, reason)
    raise _too_large(title, need, together, kind, quantization)


def _dtype(candidates: Sequence[Device], settings: ModelSettings) -> str:
    if settings.dtype != "auto":
        return settings.dtype
    if all(device.bfloat16 for device in candidates):
        return "bfloat16"
    return "float32" if candidates[0].kind == "cpu" else "float16"


def _too_large(title: str, need: int, free: int, kind: DeviceKind, quantization: str) -> NotEnoughMemory:
    helps = Said("a smaller model, a shorter context in the settings or closing other programs")
    if kind == "cuda" and quantization != "4bit":
        helps = Said(
            "4-bit quantization in the settings, a smaller model or a shorter context in the settings"
        )
    return NotEnoughMemory(
        "{title} needs {need:.1f} GB and {free:.1f} GB is free on this machine's {device}. What would help: "
        "{helps}.",
        title=title,
        need=need / GB,
        free=max(free, 0) / GB,
        device=kind.upper(),
        helps=helps,
    )
