"""A program: the engine process, where torch lives. Requests come in on stdin, answers leave on stdout.

    python -m components.models.engines.host

The app's process never imports torch: its pages are drawn at once, its threads don't compete with the
engine for Python's interpreter lock, and a crash in here costs the answers in progress, not the app. The
main thread reads requests, hears cancels and answers whether it is there, so it never waits; all torch work
is on one other thread (`step_loop`), and what takes no torch has threads of its own. Messages are pickled
tuples between a process and its own child.
"""

import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from components import lifeline
from components.errors import AppError, Cancelled, EngineFailed, NotEnoughMemory
from components.models.engines.step_loop import StepLoop
from components.models.engines.templates import ChatTemplate
from components.models.looks import Look, cant_look
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.placement import Placement
from components.models.scores import Scored, TokenScore, not_a_writer, only_on_transformers
from components.models.spec import Task
from components.models.translation import TranslationOptions

Emit = Callable[[str, Any], None]

SEND_SECONDS = 0.05  # between two pieces of an answer's text, at least; a page looks five times a second


class Host:
    """Answers (id, verb, arguments) with (id, "value" | "event" | "error", payload)."""

    _name = ""  # of an engine that has a process of its own and writes

    def __init__(self, requests: BinaryIO, answers: BinaryIO, threads: int | None) -> None:
        self._requests, self._answers = requests, answers
        self._writing = threading.Lock()  # guards _answers: both threads send
        self._threads = threads
        self._imported = threading.Event()
        self._loop = StepLoop()
        self._engines: dict[str, Any] = {}  # changed by the engine thread only
        self._opening = threading.Lock()  # guards adding to _templates
        self._templates: dict[
            int, ChatTemplate
        ] = {}  # by the id of a tokenizer, which base and adapters share
        self._cancels: dict[int, threading.Event] = {}  # touched by the main thread; events are shared

    def run(self) -> None:
        """Serves until the app closes the pipe or is gone."""
        self._loop.call(self._import)
        self._loop.start()
        while True:
            try:
                number, verb, arguments = pickle.load(self._requests)
            except EOFError:
                os._exit(0)  # at once, even if the engine thread is busy: nobody listens any more
            try:
                getattr(self, f"_on_{verb}")(number, *arguments)
            except Exception as error:  # noqa: BLE001 - reported to the caller
                self._send(number, "error", _as_app_error(error))

    def _import(self) -> None:
        try:
            import torch

            # Lazily imported otherwise, by the first load, which would wait for it.
            from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: F401

            if self._threads:
                torch.set_num_threads(self._threads)
        except Exception:  # noqa: BLE001 - whatever it is, nothing will ever load
            traceback.print_exc()
            os._exit(1)  # a broken installation: waiting callers hear of the end
        self._imported.set()

    def _send(self, number: int, kind: str, payload: Any) -> None:
        with self._writing:
            pickle.dump((number, kind, payload), self._answers)
            self._answers.flush()

    def _on_ping(self, number: int) -> None:
        """Whether this process has all that it needs: until then it may be silent for long."""
        self._send(number, "value", self._imported.is_set())

    def _on_devices(self, number: int) -> None:
        def measured() -> Any:
            from components.models import memory

            self._imported.wait()
            return memory.measure()

        self._aside(number, measured)

    def _aside(self, number: int, work: Callable[[], Any]) -> None:
        """Answers with what `work` returns, from a thread of its own."""

        def answer() -> None:
            try:
                self._send(number, "value", work())
            except Exception as error:  # noqa: BLE001 - reported to the caller
                self._send(number, "error", _as_app_error(error))

        threading.Thread(target=answer, daemon=True).start()

    def _on_load(self, number: int, key: str, folder: Path, placement: Placement, task: Task) -> None:
        load = self._load_embedding if task == "embed" else self._load
        self._reporting(number, key, lambda: load(key, folder, placement))

    def _reporting(self, number: int, key: str, load: Callable[[], EngineInfo]) -> None:
        """Loads on the engine's thread; a failure leaves nothing behind."""

        def work() -> None:
            try:
                self._send(number, "value", load())
                return
            except Exception as error:  # noqa: BLE001 - reported to the caller
                failure = _as_app_error(error).with_traceback(None)
            # Only now: the traceback held what was loaded.
            self._close(self._engines.pop(key, None))
            self._free()
            self._send(number, "error", failure)

        self._loop.call(work)

    def _load(self, key: str, folder: Path, placement: Placement) -> EngineInfo:
        from components.models.engines.weights import load_causal
        from components.models.footprint import architecture

        if architecture(folder) == "seq2seq":
            return self._load_seq2seq(key, folder, placement)
        started = time.perf_counter()
        model, tokenizer = load_causal(folder, placement)
        engine, at_once = _causal_engine(model, tokenizer, placement)
        self._engines[key] = engine
        self._start_template(engine)
        for _ in engine.generate(Prompt(text="Hello"), GenerationOptions(max_new_tokens=2), _never, _ignore):
            pass  # the first passes are the slow ones
        info = _info(model, placement, placement.context, bool(tokenizer.chat_template), started)
        return replace(info, at_once=at_once)

    def _load_embedding(self, key: str, folder: Path, placement: Placement) -> EngineInfo:
        from components.models.engines.embedder import WINDOW, EmbeddingEngine
        from components.models.engines.weights import load_embedding

        started = time.perf_counter()
        model, tokenizer = load_embedding(folder, placement)
        engine = EmbeddingEngine(model, tokenizer)
        self._engines[key] = engine
        for _ in engine.embed(["Hello"], _never, _ignore):
            pass
        return _info(model, placement, WINDOW, False, started)

    def _load_seq2seq(self, key: str, folder: Path, placement: Placement) -> EngineInfo:
        from components.models.engines.seq2seq import Seq2SeqEngine
        from components.models.engines.weights import load_seq2seq

        started = time.perf_counter()
        model, tokenizer = load_seq2seq(folder, placement)
        self._engines[key] = Seq2SeqEngine(model, tokenizer, placement.context, self._loop.breathe)
        return _info(model, placement, placement.context, False, started)

    def _on_adapt(self, number: int, key: str, adapted_key: str, folder: Path) -> None:
        """Puts an adapter beside a loaded model, as an engine of its own that shares it."""

        def work() -> None:
            try:
                self._engines[adapted_key] = self._engine(key).adapted(folder)
                self._send(number, "value", None)
            except Exception as error:  # noqa: BLE001 - reported to the caller
                self._send(number, "error", _as_app_error(error))

        self._loop.call(work)

    def _on_unload(self, number: int, key: str) -> None:
        def work() -> None:
            for name in [name for name in self._engines if name == key or name.startswith(f"{key}+")]:
                self._close(self._engines.pop(name))
            self._free()
            self._send(number, "value", None)

        self._loop.call(work)

    def _free(self) -> None:
        from components.models.engines.causal import free_memory

        free_memory()

    def _close(self, engine: Any) -> None:
        """Ends what an engine has outside of this process. An adapter's twin shares it with its base."""
        if template := self._templates.pop(id(getattr(engine, "tokenizer", None)), None):
            template.close()

    def _start_template(self, engine: Any) -> None:
        if engine.tokenizer.chat_template:
            self._template(engine).start()

    def _template(self, engine: Any) -> ChatTemplate:
        with self._opening:
            return self._templates.setdefault(id(engine.tokenizer), ChatTemplate(engine.tokenizer))

    def _on_count(self, number: int, key: str, prompts: list[Prompt]) -> None:
        engine = self._engine(key)
        cancelled, _, finish = self._ends(number)

        def tokens(prompt: Prompt) -> int:
            ready = self._template(engine).render(prompt, cancelled) if prompt.messages else prompt
            return len(engine.prompt_ids(ready))

        def count() -> list[int]:
            try:
                return [tokens(prompt) for prompt in prompts]
            finally:
                finish(None)

        self._aside(number, count)

    def _on_generate(self, number: int, key: str, prompt: Prompt, options: GenerationOptions) -> None:
        cancelled, emit, finish = self._ends(number)

        def generate(prompt: Prompt) -> None:
            def steps() -> Generator[Any, None, None]:
                pieces = Gathered(emit)
                try:
                    yield from self._engine(key).generate(prompt, options, cancelled, pieces)
                finally:
                    pieces.flush()  # what was written before a failure is kept

            self._loop.generate(str(number), steps(), finish)

        def render() -> None:
            """The template is the model's own program: it is waited for on a thread of its own."""
            try:
                ready = self._template(self._engine(key)).render(prompt, cancelled)
            except Cancelled:
                emit("end", Usage(0, 0, 0.0, 0.0, "stopped"))
                finish(None)
            except Exception as error:  # noqa: BLE001 - reported to the caller
                finish(error)
            else:
                generate(ready)

        if prompt.messages:
            threading.Thread(target=render, daemon=True).start()
        else:
            generate(prompt)

    def _on_scores(self, number: int, key: str, texts: list[Scored], top: int) -> None:
        engine = self._engine(key)
        if not hasattr(engine, "scores"):
            raise self._no_scores()
        self._in_steps(number, lambda *ends: engine.scores(texts, top, *ends), background=True)

    def _on_look(self, number: int, key: str, asked: Look) -> None:
        engine = self._engine(key)
        if not hasattr(engine, "look"):
            raise cant_look(self._name or "This kind of model")
        self._in_steps(number, lambda *ends: engine.look(asked, *ends), background=True)

    def _no_scores(self) -> AppError:
        return not_a_writer()

    def _on_embed(self, number: int, key: str, texts: list[str]) -> None:
        self._in_steps(number, lambda *ends: self._engine(key).embed(texts, *ends), background=True)

    def _in_steps(
        self, number: int, start: Callable[..., Generator[Any, None, None]], background: bool = False
    ) -> None:
        """Puts the steps of `start(cancelled, emit)` into the loop, with events under this number."""
        cancelled, emit, finish = self._ends(number)
        self._loop.generate(str(number), start(cancelled, emit), finish, background)

    def _ends(self, number: int) -> tuple[Callable[[], bool], Emit, Callable[[BaseException | None], None]]:
        """How one request is cancelled, the channel for its reports, and the callback for its end."""
        cancel = self._cancels[number] = threading.Event()

        def emit(kind: str, payload: Any) -> None:
            self._send(number, "event", (kind, payload))

        def finish(error: BaseException | None) -> None:
            self._cancels.pop(number, None)
            if error is not None:
                self._send(number, "error", _as_app_error(error))

        return cancel.is_set, emit, finish

    def _on_translate(self, number: int, key: str, texts: list[str], options: TranslationOptions) -> None:
        self._translate(number, self._engine(key), texts, options, *self._ends(number))

    def _translate(
        self, number: int, engine: Any, texts: list[str], options: TranslationOptions, *ends: Any
    ) -> None:
        """Runs as steps among the others. `ends`: cancelled, emit, finish."""
        cancelled, emit, finish = ends
        steps = engine.translate(texts, options, cancelled, emit)
        self._loop.generate(str(number), steps, finish, background=True)

    def _on_cancel(self, number: int) -> None:
        if cancel := self._cancels.get(number):
            cancel.set()
            self._loop.resume(str(number))

    def _on_resume(self, number: int) -> None:
        self._loop.resume(str(number))

    def _engine(self, key: str) -> Any:
        if key not in self._engines:
            raise EngineFailed("The model is not loaded any more. Send the message again.")
        return self._engines[key]


