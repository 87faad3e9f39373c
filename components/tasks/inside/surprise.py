"""Surprise from the scores of tokens: of each sentence, and of a whole text.

Knows scores and the ends of sentences; neither engines nor pages.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from components.documents.language_detection import detect_language
from components.models.scores import TokenScore, perplexity
from components.tasks.borders import borders

BITS = math.log(2)


@dataclass(frozen=True)
class Sentence:
    text: str
    first: int  # its tokens, from this one
    bits: float  # mean surprise of a token
    perplexity: float
    least: str  # the token that surprised most


def sentences(tokens: Sequence[TokenScore]) -> list[Sentence]:
    """Each sentence with its surprise. A token belongs to the sentence in which it begins."""
    text = "".join(one.text for one in tokens)
    starts, at = [], 0
    for one in tokens:
        # A space before a word is part of its token, and of the sentence that the word begins.
        starts.append(min(at + len(one.text) - len(one.text.lstrip()), max(len(text) - 1, 0)))
        at += len(one.text)
    found = []
    cuts = [0, *borders(text, detect_language(text)), len(text)]
    for begin, end in itertools.pairwise(dict.fromkeys(cuts)):
        own = [number for number, start in enumerate(starts) if begin <= start < end]
        known = [tokens[number] for number in own if tokens[number].logprob is not None]
        if not known:
            continue
        surprises = [-(one.logprob or 0.0) / BITS for one in known]
        least = known[surprises.index(max(surprises))].text.strip()
        mean = sum(surprises) / len(surprises)
        found.append(Sentence(text[begin:end].strip(), own[0], mean, perplexity(known), least))
    return found


def until(tokens: Sequence[TokenScore], text: str) -> list[TokenScore]:
    """The tokens whose text is in `text`: an answer ends before a stop string, its tokens don't."""
    kept, made = [], ""
    for one in tokens:
        made += one.text
        if not text.startswith(made.lstrip()) and not text.startswith(made):
            break
        kept.append(one)
    return kept
