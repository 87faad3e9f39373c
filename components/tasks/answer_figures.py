"""What an answer took, as a row or an imported file has it: every figure is checked before it is drawn.

Knows plain data; neither files nor pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST = 10**12  # a figure above this is not one


@dataclass(frozen=True)
class Figures:
    """The usage of one answer. A speed of 0 was not measured; a context of 0 is not known."""

    prompt_tokens: int
    new_tokens: int
    first_token_seconds: float
    tokens_per_second: float
    context: int = 0
    finish: str = ""
    exact: bool = True


def read_figures(usage: object) -> Figures | None:
    """The figures in a stored usage; None if one is missing or can't be right: text, NaN, less than 0."""
    if not isinstance(usage, Mapping):
        return None
    kinds: dict[str, Any] = {"prompt_tokens": int, "new_tokens": int, "context": int}
    kinds |= {"first_token_seconds": int | float, "tokens_per_second": int | float}
    given = {"finish": "", "exact": True, **usage, "context": usage.get("context") or 0}
    found = {name: _figure(given.get(name), kind) for name, kind in kinds.items()}
    finish, exact = given["finish"], given["exact"]
    if None in found.values() or not isinstance(finish, str) or not isinstance(exact, bool):
        return None
    return Figures(**found, finish=finish, exact=exact)


def _figure(value: Any, kind: Any) -> Any:
    """A number from 0 to MOST, or None."""
    right = isinstance(value, kind) and not isinstance(value, bool)
    return value if right and 0 <= value <= MOST else None
