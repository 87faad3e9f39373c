"""What a person can choose from after naming a model: its variants, each with whether and how it fits here.

Asks the hub through `hub`, and judges by `fit`; draws nothing and downloads headers alone.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from components.errors import AppError, BadInput
from components.messages import Message
from components.models.gguf_header import GgufHeader, header_of
from components.models.gguf_memory import refused
from components.models.placement import Footprint
from components.models.sources import hub
from components.models.sources.fit import Fit, active_share, of_gguf, rough
from components.models.sources.hub import HubModel, Variant
from components.models.sources.reference import Reference

# Bytes that are read of a file at first, and at most: a header is mostly its vocabulary.
HEADER_STEPS = (12_000_000, 48_000_000)
USUAL = ("Q4_K_M", "MXFP4", "Q4_K_S", "Q4_0", "Q5_K_M", "Q8_0")  # what is proposed, the first that fits


@dataclass(frozen=True)
class Machine:
    """What models may take here."""

    memory: int  # bytes of main memory, for a GGUF file
    other: int  # bytes where safetensors run: of the largest card, or main memory
    dtype: str  # that they run in there
    bandwidth: float  # bytes per second of main memory; 0: not measured
    longest: int  # tokens of context that the settings allow


@dataclass(frozen=True)
class Choice:
    """One variant on this machine."""

    variant: Variant
    fit: Fit


@dataclass(frozen=True)
class Found:
    """One repository, ready to choose from."""

    model: HubModel
    choices: tuple[Choice, ...]
    best: int  # which one to propose


def find(wanted: Reference, machine: Machine) -> Found:
    """Raises Unavailable or BadInput with the reason why there is nothing to choose from."""
    model = hub.look(wanted)
    header = None if model.refusal else _header(model)
    if header:
        model = replace(
            model,
            architecture=header.architecture,
            context=header.context or model.context,
            refusal=_refusal(model, header),
        )
    choices = tuple(Choice(one, _fit(model, one, header, machine)) for one in model.variants)
    return Found(model, choices, _best(choices, wanted))


def _header(model: HubModel) -> GgufHeader | None:
    """Of its smallest GGUF file; None where there is none, or it can't be read."""
    smallest = next((one for one in model.variants if one.files), None)
    if smallest is None:
        return None
    for most in HEADER_STEPS:
        try:
            data = hub.header_bytes(model.repo, model.commit, smallest.files[0], most)
            return header_of(data, smallest.size, Path(smallest.files[0]))
        except BadInput:
            continue  # the header is longer, or it is none
        except AppError:
            return None
    return None


def _refusal(model: HubModel, header: GgufHeader) -> Message:
    """Why none of it can be used: other formats beside GGUF may still do."""
    return refused(header) if all(one.files for one in model.variants) else ""


def _fit(model: HubModel, variant: Variant, header: GgufHeader | None, machine: Machine) -> Fit:
    if not variant.files:
        weights = model.parameters or variant.size // 2
        need = Footprint(weights, 0, 0).bytes(machine.dtype, "none")
        return Fit(need, 0, need <= machine.other, 0.0)
    if header is None:
        return rough(variant.size, machine.memory, machine.bandwidth)
    share = active_share(header)
    return of_gguf(header, variant.size, machine.memory, machine.bandwidth, machine.longest, share)


def _best(choices: tuple[Choice, ...], wanted: Reference) -> int:
    """What was named; else a usual quantization that fits; else the largest that does.

    Raises BadInput where something was named that isn't there.
    """
    names = [one.variant.name.lower() for one in choices]
    if wanted.quantization and choices:
        if wanted.quantization.lower() in names:
            return names.index(wanted.quantization.lower())
        raise BadInput(
            "{repo} has no files for {wanted}. It has {names}.",
            repo=wanted.repo,
            wanted=wanted.quantization[:40],
            names=", ".join(one.variant.name for one in choices),
        )
    for number, one in enumerate(choices):
        if wanted.file and wanted.file in one.variant.files:
            return number
    fitting = [number for number, one in enumerate(choices) if one.fit.fits]
    for usual in USUAL:
        if (number := names.index(usual.lower()) if usual.lower() in names else -1) in fitting:
            return number
    return fitting[-1] if fitting else 0
