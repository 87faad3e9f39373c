"""Cells that stand for nothing: what spreadsheets and programs write where a value is missing.

Knows texts alone.
"""

import re
import unicodedata
from functools import cache

# Excel in any language (#N/A, #REF!, #¿NOMBRE?, German #NV) and LibreOffice (Err:502).
_ERROR = re.compile(r"#(?:N/A|NV|[¡¿]?[A-ZÀ-Ý]{2,}(?:/0)?[!?])|Err:\d{3}")
_PYTHON = frozenset(("None", "<NA>", "NaT"))  # of pandas, written as text
_MEANT = "LNS"  # Unicode's letters, numbers and symbols, emoji among them


def is_error(cell: str) -> bool:
    """Whether a cell is what a spreadsheet shows where a formula failed."""
    return _ERROR.fullmatch(cell.strip()) is not None


def says_nothing(cell: str) -> bool:
    """Whether a cell has nothing to read: an error, "N/A" and its like, a dash or other signs alone."""
    bare = cell.strip()
    if is_error(bare) or bare in _spellings():
        return True
    return not any(unicodedata.category(sign)[0] in _MEANT for sign in bare)


@cache
def _spellings() -> frozenset[str]:
    """What Arrow reads as a missing value, as pandas does."""
    import pyarrow.csv

    return frozenset(pyarrow.csv.ConvertOptions().null_values) | _PYTHON
