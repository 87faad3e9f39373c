"""An engine that does what a test tells it, sentence by sentence."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from components.models.translation import Translated, TranslationOptions


class FakeEngine:
    """`usual` translates, `careful` (if given) is the other way; every call is kept."""

    def __init__(
        self,
        usual: Callable[[str], str],
        careful: Callable[[str], str] | None = None,
        cut: bool = False,
    ) -> None:
        self._usual, self._careful, self._cut = usual, careful, cut
        self.calls: list[tuple[list[str], TranslationOptions]] = []

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]:
        self.calls.append((list(texts), options))
        way = self._careful if options.careful and self._careful else self._usual
        for index in reversed(range(len(texts))):  # in any order
            yield Translated(index, (way(texts[index]),), cut=self._cut)


class FakeManager:
    """Leases one engine to everybody."""

    def __init__(self, engine: object) -> None:
        self._engine = engine

    @contextmanager
    def lease(
        self, model_id: str, owner: str, cancelled: object, on_wait: object, long: bool = False
    ) -> Iterator[object]:
        yield self._engine


class FailingEngine:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]:
        raise self._error
        yield
