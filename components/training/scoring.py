"""How good answers are, and whether one model is better than another: measures, intervals, the verdict.

Pure numbers and words; knows neither models nor files.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import regex

from components.messages import Message, Said, to_json
from components.scripts import UNSPACED

Numbers = npt.NDArray[np.float64]
Verdict = Literal["better", "not better", "worse"]
Metric = Literal["exact match", "token F1", "ROUGE-L", "chrF"]

DRAWS = 2000  # of the bootstrap
SHORT, LONG = 3, 20  # words: up to the first, an answer is right or wrong; up to the second, words count
HALF = 0.5  # of the base's attention to the question that must be left
USEFUL = 0.005  # share by which the loss has to fall
SMALL = 0.02  # share that is said with a decimal
FORGOTTEN = 0.1  # share by which the loss of general text may rise before it is said
# Of scripts without spaces between words, each letter with its marks (vowels, accents) counts as a word.
_UNSPACED = f"[{UNSPACED}]"
_WORD = regex.compile(rf"(?=\w){_UNSPACED}\p{{M}}*|(?:(?!{_UNSPACED})[\w\p{{M}}])+")
_MARK = regex.compile(r"\S")
_WORD_OR_MARK = regex.compile(rf"{_WORD.pattern}|{_MARK.pattern}")
STOPS = (".", "。", "．", "।")


def words(text: str) -> list[str]:
    """What token F1 and ROUGE count; of an answer made of marks alone, its marks."""
    text = _folded(text)
    return _WORD.findall(text) or _MARK.findall(text)


def exact_match(said: str, wanted: str) -> float:
    """Whether both say the same, but for case, blanks and a full stop at the end."""
    return 100.0 * (_words_and_marks(said) == _words_and_marks(wanted))


def _words_and_marks(text: str) -> list[str]:
    found = _WORD_OR_MARK.findall(_folded(text))
    return found[:-1] if len(found) > 1 and found[-1] in STOPS else found


def _folded(text: str) -> str:
    return text.casefold().replace("\ufe0f", "")  # which only asks for a coloured emoji


def token_f1(said: str, wanted: str) -> float:
    """The words that both have, as in SQuAD."""
    one, other = words(said), words(wanted)
    same = sum((Counter(one) & Counter(other)).values())
    return 200.0 * same / (len(one) + len(other)) if same else 0.0


def rouge_l(said: str, wanted: str) -> float:
    """F-measure of the longest common subsequence of words."""
    one, other = words(said), words(wanted)
    if not one or not other:
        return 0.0
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, against in enumerate(other, 1):
            here = row[at]
            row[at] = before + 1 if word == against else max(here, row[at - 1])
            before = here
    return 200.0 * row[-1] / (len(one) + len(other))


def chrf(said: str, wanted: str) -> float:
    from sacrebleu import sentence_chrf

    return float(sentence_chrf(said, [wanted]).score)


METRICS: Mapping[Metric, Callable[[str, str], float]] = {
    "exact match": exact_match,
    "token F1": token_f1,
    "ROUGE-L": rouge_l,
    "chrF": chrf,
}
METRIC_NAMES: Mapping[str, Said] = {
    "exact match": Said("exact match"),
    "token F1": Said("token F1"),
    "ROUGE-L": Said("ROUGE-L"),
    "chrF": Said("chrF"),
}


def metric_for(purpose: str, answers: Sequence[str]) -> Metric:
    """The measure that suits the data: translations, summaries, else by the length of its answers."""
    if purpose == "translation":
        return "chrF"
    if purpose == "summary":
        return "ROUGE-L"
    lengths = sorted(len(words(answer)) for answer in answers)
    middle = lengths[len(lengths) // 2] if lengths else 0
    return "exact match" if middle <= SHORT else "token F1" if middle <= LONG else "ROUGE-L"


@dataclass(frozen=True)
class Losses:
    """One number a row: the summed loss of its trained tokens, and how many they are."""

    sums: Numbers
    counts: Numbers

    @property
    def mean(self) -> float:
        return float(self.sums.sum() / max(self.counts.sum(), 1.0))

    @property
    def perplexity(self) -> float:
        return math.exp(min(self.mean, 50.0))


@dataclass(frozen=True)
class Interval:
    """A number and where it lies with 95% confidence."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        return {"value": self.value, "low": self.low, "high": self.high}


def bootstrap(rows: int, value: Callable[[Any], float], seed: int = 0) -> Interval:
    """`value(indices)` over rows drawn again and again, with replacement."""
    chance = np.random.default_rng(seed)
    drawn = np.array([value(chance.integers(0, rows, rows)) for _ in range(DRAWS)])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value(np.arange(rows)), float(low), float(high))


