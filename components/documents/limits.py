"""How much of the machine one document may take.

Knows nothing about formats; the readers and the process that watches them ask here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from components.config import Config

MB = 1_000_000
# A reading process steps aside for everything else (`priority`): beside answers and training it gets a tenth
# of a core or less. So its limits count what it computes; the clock ends it after this many times as long.
PATIENCE = 10


@dataclass(frozen=True)
class Limits:
    """What reading one document may cost before it is given up."""

    file_bytes: int = 25 * MB  # size of the upload
    memory_bytes: int = 1_000 * MB  # resident memory of the reading process
    seconds: float = 60.0  # of computing, from its start to the result
    pages: int = 2_000  # pages, slides or sheets
    unpacked_bytes: int = 200 * MB  # all that is decompressed or handed back, together
    nesting: int = 256  # elements, groups or quotes inside each other
    ocr_pages: int = 300  # pages that are read from pictures
    ocr_seconds: float = 60.0  # of computing for one of them, beyond `seconds` for the rest
    ocr_memory_bytes: int = 2_500 * MB  # resident memory of the process while it reads them
    ocr_pixels: int = 100_000_000  # of one picture

    @classmethod
    def from_config(cls, config: Config) -> "Limits":
        """The limits that the settings ask for."""
        return cls(
            file_bytes=config.upload_mb * MB,
            memory_bytes=config.document_memory_mb * MB,
            seconds=config.document_seconds,
            pages=config.document_pages,
            unpacked_bytes=config.document_unpacked_mb * MB,
            nesting=config.document_nesting,
            ocr_pages=config.ocr_pages,
            ocr_seconds=config.ocr_seconds,
            ocr_memory_bytes=config.ocr_memory_mb * MB,
            ocr_pixels=config.ocr_megapixels * 1_000_000,
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Limits":
        return cls(**plain)