class Gathered:
    """An `emit` for text that comes fast: in fewer and longer pieces.

    Each piece wakes the app's process, which then takes a core from the next step.
    """

    def __init__(self, emit: Emit, clock: Callable[[], float] = time.perf_counter) -> None:
        self._emit, self._clock = emit, clock
        self._held: list[str] = []
        self._scores: list[TokenScore] = []
        self._wrote = 0  # tokens
        self._sent = -SEND_SECONDS

    def __call__(self, kind: str, payload: Any) -> None:
        if kind == "scores":
            self._scores += payload
            return
        if kind == "wrote":
            self._wrote = payload
            return
        if kind != "text":
            self.flush()
            self._emit(kind, payload)
            return
        self._held.append(payload)
        if self._clock() - self._sent >= SEND_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._scores:
            self._emit("scores", self._scores.copy())
            self._scores.clear()
        if self._held:
            if self._wrote:
                self._emit("wrote", self._wrote)
            self._emit("text", "".join(self._held))
            self._held.clear()
            self._sent = self._clock()


class LoneHost(Host):
    """The process of one model without torch: nothing is imported first, and it ends with its model."""

    def _import(self) -> None:
        self._imported.set()

    def _free(self) -> None:
        return None

    def _about(self, engine: str, dtype: str, placement: Placement, started: float) -> EngineInfo:
        """Its memory is measured as that of the whole process, which has nothing else in it."""
        return EngineInfo(
            device="cpu",
            dtype=dtype,
            quantization="none",
            memory=psutil.Process().memory_info().rss,
            context=placement.context,
            chat=False,
            load_seconds=time.perf_counter() - started,
            engine=engine,
        )

    def _no_scores(self) -> AppError:
        return only_on_transformers(self._name) if self._name else not_a_writer()


