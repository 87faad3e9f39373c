"""Where the marks of a text go in its translation: by the translation of their words, and by their place.

Knows words and offsets, no format. An engine gives no word alignment, so the words of a span are
translated by themselves as well, and looked for in the translation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from components.documents.rewriting.units import Mark, Placed, Unit
from components.scripts import EACH_A_WORD
from components.tasks.translate.sentences import Sentence, join

_PARTICLE = 3  # letters of a small word: de, the
_WORD = re.compile(rf"[^\W_]+(?:['’-][^\W_]+)*|[{EACH_A_WORD}]")
ALIKE = 0.6  # similarity from which two words are taken for each other
AGREEING = 0.5  # what the lesser of two likenesses adds: to the phrase's translation, and to its own words
NEARNESS = 0.35  # what standing at the same place is worth beside that
ANOTHER, SMALL = 0.3, 0.1  # what it costs to be the translation of other words, or small ones alone


def phrases(unit: Unit, sentences: Sequence[Sentence]) -> list[str]:
    """Parts of sentences that have marks of their own: their translations help to find them again."""
    found = []
    for mark in unit.marks:
        if mark.kind != "span":
            continue
        for sentence in sentences:
            start, end = max(mark.start, sentence.start), min(mark.end, sentence.end)
            whole = start == sentence.start and end == sentence.end
            text = unit.text[start:end].strip()
            if start < end and not whole and any(c.isalpha() for c in text):
                found.append(text)
    return found


@dataclass(frozen=True)
class _Aligned:
    """A sentence beside its translation, which begins at `at` in the unit's."""

    sentence: Sentence
    target: str
    at: int


def place(
    unit: Unit,
    lead: str,
    sentences: Sequence[Sentence],
    targets: Sequence[str],
    spaced: bool,
    known: Mapping[str, str],
) -> Placed:
    """The unit's translation with its marks. `known` are translations of `phrases`."""
    text = join(lead, [(s.text, t, s.after) for t, s in zip(targets, sentences, strict=True)], spaced)
    aligned, at = [], len(lead)
    for sentence, target in zip(sentences, targets, strict=True):
        at = text.index(target, at) if target else at
        aligned.append(_Aligned(sentence, target, at))
        at += len(target)
    marks: list[Mark] = []
    for mark in unit.marks:
        kept = [(one.start, one.end) for one in marks if one.kind == "keep"]
        start, end = _mark(unit, mark, aligned, known, len(text), kept)
        marks.append(Mark(mark.id, start, end, mark.kind, mark.parent))
    return _spaced(unit, Placed(text, tuple(marks)))


def _spaced(unit: Unit, placed: Placed) -> Placed:
    """With the space on both sides of a point that the source has there: engines make one of two. A point
    that has it before it alone is behind it in the translation too.
    """
    text, marks = placed.text, placed.marks
    for source in unit.marks:
        around = unit.text[max(source.start - 1, 0) : source.start + 1]
        if source.kind != "point" or around[:1] != " ":
            continue
        at = next(mark.start for mark in marks if mark.id == source.id)
        if not (text[at : at + 1] == " " and text[at - 1 : at].strip()):
            continue
        if around[1:].strip():
            marks = tuple(_behind(mark, at) if mark.id == source.id else mark for mark in marks)
        elif around == "  ":
            text = f"{text[:at]} {text[at:]}"
            marks = tuple(_moved(mark, at, mark.id == source.id) for mark in marks)
    return Placed(text, marks)


def _behind(mark: Mark, at: int) -> Mark:
    return Mark(mark.id, at + 1, at + 1, mark.kind, mark.parent)


def _moved(mark: Mark, at: int, itself: bool) -> Mark:
    start = mark.start + (mark.start > at or itself)
    return Mark(mark.id, start, max(mark.end + (mark.end > at or itself), start), mark.kind, mark.parent)


def _mark(
    unit: Unit,
    mark: Mark,
    aligned: Sequence[_Aligned],
    known: Mapping[str, str],
    size: int,
    taken: Sequence[tuple[int, int]],
) -> tuple[int, int]:
    """`taken` are the places of kept texts before this mark."""
    if mark.kind == "point":
        return _point(mark.start, aligned, size)
    found = []
    for one in aligned:
        sentence, target = one.sentence, one.target
        start = max(mark.start, sentence.start) - sentence.start
        end = min(mark.end, sentence.end) - sentence.start
        if start >= end:
            continue
        if mark.kind == "keep":
            for place in _whole(unit.text[mark.start : mark.end], target):
                there = one.at + place[0], one.at + place[1]
                if there not in taken:
                    return there
            return _point(mark.start, aligned, size)
        phrase = known.get(sentence.text[start:end].strip(), "")
        low, high = find_span(sentence.text, start, end, target, phrase)
        found.append((one.at + low, one.at + high))
    if not found:  # only white space
        return _point(mark.start, aligned, size)
    return min(low for low, _ in found), max(high for _, high in found)


