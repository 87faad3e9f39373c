"""What a person takes along: the adapter or the merged model, each with its card; and uploads.

Knows files; weights are merged by a program of its own (`merging`), where torch lives.
"""

import io
import json
import re
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from components import lifeline
from components.config import ROOT, Config
from components.errors import BadInput, Cancelled, EngineFailed
from components.files import read_json
from components.messages import Said
from components.models.adapters import CONFIG, WEIGHTS, AdapterFolder, Tuned
from components.models.catalog import ModelSpec
from components.models.headers import check_safetensors
from components.models.lora import check_fits, clean_config
from components.training.folder import Plan, RunFolder, slug
from components.training.launcher import ENVIRONMENT
from components.training.model_card import card, hub_name, named_plan

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
CONFIG_BYTES = MB = 1_000_000
# Files that may say where a model was loaded from, and how.
_NAMING = (CONFIG, "config.json", "tokenizer_config.json", "generation_config.json")
_NAMES = {"base_model_name_or_path", "_name_or_path", "name_or_path"}


def adapter_zip(folder: RunFolder, name: str, rows: bool = False) -> bytes:
    """The adapter in PEFT's format (or the whole model), its card and its report, as a ZIP.

    `rows`: whether the report has answers side by side, whose questions are rows of the data.
    """
    result = folder.result
    if result is None:
        raise BadInput("This run has made nothing yet.")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        _write(archive, folder, result, name, rows=rows)
    return made.getvalue()


def _write(
    archive: zipfile.ZipFile,
    folder: RunFolder,
    source: Path,
    name: str,
    merged: bool = False,
    rows: bool = False,
) -> None:
    """Nothing in it names a folder of this machine, and no row of the data is in it unless `rows`."""
    plan, top = named_plan(folder, name), slug(name)

    def write_json(name: str, content: Mapping[str, Any]) -> None:
        archive.writestr(f"{top}/{name}", json.dumps(content, ensure_ascii=False, indent=1))

    for path in sorted(source.iterdir()):
        if path.name in _NAMING:
            write_json(path.name, _with_base_name(read_json(path), plan, path.name == CONFIG))
        elif path.name != "README.md":
            archive.write(path, f"{top}/{path.name}")
    archive.writestr(f"{top}/README.md", card(folder, name, merged))
    write_json("run.json", {key: value for key, value in plan.to_json().items() if key != "base_folder"})
    if report := read_json(folder.path / "report.json"):
        write_json("report.json", report if rows else {k: v for k, v in report.items() if k != "answers"})


def _with_base_name(about: Mapping[str, Any], plan: Plan, adapter: bool) -> dict[str, Any]:
    """Settings of a model with the name by which others find its base, in place of a folder's."""
    named = dict.fromkeys(_NAMES & about.keys(), hub_name(plan.base_id))
    needed = {"base_model_name_or_path": hub_name(plan.base_id)} if adapter else {}  # PEFT looks there
    return {**about, **named, **needed}


def merged_zip(folder: RunFolder, name: str, cancelled: Callable[[], bool]) -> Path:
    """Base and adapter as one model in safetensors, as a ZIP in the run's folder; made once for a report.

    Raises EngineFailed where the program that merges them fails, Cancelled when it was stopped.
    """
    ready = folder.merged
    if ready.exists():
        return ready
    out = folder.path / f".merged-{uuid.uuid4().hex}"
    command = [sys.executable, "-m", "components.training.program.merge", str(folder.path), str(out)]
    try:
        with lifeline.start(
            command, cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            while process.poll() is None:
                try:
                    process.wait(timeout=0.3)
                except subprocess.TimeoutExpired:
                    if cancelled():
                        process.kill()
                        raise Cancelled("Stopped.") from None
            words = process.stderr.read().decode(errors="replace") if process.stderr else ""
        if process.returncode:
            last = words.strip().splitlines()[-1:]
            why = last[0][:300] if last else Said("exit status {code}", code=process.returncode)
            raise EngineFailed("The model could not be merged: {why}", why=why)
        part = out.with_suffix(".zip")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            _write(archive, folder, out, name, merged=True)
        part.replace(ready)
        return ready
    finally:
        shutil.rmtree(out, ignore_errors=True)
        out.with_suffix(".zip").unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ) | ENVIRONMENT


