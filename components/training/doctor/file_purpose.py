"""What a file or a list in it is for, told from its name: to train on, held out, or for a test.

Knows names, not what is in the files.
"""

import re
from collections.abc import Mapping
from typing import Literal

from components.training.doctor.records import Opened

Side = Literal["train", "valid", "test"]


def _with_word(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^a-z])(?:{words})(?:[^a-z]|$)")


_SIDES: Mapping[Side, re.Pattern[str]] = {
    "train": _with_word("train|training"),
    "valid": _with_word("valid|validation|val|dev|eval|evaluation"),
    "test": _with_word("test|testing"),
}


def side_named(name: str) -> Side | None:
    """Which side a name says, if it says one."""
    return next((side for side, named in _SIDES.items() if named.search(name.lower())), None)


def side_of(opened: Opened) -> Side:
    """What one of several files is for: its own name says it, or else the nearest folder's that does.

    A sheet's name says it before that of its workbook.
    """
    *folders, name = opened.file.split("/")
    parts = (opened.sheet, name.rsplit(".", 1)[0], *reversed(folders))
    return next((side for part in parts if (side := side_named(part))), "train")
