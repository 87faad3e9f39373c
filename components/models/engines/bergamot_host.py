"""A program: the process of one Bergamot model. It needs no torch, so it starts at once.

    python -m components.models.engines.bergamot_host THREADS

Apart from the engine process because the native code keeps its memory after a model is dropped: a
process that ends gives all of it back.
"""

import os
import time
from pathlib import Path
from typing import Any

from components.models.engines.bergamot import BergamotEngine
from components.models.engines.host import LoneHost, main
from components.models.options import EngineInfo
from components.models.placement import Placement
from components.models.translation import TranslationOptions
from components.priority import step_aside


class BergamotHost(LoneHost):
    """Answers as the engine process does; sentences are translated on threads of the engine's own."""

    def _load(self, key: str, folder: Path, placement: Placement) -> EngineInfo:
        started = time.perf_counter()
        self._engines[key] = BergamotEngine(folder, self._threads or os.cpu_count() or 1)
        return self._about("Bergamot", "int8", placement, started)

    def _translate(
        self, number: int, engine: Any, texts: list[str], options: TranslationOptions, *ends: Any
    ) -> None:
        engine.start(texts, options, *ends)


if __name__ == "__main__":
    step_aside()
    main(BergamotHost)
