"""Text from people and models as a label or caption shows it: character by character, on one line."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")


def plain(text: str) -> str:
    """Markdown that shows `text` as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
