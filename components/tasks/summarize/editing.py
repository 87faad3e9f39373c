"""A summary changed by hand: the new sentences are traced and checked like written ones, by their words.

Knows summaries and documents; needs no model, so that saving takes no time.
"""

from collections.abc import Sequence

from components.documents import Document
from components.errors import BadInput
from components.tasks.summarize.ledger import Ledger
from components.tasks.summarize.making import Maker
from components.tasks.summarize.passages import passages
from components.tasks.summarize.reading import Read
from components.tasks.summarize.settings import Settings
from components.tasks.summarize.summary import Line, Summary
from components.tasks.summarize.writer import items


def edit(summary: Summary, text: str, documents: Sequence[Document]) -> Summary:
    """The summary with `text` instead of its lines. Unchanged sentences keep their sources."""
    if not text.strip():
        raise BadInput("The summary is empty. Write something, or cancel the edit.")
    said = items(text, summary.language or "en", opening=False)
    known = {line.text: line for line in summary.lines}
    found = [p for file in summary.files for p in passages(documents[file], file)]
    language = documents[summary.files[0]].language
    read = Read(tuple(found), None, Ledger(()), language, 0)
    made = Maker(read, documents, Settings(shape=summary.shape), None).written(said)
    return summary.edited([known.get(line.text) or _edited(line) for line in made])


def _edited(line: Line) -> Line:
    return Line(line.text, "edited", line.heading, line.sources, line.supported, line.missing)
