"""Text from people and models as a label or caption shows it: character by character, on one line."""

import re

JOINER = "\u2060"  # the word joiner, invisible and without width: breaks up a piece of syntax, not the text
# What Streamlit draws as a sign or an icon even where every character of it is escaped.
_SIGN = re.compile(r"(?<!\S)(?:<->|->|<-|--|>=|<=|~=)(?!\S)|:(?=material/|streamlit:)")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")


def plain(text: str) -> str:
    """Markdown that shows `text` as it is."""
    line = _SIGN.sub(lambda found: found[0][0] + JOINER + found[0][1:], " ".join(text.split()))
    return _SPECIAL.sub(r"\\\1", line)
