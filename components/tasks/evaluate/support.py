"""Which sentences of an answer its document doesn't bear out, by the same search as a summary's sources.

Knows texts and an embedding of them; nothing about models that answer.
"""

from collections.abc import Callable, Sequence

from components.documents import Document
from components.documents.document import Block
from components.documents.language_detection import detect_language
from components.models.engine import Vectors
from components.tasks.summarize.grounds import Grounds
from components.tasks.summarize.passages import passages, sentences

Embed = Callable[[Sequence[str]], Vectors]


def unsupported(
    document: str, answers: Sequence[str], embed: Embed | None
) -> list[tuple[int, tuple[str, ...]]]:
    """For each answer: how many sentences it has, and those without a passage that bears them out."""
    language = detect_language(document) or "en"
    blocks = tuple(Block("paragraph", part) for part in document.split("\n\n") if part.strip())
    found = passages(Document("", "txt", blocks, language=language))
    said = [sentences(answer, language) if answer.strip() else [] for answer in answers]
    if not found:
        return [(0, ()) for _ in answers]
    flat = [sentence for each in said for sentence in each]
    vectors = embed([passage.text for passage in found]) if embed else None
    meant = embed(flat) if embed and flat else None
    grounds = Grounds(found, vectors, language)
    made, at = [], 0
    for each in said:
        lost = []
        for number, sentence in enumerate(each, start=at):
            if not grounds.support(sentence, meant[number] if meant is not None else None).supported:
                lost.append(sentence)
        made.append((len(each), tuple(lost)))
        at += len(each)
    return made
