"""A document as passages: its sentences in reading order, each with its place.

Knows blocks and sentence borders; nothing about models. A passage is what a summary quotes, and what a
summary's sentence is traced back to.
"""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from components.documents import Block, Document, Place, count_words
from components.documents.place import NOWHERE
from components.tasks.borders import borders
from components.tasks.summarize import table_rows
from components.tasks.summarize.mail_writers import writers
from components.tasks.summarize.table_rows import Piece
from components.tasks.terms import stop_words

LONGEST = 120  # words of a passage; a longer "sentence" is a list or a text without full stops
PROSE_WORDS, MOST_SIGNS = 6, 0.02  # of a line of prose, at least; of its characters, at most
_SENTENCE = re.compile(r"[a-zß-ÿ]{2}[.!?](?:\s|$)")
# "Name Surname (Role), MD: ..." at the beginning of a line of a transcript, perhaps with a time before it or
# after the name; or the name and the time, or the name and "-- Role", on a line of their own; or "Mr. SMITH."
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_PART = r"[^\W\d_][\w.'’-]{0,40}"  # of a name
_MORE = rf"(?:{_PART}|\d{{1,3}})"  # "Speaker 1"
_ROLE = (
    r"(?:\s?[(（](?!\d)[^()（）\n]{1,80}[)）]|,\s(?![a-zß-ÿ])[^\n:,.()]{2,60}|,\s[\w.]{2,6}(?=[,\s]*[:(：]))"
)
_SPEAKER = re.compile(
    rf"^(?:\[?{_TIME}\]?\s*[-–]?\s*)?({_PART}(?:\s{_MORE}){{0,7}}){_ROLE}{{0,3}}"
    rf"(?:\s?[(\[]{_TIME}[)\]])?\s?(?::\s+|：\s*)"
    rf"|^\[?((?![a-z]){_PART}(?:\s(?![a-z]){_MORE}){{0,7}}){_ROLE}{{0,3}}"
    rf"\]?\s+{_TIME}(?:\s?[AP]M)?[ \t]*(?:\n|$)"
    rf"|^((?![a-z]){_PART}(?:(?<=[A-Z]{{3}})|(?:\s(?![a-z]){_PART}){{1,3}}))\.(?:\s+|$)"
    rf"|^((?![a-z]){_PART}(?:\s(?![a-z]){_PART}){{1,5}})\s--\s[^\n]{{3,80}}$"
)
_NOISE = re.compile(
    r"\{[a-z ]{2,20}\}|\[(?:music|laughter|applause|inaudible|crosstalk|pause)\]", re.IGNORECASE
)
# Sounds that say nothing. "Er" and "um" are words in German, "um" is one in Portuguese, "5 mm" a length.
_SOUNDS = r"(?<![\d.,])(?<!\d\s)\b(?:[Mm]m+(?:-hmm)?|[Hh]m+)\b\s*,?\s*"
_FILLERS = {"en": re.compile(rf"{_SOUNDS}|\b(?:[Uu][hm]+|[Ee]r+m*)\b\s*,?\s*")}
_OTHER_FILLERS = re.compile(_SOUNDS)
_PARTICLE = r"(?:\s(?:van|von|der|den|de|la|da|das|do|dos|di|du|del|bin|ibn|al|el|le|of|the))*"
_FULL_NAME = re.compile(rf"(?![a-z])[^\W\d_][\w.'’-]+(?:{_PARTICLE}\s(?![a-zà-ÿ])[^\W\d_][\w.'’-]*){{1,6}}")
MOST_OF_A_NAME = 4  # words of what may be an unknown speaker's name
LETTERS_OF_A_NAME = 12  # the same where words have no spaces
_BREAKS = re.compile(r"(?<=[;:,，；、])\s*|\s+")


