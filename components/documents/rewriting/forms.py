"""Messages with plural or other forms in braces, as ICU writes them: {count, plural, one {# file} other {…}}.

Each form becomes a sentence of its own, with the text around the braces, since words outside depend on the
form in most languages. Knows no format of files.
"""

import re
from collections.abc import Iterator, Sequence

from babel import Locale, UnknownLocaleError

from components.documents.rewriting.units import Mark, Placed, Unit, has_words
from components.messages import Message

_START = re.compile(
    r"\{\s*(?P<name>[\w.-]+)\s*,\s*(?P<kind>plural|select|selectordinal)\s*,(?P<offset>\s*offset:\d+)?"
)
_NAMES = {"=0": "zero", "=1": "one", "=2": "two"}
MOST = 64  # texts that one message may become
_NUMBER = r"\{[\w.-]+, number\}"
_FORM = re.compile(r"\s*(?:=\d+|[\w-]+)\s*\{")


class Pattern:
    """One string, with or without forms. A string that can't be taken apart is one text.

    Forms may have forms inside, or beside them: each text is a pattern again.

        {g, select, male {He has} other {They have}} {n, plural, one {# file} other {# files}}
        ->  He has # file, He has # files, They have # file, They have # files

    The sign of a number is of the plural that is nearest to it. Where another one comes to be nearer, its
    number is named instead:

        {a, plural, other {# cats}} and {b, plural, other {# dogs}}
        ->  {a, number} cats and # dogs
    """

    def __init__(self, text: str, numbered: bool = False) -> None:
        self._text, self._numbered = text, numbered  # whether # is a number
        self._head, self._kind, self._starts = "", "", list[str]()
        self._inner: list[Pattern] = []
        found = _START.search(text)
        if found and not re.search("'[{}#]", text):  # braces that are text
            self._take_apart(found)

    @property
    def has_forms(self) -> bool:
        return bool(self._head)

    def _take_apart(self, start: re.Match[str]) -> None:
        text, forms, at = self._text, list[tuple[str, str]](), start.end()
        while form := _FORM.match(text, at):
            end = _closing(text, form.end())
            if end < 0:
                return
            forms.append((form.group(), text[form.end() : end]))
            at = end + 1
        close = re.compile(r"\s*\}").match(text, at)
        if not forms or not close:
            return
        before, after = text[: start.start()], text[close.end() :]
        counts = start["kind"] != "select"
        if counts and "#" in _without_plurals(before + after):
            return  # there it is no number, or another one
        if counts and any(_plurals(f"{before}{form}{after}") for _, form in forms):
            if start["offset"]:
                return  # the number less the offset has no name
            number = f"{{{start['name']}, number}}"
            forms = [(name, _named(form, number)) for name, form in forms]
        inner = [Pattern(f"{before}{form}{after}", self._numbered or counts) for _, form in forms]
        if sum(len(pattern._texts()) for pattern in inner) <= MOST:
            self._head, self._kind, self._inner = start.group(), start["kind"], inner
            self._starts = [name for name, _ in forms]

    def lacks(self, language: str) -> set[str]:
        """The plural forms that a language has, and the message hasn't: there, "other" is shown."""
        found = set[str]().union(*(pattern.lacks(language) for pattern in self._inner))
        if self._head and self._kind != "select":
            there = {_NAMES.get(name, name) for name in (start.strip(" \t\n{") for start in self._starts)}
            found |= plural_forms(language, self._kind) - there
        return found

    def _texts(self) -> list["Pattern"]:
        """Those that have no forms, in order."""
        return [text for pattern in self._inner for text in pattern._texts()] if self._head else [self]

    def units(self, what: Message) -> list[Unit]:
        """The texts to translate; the number's sign stays."""
        return [Unit(one._text, one._marks(), what) for one in self._texts() if has_words(one._text)]

    def _marks(self) -> tuple[Mark, ...]:
        found = re.finditer(rf"#|{_NUMBER}", self._text) if self._numbered else ()
        return tuple(Mark(number, *match.span(), "keep") for number, match in enumerate(found))

    def joined(self, placed: Sequence[Placed | None]) -> str:
        """The message with its texts translated; None leaves one as it is."""
        return self._joined(iter(placed))

    def _joined(self, placed: Iterator[Placed | None]) -> str:
        if not self._head:
            one = next(placed) if has_words(self._text) else None
            return self._text if one is None else one.text
        forms = "".join(
            f"{start}{one._joined(placed)}}}" for start, one in zip(self._starts, self._inner, strict=True)
        )
        return f"{self._head}{forms}}}"


def language_name(code: str) -> str:
    """In English."""
    return Locale.parse("en").languages.get(code, code)


def plural_forms(language: str, kind: str = "plural") -> frozenset[str]:
    """Those of CLDR, without "other", which every message has; none for a language that it doesn't know."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset((locale.ordinal_form if kind == "selectordinal" else locale.plural_form).tags)


def _plurals(text: str) -> list[tuple[int, int]]:
    """Where plurals begin and end, none inside another."""
    found, at = list[tuple[int, int]](), 0
    while start := _START.search(text, at):
        at = start.end()
        end = _closing(text, at) if start["kind"] != "select" else -1
        if end >= 0:
            found.append((start.start(), end + 1))
            at = end + 1
    return found


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a plural."""
    at = 0
    for start, end in _plurals(text):
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False


def _without_plurals(text: str) -> str:
    return "".join(piece for piece, plural in _pieces(text) if not plural)


def _named(form: str, number: str) -> str:
    """A form with its number by name instead of by its sign."""
    return "".join(piece if plural else piece.replace("#", number) for piece, plural in _pieces(form))


def _closing(text: str, at: int) -> int:
    """Where the brace that was opened before `at` is closed, or -1."""
    depth = 1
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place
    return -1
