"""Text broken into lines again, without changing its length: a space becomes a line end.

So marks inside the text keep their places. Knows nothing of formats.
"""

import re


def wrap(text: str, width: int, lines: int = 1) -> str:
    """`text` in lines of at most `width` where its words allow it, about equally long, `lines` or more."""
    wanted = max(lines, -(-len(text) // max(width, 1)))
    while wanted > 1:
        broken = _broken(text, wanted)
        if max(len(line) for line in broken.split("\n")) <= width or wanted >= 12:
            return broken
        wanted += 1
    return text


def _broken(text: str, lines: int) -> str:
    """Each break at the space nearest to its share of the text."""
    spaces = [match.start() for match in re.finditer(" ", text)]
    out = list(text)
    for number in range(1, lines):
        if not spaces:
            break
        nearest = min(spaces, key=lambda at: abs(at - len(text) * number / lines))
        out[nearest] = "\n"
        spaces = [at for at in spaces if at > nearest]
    return "".join(out)


def fill(text: str, width: int) -> str:
    """Plain paragraphs: each line as full as it can be."""
    out, column, space = list(text), 0, -1
    for at, sign in enumerate(text):
        if sign == " ":
            space = at
        column += 1
        if column > width and space >= 0:
            out[space] = "\n"
            column, space = at - space, -1
    return "".join(out)
