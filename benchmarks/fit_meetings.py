"""Fits the weights by which decisions and actions of English meetings are found beside their phrases.

    python -m benchmarks.fit_meetings --data curated_shared.jsonl [--save]

From the English sentences of `meetings.txt` and `meetings_fitted.txt`, and from the recorded talks of the
shared documents, whose many sentences that are neither weigh little. Prints precision and recall by weights
that were fitted without the meeting they judge; with --save, the weights of all go where the app reads them.
`meetings_unseen.txt` is not fitted to: see `benchmarks.meetings --encoder`.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.meetings import ENCODED, FILE, MARKS, UNSURE, Embed, embedder, marked_talks, meetings, turns
from components.models.engine import Vectors
from components.tasks.summarize import learned_lists
from components.tasks.summarize.learned_lists import Weights
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY

CLASSES = (KEY, DECISIONS, ACTIONS)
FITTED = FILE.with_name("meetings_fitted.txt")
STRENGTH = 10.0  # the inverse of how much large weights cost
NEITHER_IN_TALKS = 0.02  # what such a sentence weighs: there are 5,000
EVERY = 3  # of them is fitted to


@dataclass(frozen=True)
class Sentences:
    """Marked sentences: parallel rows."""

    texts: Sequence[str]
    vectors: Vectors
    classes: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    groups: "np.ndarray[tuple[int], np.dtype[np.str_]]"  # the meeting of each
    talks: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def written() -> Iterator[tuple[str, str, int]]:
    for file in (FILE, FITTED):
        for meeting in meetings(file.read_text(encoding="utf-8")):
            if meeting.language == learned_lists.LANGUAGE:
                for line, wanted in meeting.lines:
                    yield meeting.title, turns(line)[1], CLASSES.index(wanted)


def spoken(data: Path) -> Iterator[tuple[str, str, int]]:
    for name, told in marked_talks(data):
        for passage, mark in told:
            if mark != UNSURE:
                yield name, passage.text, CLASSES.index(MARKS[mark])


def gathered(data: Path, embed: Embed) -> Sentences:
    own, talks = list(written()), list(spoken(data))
    groups, texts, classes = zip(*own, *talks, strict=True)
    return Sentences(
        texts,
        embed(texts),
        np.array(classes),
        np.array(groups),
        np.arange(len(texts)) >= len(own),
    )


def vocabulary(texts: Sequence[str]) -> tuple[dict[str, int], Vectors]:
    """What is in two texts at least, and how rare it is."""
    counts = Counter(gram for text in texts for gram in set(learned_lists.grams(text)))
    known = sorted(gram for gram, count in counts.items() if count > 1)
    rarity = [np.log((1 + len(texts)) / (1 + counts[gram])) + 1 for gram in known]
    return {gram: i for i, gram in enumerate(known)}, np.array(rarity, np.float32)


def fitted(said: Sentences, among: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Weights:
    from sklearn.linear_model import LogisticRegression

    words, rarity = vocabulary([said.texts[i] for i in np.flatnonzero(among & ~said.talks)])
    neither = said.talks & (said.classes == 0)
    rows = np.flatnonzero(among & (~neither | (np.arange(len(said.texts)) % EVERY == 0)))
    texts = [said.texts[i] for i in rows]
    features = np.hstack([learned_lists.word_rows(texts, words, rarity), said.vectors[rows]])
    heavy = np.where(neither[rows], NEITHER_IN_TALKS * EVERY, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=300).fit(features, said.classes[rows], heavy)
    return Weights(words, rarity, model.coef_.astype(np.float32), model.intercept_.astype(np.float32))


def crossed(said: Sentences) -> None:
    """Prints how well each written meeting is sorted by weights that don't know it."""
    chances = np.zeros((len(said.texts), len(CLASSES)))
    for group in sorted(set(said.groups[~said.talks].tolist())):
        mine = said.groups == group
        texts = [said.texts[i] for i in np.flatnonzero(mine)]
        chances[mine] = learned_lists.probabilities(texts, said.vectors[mine], fitted(said, ~mine))
    for number, name in enumerate(CLASSES):
        made = (chances[:, number] >= learned_lists.AT_LEAST) & ~said.talks
        there = (said.classes == number) & ~said.talks
        right = (made & there).sum()
        print(
            f"{name:12} {there.sum():4} precision {right / made.sum():.2f} recall {right / there.sum():.2f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the file of shared documents")
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    said = gathered(arguments.data, embedder(ENCODED))
    crossed(said)
    if arguments.save:
        learned_lists.save(fitted(said, np.ones(len(said.texts), bool)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
