"""What the manager asks of the world, and how the app answers: files, memory, and models on a device.

Knows the library, servers and engine processes; nothing about leases, queues or torch.
"""

import importlib.util
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import psutil

from components.config import GB, SERVER, Config, Wanted
from components.errors import AppError, BadInput, Cancelled, EngineFailed, NotEnoughMemory, Unavailable
from components.messages import Message, Said, clauses
from components.models import gguf_memory, memory, runtime, tuned_files
from components.models.adapters import FOLDER, WEIGHTS
from components.models.catalog import ModelSpec
from components.models.division import Division, Side, divide
from components.models.engine import Engine
from components.models.footprint import architecture, stored
from components.models.gguf_header import GgufHeader, read_gguf
from components.models.gguf_memory import CacheBits, LlamaPlacement, cells, checked, fitting_bits
from components.models.library import Library, Progress
from components.models.pair import Pair
from components.models.placement import HEADROOM_BYTES, Device, Footprint, Placement, target_kind
from components.models.process import EngineProcess, ProcessEngine, changed_at
from components.models.rates import RateBook, measure
from components.models.runtime import Runtime
from components.models.servers.registry import Servers

BERGAMOT = "components.models.engines.bergamot_host"
LLAMA = "components.models.engines.llama_host"
OPENVINO = "components.models.engines.openvino_host"
USE = "components.models.engines.use_host"
BESIDE = 8  # adapters that a base is loaded with; others have a process of their own
# OpenVINO keeps what it has read, to find it again, at 8 bits: so many full contexts, if they fit into what
# the manager makes room for.
CACHED_CONTEXTS = 3


class Loader(Protocol):
    """What the manager needs from outside: files, memory, and models on a device."""

    def prepare(self, spec: ModelSpec, on_progress: Progress) -> tuple[Path, Footprint]: ...

    def devices(self) -> list[Device]: ...

    def main_memory(self) -> Device: ...

    def adaptable(self, spec: ModelSpec) -> ModelSpec: ...

    def on_torch(self, spec: ModelSpec) -> ModelSpec: ...

    def on_its_own(self, spec: ModelSpec) -> bool: ...

    def beside(self, base: ModelSpec) -> Sequence[Path]: ...

    def holds(self, engine: Engine, adapter: Path) -> bool: ...

    def load(
        self, spec: ModelSpec, folder: Path, placement: Placement, reclaim: Callable[[], object]
    ) -> Engine: ...

    def make_ready(self, spec: ModelSpec) -> None: ...

    def join(self, spec: ModelSpec, pair: Pair, free: int, cancelled: Callable[[], bool]) -> None: ...

    def connect(self, spec: ModelSpec) -> tuple[Engine, Placement]: ...


