"""Whether errors in numbers, dates and names are marked, and what is right in another form is not.

    python -m benchmarks.fact_checks [--show]

Runs the checks of written sentences over `fact_sentences.py`; needs no model. Prints by kind how many of the
errors are marked and how many of the right sentences are not. `--show` lists those that are judged wrongly.
"""

import argparse
import sys

from benchmarks.fact_sentences import KINDS, Sentence, sentences
from components.tasks.facts.fact_index import Index

WANTED = 0.9  # of either


def marked(one: Sentence) -> list[str]:
    """What a reader is told to be missing in the source."""
    return [fact.text for fact in Index([one.source], one.language).missing(one.said, one.language)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--show", action="store_true")
    show = parser.parse_args().show
    right: dict[bool, list[bool]] = {False: [], True: []}
    print(f"{'kind':24} {'errors marked':>14} {'right not marked':>17}")
    for kind in KINDS:
        row = []
        for wrong in (True, False):
            found = [(one, marked(one)) for one in sentences(kind, wrong)]
            good = [bool(marks) == wrong for _, marks in found]
            right[wrong] += good
            row.append(f"{sum(good)} of {len(good)}")
            for (one, marks), fine in zip(found, good, strict=True):
                if show and not fine:
                    print(f"    {one.language}: {one.source} | {one.said} {marks}")
        print(f"{kind:24} {row[0]:>14} {row[1]:>17}")
    total = [f"{sum(right[wrong])} of {len(right[wrong])}" for wrong in (True, False)]
    print(f"{'all':24} {total[0]:>14} {total[1]:>17}")
    return int(any(sum(good) < WANTED * len(good) for good in right.values()))


if __name__ == "__main__":
    sys.exit(main())
