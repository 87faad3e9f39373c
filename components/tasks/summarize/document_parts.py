"""How a document is cut into parts that fit a model: at sections, then paragraphs, then sentences.

Knows passages and numbers of tokens; nothing about what is done with a part.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from components.documents import Document
from components.documents.place import pages as stretch_of_pages
from components.documents.place import stretch, within
from components.messages import Message, to_text
from components.tasks.summarize.ledger import Part
from components.tasks.summarize.passages import Passage

Count = Callable[[Sequence[str]], list[int]]  # tokens of each text as the model reads it


def plan(passages: Sequence[Passage], count: Count, room: int) -> list[Part]:
    """Parts of at most `room` tokens each, as `count` measures the text that will be read.

    Sections that fit together share a part; one that doesn't fit is cut between paragraphs, then
    between sentences. A sentence longer than `room` is a part of its own.
    """
    if not passages:
        return []
    sizes = count([passage.text for passage in passages])
    spans = _pack(_pieces(range(len(passages)), passages, sizes, room), sizes, room)
    checked = _measured(spans, passages, count, room)
    return [
        _part(number, passages, first, last, tokens)
        for number, (first, last, tokens) in enumerate(checked, 1)
    ]


def unread(document: Document, file: int, planned: int) -> list[Part]:
    """Pages that nobody can read, such as scanned ones, as parts after the `planned` ones: one for each
    stretch, with its reason.
    """
    parts: list[Part] = []
    missing = {(page, left.why) for left in document.left_out for page in left.pages}
    for page, why in sorted(missing, key=lambda one: (one[0], to_text(one[1]))):
        pages: tuple[int, ...] = (page,)
        if parts and parts[-1].why == why and parts[-1].pages[-1] == page - 1:
            pages = (*parts.pop().pages, page)
        place = stretch_of_pages(pages[0], page)
        number = planned + len(parts) + 1
        parts.append(Part(number, file, place, 0, -1, 0, 0, pages, state="skipped", why=why))
    return parts


def text_of(passages: Sequence[Passage]) -> str:
    """Passages as a model reads them: paragraphs on lines of their own, headings and speakers kept."""
    lines = []
    for _, block in groupby(passages, key=lambda passage: (passage.file, passage.block)):
        said = list(block)
        text = " ".join(passage.text for passage in said)
        speaker = f"{said[0].speaker}: " if said[0].speaker else ""
        lines.append(f"{'## ' if said[0].kind == 'heading' else ''}{speaker}{text}")
    return "\n".join(lines)


def _pieces(
    indices: Sequence[int], passages: Sequence[Passage], sizes: Sequence[int], room: int, level: int = 0
) -> list[tuple[int, int]]:
    """Stretches (first, last) that are not to be cut: whole sections where they fit, else smaller ones."""
    keys = (
        lambda i: (passages[i].file, passages[i].section[:1]),
        lambda i: (passages[i].file, passages[i].section),
        lambda i: (passages[i].file, passages[i].block),
        lambda i: i,
    )
    found: list[tuple[int, int]] = []
    for _, group in groupby(indices, key=keys[level]):
        piece = list(group)
        if sum(sizes[i] for i in piece) <= room or level == len(keys) - 1:
            found.append((piece[0], piece[-1]))
        else:
            found += _pieces(piece, passages, sizes, room, level + 1)
    return found


def _pack(pieces: Sequence[tuple[int, int]], sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Neighbours joined as long as they fit."""
    packed: list[tuple[int, int]] = []
    used = 0
    for first, last in pieces:
        size = sum(sizes[first : last + 1])
        if packed and used + size <= room:
            packed[-1] = (packed[-1][0], last)
            used += size
        else:
            packed.append((first, last))
            used = size
    return packed


def _measured(
    spans: Sequence[tuple[int, int]], passages: Sequence[Passage], count: Count, room: int
) -> list[tuple[int, int, int]]:
    """Spans with the tokens of their whole text, halved where line ends made it too long after all."""
    tokens = count([text_of(passages[first : last + 1]) for first, last in spans])
    found: list[tuple[int, int, int]] = []
    for (first, last), size in zip(spans, tokens, strict=True):
        if size <= room or first == last:
            found.append((first, last, size))
        else:
            middle = (first + last) // 2
            found += _measured([(first, middle), (middle + 1, last)], passages, count, room)
    return found


def _part(number: int, passages: Sequence[Passage], first: int, last: int, tokens: int) -> Part:
    inside = passages[first : last + 1]
    pages = tuple(sorted({page for passage in inside for page in (passage.page, passage.ends) if page}))
    return Part(
        number,
        inside[0].file,
        _place(inside, pages),
        first,
        last,
        sum(p.words - p.named for p in inside),
        tokens,
        pages,
    )


def _place(inside: Sequence[Passage], pages: Sequence[int]) -> Message:
    """Sections and pages of a part, as a person would name them."""
    sections = list(dict.fromkeys(p.section[-1] for p in inside if p.section))
    names = stretch(sections[0], sections[-1]) if sections else ""
    if pages:
        return within(names, stretch_of_pages(pages[0], pages[-1]))
    return names or stretch(inside[0].place.label, inside[-1].place.label)
