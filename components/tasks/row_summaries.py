"""Rows to learn summarizing from: the sections of a document, each with a summary that its text bears out.

Knows documents and the summaries of `summarize`; not how a model is trained.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from components.documents import count_words
from components.documents.document import Block, Document
from components.errors import BadInput
from components.tasks.quiz import Candidate, looked_at
from components.tasks.summarize.summarizer import Listener, Tools, summarize
from components.tasks.summarize.summary_settings import Length, Settings

WORDS = (60, 1_200)  # of a section: shorter ones are their own summary
MOST = 60  # sections
SHARE, LEAST = 0.25, 20  # of a section's words; words


def summaries(
    document: Document,
    tools: Tools,
    model_id: str,
    cancelled: Callable[[], bool],
    told: Callable[[float], None] = lambda share: None,
) -> list[Candidate]:
    """With a model that can write its summaries, else the sentences that matter most, as they are."""
    found, parts = [], list(sections(document))[:MOST]
    for number, blocks in enumerate(parts):
        told(number / len(parts))
        text = "\n".join(f"{one.marker} {one.text}".strip() for one in blocks if one.kind != "heading")
        words = max(round(SHARE * count_words(text)), LEAST)
        settings = Settings(
            method="write" if model_id else "quote", length=Length(words=words), model_id=model_id
        )
        part = replace(document, blocks=tuple(blocks), title="", words=count_words(text))
        try:
            made = summarize([part], settings, tools, Listener(cancelled=cancelled))[0]
        except BadInput:  # too short, or no text to summarize
            continue
        said = " ".join(line.text for line in made.lines if line.supported)
        if said and not made.stopped:
            place = blocks[0].place.label
            found.append(looked_at(Candidate("summary", text, said, text, document.name, place)))
    return found


def sections(document: Document) -> Iterator[Sequence[Block]]:
    """The stretches between headings that are worth a summary."""
    low, high = WORDS
    part: list[Block] = []
    for block in [*document.blocks, None]:
        if block is None or block.kind == "heading":
            words = sum(count_words(one.text) for one in part if one.kind != "heading")
            if low <= words <= high:
                yield part
            part = []
        if block is not None and block.kind not in ("table", "code", "footnote"):
            part.append(block)