@dataclass(frozen=True)
class Passage:
    """One sentence of a document, or one row of a table, its cells under their headers."""

    file: int  # which of the documents
    block: int  # which of its blocks
    start: int  # where in the block's text
    end: int
    text: str  # as it may be quoted: one line, without a transcript's noises
    words: int
    kind: str  # of the block; of a table's row also "header", or "paragraph" for a sentence of a long cell
    section: tuple[str, ...] = ()
    page: int | None = None
    place: Place = NOWHERE
    speaker: str = ""  # in a transcript, and in a mail that repeats others
    # Words of `text` that the document doesn't have there, such as a table's headers, which it has once; less
    # than 0 where it has more: who speaks, and the noises of a transcript.
    named: int = 0
    ends: int | None = None  # the page on which it ends, a later one if it goes on there
    language: str = "en"  # of the document


def passages(document: Document, file: int = 0) -> list[Passage]:
    """All of a document's sentences. Nothing is left out: even a page number is a passage."""
    transcript = is_transcript(document)
    speakers = _speakers(document) if transcript else {}
    wrote = writers(document) if document.format == "eml" else {}
    language = document.language or "en"
    found: list[Passage] = []
    speaker = ""
    tables = [index for index, block in enumerate(document.blocks) if block.rows]
    numbers = {index: number for number, index in enumerate(tables, 1) if len(tables) > 1}
    for index, block in enumerate(document.blocks):
        if transcript:
            speaker = _speaking(block, speaker, speakers, language)
        speaker = wrote.get(index, "") if wrote else speaker
        for piece in _pieces(block, language):
            text = _spoken(piece.text, speakers, language) if transcript else " ".join(piece.text.split())
            page = block.page_at(piece.start)
            words = count_words(text)
            named = words - count_words(piece.text) if transcript and not block.rows else piece.named
            if text:
                found.append(
                    Passage(
                        file,
                        index,
                        piece.start,
                        piece.end,
                        text,
                        words,
                        piece.kind,
                        block.section,
                        page,
                        place_of(block, index, page, piece.row, numbers.get(index, 0)),
                        speaker,
                        named,
                        block.page_at(piece.end - 1),
                        language,
                    )
                )
    return found


def place_of(block: Block, index: int, page: int | None, row: int = -1, table: int = 0) -> Place:
    """Where a person finds a text of a block: its innermost heading, and its page or else its number.

    `row`: of a table, 0-based; `table`: its number among several of the document.
    """
    place = block.place if page == block.page else Place(page=page or 0)
    if row >= 0:
        number = block.numbers[row] if block.numbers else row + 1
        place = replace(place or Place(table=table), row=number)
    section = block.section[-1] if block.section and block.kind != "heading" else ""
    return replace(place or Place(paragraph=index + 1), section=section)


def is_transcript(document: Document) -> bool:
    """Whether a third of the paragraphs begin with who speaks, two turns each; or nearly all, and some speak
    again: one is enough where one of them has a role or a full name, which labels don't have.
    """
    if document.format in ("srt", "vtt"):
        return True
    prose = [block for block in document.blocks if block.kind in ("paragraph", "item")]
    names = [name for block in prose if (name := _named(block.text))]
    again = 2.0  # turns of each
    if len(names) >= 0.8 * len(prose):
        again = 1.25 if any(_is_person(block.text) for block in prose) else 1.5
    return len(names) >= 4 and len(names) * 3 >= len(prose) and len(set(names)) * again <= len(names)


def _named(line: str) -> str:
    """The speaker of a line of a transcript: the text before its colon or its time."""
    said = _SPEAKER.match(line)
    return next(filter(None, said.groups())).strip() if said else ""


def _is_person(line: str) -> bool:
    """Whether a line begins with a first and last name or a role, and not with a label."""
    name = _named(line)
    return bool(_FULL_NAME.fullmatch(name) or (name and re.match(rf"{re.escape(name)}{_ROLE}", line)))


