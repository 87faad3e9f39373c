"""How sure it is that a passage answers, from how near it is in meaning and in words. Knows numbers alone.

Of a few passages less can be told by words than of many: a lease says "pets" once, and somebody asks for a
dog. There it counts too how far the nearest sentence stands out from all others. All weights are logistic
regressions; `docs/benchmarks-ask.md` says on what each was fitted and what it was measured on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

PIECES = 0.6  # what pieces of words weigh beside a passage's score, where MiniLM read it
# Slope and intercept of how sure a score is: where MiniLM read the text, and where words are all there is.
SURE_OF = {True: (6.8, -8.9), False: (6.6, -7.6)}
# Where USE read a text and a question in one language: nearness, words, pieces, and what is added. Without
# pieces, Chinese questions about something else look answered: any text has pairs of their characters.
BY_USE = (7.0, 5.6, 5.1, -8.3)
# Of a question in another language, whose words the text can't have but names and figures, the surer of two:
# what nearness, words and the logarithm of how many texts there are weigh, and what is added.
ACROSS = ((6.1, 7.3, 0.0, -6.4), (6.1, 2.7, -0.12, -4.0))
FEW = 30  # passages up to which all sentences are compared
# Of few, read by MiniLM: nearness, words, pieces, how far the nearest sentence is above the mean, the rest.
FEW_ENGLISH = (4.0, 2.47, 5.98, 8.37, -7.81)
# Of few that share no word with the question (`NO_WORDS`: of BM25): by how many deviations the nearest
# sentence is above the mean, how much nearer its passage is than the next one, the rest; and what it comes
# to at most, since it says nothing of what the sentence has of the question.
NO_WORDS, STANDS_OUT, AT_MOST = 0.15, (1.7, 2.5, -5.6), 0.79


@dataclass(frozen=True)
class Evidence:
    """What speaks for one passage."""

    nearness: float  # the cosine of it plus that of its nearest sentence
    words: float  # the same of BM25
    pieces: float  # the share of pieces of the question's words that it has
    cosines: Sequence[float]  # of its sentences
    english: bool  # whether MiniLM read it, and it is in the question's language


def sure_of(score: float, pieces: float, english: bool) -> float:
    """How sure it is that a text answers, by its score and the share of pieces of words that it has;
    `english`: whether MiniLM read it; else nothing did, and its words count twice in the score.
    """
    slope, intercept = SURE_OF[english]
    return _share(slope * (score + PIECES * pieces * english) + intercept)


def sure_by_use(nearness: float, words: float, pieces: float) -> float:
    """The same of a text that USE read, in the question's language, by the cosines of the text and of its
    nearest sentence, its two BM25, and its share of pieces.
    """
    near, word, piece, plus = BY_USE
    return _share(near * nearness + word * words + piece * pieces + plus)


def sure_across(nearness: float, words: float, texts: int) -> float:
    """The same for a question in another language, by the cosines of the text and of its nearest sentence,
    its two BM25, and how many texts there are: of many, some are near to any question.
    """
    many = math.log(max(texts, 1))
    return _share(max(near * nearness + word * words + n * many + plus for near, word, n, plus in ACROSS))


def sure_of_few(few: Sequence[Evidence], sure: Sequence[float]) -> list[float]:
    """How sure each of a few passages is, in the place of what it would be among many (`sure`)."""
    cosines = [float(cosine) for one in few for cosine in one.cosines]
    if len(cosines) < 3:  # nothing to stand out from
        return list(sure)
    mean, spread = fmean(cosines), pstdev(cosines)
    made = []
    for at, one in enumerate(few):
        above = max(map(float, one.cosines), default=mean) - mean
        value = sure[at]
        if one.english:
            near, word, piece, out, rest = FEW_ENGLISH
            value = _share(near * one.nearness + word * one.words + piece * one.pieces + out * above + rest)
        if one.words < NO_WORDS and len(few) > 2:
            others = max(other.nearness for i, other in enumerate(few) if i != at)
            out, lead, rest = STANDS_OUT
            stands = out * above / (spread + 1e-6) + lead * (one.nearness - others) + rest
            value = max(value, min(_share(stands), AT_MOST))
        made.append(value)
    return made


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