def loss_change(base: Losses, tuned: Losses, seed: int = 0) -> Interval:
    """Relative change of a held-out token's loss: -0.3 is 30% less."""

    def value(chosen: Any) -> float:
        before = base.sums[chosen].sum() / base.counts[chosen].sum()
        after = tuned.sums[chosen].sum() / tuned.counts[chosen].sum()
        return float(after / before - 1.0) if before else 0.0

    return bootstrap(len(base.sums), value, seed)


def mean_change(base: Sequence[float], tuned: Sequence[float], seed: int = 0) -> Interval:
    change = np.asarray(tuned, float) - np.asarray(base, float)
    return bootstrap(len(change), lambda chosen: float(change[chosen].mean()), seed)


@dataclass(frozen=True)
class Attention:
    """How much the right question helps: an answer's loss after another row's question, less its own."""

    base: Interval
    tuned: Interval
    left: Interval  # the tuned model's, less half of the base's

    @property
    def lost(self) -> bool:
        """The answers no longer depend on the questions: those of the data don't match, for instance."""
        return self.tuned.low <= 0.0 or self.left.high < 0.0


def attention(base: tuple[Losses, Losses], tuned: tuple[Losses, Losses], seed: int = 0) -> Attention:
    """From the losses after the rows' own and after other questions, of both models."""

    def helps(pair: tuple[Losses, Losses], chosen: Any) -> float:
        own, other = pair
        return float(
            other.sums[chosen].sum() / other.counts[chosen].sum()
            - own.sums[chosen].sum() / own.counts[chosen].sum()
        )

    rows = len(base[0].sums)
    return Attention(
        bootstrap(rows, lambda chosen: helps(base, chosen), seed),
        bootstrap(rows, lambda chosen: helps(tuned, chosen), seed),
        bootstrap(rows, lambda chosen: helps(tuned, chosen) - HALF * helps(base, chosen), seed),
    )


@dataclass(frozen=True)
class Score:
    """A measure of the answers, 0 to 100, of both models."""

    name: Metric
    rows: int
    base: float
    tuned: float
    change: Interval

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"change": self.change.to_json()}


@dataclass(frozen=True)
class Compared:
    """All that was measured of a base and what was made of it."""

    base: Losses
    tuned: Losses
    change: Interval  # of the loss, relative
    score: Score | None = None
    attention: Attention | None = None
    general: tuple[float, float] = (0.0, 0.0)  # losses of general text, base and tuned; 0: not measured
    best_last: bool = False  # whether the best validation loss was the last one


@dataclass(frozen=True)
class Judged:
    """The answer to "Is it better?"."""

    verdict: Verdict
    sentence: Message
    next: Message  # what to try

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "sentence": to_json(self.sentence),
            "next": to_json(self.next),
        }


def judge(found: Compared) -> Judged:
    """One plain sentence: better, not better or worse, by how much, with the interval.

    Better needs all of three: the whole interval lies below 0; the answers still depend on their questions;
    the loss fell by more than USEFUL or the answers gained. So a model whose loss fell from 2.50 to 2.10,
    between -18% and -14%, is better; from 2.50 to 2.49 it is not, however sure that is.
    """
    rows, change = len(found.base.sums), found.change
    if not math.isfinite(found.base.mean):
        return Judged(
            "not better",
            Said(
                "Not better: on {rows} held-out rows the base's own loss is not a number, so nothing can be "
                "compared with it.",
                rows=rows,
            ),
            Said("Choose another base model: this one can't read these rows."),
        )
    if not math.isfinite(found.tuned.mean):
        return Judged(
            "worse",
            Said(
                "Worse: on {rows} held-out rows the fine-tuned model's loss is not a number any more: the "
                "training has spoiled its weights.",
                rows=rows,
            ),
            Said("Try a third of the learning rate, or a longer warm-up."),
        )
    if change.low > 0:
        rose = _with_interval(change.value, change.low, change.high)
        return Judged(
            "worse",
            Said(
                "Worse: on {rows} held-out rows the loss rose by {rose}, {between}.",
                rows=rows,
                rose=rose,
                between=_between(found),
            ),
            Said("Try a third of the learning rate, fewer epochs, or more rows."),
        )
    return _unchanged(found) if change.high >= 0 else _fell(found)


def _unchanged(found: Compared) -> Judged:
    """The loss may have changed by chance only."""
    change = found.change
    value, low, high = (f"{share}%" for share in _shares(change.value, change.low, change.high))
    return Judged(
        "not better",
        Said(
            "Not better: on {rows} held-out rows the loss changed by {value} ({low} to {high}), which may "
            "be chance{score}.",
            rows=len(found.base.sums),
            value=value,
            low=low,
            high=high,
            score=_and_score(found),
        ),
        Said("Try more rows, more epochs or a higher learning rate; check that the rows teach one thing."),
    )


