"""A document in chunks: paragraphs of about one size, which are found at once, each with its sentences.

Knows passages; nothing about models. A short paragraph goes together with the next one of its section, a long
one is cut between sentences, a table is cut between rows.
"""

from collections.abc import Sequence

from components.documents import Document
from components.retrieval.shelf import Sentence
from components.tasks.summarize.passages import Passage, passages

SHORT, LONG = 40, 180  # words of a chunk: below, the next paragraph joins it; above, it is cut


def chunked(document: Document) -> list[list[Sentence]]:
    """All of a document's sentences, in its order; none is left out."""
    chunks: list[list[Passage]] = []
    size = 0
    for passage in passages(document):
        if chunks and _joins(chunks[-1], size, passage):
            chunks[-1].append(passage)
            size += passage.words
        else:
            chunks.append([passage])
            size = passage.words
    return [[_sentence(one) for one in chunk] for chunk in chunks]


def _joins(chunk: Sequence[Passage], size: int, passage: Passage) -> bool:
    last = chunk[-1]
    if size + passage.words > LONG or (passage.kind == "heading" and last.kind != "heading"):
        return False
    if passage.block == last.block or last.kind == "heading":
        return True
    return size < SHORT and passage.section == last.section


def _sentence(one: Passage) -> Sentence:
    return Sentence(one.block, one.start, one.end, one.text, one.kind, one.place, one.speaker)
