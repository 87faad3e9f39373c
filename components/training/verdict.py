"""Is a fine-tuned model better than its base? All that was measured, in one sentence, and what to try next.

Pure numbers and words; the measures are in `measures` and `content`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from components.confidence import Interval
from components.kept import Kept
from components.messages import N_, Message, Said, clauses, counted, sentences
from components.training.baselines import BASELINES, Baseline
from components.training.content import CLEAR, FEWEST, KINDS, Content
from components.training.measures import METRIC_NAMES, Attention, Losses, Score
from components.training.said_numbers import apart, percent, points, shares, with_interval

Verdict = Literal["better", "form", "unclear", "not better", "worse"]
USEFUL = 0.005  # share by which the loss has to fall
USEFUL_TEXT = 0.02  # of plain text, which has no answers to compare
LEAST_SCORE = 0.05  # of 100: below, both numbers are 0 as they are shown
MOST_LOSS = 20.0  # whose power is still a number to be read
HALF = 0.5  # share of the content that is right, up to which it is some of it
_INSTEAD: Mapping[str, tuple[str, Said]] = {  # what isn't beaten, and what to do then
    "shown": (
        N_(
            "It is no better than the base with a few training rows in its prompt: {mine} right against "
            "{theirs}."
        ),
        Said(
            "Try the base with a few rows as examples in its system prompt: that needs no training. More "
            "rows may make training worth it."
        ),
    ),
    "nearest": (
        N_(
            "It is no better than the answer of the most similar training row: {mine} right against {theirs}."
        ),
        Said("Look the answers up in the rows instead: that is faster, and says where they come from."),
    ),
    "frequent": (
        N_("It is no better than the most frequent answer to every question: {mine} right against {theirs}."),
        Said("Look whether the answers follow from the questions, and add rows with the rarer answers."),
    ),
}
FORGOTTEN = 0.1  # share by which the loss of general text may rise before it is said


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
    content: Content | None = None  # what differs between answers; None: not measured, or nothing does
    prompts: int | None = None  # different ones that were held out; None: of plain text
    shared: int = 0  # held-out rows whose prompt is also trained on
    baselines: Sequence[Baseline] = ()  # answers without training
    partial: int = 0  # answers of which only a part was compared

    @property
    def is_text(self) -> bool:
        """Whether it is plain text, which has neither questions nor answers."""
        return self.prompts is None and self.score is None

    @property
    def says_something(self) -> bool:
        """Whether there is a score that isn't nothing before and after."""
        return self.score is not None and max(self.score.base, self.score.tuned) >= LEAST_SCORE


@dataclass(frozen=True)
class Judged(Kept):
    """The answer to "Is it better?"."""

    verdict: Verdict
    sentence: Message
    next: Message  # what to try


def judge(found: Compared) -> Judged:
    """One plain sentence: better, only the form, not to be told, not better or worse; by how much.

    Better needs all of four: the whole interval lies below 0; the answers still depend on their questions;
    the loss fell by more than USEFUL (of plain text, USEFUL_TEXT) or the answers gained; of what differs
    between answers, more is right than without learning it. So a model whose loss fell from 2.50 to 2.10,
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
        rose = with_interval(change.value, change.low, change.high)
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
    if change.high >= 0:
        return _unchanged(found)
    judged = _fell(found)
    return replace(judged, sentence=sentences(judged.sentence, _partly(found), _leaked(found)))


def _partly(found: Compared) -> Message:
    """That long answers were not compared as a whole."""
    if not found.partial:
        return ""
    return counted(
        "Of {count} long answer only a part was written and compared.",
        "Of {count} long answers only a part was written and compared.",
        found.partial,
    )


def _leaked(found: Compared) -> Message:
    """That held-out rows ask what was trained on."""
    if not found.shared:
        return ""
    return Said(
        "The prompts of {shared} of {rows} held-out rows were also trained on: this looks better than it is.",
        shared=found.shared,
        rows=len(found.base.sums),
    )


def _unchanged(found: Compared) -> Judged:
    """The loss may have changed by chance only."""
    change = found.change
    value, low, high = (f"{share}%" for share in shares(change.value, change.low, change.high))
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
    fell = with_interval(-change.value, -change.high, -change.low)
    if untold := _not_to_be_told(found):
        return untold
    learned = found.content.learned if found.content else None  # "content" is more than a guess could have
    if found.attention and found.attention.lost and learned not in ("constant", "content"):
        return Judged(
            "not better",
            Said(
                "Not better: the model has learned how the answers sound, but not which answer belongs to "
                "which question. The loss fell by {fell}, yet with the right question an answer is hardly "
                "easier to predict than with another row's{score}.",
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
    if -change.value < (USEFUL_TEXT if found.is_text else USEFUL) and not gained:
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
    if found.content and found.content.learned != "content":
        return _without_content(found, found.content, fell)
    return _better(found, fell)


def _better(found: Compared, fell: Message) -> Judged:
    """Better than the base; also than what needs no training?"""
    told = {"rows": len(found.base.sums), "fell": fell, "between": _between(found)}
    if found.content:
        better = sentences(_learned(found.content, told), _parts(found.content), _guessed(found.content))
    elif found.score and not found.is_text:
        better = Said(
            "Better: learned the form; what differs between the answers is in their questions already. On "
            "{rows} held-out rows the loss fell by {fell}, {between}.",
            **told,
        )
    else:
        better = Said("Better: on {rows} held-out rows the loss fell by {fell}, {between}.", **told)
    as_good = sorted((one for one in found.baselines if not one.beaten), key=lambda one: one.gain.value)
    if not as_good:
        return Judged("better", better, _next(found))
    first = as_good[0]
    both = {"theirs": percent(first.right), "mine": percent(first.right + first.gain.value)}
    if first.gain.value >= CLEAR:
        untold = Said(
            "Too few rows to tell whether that is more than this, which needs no training: {baseline} "
            "({mine} right against {theirs}).",
            baseline=BASELINES[first.name],
            **both,
        )
        return Judged("better", sentences(better, untold), _next(found))
    what, instead = _INSTEAD[first.name]
    return Judged("better", sentences(better, Said(what, **both)), instead)


def _learned(content: Content, told: Mapping[str, Any]) -> Message:
    """The content, or some of it."""
    if content.tuned >= HALF and not content.guessed:
        return Said(
            "Better: learned the form and the content. On {rows} held-out rows the loss fell by {fell}, "
            "{between}.",
            **told,
        )
    return Said(
        "Better: learned the form and some of the content. On {rows} held-out rows the loss fell by {fell}, "
        "{between}.",
        **told,
    )


def _guessed(content: Content) -> Message:
    """What of the content wasn't learned."""
    if not content.guessed:
        return ""
    parts = [
        Said("{kind} ({share} right)", kind=KINDS[part.kind], share=percent(part.tuned))
        for part in content.guessed
    ]
    return Said("Not clearly better than a guess: {parts}.", parts=clauses(*parts))