def _fell(found: Compared) -> Judged:
    """The loss fell, and not by chance; that alone doesn't make a model better."""
    rows, score, change = len(found.base.sums), found.score, found.change
    fell = _with_interval(-change.value, -change.high, -change.low)
    if found.attention and found.attention.lost:
        return Judged(
            "not better",
            Said(
                "Not better: the model has learned how the answers sound, but not which answer belongs to "
                "which question. The loss fell by {fell}, yet with the right question an answer is hardly "
                "easier to foretell than with another row's{score}.",
                fell=fell,
                score=_and_score(found),
            ),
            Said(
                "Look at the data: questions and answers may have been mixed up, or the answers can't be "
                "known from the questions."
            ),
        )
    if score and score.change.high < 0:
        return Judged(
            "not better",
            Said(
                "Not better: on {rows} held-out rows the loss fell by {fell}, but the answers got "
                "worse{score}.",
                rows=rows,
                fell=fell,
                score=_and_score(found),
            ),
            Said("Try fewer epochs or half of the learning rate, and compare the answers below."),
        )
    gained = score is not None and score.change.low > 0
    if -change.value < USEFUL and not gained:
        return Judged(
            "not better",
            Said(
                "Not better: on {rows} held-out rows the loss fell by {fell}, {between}. This is hardly "
                "chance, but too little to be of use.",
                rows=rows,
                fell=fell,
                between=_between(found),
            ),
            Said("Try more epochs or a higher learning rate; check that the rows teach something new."),
        )
    return Judged(
        "better",
        Said(
            "Better: on {rows} held-out rows the loss fell by {fell}, {between}.",
            rows=rows,
            fell=fell,
            between=_between(found),
        ),
        _next(found),
    )


def _between(found: Compared) -> Message:
    """Both losses, with the score's two where there is one."""
    before, after = _apart(found.base.mean, found.tuned.mean, (2, 3, 4))
    if not found.score:
        return Said("from {before} to {after}", before=before, after=after)
    first, last = _apart(found.score.base, found.score.tuned, (0, 1))
    return Said(
        "from {before} to {after}; {metric} went from {first} to {last}",
        before=before,
        after=after,
        metric=METRIC_NAMES[found.score.name],
        first=first,
        last=last,
    )


def _and_score(found: Compared) -> Message:
    """The score's two numbers as the end of a sentence."""
    if not found.score:
        return ""
    first, last = _apart(found.score.base, found.score.tuned, (0, 1))
    name = METRIC_NAMES[found.score.name]
    return Said("; {metric} went from {first} to {last}", metric=name, first=first, last=last)


def _next(found: Compared) -> Message:
    base, tuned = found.general
    if not (math.isfinite(base) and math.isfinite(tuned)):
        return Said(
            "It forgets: the loss of general text is not a number any more. Try a lower learning rate."
        )
    if base and tuned / base - 1 > FORGOTTEN:
        return Said(
            "It forgets: the loss of general text rose by {share}. Try a lower learning rate or rank, or add "
            "general rows.",
            share=_percent(tuned / base - 1),
        )
    if found.best_last:
        return Said("The validation loss was still falling at the end: more epochs may help further.")
    return Said("It had stopped getting better before the end: more rows would help more than more epochs.")


def in_words(number: float | None, digits: int) -> str:
    """A number of a report; one that was none there has no digits."""
    return "–" if number is None else f"{number:.{digits}f}"


def _with_interval(value: float, low: float, high: float) -> Message:
    """A share and where it lies."""
    value_text, low_text, high_text = _shares(value, low, high)
    return Said("{value}% ({low}% to {high}%)", value=value_text, low=low_text, high=high_text)


def _shares(value: float, low: float, high: float) -> tuple[str, str, str]:
    """As percentages, with up to two decimals: as many as tell the ends apart, and the share from nothing."""
    for digits in (0, 1, 2) if abs(value) >= SMALL else (1, 2):
        value_text, low_text, high_text = (_fixed(100 * share, digits) for share in (value, low, high))
        if low_text != high_text and float(value_text):
            break
    return value_text, low_text, high_text


def _apart(one: float, other: float, digits: Sequence[int]) -> tuple[str, str]:
    """Both numbers with the fewest of these decimals that tell them apart."""
    texts = [(_fixed(one, count), _fixed(other, count)) for count in digits]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[0])


def _fixed(number: float, digits: int) -> str:
    return f"{round(number, digits) + 0.0:.{digits}f}"  # no "-0"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
