"""What a passage is worth out of its context, from its form and its words alone.

Knows passages; nothing about meaning and length. References, notices and who wrote it say nothing of what a
text is about, and what was true until later in the text isn't news any more.
"""

import re
from collections.abc import Iterator, Sequence

from components.tasks.facts import dates
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.phrases import phrases
from components.tasks.summarize.refusals import says_only_a_notice
from components.tasks.terms import stop_words

LONGEST = 60  # words of a sentence that is worth quoting
NOTICE = 0.1  # what a notice or a reference is worth at most
LABEL = 3  # words before a colon that may be one
IN_COMMON = 2  # terms of two passages that are about the same thing
NEAR = 2  # sentences before one that begins with "it", in which that is named

PUNCTUATION = ".,;:!?()[]\"'“”„«»"
_YEAR = re.compile(r"(?<![\d.,$€£])\b(?:1[5-9]|20)\d\d\b(?![.,]\d)")


def has_cue(passage: Passage) -> bool:
    """Whether it says itself that it is a main point."""
    return bool(phrases(passage.language).cues.search(passage.text))


def leans_back(passage: Passage) -> bool:
    """Whether it begins with a word for something in the sentence before."""
    return bool(phrases(passage.language).leans_back.search(passage.text))


def years(text: str) -> list[int]:
    """The years that a text names."""
    return [int(year) for year in _YEAR.findall(text)]


def superseded(passages: Sequence[Passage], found: Sequence[Sequence[str]]) -> Iterator[int]:
    """Passages with a date that was moved later in the document.

    "The launch is planned for 10 June." is, where "We move the launch to 24 June." comes later; what happened
    on 10 June besides isn't, since it has no other word in common. Behind "It was moved to 24 June" it is the
    nearest sentence with a date of that year, among those just before.
    """
    dated = {i: {key[1:] for key in dates.told(p.text) if key[2]} for i, p in enumerate(passages)}
    moves = [
        i
        for i, days in dated.items()
        if days and phrases(passages[i].language).moved.search(passages[i].text)
    ]
    for move in moves:
        about = {term for term in found[move] if not term.isdigit()} - _months_of(passages[move].text)
        for i in range(move):
            common = about & set(found[i])
            old = dated[i] and (dated[i] < dated[move] or dated[i].isdisjoint(dated[move]))
            if old and i not in moves and (common and (dated[i] < dated[move] or len(common) >= IN_COMMON)):
                yield i
        if leans_back(passages[move]) and (near := _meant(move, passages)) is not None:
            yield near


def _meant(move: int, passages: Sequence[Passage]) -> int | None:
    """The passage whose date a sentence moves that begins with "it"; None where that can't be told.

    "It was moved to 24 June", but not "It moved to Leeds on 24 June": what moves by itself is no date.
    """
    text = passages[move].text
    verb = phrases(passages[move].language).moved.search(text)
    if verb is None or not text[: verb.start()].strip().count(" "):
        return None
    years_moved = {key[0] for key in dates.told(text) if key[2]}
    for i in range(move - 1, max(move - 1 - NEAR, -1), -1):
        days = [key for key in dates.told(passages[i].text) if key[2]]
        if days and passages[i].file == passages[move].file:
            return i if {key[0] for key in days} <= years_moved else None
    return None


def _is_list_of_names(passage: Passage) -> bool:
    """Whether it has no small words, as no sentence does: "Present: Joan Hale (chair), Dev Patel." """
    small = stop_words(passage.language)
    label, _, listed = passage.text.partition(": ")
    words = (listed if len(label.split()) <= LABEL else passage.text).split()
    bare = [word.strip(PUNCTUATION) for word in words]
    names = sum(word[:1].isupper() for word in bare) * 2 > len(words)
    said = {word for word in bare if word.islower()} | {word.casefold() for word in bare[:1] if len(word) > 1}
    return bool(small and words) and names and small.isdisjoint(said)


def _months_of(text: str) -> set[str]:
    return {word[:6].casefold() for word, _ in dates.dates(text) for word in re.findall(r"[^\W\d]+", word)}


def worth(passage: Passage) -> float:
    """What a sentence is worth out of its context, from its form alone."""
    text = passage.text
    if passage.kind in ("heading", "header", "caption", "footnote", "code") or not any(
        c.isalpha() for c in text
    ):
        return 0.0
    value = 0.3 if passage.kind == "table" else 1.0
    said = phrases(passage.language)
    if said.boilerplate.search(text) or said.about_itself.search(text) or says_only_a_notice(passage):
        value *= NOTICE
    if passage.words > LONGEST:
        value *= 0.6
    if passage.kind != "table" and _is_list_of_names(passage):
        value *= NOTICE
    if text.rstrip("\"'”’»」) ")[-1:] not in tuple(".!…。！।؟") and passage.kind == "paragraph":
        value *= 0.5  # a question, a caption, a line that isn't a sentence
    if leans_back(passage):
        value *= 0.9
    return value
