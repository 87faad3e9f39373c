"""Figures of a checked data set: its languages, how long its rows are, whether they end.

Knows checked rows; not files.
"""

import statistics
from collections import Counter
from typing import Any

from components.documents.language_detection import detect_language
from components.training.doctor import row_checks
from components.training.doctor.report import Ends, Lengths
from components.training.doctor.row_checks import Checked
from components.training.doctor.shape import Shape

LANGUAGE_ROWS = 200  # rows whose language is told
ENOUGH_LETTERS = 40  # characters of a row, for telling its language
BINS = 24


def languages(rows: list[Checked], shape: Shape | None) -> tuple[tuple[tuple[str, float], ...], str]:
    """The languages of the rows with their shares, the most frequent first; and that of the targets."""
    used = [one.row for one in rows if one.row]
    looked = used[:: max(1, len(used) // LANGUAGE_ROWS)]
    firsts = [
        row_checks.texts(row)[0] if "source" in row else "\n".join(row_checks.texts(row)) for row in looked
    ]
    long = [text for text in firsts if len(text) >= ENOUGH_LETTERS] or ["\n".join(firsts)]
    told = Counter(code for text in long if (code := detect_language(text)))
    shares = tuple((code, count / told.total()) for code, count in told.most_common(5))
    if shape and shape.form == "translation":
        named = shape.languages[1]
        target = named or detect_language("\n".join(row["target"] for row in looked if "target" in row))
        if shape.languages[0]:
            shares = ((shape.languages[0], 1.0),)
        return shares, target
    return tuple(share for share in shares if share[1] >= 0.02) or shares[:1], ""


def lengths(good: list[Checked]) -> Lengths | None:
    tokens = sorted(one.tokens for one in good)
    if not tokens:
        return None
    width = max(1, -(-(tokens[-1] + 1) // BINS))
    bins = Counter(count // width for count in tokens)
    return Lengths(
        median=int(statistics.median(tokens)),
        p95=tokens[min(len(tokens) - 1, int(len(tokens) * 0.95))],
        longest=tokens[-1],
        total=sum(tokens),
        trained=sum(one.trained for one in good),
        bins=tuple((number * width, bins[number]) for number in range(max(bins) + 1)),
        width=width,
    )


def ends(good: list[Checked], tokenizer: Any) -> Ends:
    asked = [one for one in good if one.row and not one.row.get("continued")]
    return Ends(
        token=str(tokenizer.eos_token or ""),
        ended=sum(one.ends for one in asked),
        asked=len(asked),
        untrained=sum(not one.trained for one in good),
    )
