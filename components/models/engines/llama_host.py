"""A program: the process of one GGUF model that llama.cpp runs. It has no torch in it.

    python -m components.models.engines.llama_host THREADS

Apart from the engine process because a fault in the library ends the process that it is in, and because a
process that ends gives all of its memory back.
"""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import psutil

from components.models.engines.answer_steps import Emit
from components.models.engines.host import LoneHost, main
from components.models.engines.llama import AT_ONCE, LlamaEngine
from components.models.engines.step_loop import StepLoop
from components.models.gguf_header import GgufHeader
from components.models.gguf_memory import LlamaPlacement
from components.models.options import EngineInfo, GenerationOptions, Prompt
from components.models.scores import Scored


class OwnThreads(StepLoop):
    """Calls in turn; each generation on a thread of its own, where it waits for what the library makes."""

    def generate(
        self,
        key: str,
        steps: Generator[Any, None, None],
        finish: Callable[[BaseException | None], None],
        background: bool = False,
    ) -> None:
        def run() -> None:
            try:
                for _ in steps:
                    pass
            except Exception as error:  # noqa: BLE001 - reported to the caller of this generation
                finish(error)
            else:
                finish(None)

        threading.Thread(target=run, daemon=True).start()


class LlamaHost(LoneHost):
    """Answers as the engine process does; the library moves all generations on together."""

    _name = "llama.cpp"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._loop = OwnThreads()

    def _on_open(self, number: int, key: str, header: GgufHeader, how: LlamaPlacement) -> None:
        self._reporting(number, key, lambda: self._open(key, header, how))

    def _open(self, key: str, header: GgufHeader, how: LlamaPlacement) -> EngineInfo:
        started = time.perf_counter()
        engine = LlamaEngine(header, how.context, how.cells)
        self._engines[key] = engine
        self._start_template(engine)  # which takes as long as the model
        engine.load(self._threads or cores(), how.bits, how.adapters)
        if how.adapter:
            engine = self._engines[key] = engine.adapted(how.adapter)
        options = GenerationOptions(max_new_tokens=2)
        for _ in engine.generate(Prompt(text="Hello"), options, lambda: False, lambda kind, payload: None):
            pass  # reads all weights into memory
        return EngineInfo(
            device="cpu",
            dtype=header.quantization,
            quantization="none",
            memory=psutil.Process().memory_info().rss,
            context=how.context,
            chat=bool(header.chat_template),
            load_seconds=time.perf_counter() - started,
            engine="llama.cpp",
            at_once=AT_ONCE,
        )

    def _on_scores(self, number: int, key: str, texts: list[Scored], top: int) -> None:
        engine = self._engine(key)

        def steps(cancelled: Callable[[], bool], emit: Emit) -> Generator[Any, None, None]:
            ready = [self._as_text(engine, text, cancelled) for text in texts]
            yield from engine.scores(ready, top, cancelled, emit)

        self._in_steps(number, steps, background=True)

    def _as_text(self, engine: Any, text: Scored, cancelled: Callable[[], bool]) -> Scored:
        """With the conversation before it as the model's template writes it, a program of its own."""
        if text.prompt is None or not text.prompt.messages:
            return text
        return replace(text, prompt=self._template(engine).render(text.prompt, cancelled))


def cores() -> int:
    """Those that this process may use, without the second thread of each: llama.cpp gains nothing from it."""
    allowed = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else 0
    return min(psutil.cpu_count(logical=False) or 1, allowed or 1024)


if __name__ == "__main__":
    main(LlamaHost)