def _not_to_be_told(found: Compared) -> Judged | None:
    """Where the held-out rows can't show whether anything was learned that helps with other prompts."""
    if found.prompts is None:
        return None
    if found.prompts < FEWEST:
        return Judged(
            "unclear",
            counted(
                "Too few different rows to tell: all held-out rows have {count} prompt; {fewest} would do.",
                "Too few different rows to tell: the held-out rows have {count} different prompts; {fewest} "
                "would do.",
                found.prompts,
                fewest=FEWEST,
            ),
            Said("Add rows with other prompts."),
        )
    return None


def _without_content(found: Compared, content: Content, fell: Message) -> Judged:
    """The loss fell, but what differs between the answers is no better than without learning it."""
    rows, between = len(found.base.sums), _between(found)
    if content.learned == "constant":
        return Judged(
            "form",
            Said(
                "Learned the form: all answers that were trained on are the same, so there is nothing else "
                "to learn. On {rows} held-out rows the loss fell by {fell}, {between}.",
                rows=rows,
                fell=fell,
                between=between,
            ),
            Said("Add rows with other answers, if the model is to know when to give which one."),
        )
    if content.learned == "unclear":
        few = Said(
            "Too few different rows to tell: on {rows} held-out rows the loss fell by {fell}, {between}, and "
            "about {enough} different held-out rows would show whether it has learned more than the form.",
            rows=rows,
            fell=fell,
            between=between,
            enough=content.would_do,
        )
        return Judged(
            "unclear",
            sentences(few, _parts(content)),
            Said("Add rows, or upload validation data of your own with more different rows."),
        )
    form = Said(
        "Learned the form, not the content. On {rows} held-out rows the loss fell by {fell}, {between}.",
        rows=rows,
        fell=fell,
        between=between,
    )
    return Judged(
        "form",
        sentences(form, _parts(content)),
        Said(
            "If the answers can't be known from the questions, put the facts into the questions. Otherwise "
            "try more rows or epochs."
        ),
    )


def _parts(content: Content) -> Message:
    """What is right of what differs between the answers, before, after and without a model."""
    return Said(
        "Of what differs between the answers, {before} was right before and {after} is now ({gain} against "
        "the best guess); one answer for all has {frequent}, another row's answer {other}, that of the most "
        "similar row {nearest}, copying the question {copied}.",
        before=percent(content.base),
        after=percent(content.tuned),
        gain=points(content.beyond),
        frequent=percent(content.frequent),
        other=percent(content.other),
        nearest=percent(content.nearest),
        copied=percent(content.copied),
    )


def _between(found: Compared) -> Message:
    """Both losses, with the score's two where there is one."""
    before, after = apart(found.base.mean, found.tuned.mean, (2, 3, 4))
    if found.is_text:
        one, other = (math.exp(min(mean, MOST_LOSS)) for mean in (found.base.mean, found.tuned.mean))
        first, last = apart(one, other, (1, 2, 3))
        return Said(
            "from {before} to {after}, as if each token were one of {last} equally likely ones instead of "
            "{first}",
            before=before,
            after=after,
            first=first,
            last=last,
        )
    if not found.says_something:
        return Said("from {before} to {after}", before=before, after=after)
    assert found.score is not None
    first, last = apart(found.score.base, found.score.tuned, (0, 1))
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
    if not found.score or not found.says_something:
        return ""
    first, last = apart(found.score.base, found.score.tuned, (0, 1))
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
            share=percent(tuned / base - 1),
        )
    if found.best_last:
        return Said("The validation loss was still falling at the end: more epochs may help further.")
    return Said("It had stopped getting better before the end: more rows would help more than more epochs.")
