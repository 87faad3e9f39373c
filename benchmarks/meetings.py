"""Whether the decisions and actions of meetings are told from what else is said.

    python -m benchmarks.meetings [--show]

Sorts each sentence of `meetings.txt` into the lists of key points, as a summary does, and compares them with
the marks that a person gave it: precision, recall. Needs no model. `--show` lists what is sorted wrongly.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.documents import read_document
from components.messages import Message
from components.tasks.summarize.minutes import list_of
from components.tasks.summarize.passages import passages
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY

FILE = Path(__file__).with_name("meetings.txt")
MARKS: dict[str, Message] = {"D": DECISIONS, "A": ACTIONS, "-": KEY}
WANTED_PRECISION, WANTED_RECALL = 0.8, 0.6


@dataclass(frozen=True)
class Meeting:
    """Its sentences, each with the list that it belongs to."""

    language: str
    lines: tuple[tuple[str, Message], ...]


def meetings(text: str) -> Iterator[Meeting]:
    for part in text.split("\n== ")[1:]:
        title, *lines = part.strip().splitlines()
        yield Meeting(title.split()[0], tuple((line[2:], MARKS[line[0]]) for line in lines))


def sorted_lines(meeting: Meeting) -> Iterator[tuple[str, Message, Message]]:
    """Each line, the list that it belongs to, and the one that the rules give it."""
    document = read_document("\n\n".join(line for line, _ in meeting.lines).encode(), "meeting.txt")
    found: dict[int, list[Message]] = {}
    for passage in passages(document):
        found.setdefault(passage.block, []).append(list_of(passage))
    for number, (line, wanted) in enumerate(meeting.lines):
        lists = found.get(number, [])
        yield line, wanted, next((one for one in (DECISIONS, ACTIONS) if one in lists), KEY)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--show", action="store_true")
    show = parser.parse_args().show
    right, said, there = Counter[Message](), Counter[Message](), Counter[Message]()
    all_meetings = list(meetings(FILE.read_text(encoding="utf-8")))
    for meeting in all_meetings:
        for line, wanted, made in sorted_lines(meeting):
            right[made] += made == wanted
            said[made] += 1
            there[wanted] += 1
            if show and made != wanted:
                print(f"{meeting.language} {made} instead of {wanted}: {line}")
    good = True
    print(f"{len(all_meetings)} meetings")
    for name in (DECISIONS, ACTIONS):
        precision, recall = right[name] / max(said[name], 1), right[name] / max(there[name], 1)
        good = good and precision >= WANTED_PRECISION and recall >= WANTED_RECALL
        print(f"{name!s:10} {there[name]:4} precision {precision:.2f} recall {recall:.2f}")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
