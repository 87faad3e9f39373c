"""Whether the decisions and actions of meetings are told from what else is said.

    python -m benchmarks.meetings [--data curated_shared.jsonl] [--encoder] [--show]

Sorts each sentence of `meetings.txt` and `meetings_unseen.txt` into the lists of key points, as a summary
does, and compares them with the marks that a person gave it: precision, recall. With --data, also the
recorded talks among the shared documents that `meetings_shared.txt` has marks for. Without --encoder, by
phrases alone; with it by the packaged embedding model, too. `--show` lists what is sorted wrongly.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.config import read_config
from components.documents import read_document
from components.messages import Message
from components.models.catalog import Catalog
from components.models.engine import Vectors
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.tasks.summarize.learned_lists import ENCODER as ENCODED
from components.tasks.summarize.minutes import lists_of
from components.tasks.summarize.part_reader import Embedder
from components.tasks.summarize.passages import Passage, passages
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY

FILE = Path(__file__).with_name("meetings.txt")
UNSEEN = Path(__file__).with_name("meetings_unseen.txt")
TALKS = Path(__file__).with_name("meetings_shared.txt")
MARKS: dict[str, Message] = {"D": DECISIONS, "A": ACTIONS, "-": KEY}
LONGEST_NAME = 3  # words
UNSURE = "?"  # two people could mark it in two ways: not counted
WANTED_PRECISION, WANTED_RECALL = 0.8, 0.6

Embed = Callable[[Sequence[str]], Vectors]
Marked = dict[tuple[int, int], tuple[str, str]]  # a sentence's block and its number there -> mark, letters


@dataclass(frozen=True)
class Meeting:
    """Its sentences, each with the list that it belongs to."""

    title: str  # begins with its language
    lines: tuple[tuple[str, Message], ...]

    @property
    def language(self) -> str:
        return self.title.split()[0]


@dataclass(frozen=True)
class Sorted:
    """A sentence, the list that it belongs to, and the one that the rules give it."""

    text: str
    wanted: Message
    made: Message


def meetings(text: str) -> Iterator[Meeting]:
    for part in text.split("\n== ")[1:]:
        title, *lines = part.strip().splitlines()
        yield Meeting(title, tuple((line[2:], MARKS[line[0]]) for line in lines))


def turns(line: str) -> tuple[str, str]:
    """Who says something, if anybody, and what."""
    speaker, _, said = line.partition(": ")
    return (speaker, said) if said and len(speaker.split()) <= LONGEST_NAME else ("", line)


def embedder(model_id: str) -> Embed:
    """A way to vectors by a model that is installed."""
    config = read_config()
    catalog = Catalog(config.models_dir)
    manager = ModelManager(catalog, EngineLoader(config, Library(config)), config)
    return Embedder(manager.lease, model_id, catalog.get(model_id).title, "", lambda: False).vectors


def _lists(found: Sequence[Passage], embed: Embed | None) -> list[Message]:
    return lists_of(found, embed([passage.text for passage in found]) if embed else None)


def sorted_lines(meeting: Meeting, embed: Embed | None = None) -> Iterator[Sorted]:
    document = read_document("\n\n".join(line for line, _ in meeting.lines).encode(), "meeting.txt")
    found: dict[int, list[Message]] = {}
    told = passages(document)
    for passage, made_of_it in zip(told, _lists(told, embed), strict=True):
        found.setdefault(passage.block, []).append(made_of_it)
    for number, (line, wanted) in enumerate(meeting.lines):
        lists = found.get(number, [])
        made = next((one for one in (DECISIONS, ACTIONS) if one in lists), KEY)
        yield Sorted(f"{meeting.language}: {line}", wanted, made)


def marks(text: str) -> dict[str, Marked]:
    """Of each document: the marks of its sentences."""
    found: dict[str, Marked] = {}
    for part in text.split("== ")[1:]:
        name, *lines = part.strip().splitlines()
        rows = (line.split() for line in lines)
        found[name] = {
            (int(place.split(".")[0]), int(place.split(".")[1])): (mark, letters)
            for place, mark, letters in rows
        }
    return found


def letters(text: str) -> str:
    """What tells a sentence without having it here."""
    plain = "".join(c for c in text.casefold() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()[:6]


def marked_passages(name: str, text: str, marked: Marked) -> Iterator[tuple[Passage, str]]:
    """Each sentence of a talk with its mark.

    Raises ValueError where a mark belongs to a sentence that isn't there any more.
    """
    seen, left = Counter[int](), dict(marked)
    for passage in passages(read_document(text.encode(), "talk.txt")):
        place = passage.block, seen[passage.block]
        seen[passage.block] += 1
        mark, own = left.pop(place, ("-", letters(passage.text)))
        if own != letters(passage.text):
            raise ValueError(f"{name} is cut in another way at {place}: set its mark again.")
        yield passage, mark
    if left:
        raise ValueError(f"{name} has no sentences at {sorted(left)}.")


def marked_talks(data: Path) -> Iterator[tuple[str, list[tuple[Passage, str]]]]:
    """The recorded talks among the shared documents, by their ids."""
    marked = marks(TALKS.read_text(encoding="utf-8"))
    for line in data.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["id"] in marked:
            yield row["id"], list(marked_passages(row["id"], row["document"], marked[row["id"]]))


def _said(passage: Passage) -> str:
    return f"{passage.speaker}: {passage.text}"


def talks(data: Path, embed: Embed | None = None) -> Iterator[Sorted]:
    for name, told in marked_talks(data):
        lists = _lists([passage for passage, _ in told], embed)
        for (passage, mark), made in zip(told, lists, strict=True):
            if mark != UNSURE:
                yield Sorted(f"{name}: {_said(passage)}", MARKS[mark], made)


def table(title: str, rows: list[Sorted], show: bool) -> bool:
    """Prints the measures; whether they are good enough."""
    right, said, there = Counter[Message](), Counter[Message](), Counter[Message]()
    for row in rows:
        right[row.made] += row.made == row.wanted
        said[row.made] += 1
        there[row.wanted] += 1
        if show and row.made != row.wanted:
            print(f"{row.made} instead of {row.wanted}: {row.text}")
    good = True
    print(title)
    for name in (DECISIONS, ACTIONS):
        precision, recall = right[name] / max(said[name], 1), right[name] / max(there[name], 1)
        good = good and precision >= WANTED_PRECISION and recall >= WANTED_RECALL
        print(f"{name!s:10} {there[name]:4} precision {precision:.2f} recall {recall:.2f}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="the file of shared documents")
    parser.add_argument("--encoder", action="store_true", help="by the embedding model, too")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    embed = embedder(ENCODED) if arguments.encoder else None
    good = True
    for file, what in ((FILE, "written meetings"), (UNSEEN, "meetings that nothing was fitted to")):
        written = list(meetings(file.read_text(encoding="utf-8")))
        rows = [row for meeting in written for row in sorted_lines(meeting, embed)]
        good = table(f"{len(written)} {what}", rows, arguments.show) and good
    if arguments.data:
        found = list(talks(arguments.data, embed))
        good = table(f"recorded talks, {len(found):,} sentences", found, arguments.show) and good
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