def _point(offset: int, aligned: Sequence[_Aligned], size: int) -> tuple[int, int]:
    """After the same word as in the source; at the same share of the sentence if that can't be told."""
    for number, one in enumerate(aligned):
        sentence = one.sentence
        if offset <= sentence.start:
            low = one.at - (sentence.start - offset if number == 0 else 0)
            return low, low
        if offset < sentence.end:
            low = one.at + _after_word(sentence.text, offset - sentence.start, one.target)
            return low, low
        if offset <= sentence.end + len(sentence.after):
            low = min(one.at + len(one.target) + offset - sentence.end, size)
            return low, low
    return size, size


def _after_word(source: str, offset: int, target: str) -> int:
    before = [match for match in _WORD.finditer(source) if match.end() <= offset]
    if not before:
        return 0
    if not any(match.start() >= offset for match in _WORD.finditer(source)):
        return _tail(target, source[before[-1].end() : offset])
    _, high = find_span(source, before[-1].start(), before[-1].end(), target, "")
    if len(before[-1][0]) > _PARTICLE:
        high = _past_particles(target, high)
    return high


def _past_particles(target: str, at: int) -> int:
    """Not behind a small word that leads to the next one: nota de rodapé."""
    while True:
        last = next((word for word in _WORD.finditer(target) if word.end() == at), None)
        after = _WORD.search(target, at)
        small = last is not None and last[0].islower() and len(last[0]) <= _PARTICLE
        if not small or after is None or target[at : after.start()].strip():
            return at
        at = after.end()


def _tail(target: str, passed: str) -> int:
    """At the end: before the closing characters of the target that follow the mark in the source."""
    closing = re.search(r"[\W_]*$", target)
    start = closing.start() if closing else len(target)
    return start if not passed.strip() else len(target)


def find_span(source: str, start: int, end: int, target: str, phrase: str) -> tuple[int, int]:
    """The part of `target` that says what source[start:end] says."""
    if not target:
        return 0, 0
    if not source[:start].strip() and not source[end:].strip():
        return 0, len(target)
    inner = _inside_word(source, start, end, target)
    if inner is not None:  # before all else: the 2 of H2O may be a word elsewhere
        return inner
    exact = _whole(source[start:end].strip(), target)
    if len(exact) == 1:
        return exact[0]
    start, end = _to_borders(source, start, end)
    words = [match.span() for match in _WORD.finditer(target)]
    inside = [match.span() for match in _WORD.finditer(source, start, end)]
    if not words or not inside:
        at = round(len(target) * start / max(len(source), 1))
        return _to_space(target, at), _to_space(target, at)
    first, last = _window(source, inside, target, words, phrase)
    low, high = words[first][0], words[last][1]
    return _with_signs(source, start, end, target, low, high)


def _whole(text: str, target: str) -> list[tuple[int, int]]:
    """Where a text is in another, not as a part of a longer word."""
    if not text:
        return []
    before = r"(?<!\w)" if text[0].isalnum() else ""
    after = r"(?!\w)" if text[-1].isalnum() else ""
    return [found.span() for found in re.finditer(f"{before}{re.escape(text)}{after}", target)]


