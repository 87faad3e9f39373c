"""Marks texts for the interface's translators where they stand, without translating them there.

The layers below the pages write English; `components.ui.language` shows it in the person's language.
"""

from collections.abc import Iterable

LISTED = 12  # names or lines that are listed in one sentence


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """The text as it is: the mark alone says that a person will see it."""
    return text


def listed(names: Iterable[object]) -> str:
    """Names or lines as they stand in a sentence, not too many of them."""
    said = [str(name) for name in names]
    return ", ".join(said[:LISTED]) + (", …" if len(said) > LISTED else "")
