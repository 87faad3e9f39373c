"""Labels as a person types them: names, each with a sentence that says what belongs under it.

Knows text alone; nothing about models.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.errors import BadInput
from components.kept import Kept
from components.messages import counted

MOST = 500  # labels
LONGEST = 200  # characters of a name
NONE = ""  # the label of a text that none of the labels fits
_BETWEEN = re.compile(r"[,;，；、|]")
_COLON = re.compile(r"\s*[:：]\s+|：")


@dataclass(frozen=True)
class Label(Kept):
    """One label."""

    name: str
    sentence: str = ""  # what belongs under it, in a person's words

    @property
    def words(self) -> str:
        """Its name as words: "card_not_working" and "cardNotWorking" are written for programs."""
        split = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", self.name.replace("_", " ").replace("/", " or "))
        return " ".join(split.split())

    @property
    def speaks(self) -> bool:
        """Whether its name says what it means: "A", "3" and "LABEL_2" don't."""
        return bool(self.sentence) or any(
            len(word) > 2 and word.casefold() not in ("label", "class") if word.isascii() else word.isalpha()
            for word in re.findall(r"[^\W\d]+", self.words)
        )


def read_labels(text: str) -> tuple[Label, ...]:
    """The labels in what was typed: one a line, "name: sentence", or on one line, with commas between them.

    Raises BadInput for fewer than two, for too many, and for a name that is too long. A name that is there
    twice is one label.
    """
    return checked(lines_of(text))


def lines_of(text: str) -> tuple[Label, ...]:
    """The same however many there are. Raises BadInput for a name that is too long."""
    lines = [line.strip(" \t-*•") for line in text.splitlines() if line.strip(" \t-*•")]
    if len(lines) == 1 and not _COLON.search(lines[0]):
        lines = [part.strip() for part in _BETWEEN.split(lines[0]) if part.strip()]
    found: dict[str, Label] = {}
    for line in lines:
        name, *rest = _COLON.split(line, maxsplit=1)
        name = " ".join(name.split())
        if len(name) > LONGEST:
            raise BadInput(
                "A label's name may have {longest} characters; “{name}…” has {length}. Put a sentence about "
                "it behind a colon.",
                longest=LONGEST,
                name=name[:40],
                length=len(name),
            )
        if name and name.casefold() not in found:
            found[name.casefold()] = Label(name, rest[0].strip() if rest else "")
    return tuple(found.values())


def checked(labels: Sequence[Label]) -> tuple[Label, ...]:
    """The same labels. Raises BadInput where there are too few or too many to choose from."""
    if len(labels) < 2:
        raise BadInput("Write at least two labels, one a line, so that there is something to choose from.")
    if len(labels) > MOST:
        raise BadInput(
            counted(
                "There is {count} label; at most {most} can be used.",
                "There are {count:,} labels; at most {most} can be used.",
                len(labels),
                most=MOST,
            )
        )
    return tuple(labels)
