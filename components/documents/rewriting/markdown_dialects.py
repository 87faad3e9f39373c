r"""What documentation has beside CommonMark: admonitions, containers, attribute lists, formulas, citations.

Knows lines, no parser: what a parser of CommonMark would take for text is hidden from it, letter by letter,
so that all places stay. A line that opens an admonition becomes the marker of a list: its indented text is
text of an item then, and no code. `:::` becomes a rule, the meaning of an abbreviation an item.

    !!! note "Be careful"       -   ***                 ::: tip       ***
        Indented text.   ->         Indented text.      A tip.   ->   A tip.
"""

import re
from dataclasses import dataclass

from components.documents.rewriting.units import has_words

HIDDEN = "\ue000"  # text that stays, in the place of each of its characters
UNSEEN = "\ue001"  # what no reader sees: attribute lists
_OPENING = re.compile(
    r"""^(?P<indent>[ \t]*)(?:(?:!!!|\?\?\?\+?)[ \t]+[\w\- ]*?(?:[ \t]+"(?P<title>.*)")?|"""
    r"""===[!+]?[ \t]+"(?P<tab>.*)")[ \t]*$""",
    re.MULTILINE,
)
_CONTAINER = re.compile(
    r"^(?P<indent>[ \t]*):{3,}[ \t]*(?:(?:\{[^{}\n]*\}|[\w-]+)"
    r"(?:\[(?P<label>[^\]\n]*)\]|[ \t]+(?P<title>[^{\n]*?))?(?:[ \t]*\{[^{}\n]*\})?)?[ \t]*:*[ \t]*$",
    re.MULTILINE,
)
_ATTRIBUTES = re.compile(
    r"""(?<![{$\w%\\])\{[ \t]*(?:[:#.][^{}\n]*|[\w-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+)[^{}\n]*)\}(?!\})"""
)
_INNER = r"(?:(?!\n[ \t]*\n|\\[\])]).)"  # of a formula
_SIGN = rf"(?={_INNER}*?(?:[=^_+<>{{}}]|\\[a-zA-Z]))"  # brackets with a backslash may also be only brackets
_KEPT = re.compile(
    rf"\\\({_SIGN}{_INNER}+\\\)|\\\(\s?\w\s?\\\)|\\\[{_SIGN}{_INNER}+\\\]|\\\[(?=[ \t]*\n){_INNER}+\\\]"
    r"|\[[^\[\]\n]*(?<![\w.])-?@[\w:.#$%&+?<>~/-]*\w[^\[\]\n]*\](?![(\[])",  # citations
    re.DOTALL,
)
_ABBREVIATION = re.compile(r"^(?P<indent> {0,3})\*\[[^\[\]\n]+\]:(?=[ \t]+\S)", re.MULTILINE)
_RULE, _LIST = "***", "-   "


@dataclass(frozen=True)
class Dialect:
    """A text as a parser of CommonMark may see it, and the titles in what was hidden."""

    text: str
    titles: tuple[tuple[int, int, int], ...]  # where a rule is instead, and where the title begins and ends


def plain(text: str) -> Dialect:
    """The text with the same length."""
    titles = []
    for pattern in (_OPENING, _CONTAINER):
        for line in pattern.finditer(text):
            name = next((n for n, part in line.groupdict().items() if n != "indent" and part), None)
            if name and has_words(line[name]):
                titles.append((_rule_at(line), *line.span(name)))
    text = _OPENING.sub(_as_item, text)
    text = _CONTAINER.sub(lambda line: f"{line['indent']}{_RULE}".ljust(len(line[0])), text)
    text = _ABBREVIATION.sub(_as_entry, text)
    text = _KEPT.sub(lambda part: _hidden(part[0], HIDDEN), text)
    return Dialect(_ATTRIBUTES.sub(lambda part: _hidden(part[0], UNSEEN), text), tuple(titles))


def _rule_at(line: re.Match[str]) -> int:
    item = line.re is _OPENING and _has_room(line)
    return line.end("indent") + (len(_LIST) if item else 0)


def _has_room(line: re.Match[str]) -> bool:
    return len(line[0]) - len(line["indent"]) >= len(_LIST) + len(_RULE)


def _as_item(line: re.Match[str]) -> str:
    inner = f"{_LIST}{_RULE}" if _has_room(line) else _RULE
    return f"{line['indent']}{inner}".ljust(len(line[0]))


def _as_entry(line: re.Match[str]) -> str:
    """The beginning of *[HTML]: Hyper Text as that of an item, so that each of several lines is a text."""
    size = len(line[0]) - len(line["indent"])
    return f"{line['indent']}- {UNSEEN * (size - 2)}"


def _hidden(text: str, mark: str) -> str:
    return re.sub(r"[^\n]", mark, text)
