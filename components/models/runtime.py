"""Which engine runs a causal model: OpenVINO on a CPU where it can, transformers everywhere else; llama.cpp
where the settings ask for it.

Pure rules over facts that the caller has found out.
"""

import importlib.util
from dataclasses import dataclass
from typing import Literal

from components.config import GB, Wanted
from components.messages import Message, Said, clauses
from components.models.placement import DeviceKind

EXPORT_BYTES = 9  # for each weight: float32 twice, 8 bits once
EXPORT_HEADROOM = 500_000_000


@dataclass(frozen=True)
class Runtime:
    """A choice, with its reason for the Models page."""

    name: Literal["llama.cpp", "openvino", "transformers"]
    reason: Message


def choose(
    wanted: Wanted,
    kind: DeviceKind,
    parameters: int,
    free: int,
    exported: bool | Message,
    installed: bool | None = None,
    gguf: bool | Message = False,
) -> Runtime:
    """`gguf`: True for a file that llama.cpp can read, else why it can't, or False where there is none.

    `exported`: True once the model is there in OpenVINO's format, else why it can't be, or False.

    `free`: bytes of main memory; `installed`: whether OpenVINO is, looked up if None.
    """
    if wanted == "llama.cpp":
        if gguf is True:
            return Runtime("llama.cpp", Said("the settings ask for it"))
        why = gguf or Said("it isn't a GGUF file")
        otherwise = choose("auto", kind, parameters, free, exported, installed)
        return Runtime(
            otherwise.name, clauses(Said("llama.cpp can't run it: {why}", why=why), otherwise.reason)
        )
    if installed is None:
        installed = importlib.util.find_spec("openvino_genai") is not None
    no = _why_not(wanted, kind, parameters, free, exported, installed)
    if no:
        return Runtime("transformers", no)
    if wanted == "openvino":
        return Runtime("openvino", Said("the settings ask for it"))
    return Runtime("openvino", Said("it is the faster engine on a CPU, and answers everybody in one batch"))


def _why_not(
    wanted: Wanted,
    kind: DeviceKind,
    parameters: int,
    free: int,
    exported: bool | Message,
    installed: bool,
) -> Message:
    if wanted == "transformers":
        return Said("the settings ask for it")
    if kind != "cpu":
        return Said("the model runs on a GPU")
    if not installed:
        return Said("OpenVINO isn't installed (`pip install openvino-genai`)")
    if not isinstance(exported, bool):
        return Said("OpenVINO can't run it: {why}", why=exported)
    need = parameters * EXPORT_BYTES + EXPORT_HEADROOM
    if not exported and need > free:
        return Said(
            "making it ready for OpenVINO needs {need:.1f} GB and {free:.1f} GB is free",
            need=need / GB,
            free=free / GB,
        )
    return ""
