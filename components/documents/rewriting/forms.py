"""Messages with plural or other forms in braces, as ICU writes them: {count, plural, one {# file} other {…}}.

Each form becomes a sentence of its own, with the text around the braces, since words outside depend on the
form in most languages. Knows no format of files.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.documents.rewriting.units import Mark, Placed, Unit, has_words
from components.messages import Message

_START = re.compile(r"\{\s*[\w.-]+\s*,\s*(?P<kind>plural|select|selectordinal)\s*,(?:\s*offset:\d+)?")
_FORM = re.compile(r"\s*(?:=\d+|[\w-]+)\s*\{")


@dataclass(frozen=True)
class _Form:
    start: str  # the source before its text: "one {"
    text: str


class Pattern:
    """One string, with or without forms. A string that can't be taken apart is one text."""

    def __init__(self, text: str) -> None:
        self._head, self._forms, self._numbered = "", [_Form("", text)], False
        found = list(_START.finditer(text))
        if len(found) == 1:  # not one inside another
            self._take_apart(text, found[0])
        self._wanted = [form for form in self._forms if has_words(form.text)]

    @property
    def has_forms(self) -> bool:
        return bool(self._head)

    def _take_apart(self, text: str, start: re.Match[str]) -> None:
        forms, at = [], start.end()
        while form := _FORM.match(text, at):
            end = _closing(text, form.end())
            if end < 0:
                return
            forms.append((form.group(), text[form.end() : end]))
            at = end + 1
        close = re.compile(r"\s*\}").match(text, at)
        if not forms or not close or re.search("'[{}#]", text):  # braces that are text
            return
        before, after = text[: start.start()], text[close.end() :]
        self._numbered = start["kind"] != "select"
        if self._numbered and "#" in before + after:
            return  # there it is no number
        self._head = start.group()
        self._forms = [_Form(name, f"{before}{inner}{after}") for name, inner in forms]

    def units(self, what: Message) -> list[Unit]:
        """The texts to translate; the number's sign stays."""
        return [Unit(form.text, self._marks(form.text), what) for form in self._wanted]

    def _marks(self, text: str) -> tuple[Mark, ...]:
        if not self._head or not self._numbered:
            return ()
        found = enumerate(re.finditer("#", text))
        return tuple(Mark(number, *match.span(), "keep") for number, match in found)

    def joined(self, placed: Sequence[Placed | None]) -> str:
        """The message with its texts translated; None leaves one as it is."""
        new = iter(placed)
        texts = []
        for form in self._forms:
            one = next(new) if form in self._wanted else None
            texts.append(form.text if one is None else one.text)
        if not self._head:
            return texts[0]
        forms = "".join(f"{form.start}{text}}}" for form, text in zip(self._forms, texts, strict=True))
        return f"{self._head}{forms}}}"


def _closing(text: str, at: int) -> int:
    """Where the brace that was opened before `at` is closed, or -1."""
    depth = 1
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place
    return -1
