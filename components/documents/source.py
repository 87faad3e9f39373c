"""A file as a reader gets it. Knows nothing about its format."""

from dataclasses import dataclass

from components.documents.limits import Limits


@dataclass(frozen=True)
class Source:
    """What every reader gets."""

    data: bytes
    name: str  # for messages
    limits: Limits
    format: str
    password: str | None = None
    pictures: bool = False  # whether those inside are read too
