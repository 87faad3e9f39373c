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
from components.documents.turns import clock, is_person, named, without_name
from components.tasks.borders import borders
from components.tasks.summarize import table_rows
from components.tasks.summarize.mail_writers import writers
from components.tasks.summarize.table_rows import Piece

LONGEST = 120  # words of a passage; a longer "sentence" is a list or a text without full stops
PROSE_WORDS, MOST_SIGNS = 6, 0.02  # of a line of prose, at least; of its characters, at most
_SENTENCE = re.compile(r"[a-zß-ÿ]{2}[.!?](?:\s|$)")
_NOISE = re.compile(
    r"\{[a-z ]{2,20}\}|\[(?:music|laughter|applause|inaudible|crosstalk|pause)\]", re.IGNORECASE
)
# Sounds that say nothing. "Er" and "um" are words in German, "um" is one in Portuguese, "5 mm" a length.
_SOUNDS = r"(?<![\d.,])(?<!\d\s)\b(?:[Mm]m+(?:-hmm)?|[Hh]m+)\b\s*,?\s*"
_FILLERS = {"en": re.compile(rf"{_SOUNDS}|\b(?:[Uu][hm]+|[Ee]r+m*)\b\s*,?\s*")}
_OTHER_FILLERS = re.compile(_SOUNDS)
AGAIN = 2  # turns, at least, of somebody to whom what follows a turn belongs
MOST_OF_A_NAME = 4  # words of what comes again and again before a colon, and is a name
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
    told = any(block.speaker for block in document.blocks)  # by the format
    speakers = _speakers(document) if transcript and not told else {}
    wrote = writers(document) if document.format == "eml" else {}
    language = document.language or "en"
    found: list[Passage] = []
    speaker = ""
    tables = [index for index, block in enumerate(document.blocks) if block.rows]
    numbers = {index: number for number, index in enumerate(tables, 1) if len(tables) > 1}
    for index, block in enumerate(document.blocks):
        if transcript:
            speaker = block.speaker if told else _speaking(block, speaker, speakers)
        speaker = wrote.get(index, "") if wrote else speaker
        for piece in _pieces(block, language):
            text = _spoken(piece, block, speakers, language) if transcript else " ".join(piece.text.split())
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
    if any(block.speaker for block in document.blocks) or _by_clock(document):
        return True
    prose = [block for block in document.blocks if block.kind in ("paragraph", "item")]
    prose = list(itertools.dropwhile(lambda block: not named(block.text), prose))  # a title, a date
    names = [name for block in prose if (name := named(block.text))]
    again = 2.0  # turns of each
    if len(names) >= 0.8 * len(prose):
        again = 1.25 if any(is_person(block.text) for block in prose) else 1.5
    return len(names) >= 4 and len(names) * 3 >= len(prose) and len(set(names)) * again <= len(names)


def _speakers(document: Document) -> dict[str, int]:
    """Who speaks in a transcript, and how often: names that come again, full ones, and those with a role.

    "One thing is clear: ..." is a sentence, and "Decision: ..." is a label.
    """
    times = Counter(name for block in document.blocks if (name := named(block.text)))
    persons = {named(block.text) for block in document.blocks if is_person(block.text)}
    speakers = {
        name: count
        for name, count in times.items()
        if (count > 1 and len(name.split()) <= MOST_OF_A_NAME) or name in persons
    }
    return speakers | dict.fromkeys(_by_clock(document), AGAIN)


def _by_clock(document: Document) -> set[str]:
    """Those whose names stand alone with times that count from the beginning of a talk, as Teams and Zoom
    write them ("Ann Berg 0:03"): what follows is theirs. A programme ("Opening 9:00") begins later.
    """
    times = [(named(block.text), time) for block in document.blocks if (time := clock(block.text))]
    seconds = [sum(int(part) * 60**n for n, part in enumerate(time.split(":")[::-1])) for _, time in times]
    counts = len(times) > 1 and seconds == sorted(seconds)
    return (
        {name for name, _ in times} if counts and (seconds[0] < 60 or times[0][1].count(":") > 1) else set()
    )


def _speaking(block: Block, before: str, speakers: Mapping[str, int]) -> str:
    """Who speaks in a block, where `before` spoke in the one before it; "" where that isn't sure.

    What begins like the turn of somebody unknown ("A voice from the back: ...") is nobody's, and what comes
    after it too, until somebody known speaks.
    """
    if block.kind == "heading":
        return ""
    name = named(block.text)
    if name in speakers:
        return name
    return "" if name or speakers.get(before) == 1 else before


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


def _spoken(piece: Piece, block: Block, speakers: Collection[str], language: str) -> str:
    """A sentence of a transcript without its speaker, noises and fillers."""
    said = piece.text
    if block.speaker and not piece.start:
        said = said.removeprefix(f"{block.speaker}:")
    elif named(said) in speakers:
        said = without_name(said)
    text = _FILLERS.get(language, _OTHER_FILLERS).sub("", _NOISE.sub(" ", said))
    text = re.sub(r"\s+([.,;:?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"^[\s.,;:]+", "", text)
    return text[:1].upper() + text[1:] if any(c.isalnum() for c in text) else ""
