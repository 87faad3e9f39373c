"""From chosen and written sentences to lines of the shape and length that were asked for.

Pure rules over lines; knows nothing about models.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from components.documents import count_words
from components.messages import Message
from components.tasks.summarize import minutes
from components.tasks.summarize.selection import SHORTEST, Quote, Weighing, select, shorten
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY, Line
from components.tasks.summarize.summary_settings import TOLERANCE, Settings
from components.tasks.terms import distinct

ENDS = tuple(".!?。！？।؟")  # of a sentence; "…" is one that was cut
NEAR = 0.15  # aimed at, so that another way of counting words comes to a length within the tolerance too
SWAPS = 3  # long lines that are tried to be replaced before one is cut
SHARES: dict[Message, float] = {KEY: 0.4, DECISIONS: 0.25, ACTIONS: 0.35}

Fill = Callable[[int, Sequence[Line]], list[Line]]  # words wanted, what is there already


def chosen(
    weighing: Weighing, settings: Settings, target: int, lists: Callable[[], Sequence[Message]]
) -> list[tuple[Message, Quote]]:
    """Quotes with the list that each belongs to; for shapes without lists that is "".

    `lists`: a way to the list of each passage.
    """
    if settings.shape != "key points":
        return [("", quote) for quote in select(weighing, target)]
    named = [minutes.named(passage) for passage in weighing.passages]
    sorted_into = lists()
    found: list[tuple[Message, Quote]] = []

    def take(heading: Message, words: int, fit: Sequence[int]) -> None:
        quotes = select(weighing, words, fit) if fit and words > 0 else []
        found.extend((heading, q) for q in quotes if heading == KEY or not q.text.endswith("…"))

    def left(words: int, heading: Message = "") -> int:
        return words - sum(quote.words for name, quote in found if heading in ("", name))

    for heading in (DECISIONS, ACTIONS):
        room = round(target * SHARES[heading])
        fit = [i for i, name in enumerate(sorted_into) if name == heading]
        take(heading, room, [i for i in fit if named[i]])  # what the document itself calls so
        long_enough = [i for i in fit if not named[i] and weighing.passages[i].words >= SHORTEST]
        take(heading, left(room, heading), long_enough)
    take(KEY, left(target), [i for i, name in enumerate(sorted_into) if name == KEY])
    if left(target) > target * TOLERANCE / 2:  # few passages are neither a decision nor an action
        taken = {quote.index for _, quote in found}
        rest = select(weighing, left(target), [i for i in range(len(sorted_into)) if i not in taken])
        found.extend((sorted_into[quote.index], quote) for quote in rest)
    order = list(SHARES)
    return sorted(found, key=lambda one: (order.index(one[0]), one[1].index))


def listed(lines: Sequence[Line], quotes: Sequence[Line], language: str = "en") -> list[Line]:
    """Written key points in their lists; a list that the model left out gets the document's own words."""
    if not any(line.heading for line in lines):
        lines = [replace(line, heading=minutes.told(line.text, language)) for line in lines]
    lines = [line if line.heading else replace(line, heading=KEY) for line in lines]
    there = {line.heading for line in lines}
    return _in_order([*lines, *(quote for quote in quotes if quote.heading not in there)])


def one_sentence(
    lines: Sequence[Line], quotes: Sequence[Line], target: int, language: str = "en"
) -> list[Line]:
    """The best of the lines that has the length, or else the quotes, joined if there are several."""
    least, most = target * (1 - TOLERANCE), target * (1 + TOLERANCE)
    fit = [line for line in lines if least <= line.words <= most]
    if fit:
        return [
            max(
                fit,
                key=lambda line: (line.supported, line.faithful, not line.missing, line.origin != "quoted"),
            )
        ]
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
            kept[last] = _cut(kept[last], target - rest)
            break
        del kept[weakest]
    if _words(kept) < least:
        kept = _once(_in_order([*kept, *fill(target - _words(kept), kept)]), language)
    return kept


def _cut(line: Line, words: int) -> Line:
    """What is cut off a written line may decide what it says; of a quote it is seen to be one."""
    faithful = line.faithful and line.origin == "quoted"
    return replace(line, text=shorten(line.text, max(words, 1)), faithful=faithful)


def _once(lines: Sequence[Line], language: str) -> list[Line]:
    """Without lines that say what one before says."""
    return [lines[i] for i in distinct([line.text for line in lines], language)]


def _weakest(lines: Sequence[Line], least: float) -> int | None:
    """The line to leave out next; None where leaving out any would make the rest too short."""
    total = _words(lines)
    can_go = [i for i, line in enumerate(lines) if total - line.words >= least and len(lines) > 1]

    def worth(i: int) -> tuple[bool, bool, bool, bool, bool, int]:
        line = lines[i]
        whole = line.text.rstrip("\"'”’»」』) ").endswith(ENDS)
        listed = line.heading in (DECISIONS, ACTIONS)
        return line.supported, line.faithful, not line.missing, whole, listed, -i

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
    """Lines by list, then by the place of their first source."""
    headings: tuple[Message, ...] = ("", *SHARES)
    order = {heading: i for i, heading in enumerate(headings)}

    def place(line: Line) -> tuple[int, int, int, int]:
        first = min(line.sources, key=lambda s: (s.file, s.block, s.start), default=None)
        where = (first.file, first.block, first.start) if first else (1 << 30, 0, 0)
        return (order.get(line.heading, 0), *where)

    return sorted(lines, key=place)


def _words(lines: Sequence[Line]) -> int:
    return sum(count_words(line.text) for line in lines)
