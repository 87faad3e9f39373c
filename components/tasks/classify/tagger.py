"""Own kinds of things in texts: for each word a tag, by what an encoder makes of it and how it is written.

Knows arrays, words and a leased encoder; not what was learned from which file (see `tag_learner`). The
encoder reads small letters only, so whether a word has a capital is told beside it. A tag follows only where
it can: "I-person" comes after "B-person" or "I-person", and of all such rows of tags the likeliest is taken
(Viterbi). With three words and the scores B .4 O .6, I .9 O .1, O 1, the row "O I O" can't be, and "B I O" is
found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from components.errors import Cancelled, Unavailable
from components.kept import DAMAGED
from components.messages import Message
from components.models.looks import States, StatesFound
from components.tasks.classify.classifier import Array
from components.tasks.classify.encoders import ENGLISH, Encoders
from components.tasks.classify.marks import Span, spans_of, words

LAYERS = (0, 2, 4, 6)  # of MiniLM's six; 0 is before the first
TOGETHER = 64  # texts in one request
NEVER = -1e9
SHAPES = 7  # columns of a word's form


@dataclass(frozen=True)
class Tagger:
    """Kinds, and what turns the features of a word into a score for each tag."""

    kinds: tuple[str, ...]
    encoder: str  # id of the embedding model
    layers: tuple[int, ...]
    weights: Array = field(repr=False)  # tags × features
    bias: Array = field(repr=False)  # tags

    @property
    def tags(self) -> tuple[str, ...]:
        return tags_for(self.kinds)


def tags_for(kinds: Sequence[str]) -> tuple[str, ...]:
    """ "O", then two for each kind."""
    return ("O", *(f"{begin}-{kind}" for kind in kinds for begin in "BI"))


def encoder_for(encoders: Encoders) -> str:
    """The model that words are read with: one that can be asked about each of them."""
    return encoders.for_language(ENGLISH).id


def features(
    texts: Sequence[str],
    encoder: str,
    layers: Sequence[int],
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    on_wait: Callable[[Message], None] = lambda message: None,
    on_done: Callable[[int], None] = lambda done: None,
) -> list[Array]:
    """Of each text one row for each of its words. Raises Cancelled and what a lease raises."""
    made: list[Array] = []
    for start in range(0, len(texts), TOGETHER):
        if cancelled():
            raise Cancelled("Stopped.")
        some = texts[start : start + TOGETHER]
        # A lease for each request, so that others' come between
        with encoders.lease(encoder, owner=encoders.owner, cancelled=cancelled, on_wait=on_wait) as engine:
            found: StatesFound = engine.look(States(tuple(some), tuple(layers)), cancelled)
        made += [
            of_words(text, places, values)
            for text, places, values in zip(some, found.places, found.values, strict=True)
        ]
        on_done(len(made))
    return made


def of_words(text: str, places: npt.NDArray[np.int32], values: Array) -> Array:
    """Pieces as the encoder cuts them, as words: the mean of a word's pieces, and the forms around it."""
    spans = words(text)
    if not spans:
        return np.zeros((0, values.shape[1] + 3 * SHAPES), np.float32)
    starts = np.array([start for start, _ in spans])
    word = np.clip(np.searchsorted(starts, places[:, 0], side="right") - 1, 0, len(spans) - 1)
    sums = np.zeros((len(spans), values.shape[1]), np.float32)
    np.add.at(sums, word, values)
    counts = np.maximum(np.bincount(word, minlength=len(spans)), 1)[:, None]
    return np.hstack([sums / counts, forms(text, spans)]).astype(np.float32)


def forms(text: str, spans: Sequence[tuple[int, int]]) -> Array:
    """How each word, the one before and the one after are written: 0 or 1."""
    own = np.zeros((len(spans) + 2, SHAPES), np.float32)
    for at, (start, end) in enumerate(spans, 1):
        word = text[start:end]
        own[at] = (
            word[0].isupper(),
            word.isupper() and len(word) > 1,
            word.islower(),
            any(letter.isdigit() for letter in word),
            not word[0].isalnum(),
            at == 1 or text[spans[at - 2][0] : spans[at - 2][1]] in (".", "!", "?", ":", "“", '"'),
            len(word) <= 3,
        )
    return np.hstack([own[:-2], own[1:-1], own[2:]])


def likeliest(scores: Array, kinds: int) -> list[int]:
    """The row of tags with the highest sum of scores in which each can follow the one before it. `scores`:
    words × tags.
    """
    if not len(scores):
        return []
    tags = 1 + 2 * kinds
    may = np.zeros((tags, tags), np.float32)  # from × to
    for kind in range(kinds):
        inside = 2 + 2 * kind
        may[:, inside] = NEVER
        may[inside - 1 : inside + 1, inside] = 0
    best = scores[0].copy()
    best[2::2] = NEVER
    ways = []
    for row in scores[1:]:
        each = best[:, None] + may
        ways.append(each.argmax(axis=0))
        best = each.max(axis=0) + row
    found = [int(best.argmax())]
    for way in reversed(ways):
        found.append(int(way[found[-1]]))
    return found[::-1]


def tagged(tagger: Tagger, text: str, rows: Array) -> list[Span]:
    """The marks of one text, of which `rows` are the features. Raises Unavailable for other features."""
    if len(rows) and rows.shape[1] != tagger.weights.shape[1]:
        raise Unavailable(DAMAGED)
    names = tagger.tags
    found = likeliest(rows @ tagger.weights.T + tagger.bias, len(tagger.kinds))
    tags = [names[at] for at in found]
    return spans_of(words(text), tags)


def tag(
    tagger: Tagger,
    texts: Sequence[str],
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    on_wait: Callable[[Message], None] = lambda message: None,
) -> list[list[Span]]:
    """What is found in each text. Raises Unavailable without the encoder, and what a lease raises."""
    if tagger.encoder not in {spec.id for spec in encoders.specs}:
        raise Unavailable(
            "These kinds were learned with the embedding model {models}, which isn't installed here.",
            models=[tagger.encoder],
        )
    rows = features(texts, tagger.encoder, tagger.layers, encoders, cancelled, on_wait)
    return [tagged(tagger, text, of_text) for text, of_text in zip(texts, rows, strict=True)]
