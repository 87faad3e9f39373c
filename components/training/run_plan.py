"""What a run is: base, data, settings, device and versions, put together so that it can be repeated.

Knows the catalogue's entries and prepared data; nothing is loaded here.
"""

import hashlib
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from components.config import Config
from components.errors import BadInput
from components.files import read_json
from components.models import memory
from components.models.catalog import ModelSpec
from components.models.placement import Device
from components.training import label_rows
from components.training.design import BASE, KIND, Design
from components.training.folder import Plan, Precision, RunFolder
from components.training.hyperparameters import ON_PAIRS, TrainingSettings
from components.training.label_rows import LabelData
from components.training.prepared import Prepared
from components.training.rows import write_rows

PACKAGES = ("torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors")


def make_plan(
    run_id: str,
    name: str,
    spec: ModelSpec,
    base: Path,
    prepared: Prepared,
    settings: TrainingSettings,
    config: Config,
) -> Plan:
    if not (base / "config.json").exists():
        raise BadInput(
            "{title} can't be trained: its engine only translates. Choose another model.", title=spec.title
        )
    devices = cards() or [memory.ram()]
    device = config.device if config.device != "auto" else devices[0].kind
    if settings.method == "qlora" and device != "cuda":
        raise BadInput("QLoRA keeps the model in 4 bits, which needs an NVIDIA card. Choose LoRA instead.")
    mine = [one for one in devices if one.kind == device] or [memory.ram()]
    return Plan(
        id=run_id,
        name=name,
        base_id=spec.id,
        base_title=spec.title,
        base_folder=str(base),
        base_digest=base_digest(base),
        kind=prepared.facts.kind,
        data_name=prepared.name,
        data_digest=prepared.digest,
        rows=(prepared.train_rows, prepared.valid_rows),
        settings=settings,
        device=device,
        precision=precision(mine),
        processes=max(len(mine), 1) if device == "cuda" else 1,
        options=_options(prepared),
        versions=versions(),
        repaired=prepared.facts.repaired,
        dropped=prepared.facts.dropped,
    )


def precision(devices: list[Device]) -> Precision:
    """bfloat16 where it is computed natively (on a CPU: with AMX), else what the device is good at."""
    if all(device.bfloat16 for device in devices):
        return "bfloat16"
    return "float16" if devices[0].kind == "cuda" else "float32"


def cards() -> list[Device]:
    """NVIDIA cards, asked of the driver: this process doesn't import torch."""
    import subprocess

    if not shutil.which("nvidia-smi"):
        return []
    query = "--query-gpu=index,name,memory.total,memory.free,compute_cap"
    try:
        said = subprocess.run(
            ["nvidia-smi", query, "--format=csv,noheader,nounits"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_cards(said.stdout) if said.returncode == 0 else []


def parse_cards(text: str) -> list[Device]:
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split(",")]
        if len(parts) == 5:
            index, name, total, free, capability = parts
            mib = 1024 * 1024
            native = float(capability) >= 8.0
            found.append(Device("cuda", int(index), name, int(total) * mib, int(free) * mib, bfloat16=native))
    return found


def base_digest(folder: Path) -> str:
    """Tells one base from another: names, sizes and headers of its weight files, and its settings."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.safetensors"), folder / "config.json"]):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(1_000_000))
    return digest.hexdigest()


def context_of(folder: Path) -> int:
    """Tokens that a base model reads at most, as its own settings say; 0: they don't."""
    config = read_json(folder / "config.json")
    if "relative_attention_num_buckets" in config:  # T5 and its like count no positions
        return 0
    context = config.get("max_position_embeddings") or config.get("n_positions") or 0
    return context if isinstance(context, int) else 0


def versions() -> Mapping[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _options(prepared: Prepared) -> Mapping[str, Any]:
    facts = prepared.facts
    return {
        "instruction": facts.instruction,
        "purpose": facts.purpose,
        "source_language": facts.language,
        "target_language": facts.target_language,
    }


def _device(config: Config) -> str:
    """What a small model is trained on: the card if it is wanted, or if there is one and nothing else is."""
    return "cuda" if config.device == "cuda" or (config.device == "auto" and cards()) else "cpu"


def fill_from_rows(
    folder: RunFolder,
    run_id: str,
    name: str,
    spec: ModelSpec,
    base: Path,
    prepared: Prepared,
    settings: TrainingSettings,
    config: Config,
) -> None:
    """Puts rows and plan of a run on prepared data into its folder. Raises BadInput as `make_plan` does."""
    shutil.copyfile(prepared.train, folder.path / "train.jsonl")
    shutil.copyfile(prepared.valid, folder.path / "valid.jsonl")
    folder.write_plan(make_plan(run_id, name, spec, base, prepared, settings, config))


def fill_from_nothing(
    folder: RunFolder,
    sides: tuple[str, str],
    about: Design,
    name: str,
    data_name: str,
    settings: TrainingSettings,
    config: Config,
) -> None:
    """Puts text and plan of a run from nothing into its folder."""
    digest = hashlib.sha256()
    for part, text in zip(("train", "valid"), sides, strict=True):
        write_rows(folder.path / f"{part}.jsonl", [{"text": text}])
        digest.update(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    folder.write_plan(
        Plan(
            id=folder.path.name,
            name=name,
            base_id=BASE,
            base_title=BASE,
            base_folder="",
            base_digest="",
            kind=KIND,
            data_name=data_name,
            data_digest=digest.hexdigest(),
            rows=(1, 1),
            settings=settings,
            device=_device(config),
            options={"design": about.to_json()},
            versions=versions(),
        )
    )


def fill_for_labels(
    folder: RunFolder,
    data: LabelData,
    spec: ModelSpec,
    base: Path,
    name: str,
    settings: TrainingSettings,
    config: Config,
) -> None:
    """Puts rows and plan of a run on labels into its folder. Raises BadInput where the base is no encoder."""
    if spec.task != "embed" or not (base / "config.json").exists():
        raise BadInput(
            "{title} can't learn labels: it is no encoder of transformers. Choose another.", title=spec.title
        )
    digest = hashlib.sha256()
    for part, rows in (("train", data.train), ("valid", data.valid)):
        path = folder.path / f"{part}.jsonl"
        write_rows(path, [dict(row) for row in rows])
        digest.update(path.read_bytes())
    folder.write_plan(
        Plan(
            id=folder.path.name,
            name=name,
            base_id=spec.id,
            base_title=spec.title,
            base_folder=str(base),
            base_digest=base_digest(base),
            kind=label_rows.KIND,
            data_name=data.name,
            data_digest=digest.hexdigest(),
            rows=(len(data.train), len(data.valid)),
            settings=settings,
            device=_device(config),
            options={label_rows.KIND: data.facts.to_json()},
            versions=versions(),
        )
    )


def check_pairs(prepared: Prepared, settings: TrainingSettings) -> None:
    """Raises BadInput for a method by which nothing is learned from pairs."""
    if prepared.facts.kind == "preference" and settings.method not in ON_PAIRS:
        raise BadInput("Pairs are learned from with LoRA: the base is the reference. Choose LoRA.")
