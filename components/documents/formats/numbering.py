"""The numbers of numbered paragraphs in a Word document, as Word would show them.

Knows nothing about the text of the paragraphs.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from components.documents.ooxml import W
from components.documents.zip_archive import local

BULLET = "-"
ROMAN: tuple[tuple[int, str], ...] = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True)
class _Level:
    format: str = "bullet"
    pattern: str = ""  # "%1.%2)"
    start: int = 1


@dataclass
class Numbering:
    """Counters of all lists of one document."""

    lists: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)  # id -> (shared id, levels)
    counts: dict[str, list[int | None]] = field(default_factory=dict)  # shared id -> one counter per level

    @classmethod
    def from_xml(cls, root: etree._Element | None) -> "Numbering":
        if root is None:
            return cls()
        abstract = {a.get(f"{W}abstractNumId", ""): _levels(a) for a in root.iter(f"{W}abstractNum")}
        lists = {}
        for number in root.iter(f"{W}num"):
            target = number.find(f"{W}abstractNumId")
            shared = target.get(f"{W}val", "") if target is not None else ""
            levels = dict(abstract.get(shared, {}))
            restarts = number.find(f"{W}lvlOverride/{W}startOverride") is not None
            for override in number.iter(f"{W}lvlOverride"):
                levels |= _levels(override)
            key = number.get(f"{W}numId", "")
            lists[key] = (f"{shared}/{key}" if restarts else shared, levels)
        return cls(lists)

    def next(self, number: str, level: int) -> str:
        """The marker of the next paragraph in list `number`: "-", "3.", "b)", "2.1"."""
        shared, levels = self.lists.get(number, (number, {}))
        counts = self.counts.setdefault(shared, [None] * 10)
        level = min(9, max(0, level))
        this = levels.get(level, _Level())
        before = counts[level]
        counts[level] = levels.get(level, _Level()).start if before is None else before + 1
        counts[level + 1 :] = [None] * (9 - level)
        if this.format in ("bullet", "none") or not this.pattern:
            return BULLET
        return (
            re.sub(r"%(\d)", lambda m: self._shown(counts, levels, int(m[1]) - 1), this.pattern).strip()
            or BULLET
        )

    @staticmethod
    def _shown(counts: list[int | None], levels: dict[int, _Level], level: int) -> str:
        found = levels.get(level, _Level("decimal"))
        count = counts[level] if 0 <= level < 10 else 1
        return _number(found.start if count is None else count, found.format)


def _levels(parent: etree._Element) -> dict[int, _Level]:
    found = {}
    for level in parent:
        if local(level) != "lvl":
            continue
        values = {local(child): child.get(f"{W}val", "") for child in level}
        start = values.get("start", "1")
        found[int(level.get(f"{W}ilvl", "0"))] = _Level(
            values.get("numFmt", "decimal"), values.get("lvlText", ""), int(start) if start.isdigit() else 1
        )
    return found


def _number(count: int, style: str) -> str:
    match style:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letter.upper() if style[0] == "u" else letter
        case "lowerRoman" | "upperRoman":
            return _roman(count).upper() if style[0] == "u" else _roman(count)
        case "decimalZero":
            return f"{count:02}"
        case _:
            return str(count)


def _roman(count: int) -> str:
    out = ""
    for value, sign in ROMAN:
        out += sign * (count // value)
        count %= value
    return out
