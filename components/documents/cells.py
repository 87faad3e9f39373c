"""Cells that go out as CSV or into a spreadsheet: none is run as a formula. Knows nothing about tables."""

import re

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"\s*[+\-]?[\d.,\s]+%?\s*")


def neutral(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula.

    A number with its sign stays a number.
    """
    if not _FORMULA.match(cell) and cell[:1] not in ("\t", "\r", "\n"):
        return cell
    return cell if len(cell.strip()) < 2 or _NUMBER.fullmatch(cell) else f"'{cell}"


def restored(cell: str) -> str:
    """The inverse of `neutral`, for a file that is uploaded again."""
    return cell[1:] if cell.startswith("'") and neutral(cell[1:]) == cell else cell
