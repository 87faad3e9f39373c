r"""Marks inside of words that engines must not see: keys of menus, escaped quotation marks. Knows only texts.

Save _As, it\'s me   ->   Save As, it's me   ->   Salvar como, sou eu   ->   _Salvar como, sou eu
"""

import re
from dataclasses import dataclass

LONGEST = 60  # characters of a text with a key of a menu
_KEY = re.compile(r"(?<![\w&])([&_])(?=[^\W\d_])(?!\w+;)|(?<=^[A-Z])(&)(?=[a-z]+$)")
_ESCAPED = re.compile(r"\\(['\"])")


@dataclass(frozen=True)
class InnerMarks:
    """Those of one text, and the text without them."""

    plain: str
    key: str = ""  # "&" or "_"
    letter: str = ""  # that it is before
    inside: bool = False  # of a word, and not at its start
    quotes: str = ""  # that have a backslash before them

    @classmethod
    def of(cls, text: str) -> "InnerMarks":
        quotes = "".join(sorted(set(_ESCAPED.findall(text))))
        text = _ESCAPED.sub(r"\1", text)
        found = _KEY.search(text)
        if not found or len(text) > LONGEST or text.count(found[0]) > 1:
            return cls(text, quotes=quotes)
        inside = found.start() > 0 and text[found.start() - 1].isalpha()
        return cls(text[: found.start()] + text[found.end() :], found[0], text[found.end()], inside, quotes)

    def restored(self, text: str) -> str:
        """A translation with them: a key before the same letter, at the start of a word if there is one."""
        if self.quotes:
            text = re.sub(rf"(?<!\\)([{self.quotes}])", r"\\\1", text)
        if not self.key:
            return text
        letter = re.escape(self.letter)
        ways = (rf"(?<!\w){letter}", *([letter] if self.inside else []), r"[^\W\d_]")
        found = next(filter(None, (re.search(way, text, re.IGNORECASE) for way in ways)), None)
        return f"{text[: found.start()]}{self.key}{text[found.start() :]}" if found else text