def _to_borders(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with the whole of the words that it begins and ends in."""
    for word in _WORD.finditer(text):
        low, high = word.span()
        if low < start < high:
            start = low
        if low < end < high:
            end = high
    return start, end


def _inside_word(source: str, start: int, end: int, target: str) -> tuple[int, int] | None:
    """Where a part of a word is a format's own: an index in H2O, the letters of 3rd, a large first letter.

    Elsewhere formats begin and end on the borders of words; None is for these.
    """
    word = next((w for w in _WORD.finditer(source) if w.start() <= start and end <= w.end()), None)
    if word is None or (word.start() == start and word.end() == end) or start == end:
        return None
    same = _whole(word[0], target)
    if same:
        return same[0][0] + start - word.start(), same[0][0] + end - word.start()
    figures = re.match(r"\d+(?=[^\W\d])", word[0])
    if figures and start == word.start() + figures.end() and end == word.end():
        ordinal = re.search(rf"(?<!\w){figures[0]}([^\W\d]{{1,3}}|[ºª])(?!\w)", target)
        plain = ordinal or re.search(rf"(?<!\w){figures[0]}()(?!\w)", target)  # the 1st is only 1
        return plain.span(1) if plain else None
    if end - start == 1 and not source[:start].strip():
        first = _WORD.search(target)
        return (first.start(), first.start() + 1) if first else None
    return None


def _window(
    source: str,
    inside: Sequence[tuple[int, int]],
    target: str,
    words: Sequence[tuple[int, int]],
    phrase: str,
) -> tuple[int, int]:
    """The words of the target, first and last, that are most like the phrase and near its place."""
    wanted = _WORD.findall(phrase.casefold())
    own = [source[a:b].casefold() for a, b in inside]
    texts = [target[a:b].casefold() for a, b in words]
    anchors = _anchors(source, inside, target, words)
    middle = _expected((inside[0][0] + inside[-1][1]) / 2, anchors, len(source), len(target))
    taken = {anchor[1] for anchor in anchors}
    long = any(len(word) > _PARTICLE for word in own)
    best, found = -1.0, (0, 0)
    usual = len(wanted) or len(own)
    for size in range(max(1, usual - 2), min(len(words), usual + 2) + 1):
        for first in range(len(words) - size + 1):
            some = texts[first : first + size]
            ways = sorted((_alike(wanted, some) if wanted else 0.0, _alike(own, some)))
            likeness = ways[1] + AGREEING * ways[0]
            center = (words[first][0] + words[first + size - 1][1]) / 2 / len(target)
            score = likeness + NEARNESS * (1 - abs(center - middle)) - 0.02 * abs(size - usual)
            score -= ANOTHER * len(taken.intersection(words[first : first + size])) / size
            score -= SMALL if long and all(len(word) <= _PARTICLE for word in some) else 0
            if score > best:
                best, found = score, (first, first + size - 1)
    return found


def _anchors(
    source: str, inside: Sequence[tuple[int, int]], target: str, words: Sequence[tuple[int, int]]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Words around a span that look alike in both languages, in the same order: (there, in the target).

    In "the landlord repairs the heating", "o proprietário repara o aquecimento" is tied down by "repara".
    """
    pairs: list[tuple[tuple[int, int], tuple[int, int]]] = []
    texts = [target[a:b].casefold() for a, b in words]
    for word in _WORD.finditer(source):
        if word.span() in inside or (len(word[0]) <= _PARTICLE and not word[0].isdigit()):
            continue
        ranked = sorted(range(len(texts)), key=lambda at: -_similar(word[0].casefold(), texts[at]))
        likeness = [_similar(word[0].casefold(), texts[at]) for at in ranked[:2]]
        later = not pairs or (ranked and words[ranked[0]] > pairs[-1][1])
        if later and likeness and likeness[0] > max([0.0, *likeness[1:]]):
            pairs.append((word.span(), words[ranked[0]]))
    return pairs


def _expected(
    middle: float,
    anchors: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    size: int,
    target_size: int,
) -> float:
    """Where in the target the middle of a span should be, as a share of it: between the anchors around it."""
    points = [(0.0, 0.0), *((sum(a) / 2, sum(b) / 2) for a, b in anchors), (float(size), float(target_size))]
    before = max(point for point in points if point[0] <= middle)
    after = min(point for point in points if point[0] >= middle)
    share = (middle - before[0]) / ((after[0] - before[0]) or 1)
    return (before[1] + share * (after[1] - before[1])) / max(target_size, 1)


def _alike(wanted: Sequence[str], some: Sequence[str]) -> float:
    """How much of two lists of words is the same, endings aside."""
    total = sum(max((_similar(a, b) for b in some), default=0.0) for a in wanted)
    back = sum(max((_similar(a, b) for a in wanted), default=0.0) for b in some)
    return (total + back) / (len(wanted) + len(some))


def _similar(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if min(len(a), len(b)) < 3:
        return 0.0
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0.0


def _with_signs(source: str, start: int, end: int, target: str, low: int, high: int) -> tuple[int, int]:
    """Quotation marks and brackets that belong to the span in the source belong to it here."""
    lead = re.match(r"[^\w\s]*", source[start:end])
    for _ in lead.group() if lead else "":
        if low > 0 and not target[low - 1].isalnum() and not target[low - 1].isspace():
            low -= 1
    tail = re.search(r"[^\w\s]*$", source[start:end].rstrip())
    for _ in tail.group() if tail else "":
        if high < len(target) and not target[high].isalnum() and not target[high].isspace():
            high += 1
    return low, high


def _to_space(text: str, at: int) -> int:
    """The end of a word near a place."""
    found = text.find(" ", at)
    return found if found >= 0 else len(text)
