"""Labels of answers that are good or bad by themselves, and conversations that are one text.

Knows single values.
"""

from typing import Any

LABELS = ("label", "desirable", "kto_tag")  # what the field with the label is called


def is_good(label: Any) -> bool | None:
    """What KTO's labels say; None for what is no label."""
    if isinstance(label, bool):
        return label
    return {"true": True, "false": False, "1": True, "0": False}.get(str(label).strip().casefold())


def is_dialogue(value: Any) -> bool:
    """A conversation as one text, as Anthropic's files have it."""
    return isinstance(value, str) and value.lstrip().startswith(("Human:", "H:")) and "Assistant:" in value