def import_adapter(
    files: Sequence[tuple[str, bytes]],
    *,
    title: str,
    owner: str,
    base_id: str,
    base_title: str,
    base: Path,
    adapters: AdapterFolder,
    config: Config,
) -> Tuned:
    """Takes a PEFT adapter made elsewhere into the model pickers.

    Only headers are read. Raises BadInput with what can't be used: a pickle, another base, another method.
    """
    settings, weights = _parts(files, config.adapter_mb * 1_000_000)
    try:
        given = json.loads(settings)
    except ValueError as error:
        raise BadInput("{config} can't be read as JSON.", config=CONFIG) from error
    except RecursionError as error:
        raise BadInput("{config} is nested too deeply to be an adapter's settings.", config=CONFIG) from error
    part = config.data_dir / "adapters" / f".upload-{uuid.uuid4().hex}"
    part.mkdir(parents=True)
    try:
        (part / CONFIG).write_text(json.dumps(clean_config(given), indent=1), encoding="utf-8")
        (part / WEIGHTS).write_bytes(weights)
        _check_header(part / WEIGHTS)
        fitting = check_fits(part, base, base_title)
        (part / CONFIG).write_text(json.dumps(fitting, indent=1), encoding="utf-8")
        made_for = str(given.get("base_model_name_or_path") or "")[:200]
        name = title.strip() or "Adapter"
        return adapters.add(part, title=name, owner=owner, base=base_id, made_for=made_for)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def other_base(adapter: Tuned, base: ModelSpec) -> str:
    """The base that an adapter's own settings name, where that isn't the chosen one; else empty.

    The same model has several names: the app's, the hub's, a folder's, another owner's copy.
    """
    names = (base.id, base.title, base.hub_name, base.location)
    return "" if _last(adapter.made_for) in {"", *map(_last, names)} else adapter.made_for


def _last(name: str) -> str:
    """The last part of a model's name or path."""
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1].casefold()


def _check_header(weights: Path) -> None:
    """Before anything believes it. Raises BadInput."""
    try:
        check_safetensors(weights)
    except BadInput as error:
        raise BadInput(
            "{weights} is not a safetensors file, or it is damaged: what it says about itself isn't "
            "true. Save the adapter again and upload that.",
            weights=WEIGHTS,
        ) from error


def _parts(files: Sequence[tuple[str, bytes]], limit: int) -> tuple[bytes, bytes]:
    """The two files that make an adapter, from single files or from a ZIP of them."""
    found: dict[str, bytes] = {}
    names: list[str] = []
    for name, data in files:
        if name.lower().endswith(".zip"):
            for inner, content in _unzipped(name, data, limit):
                names.append(inner)
                found.setdefault(inner.rsplit("/", 1)[-1], content)
        else:
            names.append(name)
            found.setdefault(name, data)
    if WEIGHTS not in found:
        if pickle := next((one for one in names if one.lower().endswith(PICKLES)), None):
            raise BadInput(
                "{pickle} is a pickle, which can run any code when it is opened. Save the adapter as "
                "safetensors: model.save_pretrained(folder, safe_serialization=True).",
                pickle=pickle,
            )
        raise BadInput("There is no {weights} in the upload.", weights=WEIGHTS)
    if CONFIG not in found:
        raise BadInput("There is no {config} in the upload: it says how the adapter is used.", config=CONFIG)
    return found[CONFIG], found[WEIGHTS]


def _unzipped(name: str, data: bytes, limit: int) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [one for one in archive.infolist() if not one.is_dir()]
            mine = [one for one in wanted if one.filename.rsplit("/", 1)[-1] in (CONFIG, WEIGHTS)]
            if sum(one.file_size for one in mine) > limit + CONFIG_BYTES:
                raise BadInput(
                    "What {name} unpacks to is {size:.0f} MB; an adapter may be {limit:.0f} MB at most.",
                    name=name,
                    size=sum(one.file_size for one in mine) / MB,
                    limit=limit / MB,
                )
            others = [(one.filename, b"") for one in wanted if one not in mine]
            return [(one.filename, archive.read(one)) for one in mine] + others
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise BadInput("{name} can't be read as a ZIP file.", name=name) from error
