"""Which engine runs a causal model: OpenVINO on a CPU where it can, transformers everywhere else.

Pure rules over facts that the caller has found out.
"""

import importlib.util
from dataclasses import dataclass
from typing import Literal

from components.config import GB, Wanted
from components.messages import N_
from components.models.placement import DeviceKind

EXPORT_BYTES = 9  # for each weight: float32 twice, 8 bits once
EXPORT_HEADROOM = 500_000_000


@dataclass(frozen=True)
class Runtime:
    """A choice, with its reason for the Models page."""

    name: Literal["openvino", "transformers"]
    reason: str


def choose(
    wanted: Wanted,
    kind: DeviceKind,
    parameters: int,
    free: int,
    exported: bool | str,
    installed: bool | None = None,
) -> Runtime:
    """`exported`: True once the model is there in OpenVINO's format, else why it can't be, or False.

    `free`: bytes of main memory; `installed`: whether OpenVINO is, looked up if None.
    """
    if installed is None:
        installed = importlib.util.find_spec("openvino_genai") is not None
    no = _why_not(wanted, kind, parameters, free, exported, installed)
    if no:
        return Runtime("transformers", no)
    if wanted == "openvino":
        return Runtime("openvino", N_("the settings ask for it"))
    return Runtime("openvino", N_("it is the faster engine on a CPU, and answers everybody in one batch"))


def _why_not(
    wanted: Wanted,
    kind: DeviceKind,
    parameters: int,
    free: int,
    exported: bool | str,
    installed: bool,
) -> str:
    if wanted == "transformers":
        return N_("the settings ask for it")
    if kind != "cpu":
        return N_("the model runs on a GPU")
    if not installed:
        return "OpenVINO isn't installed (`pip install openvino-genai`)"
    if isinstance(exported, str):
        return f"OpenVINO can't run it: {exported}"
    need = parameters * EXPORT_BYTES + EXPORT_HEADROOM
    if not exported and need > free:
        text = N_("making it ready for OpenVINO needs {need} GB and {free} GB is free")
        return text.format(need=f"{need / GB:.1f}", free=f"{free / GB:.1f}")
    return ""