def _causal_engine(model: Any, tokenizer: Any, placement: Placement) -> tuple[Any, int]:
    """The engine of a loaded model, and how many requests it runs in one batch (0: they take turns).

    On a CPU, OpenVINO is the engine for many requests; in models that it can't run, and in models spread over
    several cards, they take turns.
    """
    from components.models.engines.causal import CausalEngine
    from components.models.engines.continuous_batch import AT_ONCE, BatchingEngine

    if [device.kind for device in placement.devices] == ["cuda"]:
        try:
            return BatchingEngine(model, tokenizer, placement.context), AT_ONCE
        except (ValueError, NotImplementedError, AttributeError) as error:
            print(f"No continuous batching: {error}", file=sys.stderr)  # such as other kinds of attention
    return CausalEngine(model, tokenizer, placement.context), 0


def _info(model: Any, placement: Placement, context: int, chat: bool, started: float) -> EngineInfo:
    return EngineInfo(
        device=" + ".join(device.label for device in placement.devices),
        dtype=placement.dtype,
        quantization=placement.quantization,
        memory=model.get_memory_footprint(),
        context=context,
        chat=chat,
        load_seconds=time.perf_counter() - started,
    )


def _never() -> bool:
    return False


def _ignore(kind: str, payload: Any) -> None:
    pass


def _as_app_error(error: BaseException) -> AppError:
    """What the app can show, for any failure."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, MemoryError) or ("torch" in sys.modules and _is_out_of_memory(error)):
        return NotEnoughMemory("There was not enough memory. Choose a smaller model or a shorter text.")
    return EngineFailed("The engine failed: {name}: {error}", name=type(error).__name__, error=error)


def _is_out_of_memory(error: BaseException) -> bool:
    from components.models.engines.causal import is_out_of_memory

    return is_out_of_memory(error)


def main(kind: type[Host] = Host) -> None:
    lifeline.hold()
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    threads = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] != "0" else None
    kind(requests, answers, threads).run()


if __name__ == "__main__":
    main()
