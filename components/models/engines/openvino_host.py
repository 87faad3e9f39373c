"""A program: the process of one model that OpenVINO runs. It has no torch in it.

    python -m components.models.engines.openvino_host THREADS

Apart from the engine process because its threads would compete with torch's, and because a process that
ends gives all of its memory back.
"""

import time
from pathlib import Path

import psutil

from components.messages import Said
from components.models.engines.host import LoneHost, main
from components.models.engines.openvino import AT_ONCE, OpenVinoEngine
from components.models.options import EngineInfo, GenerationOptions, Prompt
from components.models.placement import Placement


class OpenVinoHost(LoneHost):
    """Answers as the engine process does; generations move on together."""

    _name = "OpenVINO"

    def _on_open(
        self, number: int, key: str, folder: Path, exported: Path, placement: Placement, cache_tokens: int
    ) -> None:
        self._reporting(number, key, lambda: self._open(key, folder, exported, placement, cache_tokens))

    def _open(
        self, key: str, folder: Path, exported: Path, placement: Placement, cache_tokens: int
    ) -> EngineInfo:
        started = time.perf_counter()
        engine = OpenVinoEngine(folder, exported, placement.context, cache_tokens, self._threads)
        self._engines[key] = engine
        self._start_template(engine)
        options = GenerationOptions(max_new_tokens=2)
        for _ in engine.generate(Prompt(text="Hello"), options, lambda: False, lambda kind, payload: None):
            pass  # the first passes are the slow ones
        return EngineInfo(
            device="cpu",
            dtype="int8",
            quantization="none",
            memory=psutil.Process().memory_info().rss,
            context=placement.context,
            chat=bool(engine.tokenizer.chat_template),
            load_seconds=time.perf_counter() - started,
            engine="OpenVINO",
            at_once=AT_ONCE,
            no_scores=Said("OpenVINO says how likely each token was, not which others were likely."),
        )


if __name__ == "__main__":
    main(OpenVinoHost)
