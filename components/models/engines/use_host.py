"""A program: the process of USE multilingual. It needs no torch, so it starts at once.

    python -m components.models.engines.use_host THREADS

Apart from the engine process, so that searching waits for no model that writes.
"""

import os
import time
from pathlib import Path

from components.models.engines.host import LoneHost, main
from components.models.engines.use_multilingual import UseEngine
from components.models.options import EngineInfo
from components.models.placement import Placement


class UseHost(LoneHost):
    """Answers as the engine process does."""

    def _load_embedding(self, key: str, folder: Path, placement: Placement) -> EngineInfo:
        started = time.perf_counter()
        engine = UseEngine(folder, self._threads or os.cpu_count() or 1)
        self._engines[key] = engine
        for _ in engine.embed(["Hello"], lambda: False, lambda kind, payload: None):
            pass
        return self._about("NumPy", "float32", placement, started)


if __name__ == "__main__":
    main(UseHost)
