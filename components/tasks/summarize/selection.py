"""Which passages say most about a document: what *quote* shows and *both* writes from.

Each passage gains by the document's frequent words that no chosen passage has yet (so that nothing is
said twice), times its nearness in meaning to the whole, its place and its wording. The best are taken
one by one until the length is reached. Gains only fall, so a heap of old gains finds the next best
without asking all others again, and long summaries are chosen stretch by stretch: time grows with the
document's length, not with its square.

    The ferry costs 31 million euros.           ferry (3 times in all), costs (2), million (2): chosen first
    The ferry costs more than planned.          ferry and costs are said; only "planned" is left: passed over
    The council votes on the ferry in March.    council (2), votes and March are new: chosen next
"""

import heapq
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.documents import count_words
from components.models.engine import Vectors
from components.scripts import UNSPACED
from components.tasks.facts.quantities import is_money, measured
from components.tasks.summarize.minutes import told
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.summary import DECISIONS
from components.tasks.summarize.summary_settings import TOLERANCE
from components.tasks.summarize.worth import NOTICE, has_cue, leans_back, superseded, worth, years
from components.tasks.terms import terms

SHORTEST = 5  # words of a sentence that is worth quoting
LENGTH_POWER = 0.5  # 0: long passages win; 1: words per word
FREQUENCY_POWER = 0.4  # how much more a word counts that the document repeats
REPEATED = 0.1  # what is left of a word's gain once a chosen passage has it
CENTRALITY, CUE = 1.0, 1.5
ON_TOPIC, NEAR_BEST = 0.3, 0.6  # cosines with a question, and with the nearest passage, that answer it
OFF_TOPIC = 0.05  # what is left of a passage's weight that has nothing to do with an instruction
LEAD = 10.0  # the beginning of a report or an article says what it is about; in a story or a talk it doesn't
LEAD_SHARE, LEAD_WORDS = 0.03, 50  # how long the beginning is
LEAD_FROM, LEAD_UNTIL = 600, 20_000  # words of a document that has such a beginning
DIALOGUE = 0.15  # share of passages with quotation marks from which a text counts as a story
STRETCH_WORDS = 600  # of a summary that are chosen at one go
MINOR = 0.5  # share of the words below which sentences are too few to stand for a document:
MINOR_KINDS = ("caption", "footnote", "code")  # then these are quoted too
MINOR_WORTH = 0.1
NEWS, BACKGROUND = 1.6, 0.4  # how much more, or less, such a sentence says of a text alone
OPENING = 1.0  # how much more the first sentence of a text that is neither told nor spoken says alone
SHORTEST_ALONE = 8  # words of a sentence that stands for a whole text
BALANCE = 3.0  # times its share of the words that a section gets before its passages count half

_ANYWHERE = f"[{UNSPACED}]"  # can be cut after any character
_WORD = re.compile(rf"{_ANYWHERE}|(?:(?!{_ANYWHERE})\w)+(?:[-'’.,·](?:(?!{_ANYWHERE})\w)+)*")
_QUOTATION = re.compile(r"[\"“”«»„「」]")


@dataclass(frozen=True)
class Quote:
    """A chosen passage, its text cut with an ellipsis where only that fits the length."""

    index: int  # among the passages
    text: str
    words: int


@dataclass(frozen=True)
class Weighing:
    """What choosing needs to know of each passage, made once for a document."""

    passages: Sequence[Passage]
    terms: Sequence[frozenset[str]]
    gains: dict[str, float]  # of each term
    weights: Sequence[float]  # what a passage's gain is multiplied by; 0: never quoted
    notices: frozenset[int] = frozenset()  # passages that say nothing of what the text is about


@dataclass(frozen=True)
class Query:
    """What a person asked to look at."""

    terms: Sequence[str]
    vector: Vectors | None
    only: bool  # nothing else is to be there
    money: bool = False  # amounts of it answer, whatever words are around them


