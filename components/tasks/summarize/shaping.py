"""From chosen and written sentences to lines of the shape and length that were asked for.

Pure rules over lines; knows nothing about models.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from components.documents import count_words
from components.messages import N_
from components.tasks.summarize.selecting import SHORTEST, Quote, Weighing, select, shorten
from components.tasks.summarize.settings import TOLERANCE, Settings
from components.tasks.summarize.summary import Line
from components.tasks.summarize.terms import distinct

KEY, DECISIONS, ACTIONS = N_("Key points"), N_("Decisions"), N_("Actions")
ENDS = tuple(".!?。！？।؟")  # of a sentence; "…" is one that was cut
NEAR = 0.15  # aimed at, so that another way of counting words comes to a length within the tolerance too
SWAPS = 3  # long lines that are tried to be replaced before one is cut
SHARES = {KEY: 0.5, DECISIONS: 0.25, ACTIONS: 0.25}
_DECIDED = re.compile(
    r"\b(?:decided|decision|agreed|(?:we|us) agree|approved?|resolved|settled|voted|chosen|go(?:ing)? "
    r"(?:for|with|ahead)"
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
        fit = [
            i
            for i, p in enumerate(passages)
            if i not in taken and p.words >= SHORTEST and pattern.search(p.text)
        ]
        quotes = [
            q for q in select(weighing, round(target * SHARES[heading]), fit) if not q.text.endswith("…")
        ]
        found += [(heading, quote) for quote in quotes]
        taken |= {quote.index for quote in quotes}
        left -= sum(quote.words for quote in quotes)
    rest = [i for i in range(len(passages)) if i not in taken]
    return [(KEY, quote) for quote in select(weighing, left, rest)] + found


def listed(lines: Sequence[Line], quotes: Sequence[Line]) -> list[Line]:
    """Written key points in their lists; a list that the model left out gets the document's own words."""
    if not any(line.heading for line in lines):
        lines = [replace(line, heading=_list_of(line.text)) for line in lines]
    lines = [line if line.heading else replace(line, heading=KEY) for line in lines]
    there = {line.heading for line in lines}
    return _in_order([*lines, *(quote for quote in quotes if quote.heading not in there)])


def _list_of(text: str) -> str:
    return DECISIONS if _DECIDED.search(text) else ACTIONS if _TO_DO.search(text) else KEY


def one_sentence(
    lines: Sequence[Line], quotes: Sequence[Line], target: int, language: str = "en"
) -> list[Line]:
    """The best of the lines that has the length, or else the quotes, joined if there are several."""
    least, most = target * (1 - TOLERANCE), target * (1 + TOLERANCE)
    fit = [line for line in lines if least <= line.words <= most]
    if fit:
        return [max(fit, key=lambda line: (line.supported, not line.missing, line.origin != "quoted"))]
    parts = _once(quotes or lines[:1], language)
    if not parts:
        return []
    joint, ends = ("；", "。") if parts[0].text.endswith("。") else ("; ", ".")
    text = joint.join([*(line.text.rstrip(ends) for line in parts[:-1]), parts[-1].text])
    sources = tuple(source for line in parts for source in line.sources)
    text = shorten(text, target) if count_words(text) > most else text
    return [replace(parts[0], text=text, sources=sources)]


def fit(lines: Sequence[Line], target: int, fill: Fill, language: str = "en") -> list[Line]:
    """The lines within the tolerance, none said twice: what nothing supports goes first, then the last;
    gaps are filled.
    """
    kept = _once(lines, language)
    least = target * (1 - NEAR)
    while _words(kept) > target * (1 + NEAR):
        weakest = _weakest(kept, least)
        if weakest is None:
            if _words(kept) <= target * (1 + TOLERANCE):
                break
            if swapped := _swapped(kept, target, fill):
                return swapped
            last = max(range(len(kept)), key=lambda i: kept[i].words)
            rest = _words(kept) - kept[last].words
            kept[last] = replace(kept[last], text=shorten(kept[last].text, max(target - rest, 1)))
            break
        del kept[weakest]
    if _words(kept) < least:
        kept = _once(_in_order([*kept, *fill(target - _words(kept), kept)]), language)
    return kept


def _once(lines: Sequence[Line], language: str) -> list[Line]:
    """Without lines that say what one before says."""
    return [lines[i] for i in distinct([line.text for line in lines], language)]


def _weakest(lines: Sequence[Line], least: float) -> int | None:
    """The line to leave out next; None where leaving out any would make the rest too short."""
    total = _words(lines)
    can_go = [i for i, line in enumerate(lines) if total - line.words >= least and len(lines) > 1]

    def worth(i: int) -> tuple[bool, bool, bool, bool, int]:
        line = lines[i]
        whole = line.text.rstrip("\"'”’»」』) ").endswith(ENDS)
        return line.supported, not line.missing, whole, line.heading in (DECISIONS, ACTIONS), -i

    return min(can_go, key=worth, default=None)


def _swapped(lines: Sequence[Line], target: int, fill: Fill) -> list[Line]:
    """Quotes in the place of a line that is too long to stay and too long to leave out; none if none fit."""
    for i in sorted(range(len(lines)), key=lambda i: -lines[i].words)[:SWAPS]:
        rest = [line for number, line in enumerate(lines) if number != i]
        made = _in_order([*rest, *fill(target - _words(rest), lines)])
        whole = not any(line.text.endswith("…") for line in made)
        if whole and abs(_words(made) - target) <= TOLERANCE * target:
            return made
    return []


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
