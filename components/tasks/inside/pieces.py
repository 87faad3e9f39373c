"""How many bytes of a text each of its tokens has. Knows tokens by their texts and by their names alone."""

import re
from collections.abc import Sequence

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")  # SentencePiece's name of a single byte


def sizes(texts: Sequence[str], names: Sequence[str]) -> list[int]:
    """Together the bytes of the text. A token that is only a part of a character has no text, but a name:
    one sign for each byte in vocabularies of bytes. The character's last token has the rest.
    """
    made: list[int] = []
    before = 0  # bytes of a character that has begun
    for text, name in zip(texts, names, strict=True):
        if text:
            size = max(len(text.encode()) - before, 0)
            before = 0
        else:
            size = 1 if _BYTE.fullmatch(name) else len(name)
            before += size
        made.append(size)
    return made