def weigh(
    passages: Sequence[Passage],
    vectors: Vectors | None,
    language: str,
    query: "Query | None" = None,
) -> Weighing:
    """`vectors` has a row for each passage; None: words alone decide."""
    found = [terms(passage.text, language) for passage in passages]
    counts = Counter(term for one in found for term in one)
    short = sum(counts.values()) < LEAD_FROM / 2
    gains = {term: n**FREQUENCY_POWER if n > 1 or short else 0.2 for term, n in counts.items()}
    weights = 1 + CENTRALITY * _nearness(passages, vectors) + _lead(passages)
    for i, passage in enumerate(passages):
        weights[i] = (weights[i] + CUE * has_cue(passage)) * worth(passage)
    if sum(p.words for p, weight in zip(passages, weights, strict=True) if weight) < MINOR * sum(
        p.words for p in passages
    ):
        weights += [(p.kind in MINOR_KINDS) * MINOR_WORTH for p in passages]
    for i in superseded(passages, found):
        weights[i] = 0.0
    if query and query.only:
        weights *= [worth(passage) > NOTICE for passage in passages]
    weights *= _asked(passages, found, vectors, query)
    notices = frozenset(i for i, passage in enumerate(passages) if 0 < worth(passage) <= NOTICE)
    return Weighing(passages, [frozenset(one) for one in found], gains, weights.tolist(), notices)


def select(
    weighing: Weighing,
    target: int,
    allowed: Sequence[int] | None = None,
    said: Sequence[str] = (),
) -> list[Quote]:
    """Passages of about `target` words together, in the document's order, within the tolerance.

    `said`: terms that don't need saying any more.
    """
    offered = [
        i for i in (range(len(weighing.passages)) if allowed is None else allowed) if weighing.weights[i]
    ]
    offered = list({weighing.passages[i].text: i for i in reversed(offered)}.values())[::-1]  # said once
    telling = [i for i in offered if i not in weighing.notices]
    if sum(weighing.passages[i].words for i in telling) >= target * (1 - TOLERANCE):
        offered = telling
    among = [i for i in offered if weighing.passages[i].words >= SHORTEST]
    if sum(weighing.passages[i].words for i in among) < target:
        among = offered  # a list of short items has nothing longer
    stretches = _stretches(weighing, among, max(round(target / STRETCH_WORDS), 1))
    left, chosen = target, list[Quote]()
    for number, stretch in enumerate(stretches):
        here = _best(weighing, stretch, round(left / (len(stretches) - number)), said)
        left -= sum(quote.words for quote in here)
        chosen += here
    return sorted(chosen, key=lambda quote: quote.index)


