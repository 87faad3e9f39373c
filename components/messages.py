"""Marks texts for the interface's translators where they stand, without translating them there.

The layers below the pages write English; `components.ui.language` shows it in the person's language.
"""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """The text as it is: the mark alone says that a person will see it."""
    return text
