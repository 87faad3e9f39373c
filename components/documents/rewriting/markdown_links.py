"""The titles of links and images in Markdown: [docs](address "Title"), and where an address is defined alone.

Knows markup, no parser: which markup is a link's, and what is code, the caller says.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from components.documents.rewriting.units import Placed, Unit, has_words
from components.messages import Said

_QUOTED = (
    r"""(?P<title>"(?:[^"\\\n]|\\.|\n(?!\s*\n))*"|'(?:[^'\\\n]|\\.|\n(?!\s*\n))*'"""
    r"""|\((?:[^()\\\n]|\\.|\n(?!\s*\n))*\))"""
)
_AT_END = re.compile(rf"\s{_QUOTED}\s*\)\Z")
_DEFINITION = re.compile(
    r"^[^\S\n]*(?:[>*+-][^\S\n]*)*\[(?!\^)(?:[^\[\]\\]|\\.)+\]:[^\S\n]*\n?[^\S\n]*"
    rf"(?:<[^<>\n]*>|\S+)[^\S\n]*\n?[^\S\n]*(?<=\s){_QUOTED}[^\S\n]*$",
    re.MULTILINE,
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class LinkTitle:
    """The title of an address that is defined on a line of its own: [docs]: address "Title"."""

    def __init__(self, start: int, end: int, raw: str) -> None:
        self.start, self.end = start, end
        self.units = [Unit(_unquoted(raw), (), Said("attribute"))]

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        return _quoted(placed[0].text, source) if placed[0] else source


@dataclass(frozen=True)
class Markup:
    """Markup with texts inside: the text of an image, the title of an image or a link."""

    before: str
    alt: str  # the text of an image; empty: none that is translated
    between: str
    title: str = ""  # as it is written, with its quotation marks
    after: str = ""

    @property
    def texts(self) -> list[str]:
        return [text for text in (self.alt, _unquoted(self.title)) if has_words(text)]

    def written(self, placed: Sequence[Placed | None], escape: Callable[[str], str]) -> str:
        """With the translations of its texts."""
        given = list(placed)
        alt = given.pop(0) if has_words(self.alt) else None
        title = given.pop(0) if given else None
        return (
            f"{self.before}{escape(alt.text) if alt else self.alt}{self.between}"
            f"{_quoted(title.text, self.title) if title else self.title}{self.after}"
        )


def cut(markup: str, before: str = "", alt: str = "") -> Markup:
    """The markup that ends a link or an image, cut at its title."""
    found = _AT_END.search(markup)
    if not found:
        return Markup(before, alt, markup)
    start, end = found.span("title")
    return Markup(before, alt, markup[:start], markup[start:end], markup[end:])


def defined(text: str) -> Iterator[LinkTitle]:
    """Titles on lines that look like definitions of addresses, also those that are code."""
    for match in _DEFINITION.finditer(text):
        if has_words(match["title"]):
            yield LinkTitle(*match.span("title"), match["title"])


def _unquoted(raw: str) -> str:
    """A title without its quotation marks and escapes."""
    return _ESCAPE.sub(r"\1", raw[1:-1]).replace("\n", " ")


def _quoted(text: str, like: str) -> str:
    """A title in the quotation marks of another one."""
    marks = like[0] + like[-1]
    escaped = "".join(f"\\{sign}" if sign in marks else sign for sign in text)
    return f"{like[0]}{escaped}{like[-1]}"