def _stretches(weighing: Weighing, among: Sequence[int], number: int) -> list[list[int]]:
    """Stretches of about as many words each: a long summary is chosen stretch by stretch."""
    whole = max(sum(weighing.passages[i].words for i in among), 1)
    stretches: list[list[int]] = [[] for _ in range(number)]
    before = 0
    for i in among:
        stretches[before * number // whole].append(i)
        before += weighing.passages[i].words
    return [stretch for stretch in stretches if stretch]


def single(weighing: Weighing, target: int) -> list[Quote]:
    """The one sentence of at most about `target` words that says most; none where all are longer."""
    least, most = min(SHORTEST_ALONE, target * (1 - TOLERANCE)), target * (1 + TOLERANCE)

    newest = max((year for passage in weighing.passages for year in years(passage.text)), default=0)

    decided = [told(passage.text, passage.language) == DECISIONS for passage in weighing.passages]
    minutes = sum(decided) > 1  # these begin with who was there
    opening = np.zeros(len(decided)) if minutes else _opening(weighing.passages)

    def gain(i: int) -> float:
        passage = weighing.passages[i]
        alone = 0.3 if leans_back(passage) else 1.0  # "it" needs the sentence before
        if decided[i]:
            alone *= NEWS
        if max(years(passage.text), default=newest) < newest:  # how it came about
            alone *= BACKGROUND
        alone *= 1 + OPENING * opening[i]
        gains = sum(weighing.gains[term] for term in weighing.terms[i])
        return alone * gains * weighing.weights[i] / max(passage.words, 1) ** LENGTH_POWER

    fits = [i for i, p in enumerate(weighing.passages) if weighing.weights[i] and least <= p.words <= most]
    prose = [i for i in fits if weighing.passages[i].kind != "table"]
    fits = prose or fits
    if not fits:
        return []
    best = max(fits, key=gain)
    return [Quote(best, weighing.passages[best].text, weighing.passages[best].words)]


def _best(weighing: Weighing, among: Sequence[int], target: int, said: Sequence[str]) -> list[Quote]:
    chosen, total = _greedy(weighing, among, target, said)
    return chosen if total >= target * (1 - TOLERANCE) else _filled(weighing, among, chosen, target, total)


def _greedy(
    weighing: Weighing, among: Sequence[int], target: int, said: Sequence[str]
) -> tuple[list[Quote], int]:
    """The best passages one by one, as long as they fit.

    The heap has each passage's gain as it was when it was last asked for. The one on top is asked again: if
    what was chosen since has cost it more than its lead over the next one, it goes back down.
    """
    passages = weighing.passages
    sizes = Counter[tuple[int, tuple[str, ...]]]()
    for i in among:
        sizes[passages[i].file, passages[i].section] += passages[i].words
    used = Counter[tuple[int, tuple[str, ...]]]()
    whole, covered = max(sum(sizes.values()), 1), set(said)

    def gain(i: int) -> float:
        fresh = sum(weighing.gains[t] for t in weighing.terms[i] - covered)
        again = sum(weighing.gains[t] for t in weighing.terms[i] & covered)
        section = passages[i].file, passages[i].section
        crowd = used[section] / (BALANCE * target * sizes[section] / whole) if len(sizes) > 1 else 0.0
        length = max(passages[i].words, SHORTEST + 1) ** LENGTH_POWER
        return (fresh + REPEATED * again) * weighing.weights[i] / length / (1 + crowd)

    chosen: list[Quote] = []
    total = 0

    def take(i: int) -> None:
        nonlocal total
        chosen.append(Quote(i, passages[i].text, passages[i].words))
        total += passages[i].words
        covered.update(weighing.terms[i])
        used[passages[i].file, passages[i].section] += passages[i].words

    for file in _files(weighing, among):
        own = [i for i in among if passages[i].file == file]
        new = [i for i in own if _is_new(weighing.terms[i], covered)]
        if fits := [i for i in new if total + passages[i].words <= target * (1 + TOLERANCE / 2)]:
            take(max(fits, key=gain))
    taken = {quote.index for quote in chosen}
    heap = [(-gain(i), i) for i in among if i not in taken]
    heapq.heapify(heap)
    while heap and total < target * 0.95:
        old, i = heapq.heappop(heap)
        now = gain(i)
        if heap and now < -old and -heap[0][0] > now:
            heapq.heappush(heap, (-now, i))
            continue
        if total + passages[i].words > target * (1 + TOLERANCE / 2):
            continue  # too long for what is left; a shorter one may fit
        take(i)
    return chosen, total


def _files(weighing: Weighing, among: Sequence[int]) -> list[int]:
    """Of several documents all, the longest first: each has a sentence before any has two."""
    sizes = Counter[int]()
    for i in among:
        sizes[weighing.passages[i].file] += weighing.passages[i].words
    return [file for file, _ in sizes.most_common()] if len(sizes) > 1 else []


def _is_new(found: frozenset[str], covered: set[str]) -> bool:
    """Whether a passage says something that the chosen ones don't."""
    return len(found - covered) * 2 > len(found)


def _filled(
    weighing: Weighing, among: Sequence[int], chosen: list[Quote], target: int, total: int
) -> list[Quote]:
    """With one more passage, or one in another's place, for a missed length; a cut one if need be.

    Of 100 words asked for, 80 to 120 will do. Where passages of 25 and 45 words are chosen, one of 10 to 50
    words is added; where all others have 60, one of these takes the place of the 25 (45 + 60); and where
    they have 90, the best of them is cut to the 30 that are left.
    """
    least, most = target * (1 - TOLERANCE), target * (1 + TOLERANCE)
    taken = {quote.index for quote in chosen}
    left = sorted((i for i in among if i not in taken), key=lambda i: -weighing.weights[i])
    passages, out = weighing.passages, sorted(chosen, key=lambda quote: weighing.weights[quote.index])
    for i in left:
        if least <= total + passages[i].words <= most:
            return [*chosen, Quote(i, passages[i].text, passages[i].words)]
    files = Counter(passages[quote.index].file for quote in chosen)
    if len(files) > 1:  # what is the only one of its document stays
        out = [quote for quote in out if files[passages[quote.index].file] > 1]
    for i in left:
        for quote in out:
            if least <= total - quote.words + passages[i].words <= most:
                kept = [one for one in chosen if one is not quote]
                return [*kept, Quote(i, passages[i].text, passages[i].words)]
    short = [i for i in left if total + passages[i].words <= most]
    if short:  # still less than was asked for: there is no more
        return [*chosen, Quote(short[0], passages[short[0]].text, passages[short[0]].words)]
    if not left:
        return chosen
    text = shorten(passages[left[0]].text, target - total)
    return [*chosen, Quote(left[0], text, count_words(text))]


def shorten(text: str, words: int) -> str:
    """The beginning of a sentence, at a comma if one is near the length, with an ellipsis."""
    if count_words(text) <= words:
        return text
    ends = [found.end() for found in _WORD.finditer(text)]
    fits = [end for end in ends if count_words(text[:end]) <= max(words, 1)] or ends[:1]
    clauses = [end for end in fits[len(fits) * 4 // 5 :] if text[end : end + 1] in ",;:，；、"]
    return text[: (clauses or fits)[-1]].rstrip(" ,;:，；、") + "…"


def _nearness(
    passages: Sequence[Passage], vectors: Vectors | None
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """0 to 1: how near each passage's meaning is to the mean of its document."""
    near = np.zeros(len(passages))
    if vectors is None or not len(passages):
        return near
    files = np.array([passage.file for passage in passages])
    sizes = np.array([min(passage.words, 40) for passage in passages], float)
    for file in set(files.tolist()):
        mine = files == file
        centre = (vectors[mine] * sizes[mine, None]).sum(0)
        raw = vectors[mine] @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
        near[mine] = (raw - raw.min()) / max(float(np.ptp(raw)), 1e-9)
    return near


def _lead(passages: Sequence[Passage]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """How much the place at the beginning of its document speaks for a passage, where that is long enough."""
    words = Counter[int]()
    for passage in passages:
        words[passage.file] += passage.words
    long = [LEAD_FROM <= words[passage.file] <= LEAD_UNTIL for passage in passages]
    return LEAD * _opening(passages) * np.array(long, float)


def _opening(passages: Sequence[Passage]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """1 to 0: how near each passage is to the beginning of its document; 0 in stories and talks."""
    near = np.zeros(len(passages))
    for file in {passage.file for passage in passages}:
        mine = [i for i, passage in enumerate(passages) if passage.file == file]
        total = sum(passages[i].words for i in mine)
        told = sum(bool(_QUOTATION.search(passages[i].text)) for i in mine) > DIALOGUE * len(mine)
        spoken = sum(bool(passages[i].speaker) for i in mine) * 2 > len(mine)
        before = 0
        for i in mine if not (told or spoken) else ():
            near[i] = np.exp(-before / (LEAD_SHARE * total + LEAD_WORDS))
            before += passages[i].words
    return near


def _has(found: Sequence[str], wanted: str) -> bool:
    """Whether a term is there, in the singular or the plural."""
    return any(
        term == wanted
        or (len(wanted) > 3 < len(term) and (term.startswith(wanted) or wanted.startswith(term)))
        for term in found
    )


def _asked(
    passages: Sequence[Passage],
    found: Sequence[Sequence[str]],
    vectors: Vectors | None,
    query: Query | None,
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """What is left of each passage's weight: all, where it answers what the person asked to look at."""
    if query is None or not query.terms:
        return np.ones(len(found))
    wanted = set(query.terms)
    words = np.array([sum(_has(one, term) for term in wanted) / len(wanted) for one in found])
    if query.money:
        words += [any(is_money(one.unit) for one in measured(passage.text)) for passage in passages]
    answers = words
    if vectors is not None and query.vector is not None:
        near = np.maximum(vectors @ query.vector, 0)
        most = max(float(near.max(initial=0.0)), 1e-9)
        answers = np.maximum(words, near / most)
        if query.only:
            return np.where((words > 0) | ((near >= ON_TOPIC) & (near >= NEAR_BEST * most)), answers, 0.0)
    return np.where(words > 0, answers, 0.0) if query.only else OFF_TOPIC + answers**2