def _speakers(document: Document) -> dict[str, int]:
    """Who speaks in a transcript, and how often: names that come again, full ones, and those with a role.

    "One thing is clear: ..." is a sentence, and "Decision: ..." is a label.
    """
    times = Counter(name for block in document.blocks if (name := _named(block.text)))
    persons = {_named(block.text) for block in document.blocks if _is_person(block.text)}
    return {
        name: count
        for name, count in times.items()
        if (count > 1 and len(name.split()) <= MOST_OF_A_NAME) or name in persons
    }


def _speaking(block: Block, before: str, speakers: Mapping[str, int], language: str) -> str:
    """Who speaks in a block, where `before` spoke in the one before it; "" where that isn't sure."""
    if block.kind == "heading":
        return ""
    name = _named(block.text)
    if name in speakers:
        return name
    return "" if _may_be_a_name(name, language) or speakers.get(before) == 1 else before


def _may_be_a_name(words: str, language: str) -> bool:
    """Whether words before a colon may be an unknown speaker: "Audience member", not "One thing is clear"."""
    parts = words.split()
    if words[:1].isalpha() and words[:1].upper() == words[:1].lower():  # a script without capitals
        return len(words) <= LETTERS_OF_A_NAME
    if not parts or not words[:1].isupper() or len(parts) > MOST_OF_A_NAME:
        return bool(_FULL_NAME.fullmatch(words))
    return all(part not in stop_words(language) for part in parts[1:])


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, each on one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        one
        for line in lines
        for start, end in itertools.pairwise([0, *borders(line, language)])
        if (one := " ".join(line[start:end].split()))
    ]


def _pieces(block: Block, language: str) -> Iterator[Piece]:
    """What of a block is quoted at once: a sentence, a line of code, a row of a table. None is too long."""
    for piece in table_rows.pieces(block, language) if block.rows else _sentences(block, language):
        if count_words(piece.text) <= LONGEST:
            yield piece
        else:
            for start, end in _short(block.text, piece.start, piece.end):
                yield replace(piece, start=start, end=end, text=block.text[start:end], named=0)


def _sentences(block: Block, language: str) -> Iterator[Piece]:
    kind = "paragraph" if block.kind == "code" and _is_prose(block.text) else block.kind
    if kind == "code":
        ends = [line.end() for line in re.finditer(r".*(?:\n|$)", block.text)]
    else:
        ends = borders(block.text, language)
    for start, end in itertools.pairwise([0, *ends]):
        if block.text[start:end].strip():
            yield Piece(start, end, block.text[start:end], kind)


def _is_prose(text: str) -> bool:
    """Whether text that is set as code is none: a letter, an RFC, a file that a browser has saved."""
    lines = [line for line in text.splitlines() if line.strip()]
    signs = sum(not (c.isalnum() or c.isspace() or c in ".,;:?!'’\"“”()-–") for c in text)
    long = sum(len(line.split()) for line in lines) >= PROSE_WORDS * len(lines)
    return long and signs <= MOST_SIGNS * len(text) and bool(_SENTENCE.search(text))


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span itself, or pieces of it that are not too long, cut after a comma or between words."""
    if count_words(text[start:end]) <= LONGEST:
        yield start, end
        return
    size = LONGEST * 8  # characters that hold fewer words than the limit in any script with spaces
    if count_words(text[start : start + size]) > LONGEST:
        size = LONGEST
    while end - start > size:
        cuts = [
            found.end() for found in _BREAKS.finditer(text, start + size // 2, start + size) if found.end()
        ]
        cut = cuts[-1] if cuts else start + size
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end


def _spoken(raw: str, speakers: Collection[str], language: str) -> str:
    """A line of a transcript without its speaker, noises and fillers."""
    said = _SPEAKER.sub("", raw) if _named(raw) in speakers else raw
    text = _FILLERS.get(language, _OTHER_FILLERS).sub("", _NOISE.sub(" ", said))
    text = re.sub(r"\s+([.,;:?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"^[\s.,;:]+", "", text)
    return text[:1].upper() + text[1:] if any(c.isalnum() for c in text) else ""
