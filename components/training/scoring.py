"""How good answers are, and whether one model is better than another: measures, intervals, the verdict.

Pure numbers and words; knows neither models nor files.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import regex

from components.messages import N_

Numbers = npt.NDArray[np.float64]
Verdict = Literal["better", "not better", "worse"]

DRAWS = 2000  # of the bootstrap
SHORT, LONG = 3, 20  # words: up to the first, an answer is right or wrong; up to the second, words count
HALF = 0.5  # of the base's attention to the question that must be left
USEFUL = 0.005  # share by which the loss has to fall
SMALL = 0.02  # share that is said with a decimal
FORGOTTEN = 0.1  # share by which the loss of general text may rise before it is said
# Scripts that don't put blanks between words: each letter, with its vowel signs and accents, counts as one.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_WORD = regex.compile(rf"(?=\w){_UNSPACED}\p{{M}}*|(?:(?!{_UNSPACED})[\w\p{{M}}])+")
_SIGN = regex.compile(r"\S")
_WORD_OR_SIGN = regex.compile(rf"{_WORD.pattern}|{_SIGN.pattern}")
STOPS = (".", "。", "．", "।")


def words(text: str) -> list[str]:
    """What token F1 and ROUGE count; of an answer made of signs alone, its signs."""
    text = _folded(text)
    return _WORD.findall(text) or _SIGN.findall(text)


def exact_match(said: str, wanted: str) -> float:
    """Whether both say the same, but for case, blanks and a full stop at the end."""
    return 100.0 * (_words_and_signs(said) == _words_and_signs(wanted))


def _words_and_signs(text: str) -> list[str]:
    found = _WORD_OR_SIGN.findall(_folded(text))
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


METRICS: dict[str, Callable[[str, str], float]] = {
    N_("exact match"): exact_match,
    N_("token F1"): token_f1,
    N_("ROUGE-L"): rouge_l,
    N_("chrF"): chrf,
}


def metric_for(purpose: str, answers: Sequence[str]) -> str:
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
class Judged:
    """The answer to "Is it better?"."""

    verdict: Verdict
    sentence: str
    next: str  # what to try


def judge(
    base: Losses,
    tuned: Losses,
    change: Interval,
    metric: tuple[str, float, float, Interval] | None,
    asked: Attention | None,
    general: tuple[float, float],
    best_last: bool,
) -> Judged:
    """One plain sentence: better, not better or worse, by how much, with the interval."""
    rows = len(base.sums)
    if not math.isfinite(base.mean):
        return Judged(
            "not better",
            f"Not better: on {rows} held-out rows the base's own loss is not a number, so nothing can be "
            "compared with it.",
            "Choose another base model: this one can't read these rows.",
        )
    if not math.isfinite(tuned.mean):
        return Judged(
            "worse",
            f"Worse: on {rows} held-out rows the fine-tuned model's loss is not a number any more: the "
            "training has spoiled its weights.",
            "Try a third of the learning rate, or a longer warm-up.",
        )
    fell = _with_interval(-change.value, -change.high, -change.low)
    before, after = _apart(base.mean, tuned.mean, (2, 3, 4))
    went = {"before": before, "after": after}
    between, score = N_("from {before} to {after}"), ""
    if metric:
        first, last = _apart(metric[1], metric[2], (0, 1))
        went |= {"metric": metric[0], "first": first, "last": last}
        between = N_("from {before} to {after}; {metric} went from {first} to {last}")
        score = N_("; {metric} went from {first} to {last}").format(**went)
    between = between.format(**went)
    if change.low > 0:
        rose = _with_interval(change.value, change.low, change.high)
        return Judged(
            "worse",
            f"Worse: on {rows} held-out rows the loss rose by {rose}, {between}.",
            "Try a third of the learning rate, fewer epochs, or more rows.",
        )
    if change.high >= 0:
        value, low, high = (f"{share}%" for share in _shares(change.value, change.low, change.high))
        return Judged(
            "not better",
            f"Not better: on {rows} held-out rows the loss changed by {value} ({low} to {high}), which may "
            f"be chance{score}.",
            "Try more rows, more epochs or a higher learning rate; check that the rows teach one thing.",
        )
    if asked and asked.lost:
        return Judged(
            "not better",
            "Not better: the model has learned how the answers sound, but not which answer belongs to which "
            f"question. The loss fell by {fell}, yet with the right question an answer is hardly easier to "
            f"foretell than with another row's{score}.",
            "Look at the data: questions and answers may have been mixed up, or the answers can't be known "
            "from the questions.",
        )
    if metric and metric[3].high < 0:
        return Judged(
            "not better",
            f"Not better: on {rows} held-out rows the loss fell by {fell}, but the answers got worse{score}.",
            "Try fewer epochs or half of the learning rate, and compare the answers below.",
        )
    answers_gained = metric is not None and metric[3].low > 0
    if -change.value < USEFUL and not answers_gained:
        return Judged(
            "not better",
            f"Not better: on {rows} held-out rows the loss fell by {fell}, {between}. This is hardly "
            "chance, but too little to be of use.",
            "Try more epochs or a higher learning rate; check that the rows teach something new.",
        )
    return Judged(
        "better",
        f"Better: on {rows} held-out rows the loss fell by {fell}, {between}.",
        _next(general, best_last),
    )


def _next(general: tuple[float, float], best_last: bool) -> str:
    if not all(map(math.isfinite, general)):
        return "It forgets: the loss of general text is not a number any more. Try a lower learning rate."
    if general[0] and general[1] / general[0] - 1 > FORGOTTEN:
        return (
            f"It forgets: the loss of general text rose by {_percent(general[1] / general[0] - 1)}. Try a "
            "lower learning rate or rank, or add general rows."
        )
    if best_last:
        return "The validation loss was still falling at the end: more epochs may help further."
    return "It had stopped getting better before the end: more rows would help more than more epochs."


def in_words(number: float | None, digits: int) -> str:
    """A number of a report; one that was none there has no digits."""
    return "–" if number is None else f"{number:.{digits}f}"


def _with_interval(value: float, low: float, high: float) -> str:
    """A share and where it lies."""
    value_text, low_text, high_text = _shares(value, low, high)
    return N_("{value}% ({low}% to {high}%)").format(value=value_text, low=low_text, high=high_text)


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
