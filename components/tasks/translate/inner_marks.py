r"""Marks inside of words that engines must not see: keys of menus, escaped quotation marks. Knows only texts.

Save _As, it\'s me   ->   Save As, it's me   ->   Salvar como, sou eu   ->   _Salvar como, sou eu
Cut && &Paste        ->   Cut & Paste        ->   Recortar & colar      ->   &Recortar && colar
"""

import re
from dataclasses import dataclass

LONGEST = 60  # characters of a text with keys of a menu
SMALL = 2  # letters of a word that gets a key only where there is no longer one
_KEY = re.compile(r"(?<![\w&])([&_])(?=[^\W\d_])(?!\w+;)|(?<=^[A-Z])(&)(?=[a-z]+$)")
_SIGN = re.compile(r"(?<!\S)&&(?!\S)")  # an ampersand itself, beside keys
_ESCAPED = re.compile(r"\\(['\"])")


@dataclass(frozen=True)
class Key:
    """A letter that opens a menu, with the sign before it."""

    sign: str  # "&" or "_"
    letter: str
    inside: bool = False  # of a word, and not at its start


@dataclass(frozen=True)
class InnerMarks:
    """Those of one text, and the text without them."""

    plain: str
    keys: tuple[Key, ...] = ()
    doubled: bool = False  # whether an ampersand is written as two
    quotes: str = ""  # that have a backslash before them

    @classmethod
    def of(cls, text: str) -> "InnerMarks":
        quotes = "".join(sorted(set(_ESCAPED.findall(text))))
        text = _ESCAPED.sub(r"\1", text)
        found, doubled = list(_KEY.finditer(text)), len(_SIGN.findall(text))
        signs = {key[0] for key in found}
        whole = {sign: len(found) + (2 * doubled if sign == "&" else 0) for sign in signs}
        # One that isn't a key: the text is a name of code, or an address.
        if len(text) > LONGEST or len(signs) != 1 or any(text.count(s) != n for s, n in whole.items()):
            return cls(text, quotes=quotes)
        keys = [
            Key(key[0], text[key.end()], key.start() > 0 and text[key.start() - 1].isalpha()) for key in found
        ]
        return cls(_SIGN.sub("&", _KEY.sub("", text)), tuple(keys), doubled > 0, quotes)

    def restored(self, text: str) -> str:
        """A translation with them: a key before the same letter, at the start of a word if there is one."""
        if self.quotes:
            text = re.sub(rf"(?<!\\)([{self.quotes}])", r"\\\1", text)
        if self.doubled:
            text = text.replace("&", "&&")
        at = 0
        for number, key in enumerate(self.keys):
            place = _place(key, text, at, len(self.keys) - number - 1)
            if place is not None:
                text = f"{text[:place]}{key.sign}{text[place:]}"
                at = place + 2
        return text


def _place(key: Key, text: str, at: int, more: int) -> int | None:
    """Where a key goes, behind those before it, with a word left for each of the keys that follow."""
    words = [word for word in re.finditer(r"(?<!\w)[^\W\d_]+", text) if word.start() >= at]
    long = [word for word in words if len(word[0]) > SMALL] or words
    free = long[: len(long) - more] if len(long) > more else words[: max(len(words) - more, 1)]
    same = [word for word in free if word[0][0].casefold() == key.letter.casefold()]
    if same:
        return same[0].start()
    inner = text.casefold().find(key.letter.casefold(), at) if key.inside else -1
    if inner >= 0 and len(text.casefold()) == len(text):
        return inner
    written = [word for word in free if word[0][0].isupper() == key.letter.isupper()]
    return next((word.start() for word in written or free), None)
