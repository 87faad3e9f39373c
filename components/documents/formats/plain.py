"""Plain text, and the text of XML files of no known kind.

Knows nothing about markup: paragraphs are told by empty lines, headings and lists by how they look.
"""

import re
from collections import Counter
from itertools import pairwise

from lxml import etree

from components.documents.draft import Draft
from components.documents.formats.chat_log import read_chat
from components.documents.line_joiner import Words
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.turns import named
from components.documents.zip_archive import parse_xml

_NUMBER = r"(?:\d{1,3}|[ivxlc]{1,7}|[a-z]|one|two|three|four|five|six|seven|eight|nine|ten|\w{1,12})"
_CHAPTER = re.compile(
    rf"(?:(?:chapter|part|book|act|scene|section|appendix|kapitel|teil|chapitre|partie|cap[ií]tulo|capitolo|parte|"
    rf"глава|часть|rozdział|kapitola)\s+{_NUMBER}\b[.:]?|第[一二三四五六七八九十百0-9]{{1,4}}[章节節回部編话話])",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^(\s*)([-*+•‣◦▪–]|\d{1,3}[.)]|[a-z]\))\s+(\S.*)$")
_ROLE = r"(?:\s?\((?!\d)[^()\n]{1,80}\)|,\s(?![a-zß-ÿ])[^\n:,.()]{2,60})"  # Ana Lopes (Chair), MD:
_SPEAKER = re.compile(
    rf"^[\w .'-]{{1,40}}:(?:\s|$)|^\[?\d{{1,2}}:\d\d|^(?![a-zß-ÿ])[\w .'’-]{{1,60}}{_ROLE}{{1,3}}\s?:(?:\s|$)"
)
_UNDERLINE = re.compile(r"^\s*([=~-])\1{2,}\s*$")
_RULE = re.compile(r"^[\s*_=~#+.-]*$")
WRAPPED = (40, 110)  # characters of a line that was broken to fit a screen or a page
HEADING = 90  # characters of a heading at most
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
PROSE_LINES, PROSE_WORDS = 3, 3  # lines that go on, and words of a usual one, from which content tells
FULL = 0.85  # share of the lines that had no room for the next word


def read(source: Source) -> Draft:
    draft = Draft()
    if source.format == "xml":
        _read_xml(source, draft)
        return draft
    text = draft.decode(source.data)
    if not read_chat(text, draft):
        read_text(text, draft)
    return draft


def read_text(text: str, draft: Draft) -> None:
    lines = text.replace("\x0c", "\n\n").splitlines()
    wrapped = _is_wrapped(lines) or _goes_on(lines)
    words = Words(lines)
    for chunk in _chunks(lines):
        _add_chunk(chunk, wrapped, words, draft)


def _chunks(lines: list[str]) -> list[list[str]]:
    chunks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            chunks[-1].append(line)
        elif chunks[-1]:
            chunks.append([])
    return [chunk for chunk in chunks if chunk]


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines end because the screen did: most of those followed by another are about as long."""
    lengths = sorted(len(line.rstrip()) for line, after in pairwise(lines) if after.strip() and line.strip())
    if len(lengths) < 2:
        return False
    return lengths[len(lengths) // 2] >= WRAPPED[0] and lengths[int(len(lengths) * 0.95)] <= WRAPPED[1]


def _goes_on(lines: list[str]) -> bool:
    """Whether sentences go on from line to line, however wide, and each line had no room for the next word.

    Lines of a poem or a list differ in length, and each line of an address or a log begins something new.
    """
    pairs = [
        (before.rstrip(), after.strip())
        for before, after in pairwise(lines)
        if before.strip() and after.strip() and not _ITEM.match(after)
    ]
    if len(pairs) < PROSE_LINES or not any(_SENTENCE.search(before) for before, _ in pairs):
        return False
    lengths = sorted(len(before) for before, _ in pairs)
    width = lengths[int(len(lengths) * 0.95)]
    full = sum(len(before) + 1 + len(after.split()[0]) > width for before, after in pairs)
    inside = sum(after[0].islower() and not _ENDED.search(before) for before, after in pairs)
    usual = sorted(len(before.split()) for before, _ in pairs)[len(pairs) // 2]
    return full >= FULL * len(pairs) and 2 * inside >= len(pairs) and usual >= PROSE_WORDS


def _add_chunk(lines: list[str], wrapped: bool, words: Words, draft: Draft) -> None:
    if len(lines) == 2 and _UNDERLINE.match(lines[1]) and len(lines[0].strip()) <= HEADING:
        draft.heading(lines[0], 1 if "=" in lines[1] else 2)
        return
    joined = " ".join(line.strip() for line in lines)
    if len(lines) <= 3 and len(joined) <= HEADING and (level := _heading_level(joined)):
        draft.heading(joined, level)
        return
    for kind, marker, indent, text in _pieces(lines, wrapped, words):
        if kind == "item":
            draft.item(text, level=1 + min(4, indent // 2 if indent < 8 else indent // 4), marker=marker)
        elif not _RULE.match(text):
            draft.paragraph(text)


def _heading_level(text: str) -> int:
    if _CHAPTER.match(text):
        return 1
    letters = [c for c in text if c.isalpha()]
    shouted = len(letters) >= 3 and all(c.isupper() for c in letters)
    return 2 if shouted and text[-1] not in ".,;!?" and len(text) <= 70 else 0


def _pieces(lines: list[str], wrapped: bool, words: Words) -> list[tuple[str, str, int, str]]:
    """Items and paragraphs of lines without an empty one between: (kind, marker, indent, text)."""
    pieces: list[tuple[str, str, int, list[str]]] = []
    names = Counter(named(line.strip()) for line in lines) if wrapped else Counter()
    flush, before = any(not line[:1].isspace() for line in lines), ""
    for line in lines:
        if found := _ITEM.match(line):
            pieces.append(("item", found[2], len(found[1].expandtabs(4)), [found[3].strip()]))
        elif (
            pieces
            and (wrapped or (pieces[-1][0] == "item" and line[:1].isspace()))
            and not _begins_a_turn(line.strip(), names)
            and not (flush and _begins_a_paragraph(line, before))
        ):
            pieces[-1][3].append(line.strip())
        else:
            pieces.append(("paragraph", "", 0, [line.strip()]))
        before = line
    return [(kind, marker, indent, words.joined(parts)) for kind, marker, indent, parts in pieces]


def _begins_a_turn(line: str, names: Counter[str]) -> bool:
    """Whether somebody begins to speak: "Anna: ...". A label in small letters, before a dash or a stop may be
    the middle of a sentence, so it has to come again.
    """
    return bool((name := named(line)) and names[name] > 1) or bool(
        _SPEAKER.match(line) and not line[0].islower()
    )


def _begins_a_paragraph(line: str, before: str) -> bool:
    """Whether the first line of a paragraph is told by its indent alone, as in books and hearings."""
    return line[:2].isspace() and bool(_ENDED.search(before.rstrip()))


def _read_xml(source: Source, draft: Draft) -> None:
    """The texts in order, one paragraph per innermost element that has text of its own."""
    root = parse_xml(source.data, source.name, source.limits, LABELS["xml"])
    draft.encoding = (root.getroottree().docinfo.encoding or "utf-8").lower()
    done: set[etree._Element] = set()
    for element in root.iter():
        mixed = any((child.tail or "").strip() for child in element)
        if element.getparent() in done:
            done.add(element)
        elif (element.text or "").strip() or mixed:
            draft.paragraph(" ".join(element.itertext()) if mixed or not len(element) else element.text or "")
            if mixed:
                done.add(element)
