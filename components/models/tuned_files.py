"""Which adapters llama.cpp can use with a GGUF file, as far as their headers tell.

Knows files; nothing about what is loaded.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from components.errors import AppError
from components.models.adapters import WEIGHTS, AdapterFolder, Tuned
from components.models.gguf_header import GgufHeader


def fitting(adapters: Path, base_id: str, header: GgufHeader) -> Iterator[Tuned]:
    """Those of a base in the folder of all adapters, the newest first."""
    its = (one for one in AdapterFolder(adapters).all() if one.base == base_id and not one.whole)
    return (one for one in its if fits(one.folder, header))


def fits(adapter: Path, header: GgufHeader) -> bool:
    from components.models.engines.gguf_adapter import why_not

    with suppress(AppError, OSError):  # it is damaged, or being deleted
        return not why_not(adapter, header) and (adapter / WEIGHTS).is_file()
    return False
