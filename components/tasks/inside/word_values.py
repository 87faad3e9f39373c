"""Values of tokens as values of words, and the sentences of an answer as its tokens.

Knows texts of tokens; neither engines nor pages.
"""

from collections.abc import Sequence

from components.documents.language_detection import detect_language
from components.tasks.borders import borders


def word_values(tokens: Sequence[str], values: Sequence[float]) -> list[tuple[str, float]]:
    """Tokens joined to words, their values added up. Tokens without a value are part of the model's form.

    A word begins with a space or a line end; in scripts without spaces each token is one.
    """
    found: list[tuple[str, float]] = []
    joined = False
    for text, value in zip(tokens, values, strict=True):
        if value == 0 or not text.strip():
            joined = False
            continue
        new = text[0].isspace() or not joined or not text[0].isascii() or not text[0].isalnum()
        if new:
            found.append((text.strip(), float(value)))
        else:
            found[-1] = found[-1][0] + text.rstrip(), found[-1][1] + float(value)
        joined = True
    return found


def sentence_places(tokens: Sequence[str]) -> list[tuple[str, int, int]]:
    """Each sentence of an answer: its text, its first token and the one after its last."""
    text = "".join(tokens)
    found, first, done = [], 0, 0
    for end in borders(text, detect_language(text)):
        last = first
        while last < len(tokens) and done + len(tokens[last].rstrip()) <= end:
            done += len(tokens[last])
            last += 1
        if said := "".join(tokens[first:last]).strip():
            found.append((said, first, last))
        first = last
    return found or [(text.strip(), 0, len(tokens))]
