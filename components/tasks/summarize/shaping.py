"""From chosen and written sentences to lines of the shape and length that were asked for.

Pure rules over lines; knows nothing about models.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from components.documents import count_words
from components.tasks.summarize.selecting import Quote, Weighing, select, shorten
from components.tasks.summarize.settings import TOLERANCE, Settings
from components.tasks.summarize.summary import Line

KEY, DECISIONS, ACTIONS = "Key points", "Decisions", "Actions"
SHARES = {KEY: 0.5, DECISIONS: 0.25, ACTIONS: 0.25}
_DECIDED = re.compile(
    r"\b(?:decided|decision|agreed?|approved?|resolved|settled|voted|chos[ei]n?|go(?:ing)? (?:for|with|ahead)"
    r"|"
    r"we(?:'ll| will) (?:use|keep|drop|take|stay|move)|beschloss\w*|entschied\w*|einig\w*|décidé\w*|décision|"
    r"decidi\w*|acord\w*|concord\w*|aprob\w*|aprov\w*|deciso)\b|决定|同意|决議|決定|合意",
    re.IGNORECASE,
)
_TO_DO = re.compile(
    r"\b(?:(?:i|we|you|he|she|they|\w+)(?:'ll| will)|going to|to[- ]do|action|task|deadline|due|"
    r"by (?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"by (?:tomorrow|next|the end)|follow up|responsible|"
    r"assign\w*|needs? to|has to|must|should send|wird|soll|"
    r"bis (?:montag|dienstag|mittwoch|donnerstag|freitag)|"
    r"doit|devra|debe|"
    r"tiene que|"
    r"deve|vai)\b|负责|必须|需要|までに|担当",
    re.IGNORECASE,
)

Fill = Callable[[int, Sequence[Line]], list[Line]]  # words wanted, what is there already


def chosen(weighing: Weighing, settings: Settings, target: int) -> list[tuple[str, Quote]]:
    """Quotes with the list that each belongs to; for shapes without lists that is ""."""
    if settings.shape != "key points":
        return [("", quote) for quote in select(weighing, target)]
    passages, taken, found = weighing.passages, set[int](), list[tuple[str, Quote]]()
    left = target
    for heading, pattern in ((DECISIONS, _DECIDED), (ACTIONS, _TO_DO)):
        fit = [i for i, p in enumerate(passages) if i not in taken and pattern.search(p.text)]
        quotes = [
            q for q in select(weighing, round(target * SHARES[heading]), fit) if not q.text.endswith("…")
        ]
        found += [(heading, quote) for quote in quotes]
        taken |= {quote.index for quote in quotes}
        left -= sum(quote.words for quote in quotes)
    rest = [i for i in range(len(passages)) if i not in taken]
    return [(KEY, quote) for quote in select(weighing, left, rest)] + found


def fit(lines: Sequence[Line], target: int, fill: Fill) -> list[Line]:
    """The lines within the tolerance: what nothing supports goes first, then the last; gaps are filled."""
    kept = list(lines)
    most, least = target * (1 + TOLERANCE), target * (1 - TOLERANCE)
    while _words(kept) > most:
        weakest = _weakest(kept, least)
        if weakest is None:
            last = max(range(len(kept)), key=lambda i: kept[i].words)
            rest = _words(kept) - kept[last].words
            kept[last] = replace(kept[last], text=shorten(kept[last].text, max(target - rest, 1)))
            break
        del kept[weakest]
    if _words(kept) < least:
        kept = _in_order([*kept, *fill(target - _words(kept), kept)])
    return kept


def _weakest(lines: Sequence[Line], least: float) -> int | None:
    """The line to leave out next; None where leaving out any would make the rest too short."""
    total = _words(lines)
    can_go = [i for i, line in enumerate(lines) if total - line.words >= least and len(lines) > 1]
    return min(can_go, key=lambda i: (lines[i].supported, not lines[i].missing, -i), default=None)


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """Lines by list, then by where their first source stands."""
    order = {heading: i for i, heading in enumerate(("", *SHARES))}

    def place(line: Line) -> tuple[int, int, int, int]:
        first = min(line.sources, key=lambda s: (s.file, s.block, s.start), default=None)
        where = (first.file, first.block, first.start) if first else (1 << 30, 0, 0)
        return (order.get(line.heading, 0), *where)

    return sorted(lines, key=place)


def _words(lines: Sequence[Line]) -> int:
    return sum(count_words(line.text) for line in lines)
