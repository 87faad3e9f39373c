"""Kinds that were learned as safetensors and JSON, and back; never a pickle, which runs what is in it.

Knows the two forms and the card that goes with them; not where they are kept.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from components.errors import Unavailable
from components.kept import DAMAGED, Kept, read
from components.tasks.classify.marks import Marked, MarkedTexts
from components.tasks.classify.tag_learner import TagReport
from components.tasks.classify.tagger import Tagger

WAY = "spans"  # what tells these from classifiers


@dataclass(frozen=True)
class TagAbout(Kept):
    """All of a tagger but its numbers."""

    way: Literal["spans"]
    kinds: tuple[str, ...]
    encoder: str
    layers: tuple[int, ...]
    report: TagReport | None = None
    format: int = 1


@dataclass(frozen=True)
class KeptMarks(Kept):
    """What it was made of."""

    name: str = ""
    marked: tuple[Marked, ...] = ()


def is_tagger(plain: Any) -> bool:
    return isinstance(plain, Mapping) and plain.get("way") == WAY


def about(tagger: Tagger, report: TagReport | None = None) -> TagAbout:
    return TagAbout("spans", tagger.kinds, tagger.encoder, tagger.layers, report)


def weights(tagger: Tagger) -> bytes:
    from safetensors.numpy import save

    arrays = {"tags/weights": tagger.weights, "tags/bias": tagger.bias}
    return save({name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()})


def unpacked(plain: Any, data: bytes) -> tuple[Tagger, TagReport | None]:
    """The inverse of `about(…).to_json()` and `weights`. Raises Unavailable where they are damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    told = read(TagAbout, plain)
    try:
        arrays = load(data)
        made, bias = arrays["tags/weights"], arrays["tags/bias"]
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise Unavailable(DAMAGED) from error
    tags = 1 + 2 * len(told.kinds)
    sound = made.ndim == 2 and made.shape[0] == tags and bias.shape == (tags,)
    if not told.kinds or not sound or not np.isfinite(made).all() or not np.isfinite(bias).all():
        raise Unavailable(DAMAGED)
    return Tagger(told.kinds, told.encoder, told.layers, made, bias), told.report


def kept_marks(marked: MarkedTexts) -> dict[str, Any]:
    return KeptMarks(marked.name, marked.rows).to_json()


def marks_of(plain: Any) -> MarkedTexts:
    kept = read(KeptMarks, plain)
    return MarkedTexts(kept.name, kept.marked)


def card(name: str, version: int, tagger: Tagger, report: TagReport | None) -> str:
    """What it is, how good it is, and how it is used without this app. In English, as cards of models are."""
    lines = [
        f"# {name}, version {version}",
        "",
        f"Finds things of {len(tagger.kinds)} kinds in texts.",
        f"Made with Wordbench, {time.strftime('%Y-%m-%d')}.",
        "",
        *(f"- {kind}" for kind in tagger.kinds),
        "",
    ]
    if report:
        lines += [
            f"Made of {report.texts:,} marked texts. Measured on {report.held_out:,} that were held out:",
            "a mark counts if it begins and ends where the given one does and is of the same kind.",
            "",
            "| | value | 95% interval |",
            "|---|---:|---:|",
            *(
                f"| {title} | {share.value:.1%} | {share.low:.1%} to {share.high:.1%} |"
                for title, share in (
                    ("F1", report.f1),
                    ("precision", report.precision),
                    ("recall", report.recall),
                )
            ),
            "",
        ]
    return "\n".join([*lines, "## Use", "", *_use(tagger)]) + "\n"


def _use(tagger: Tagger) -> list[str]:
    made = f"of {tagger.encoder} in the layers {', '.join(map(str, tagger.layers))}"
    return [
        f"A row for each word: the mean of its pieces' states {made},",
        "then how the word before, the word and the word after are written. Times the transposed matrix,",
        "plus the bias, is a score for each tag: O, then B and I of each kind. What is found is the best",
        "row of tags in which I follows only its own kind.",
    ]
