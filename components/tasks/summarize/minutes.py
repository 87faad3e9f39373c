"""Which sentences of a meeting decide something, and which give somebody something to do.

Knows wording: what minutes name so themselves, and phrases with which people decide, promise and ask, from a
table by language (`phrases`); in English meetings also what weights say that were fitted to marked sentences
(`learned_lists`). A decision that was not taken, that others took long ago or that is asked for is none:
    "We decided to move the launch."      a decision         "Nobody has decided that yet."     neither
    "Then we take the stand again."       a decision         "They decided that last year."     neither
    "I'll call the agency today."         to be done         "I'll be away on Thursday."        neither
"""

import re
from collections.abc import Sequence

from components.messages import Message
from components.models.engine import Vectors
from components.tasks.facts.opening_words import COMMON, FORMED, OPENERS
from components.tasks.summarize import learned_lists
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.phrases import labels, phrases
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY
from components.tasks.terms import stop_words

_LABELS = {DECISIONS: labels("decisions"), ACTIONS: labels("actions")}
_LABEL = {
    name: re.compile(rf"(?:{words})(?:\s\d{{1,2}})?\s*[:：]", re.IGNORECASE)
    for name, words in _LABELS.items()
}
_TITLE = {name: re.compile(rf"[\d.\s]*(?:{words})\W*", re.IGNORECASE) for name, words in _LABELS.items()}
LONGEST = 60  # words of a sentence that may be something to do: of longer ones, a few words say nothing
# "Ms. Okafor will write", "B. Lind to obtain", "Max has to pick up"; the name is looked at by itself.
_SOMEBODY = re.compile(
    r"(?:^|[.;,] )((?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]+)*) "
    r"(?:will|to|is to|has to|must|should|shall|needs to|is going to|(?:agreed|agrees|offered|promised) to) "
    r"(?!the\b|a\b|an\b|to\b|my\b|your\b|our\b|this\b|that\b|be\b|say\b|know\b|have\b|need\b|want\b|like\b|never\b|not\b|make\b|come\b|get\b)[a-z]+"
)

_PROMISED = re.compile(r"\b(?:agreed|agrees|offered|promised|volunteered) to\b")
FEWEST, SHARE = 2, 0.1  # sentences that phrases find in minutes, where no turn has a speaker


def lists_of(passages: Sequence[Passage], vectors: Vectors | None = None) -> list[Message]:
    """The list of key points that each passage of a text belongs to. `vectors`: a row for each, of the
    embedding model that the weights were fitted for; None: phrases alone decide.
    """
    found = [list_of(passage) for passage in passages]
    if vectors is None:
        return found
    for file in {passage.file for passage in passages}:
        mine = [i for i, passage in enumerate(passages) if passage.file == file]
        if _is_meeting([passages[i] for i in mine], [found[i] for i in mine]):
            open_ones = [i for i in mine if found[i] == KEY and _may_be_learned(passages[i])]
            _learn(found, open_ones, passages, vectors, learned_lists.wanted(len(mine)))
    return found


def _is_meeting(passages: Sequence[Passage], lists: Sequence[Message]) -> bool:
    """Whether most of it is said by somebody, or much of it is worded as minutes are."""
    spoken = sum(bool(passage.speaker) for passage in passages)
    listed = sum(one != KEY for one in lists)
    return spoken * 2 > len(passages) or listed >= max(FEWEST, SHARE * len(passages))


def _may_be_learned(passage: Passage) -> bool:
    return passage.language == learned_lists.LANGUAGE and passage.kind not in ("heading", "table", "code")


def _learn(
    found: list[Message], among: Sequence[int], passages: Sequence[Passage], vectors: Vectors, wanted: float
) -> None:
    """Puts into their lists the passages `among` these of which the weights are sure enough."""
    if not among:
        return
    texts = [passages[i].text for i in among]
    chances = learned_lists.probabilities(texts, vectors[list(among)], learned_lists.weights())
    for i, text, (_, decides, to_do) in zip(among, texts, chances, strict=True):
        if decides >= wanted and not _is_open(text, passages[i].language):
            found[i] = DECISIONS
        elif to_do >= wanted:
            found[i] = ACTIONS


def list_of(passage: Passage) -> Message:
    """The list of key points that a passage belongs to."""
    if passage.kind == "table":  # a column called "Cancelled" decides nothing
        return named(passage) or KEY
    return named(passage) or told(passage.text, passage.language)


def named(passage: Passage) -> Message:
    """The list that minutes themselves put a passage in, by a label before it or by the section's heading."""
    if passage.kind == "heading":
        return ""
    said = f"{passage.speaker}: {passage.text}" if passage.speaker else passage.text
    section = passage.section[-1] if passage.section else ""
    return _labelled(said) or next((name for name in _LABELS if _TITLE[name].fullmatch(section)), "")


def told(text: str, language: str = "en") -> Message:
    """The list that a sentence belongs to by what it says; in a language without phrases, by its label."""
    if label := _labelled(text):
        return label
    said = phrases(language)
    if language == "en" and _PROMISED.search(text) and _somebody(text):
        return ACTIONS
    if said.decided.search(text) and not _is_open(text, language):
        return DECISIONS
    if len(text.split()) > LONGEST:
        return KEY
    somebody = language == "en" and not _asks(text) and _somebody(text)
    return ACTIONS if somebody or said.to_do.search(text) else KEY


def _asks(text: str) -> bool:
    return text.rstrip("\"'”’ ").endswith(("?", "？"))


def _is_open(text: str, language: str) -> bool:
    """Whether it asks, or says that nothing is decided, or tells of another time."""
    said = phrases(language)
    return bool(_asks(text) or said.undecided.search(text) or said.long_ago.search(text))


def _labelled(text: str) -> Message:
    """The list that a text names before a colon."""
    return next((name for name in _LABELS if _LABEL[name].match(text)), "")


def _somebody(text: str) -> bool:
    """Whether somebody is named who does something: "Max will call", not "Users will complain"."""
    for match in _SOMEBODY.finditer(text):
        last = match[1].split()[-1].rstrip(".").casefold()
        titled = "." in match[1]
        common = last in COMMON or last in OPENERS or last in stop_words("en") or FORMED.search(last)
        if titled or not common:
            return True
    return False
