"""How fast this machine's memory is, measured once and kept: what a model's speed is bound by when it writes.

Knows arrays and a clock; no model.
"""

import json
import os
import threading
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from components.files import read_json

FILE = "machine.json"  # below the data folder
BYTES, ROUNDS = 64_000_000, 3  # of one copy: more than a cache holds
Bytes = npt.NDArray[np.uint8]
_measuring = threading.Lock()  # two measurements at once would halve each other


def bandwidth(data_dir: Path) -> float:
    """Bytes per second that all cores together read and write; measured at the first call, then kept."""
    with _measuring:
        kept = read_json(data_dir / FILE).get("bandwidth")
        if isinstance(kept, int | float) and kept > 0:
            return float(kept)
        found = measured()
        _keep(data_dir / FILE, found)
        return found


def known(data_dir: Path) -> float:
    """The same without measuring: 0 where it wasn't measured yet."""
    kept = read_json(data_dir / FILE).get("bandwidth")
    return float(kept) if isinstance(kept, int | float) and kept > 0 else 0.0


def measured() -> float:
    """The best of a few rounds, in which every core copies memory that no cache holds."""
    cores = min(os.cpu_count() or 1, 8)
    pairs = [(np.ones(BYTES, np.uint8), np.empty(BYTES, np.uint8)) for _ in range(cores)]
    return max(_round(pairs) for _ in range(ROUNDS))


def _round(pairs: list[tuple[Bytes, Bytes]]) -> float:
    """Bytes per second; a copy reads each byte once and writes it once."""
    threads = [threading.Thread(target=np.copyto, args=(to, source)) for source, to in pairs]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 2 * BYTES * len(pairs) / (time.perf_counter() - began)


def _keep(path: Path, found: float) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        part.write_text(json.dumps(read_json(path) | {"bandwidth": found}), encoding="utf-8")
        os.replace(part, path)
    except OSError:
        return  # it is measured again then
