"""Which rows are held out: a share of them, whole groups at a time, the same ones every time.

Knows rows and their groups; nothing about files or models.
"""

import random
from collections.abc import Iterable, Iterator, Sequence

from components.errors import BadInput
from components.messages import counted
from components.training.doctor import plain_rows
from components.training.rows import Row, asked_in_full, group, identity

SHARE, LEAST, MOST = 0.05, 8, 200  # of all rows; rows
OF_PAIRS, LEAST_PAIRS = 0.2, 16  # of pairs, whose verdict is a share: eight tell nothing of it
FEWEST = 2 * LEAST  # rows in all: with fewer, more would be held out than trained on
SEED = 20_240_607


def split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Training and validation rows, both in their order. Raises BadInput where there are too few."""
    same = [identity(row) for row in rows]
    copies = len(rows) - len(different := set(same))
    if len(different) < FEWEST and copies:
        raise BadInput(
            counted(
                "The usable rows hold only {count} different one: {least} are held out to measure whether "
                "the model gets better, and at least as many are needed to train on. Add rows until there "
                "are {fewest} different ones, or upload validation data of your own.",
                "The usable rows hold only {count} different ones: {least} are held out to measure whether "
                "the model gets better, and at least as many are needed to train on. Add rows until there "
                "are {fewest} different ones, or upload validation data of your own.",
                len(different),
                least=LEAST,
                fewest=FEWEST,
            )
        )
    if len(rows) < FEWEST:
        raise BadInput(
            counted(
                "{count} usable row is too few: {least} are held out to measure whether the model gets "
                "better, and at least as many are needed to train on. Add rows until there are {fewest}, "
                "or upload validation data of your own.",
                "{count} usable rows are too few: {least} are held out to measure whether the model gets "
                "better, and at least as many are needed to train on. Add rows until there are {fewest}, "
                "or upload validation data of your own.",
                len(rows),
                least=LEAST,
                fewest=FEWEST,
            )
        )
    wanted = min(MOST, max(LEAST, round(SHARE * len(different))))
    if "chosen" in rows[0]:
        wanted = min(
            MOST, max(min(LEAST_PAIRS, len(different) // 3), round(OF_PAIRS * len(different)), LEAST)
        )
    ways = (_held_out(way, same, wanted) for way in _ways(rows))
    held = next((found for found in ways if len({same[number] for number in found}) >= LEAST), None)
    if held is None:
        raise BadInput(
            "Nearly all rows are the same, so none can be held out that wasn't trained on. Upload validation "
            "data of your own."
        )
    train = [row for number, row in enumerate(rows) if number not in held]
    return train, once(row for number, row in enumerate(rows) if number in held)


def once(rows: Iterable[Row]) -> list[Row]:
    """Rows without their copies, which would count as if they were others."""
    return list({identity(row): row for row in rows}.values())


def _ways(rows: Sequence[Row]) -> Iterator[list[str]]:
    """What rows can be held together by, the best first: the next one is for where its groups are large."""
    documents = _documents(rows)
    if len(set(documents)) >= FEWEST:  # else parts of a document are held out
        yield documents
    # Where few prompts have many answers each, those are told apart.
    for by in (group, asked_in_full, identity):
        yield [by(row) for row in rows]


def _documents(rows: Sequence[Row]) -> list[str]:
    """What rows belong together by: the parts of a text, by where it begins."""
    found: list[str] = []
    goes_on = False
    for row in rows:
        found.append(found[-1] if goes_on else group(row))
        goes_on = bool(row.get("continued"))
    return found


def _held_out(together: Sequence[str], same: Sequence[str], wanted: int) -> set[int]:
    """The numbers of the rows of some groups, about `wanted` together; too few where all are large.

    Rows with the `same` text count as one.
    """

    def different(numbers: Iterable[int]) -> int:
        return len({same[number] for number in numbers})

    groups: dict[str, list[int]] = {}
    for number, name in enumerate(together):
        groups.setdefault(name, []).append(number)
    order = list(groups.values())
    random.Random(SEED).shuffle(order)
    held: set[int] = set()
    count = 0  # of the different rows among them
    for numbers in order:
        if count >= wanted:
            break
        if count + different(numbers) <= wanted:
            held.update(numbers)
            count += different(numbers)
    if count < LEAST:  # the groups are large: the smallest of those that are left
        for numbers in sorted(order, key=different):
            few = count + different(numbers) <= 2 * wanted and len(held) + len(numbers) <= len(together) // 2
            if few and not held & set(numbers):
                held.update(numbers)
                count += different(numbers)
            if count >= LEAST:
                break
    return held


def check_text(rows: Sequence[Row], fewest: int = FEWEST) -> None:
    """Raises BadInput where a plain text, of which the rows were made, is too short."""
    if len(rows) < fewest:
        length, enough = sum(len(row["text"]) for row in rows), fewest * 2 * plain_rows.LEAST
        raise BadInput(
            "A text of {length:,} characters is too short: at least {enough:,} are needed to train "
            "on it and to measure whether the model gets better.",
            length=length,
            enough=enough,
        )


def check_own(train: Sequence[Row], valid: Sequence[Row]) -> None:
    """Raises BadInput where a validation file, or what is left to train on, is too small to tell anything."""
    if len(valid := once(valid)) < LEAST:
        raise BadInput(
            "The validation data have {valid} different usable rows; {least} are needed to tell whether a "
            "model got better. Add some, or leave the file out: then rows are held out by themselves.",
            valid=len(valid),
            least=LEAST,
        )
    if len(train := once(train)) < LEAST:
        raise BadInput(
            "{train} different usable rows are too few to train on: at least {least} are needed.",
            train=len(train),
            least=LEAST,
        )
