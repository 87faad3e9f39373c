"""An embedding model whose vectors are the words of a text, so that what is near is plain."""

import contextlib
import random
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from components.models.catalog import CATALOGUE
from components.models.looks import States, StatesFound
from components.tasks.classify.classifier import unit
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.marks import words

WIDTH, STATES = 8192, 64  # of a text, of a word
SPECS = tuple(spec for spec in CATALOGUE if spec.task == "embed")
ENGLISH, MANY = (
    next(spec.id for spec in SPECS if (len(spec.languages) == 1) == alone) for alone in (True, False)
)


class Words:
    """One dimension for each word, by its checksum."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed(self, texts: Sequence[str], **_: Any) -> Any:
        self.read += texts
        rows = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().replace(".", " ").replace(",", " ").split():
                row[zlib.crc32(word.encode()) % WIDTH] += 1
        return unit(rows + 1e-6)

    def look(self, asked: States, cancelled: Any = None) -> StatesFound:
        """Each word is a piece, with a few dimensions by its checksum."""
        places, values = [], []
        for text in asked.texts:
            spans = words(text)
            rows = np.zeros((len(spans), STATES), np.float32)
            for row, (start, end) in zip(rows, spans, strict=True):
                row[zlib.crc32(text[start:end].casefold().encode()) % STATES] = 1
            places.append(np.array(spans, np.int32).reshape(-1, 2))
            values.append(rows)
        return StatesFound(tuple(places), tuple(values))


def encoders(engine: Words | None = None, specs: Sequence[Any] = SPECS) -> Encoders:
    used = engine or Words()

    @contextlib.contextmanager
    def lease(model_id: str, **_: Any) -> Iterator[Any]:
        assert model_id in {spec.id for spec in specs}
        yield used

    return Encoders(lease, tuple(specs))


WORDS = {
    "card": "card pin machine swallowed blocked bank",
    "travel": "flight hotel train ticket beach journey",
    "food": "soup bread kitchen dinner recipe cheese",
}


def examples(each: int = 12, wrong: int = 0) -> Examples:
    chance = random.Random(1)
    rows = [
        Example(f"my {' '.join(chance.sample(words.split(), 3))} today number {number}", (label,))
        for label, words in WORDS.items()
        for number in range(each)
    ]
    rows[:wrong] = [Example(row.text, ("food",)) for row in rows[:wrong]]
    return Examples(tuple(rows))
