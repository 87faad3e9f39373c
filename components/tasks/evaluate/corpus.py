"""Scores of a whole set of answers: BLEU, chrF, macro F1, the confusion of labels, self-BLEU.

Knows texts; BLEU and chrF are sacrebleu's, with its signature. Each is a function of sums over answers, so
that `intervals` can resample it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from components.scripts import UNSPACED
from components.tasks.evaluate.intervals import Measured, Numbers

MOST_ALIKE = 60  # answers that are compared with each other
_UNSPACED = regex.compile(f"[{UNSPACED}]")
_TOKENIZERS = {"zh": "zh", "ja": "char", "ko": "char", "th": "char"}
NOWHERE = ""  # the label of an answer that names none


def tokenizer_for(language: str, references: Sequence[str]) -> str:
    """How BLEU cuts words: sacrebleu's usual way, or one for scripts without spaces."""
    if language:
        return _TOKENIZERS.get(language, "13a")
    found = sum(bool(_UNSPACED.search(one)) for one in references)
    return "zh" if found * 2 > len(references) else "13a"


def bleu(
    said: Sequence[str | None], expected: Sequence[Sequence[str]], language: str
) -> tuple[Measured, str]:
    """Corpus BLEU of the answers that are there, and its signature."""
    from sacrebleu.metrics import BLEU

    flat = [one for each in expected for one in each]
    return _of(BLEU(tokenize=tokenizer_for(language, flat)), said, expected)


def chrf(said: Sequence[str | None], expected: Sequence[Sequence[str]]) -> tuple[Measured, str]:
    """Corpus chrF of the answers that are there, and its signature."""
    from sacrebleu.metrics import CHRF

    return _of(CHRF(), said, expected)


def _of(metric: Any, said: Sequence[str | None], expected: Sequence[Sequence[str]]) -> tuple[Measured, str]:
    """What sacrebleu's own significance test resamples: the statistics of each sentence, summed."""
    there = [i for i, one in enumerate(said) if one is not None and expected[i]]
    most = max((len(expected[i]) for i in there), default=1)
    references = [[expected[i][at] if at < len(expected[i]) else None for i in there] for at in range(most)]
    found = metric._extract_corpus_statistics([said[i] for i in there], references) if there else []
    width = len(found[0]) if found else 1
    stats = np.zeros((len(said), width))
    for at, row in zip(there, found, strict=True):
        stats[at] = row

    def value(sums: Numbers) -> Numbers:
        flat = np.rint(sums.reshape(-1, width)).astype(int).tolist()
        made = [metric._compute_score_from_stats(one).score if any(one) else np.nan for one in flat]
        return np.asarray(made, float).reshape(sums.shape[:-1])

    return Measured(stats, value), str(metric.get_signature())


def macro_f1(said: Sequence[str | None], expected: Sequence[str], labels: Sequence[str]) -> Measured:
    """The mean of the F1 of each label that is expected or named; None: there was no answer."""
    order = {label: at for at, label in enumerate(labels)}
    size = len(labels)
    stats = np.zeros((len(said), 3 * size))  # named and expected, named, expected
    for at, (named, wanted) in enumerate(zip(said, expected, strict=True)):
        if named is None:
            continue
        if named in order:
            stats[at, size + order[named]] = 1
        if wanted in order:
            stats[at, 2 * size + order[wanted]] = 1
            stats[at, order[wanted]] = named == wanted

    def value(sums: Numbers) -> Numbers:
        right, named, wanted = sums[..., :size], sums[..., size : 2 * size], sums[..., 2 * size :]
        all_ = named + wanted
        with np.errstate(invalid="ignore", divide="ignore"):
            each = np.where(all_ > 0, 200.0 * right / all_, 0.0)
            return np.asarray(each.sum(axis=-1) / (all_ > 0).sum(axis=-1))

    return Measured(stats, value)


@dataclass(frozen=True)
class Confusion:
    """What was named where each label was expected."""

    labels: tuple[str, ...]  # of the rows
    named: tuple[str, ...]  # of the columns; the last one is `NOWHERE` where answers named none
    counts: tuple[tuple[int, ...], ...]


def confusion(said: Sequence[str | None], expected: Sequence[str], labels: Sequence[str]) -> Confusion:
    lost = any(one == NOWHERE for one in said)
    named = (*labels, NOWHERE) if lost else tuple(labels)
    counts = [[0] * len(named) for _ in labels]
    for one, wanted in zip(said, expected, strict=True):
        if one is not None and wanted in labels and one in named:
            counts[list(labels).index(wanted)][named.index(one)] += 1
    return Confusion(tuple(labels), named, tuple(map(tuple, counts)))


def self_bleu(said: Sequence[str | None]) -> list[float | None]:
    """How much each answer is like the others (Zhu et al., 2018); of many, of the first `MOST_ALIKE`."""
    from sacrebleu.metrics import BLEU

    there = [i for i, one in enumerate(said) if one][:MOST_ALIKE]
    made: list[float | None] = [None] * len(said)
    if len(there) < 2:
        return made
    metric = BLEU(effective_order=True, tokenize=tokenizer_for("", [str(said[i]) for i in there]))
    for i in there:
        others = [str(said[j]) for j in there if j != i]
        made[i] = float(metric.sentence_score(str(said[i]), others).score)
    return made
