"""A program: pip, with its own arguments. It ends with the program that started it, and says at its end how
many bytes it sent to which machine, as one line of JSON.

    python -m components.models.counted_pip download …
"""

import http.client
import json
import runpy
from collections import Counter
from typing import Any

from components import lifeline

_sent: Counter[str] = Counter()
_send = http.client.HTTPConnection.send


def _counted(self: http.client.HTTPConnection, data: Any) -> None:
    """Every request of pip's client goes through here, its headers too."""
    _sent[self.host] += len(data) if isinstance(data, bytes | bytearray | str) else 0
    _send(self, data)


def main() -> None:
    lifeline.hold()
    http.client.HTTPConnection.send = _counted  # type: ignore[method-assign]
    try:
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    finally:
        print(json.dumps(_sent), flush=True)


if __name__ == "__main__":
    main()