class EngineLoader:
    """What the manager needs of the world: files, memory, and models on a device."""

    def __init__(
        self,
        config: Config,
        library: Library,
        process: EngineProcess | None = None,
        servers: Servers | None = None,
    ) -> None:
        self._config, self._library, self._threads = config, library, config.threads
        self._servers = servers or Servers(config.servers)
        self.process = process or EngineProcess(config.threads)
        self._keys = itertools.count(1)
        self._wanted: dict[str, Wanted] = {}  # what people chose, until the server ends
        self._unreadable: dict[str, Message] = {}  # why llama.cpp couldn't load a model
        self._apart: set[Path] = set()  # adapters that a base couldn't be loaded with
        self._rates = RateBook(config.store_dir)
        self._not_exported: dict[str, Message] = {}  # why, between preparing and loading

    def prepare(self, spec: ModelSpec, on_progress: Progress) -> tuple[Path, Footprint]:
        """The folder of a model, or its GGUF file where that is run as it is."""
        if self._as_it_is(spec) or spec.under:
            return self._file(spec)
        folder = self._library.prepare(spec, on_progress)
        footprint = self._library.footprint(spec, folder)
        if self._runtime(spec, folder).name == "openvino":
            try:
                self._library.export(spec, folder, on_progress)
            except AppError as error:  # it will run on transformers then, and say why
                self._not_exported[spec.id] = error.message
        return folder, footprint

    def choose(self, model_id: str, wanted: Wanted) -> None:
        """Which engine runs a model from its next load on."""
        self._wanted[model_id] = wanted

    def wanted(self, model_id: str) -> Wanted:
        return self._wanted.get(model_id) or self._config.for_model(model_id).engine or self._config.engine

    def adaptable(self, spec: ModelSpec) -> ModelSpec:
        """The base of an adapter as it is to be loaded: on transformers, which knows adapters."""
        folder = self._library.folder(spec)
        if not self._as_it_is(spec) and (
            folder is None or self._runtime(spec, folder).name == "transformers"
        ):
            return spec
        return replace(spec, plain=True, title=f"{spec.title} for adapters")

    def on_torch(self, spec: ModelSpec) -> ModelSpec:
        """A model as transformers runs it, whichever engine answers with it. Others stay what they are."""
        if spec.source == "server" or spec.task not in ("chat", "complete"):
            return spec
        if self._library.folder(spec) is None:
            return replace(spec, plain=True, title=f"{spec.title} for adapters")
        return self.adaptable(spec)

    def on_its_own(self, spec: ModelSpec) -> bool:
        """Whether an adapter runs on llama.cpp, in a process with the file of its base.

        Of a base: whether it does so itself.
        """
        if not spec.under:
            return self._as_it_is(spec)
        if not self._from_file(spec.under) or spec.id in self._unreadable:
            return False
        return tuned_files.fits(Path(spec.location), read_gguf(self._library.source_file(spec.under)))

    def beside(self, base: ModelSpec) -> Sequence[Path]:
        """The folders of the adapters that llama.cpp loads with a base: the newest that fit it."""
        if base.under or not self._as_it_is(base):
            return ()
        header = read_gguf(self._library.source_file(base))
        its = tuned_files.fitting(self._config.data_dir / FOLDER, base.id, header)
        usable = (one.folder for one in its if one.id not in self._unreadable)
        return list(itertools.islice((one for one in usable if one not in self._apart), BESIDE))

    def holds(self, engine: Engine, adapter: Path) -> bool:
        """Whether an engine was loaded with an adapter, as the adapter is now."""
        first = engine.first if isinstance(engine, Pair) else engine
        return isinstance(first, ProcessEngine) and first.beside.get(adapter) == changed_at(adapter)

    def _as_it_is(self, spec: ModelSpec) -> bool:
        """Whether a model's GGUF file is run without being converted."""
        if not self._from_file(spec) or self.wanted(spec.id) == "llama.cpp":
            return self._from_file(spec)
        there = self._library.folder(spec)
        if there is None or self._library.exported(spec, there) is not True:
            return True
        return self._division(spec, self._budgeted(memory.ram().free)).which != "second"

    def _from_file(self, spec: ModelSpec) -> bool:
        """Whether llama.cpp may run a model's file here."""
        wanted = self.wanted(spec.id)
        if wanted not in ("auto", "llama.cpp") or self._readable(spec) is not True:
            return False
        return wanted == "llama.cpp" or target_kind(self.devices(), self._config.device) == "cpu"

    def _readable(self, spec: ModelSpec) -> bool | Message:
        """Whether llama.cpp can read a model's file; the reason where it can't, False where there is none."""
        if not spec.gguf or spec.plain:
            return False
        if importlib.util.find_spec("xllamacpp") is None:
            return Said("llama.cpp isn't installed (`pip install xllamacpp`)")
        if why := self._unreadable.get(spec.id):
            return why
        try:
            checked(read_gguf(self._library.source_file(spec)))
        except AppError as error:
            return error.message
        return True

    def _file(self, spec: ModelSpec) -> tuple[Path, Footprint]:
        """A GGUF file, and what it needs as it is. Raises BadInput with the reason why it can't be used."""
        file = self._library.source_file(spec.under or spec)
        header = checked(read_gguf(file))
        adapters = [Path(spec.location)] if spec.under else self.beside(spec)
        weights = sum((adapter / WEIGHTS).stat().st_size for adapter in adapters)
        header = replace(header, size=header.size + weights)
        return file, stored(header, self._config.max_context, self._bits(spec, header))

    def _bits(self, spec: ModelSpec, header: GgufHeader) -> CacheBits:
        wanted = self._config.for_model(spec.id).cache or self._config.cache
        return fitting_bits(header, 8 if wanted == "8bit" else 16)

    def _runtime(self, spec: ModelSpec, folder: Path) -> Runtime:
        if spec.task not in ("chat", "complete") or architecture(folder) != "causal":
            return Runtime("transformers", "")
        if spec.plain:
            return Runtime("transformers", Said("adapters are used with it, which OpenVINO doesn't read"))
        devices = self.devices()
        kind = target_kind(devices, self._config.device)
        free = self._budgeted(max((device.free for device in devices if device.kind == kind), default=0))
        exported = self._library.exported(spec, folder)
        # Its weights are counted only where it isn't made ready yet: every lease of an adapter asks this.
        parameters = 0 if exported else self._library.footprint(spec, folder).parameters
        wanted, readable = self.wanted(spec.id), self._readable(spec)
        return runtime.choose(wanted, kind, parameters, free, exported, gguf=readable)

    def _budgeted(self, free: int) -> int:
        budget = self._config.memory_budget_gb
        return free if budget is None else min(free, int(budget * GB))

    def _division(self, spec: ModelSpec, free: int) -> Division:
        """Whether llama.cpp (the first), OpenVINO or both are to run the model of a GGUF file."""
        file = self._library.source_file(spec)
        header, mark = read_gguf(file), _mark(file)
        context = min(header.context or 4096, self._config.max_context)
        sides = [
            Side(name, self._rates.get(spec.id, name, mark), need)
            for name, need in (
                ("llama.cpp", gguf_memory.need(header, context, self._bits(spec, header))),
                ("OpenVINO", _openvino_need(header, context)),
            )
        ]
        return divide(sides[0], sides[1], free)

    def devices(self) -> list[Device]:
        """Cards are measured by torch, in the engine process; where there can be none it isn't started."""
        return self.process.call("devices") if memory.may_have_cards() else [memory.ram()]

    def main_memory(self) -> Device:
        return memory.ram()

    def devices_now(self) -> list[Device]:
        """Without starting the engine: then only main memory is known."""
        try:
            return self.devices() if self.process.pid else [memory.ram()]
        except EngineFailed:  # it ended just now
            return [memory.ram()]

    def process_memory(self) -> int:
        """Bytes of main memory that the engine process takes; 0 when it isn't running."""
        try:
            return psutil.Process(self.process.pid).memory_info().rss if self.process.pid else 0
        except psutil.Error:  # it ended just now
            return 0

    def connect(self, spec: ModelSpec) -> tuple[Engine, Placement]:
        """A model on a server, which takes no memory here. Raises Unavailable or EngineFailed."""
        from components.models.servers.remote import connect

        name = spec.id.removeprefix(SERVER).split("/")[0]
        listed = self._servers.served(name, spec.location)
        engine = connect(self._servers.connection(name), spec, listed, self._config.for_model(spec.id))
        return engine, Placement((), "", "none", 0, engine.info.context, engine.reason)

    def load(
        self, spec: ModelSpec, folder: Path, placement: Placement, reclaim: Callable[[], object]
    ) -> Engine:
        key = f"{spec.key}#{next(self._keys)}"
        if folder.is_file():
            try:
                return self._on_llama(spec, folder, placement, reclaim, key)
            except (BadInput, Unavailable) as error:
                return self._converted(spec, placement, reclaim, error)
        if program := {"bergamot": BERGAMOT, "use": USE}.get(architecture(folder)):
            return self._alone(program, reclaim, "load", key, folder, placement, spec.task)
        chosen = self._runtime(spec, folder)
        reason = chosen.reason
        if chosen.name == "openvino":
            try:
                return self._on_openvino(spec, folder, placement, reclaim, key, reason)
            except NotEnoughMemory:
                raise
            except AppError as error:
                reason = Said("OpenVINO can't run it: {why}", why=error)
        info = self.process.call("load", key, folder, placement, spec.task)
        return ProcessEngine(self.process, key, replace(info, chosen=reason), reclaim)

    def _on_llama(
        self,
        spec: ModelSpec,
        file: Path,
        placement: Placement,
        reclaim: Callable[[], object],
        key: str,
    ) -> Engine:
        header, context = read_gguf(file), placement.context
        bits = self._bits(spec, header)
        tokens = cells(header, context, placement.devices[0].free - placement.need, bits)
        if spec.under:
            adapter = Path(spec.location)
            how = LlamaPlacement(context, tokens, bits, (adapter,), adapter)
            engine = self._alone(LLAMA, reclaim, "open", key, header, how)
            chosen = Said("it reads the base's file as it is, and the adapter beside it")
            engine.info = replace(engine.info, chosen=chosen)
            return engine
        engine = self._with_adapters(spec, LlamaPlacement(context, tokens, bits), header, reclaim, key)
        if self.wanted(spec.id) == "llama.cpp":
            engine.info = replace(engine.info, chosen=Said("the settings ask for it"))
            return engine
        reason: Message = Said("it reads the file as it is")
        if self._config.prepare_openvino:
            more = Said("OpenVINO, which may read faster, is made ready when nobody waits")
            reason = clauses(reason, more)
        return Pair(engine, reason)

    def _with_adapters(
        self,
        base: ModelSpec,
        how: LlamaPlacement,
        header: GgufHeader,
        reclaim: Callable[[], object],
        key: str,
    ) -> ProcessEngine:
        """A base with its adapters beside it, so that whoever uses one of them uses the same process."""
        beside = {adapter: changed_at(adapter) for adapter in self.beside(base)}
        try:
            engine = self._alone(LLAMA, reclaim, "open", key, header, replace(how, adapters=tuple(beside)))
        except BadInput:
            if not beside:
                raise
            self._apart.update(beside)  # one of them can't be read; which, is seen where each is loaded alone
            return self._alone(LLAMA, reclaim, "open", key, header, how)
        engine.beside = beside
        return engine

    def _converted(
        self, spec: ModelSpec, placement: Placement, reclaim: Callable[[], object], why: AppError
    ) -> Engine:
        """The model of a file that llama.cpp can't read after all. Raises `why` where nothing else can."""
        if self.wanted(spec.id) == "llama.cpp":
            raise why
        self._unreadable[spec.id] = why.message
        if spec.under:  # the next request uses it on transformers
            raise why
        try:
            folder, _ = self.prepare(spec, lambda text, share: None)
        except AppError:
            raise why from None
        return self.load(spec, folder, placement, reclaim)

    def make_ready(self, spec: ModelSpec) -> None:
        """Brings the files for OpenVINO beside llama.cpp. Raises AppError where that can't be."""
        free = self._budgeted(memory.ram().free)
        division = self._division(spec, free)
        if division.which == "first":
            raise Unavailable(division.reason)
        header = checked(read_gguf(self._library.source_file(spec)))
        folder = self._library.folder(spec)
        exported = folder is not None and self._library.exported(spec, folder)
        chosen = runtime.choose("auto", "cpu", 0 if exported else header.parameters, free, exported)
        if chosen.name != "openvino":
            raise Unavailable(chosen.reason)
        folder = self._library.prepare(spec, lambda text, share: None)
        self._library.export(spec, folder, lambda text, share: None)

    def join(self, spec: ModelSpec, pair: Pair, free: int, cancelled: Callable[[], bool]) -> None:
        """Loads OpenVINO beside llama.cpp, measures both, and keeps it if that is worth its memory.

        `free`: bytes for it. Raises AppError with the reason where it isn't, Cancelled where somebody asked
        before both were measured.
        """
        division = self._division(spec, free)
        if division.which == "first":
            raise Unavailable(division.reason)
        folder = self._library.prepare(spec, lambda text, share: None)
        footprint, context = self._library.footprint(spec, folder), pair.first.info.context
        need = HEADROOM_BYTES + footprint.parameters + footprint.kv_values_per_token * context
        place = Placement((memory.ram(),), "float32", "none", need, context, "")
        key = f"{spec.key}#{next(self._keys)}"
        second = self._on_openvino(spec, folder, place, lambda: None, key, "")
        second.recent = pair.first.recent
        try:
            mark = _mark(self._library.source_file(spec))
            for name, engine in (("llama.cpp", pair.first), ("OpenVINO", second)):
                if self._rates.get(spec.id, name, mark) is None and (found := measure(engine, cancelled)):
                    self._rates.keep(spec.id, name, mark, found)
            rates = [self._rates.get(spec.id, name, mark) for name in ("llama.cpp", "OpenVINO")]
            if cancelled() and not all(rates):
                raise Cancelled("Stopped, since the model is needed.")
            division = self._division(spec, free)
            if not rates[0] or not rates[1] or division.which == "first":
                raise Unavailable(division.reason or Said("its speed could not be measured"))
            if not pair.attach(second, (rates[0], rates[1]), division.reason):
                raise Unavailable("The model was unloaded.")
        except BaseException:
            second.close()
            raise

    def _on_openvino(
        self,
        spec: ModelSpec,
        folder: Path,
        placement: Placement,
        reclaim: Callable[[], object],
        key: str,
        reason: Message,
    ) -> ProcessEngine:
        """Raises Unavailable with the reason where the model wasn't made ready for it."""
        if failed := self._not_exported.pop(spec.id, ""):
            raise Unavailable(failed)
        exported = self._library.export(spec, folder, lambda text, share: None)
        footprint = self._library.footprint(spec, folder)
        # A weight and a cached number take a byte each here.
        left = placement.need - HEADROOM_BYTES - footprint.parameters
        room = left // max(footprint.kv_values_per_token, 1)
        tokens = max(min(CACHED_CONTEXTS * placement.context, room), placement.context)
        engine = self._alone(OPENVINO, reclaim, "open", key, folder, exported, placement, tokens)
        taken = engine.info.memory + tokens * footprint.kv_values_per_token  # the cache fills bit by bit
        engine.info = replace(engine.info, memory=taken, chosen=reason)
        return engine

    def _alone(
        self, program: str, reclaim: Callable[[], object], verb: str, key: str, *what: Any
    ) -> ProcessEngine:
        """A model in a process of its own, which ends with it."""
        process = EngineProcess(self._threads, program)
        try:
            info = process.call(verb, key, *what)
        except AppError:
            process.close()
            raise
        return ProcessEngine(process, key, info, reclaim, alone=True)


def _openvino_need(header: GgufHeader, context: int) -> int:
    """Bytes of a model on OpenVINO: a byte for a weight and for a cached number, and what runs them."""
    return header.parameters + gguf_memory.cache_bytes(header, context) // 2 + 2 * HEADROOM_BYTES


def _mark(file: Path) -> list[int]:
    """Tells whether something was measured with the file that is there now."""
    stat = file.stat()
    return [stat.st_size, int(stat.st_mtime)]
