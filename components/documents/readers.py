"""Runs in the reading process: finds the reader for a file and makes a Document of its draft.

Knows nothing about the formats themselves; each reader is imported only when it is needed.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from components.documents import errors
from components.documents.document import Document
from components.documents.draft import Draft, clean
from components.documents.language_detection import detect_language
from components.documents.limits import Limits
from components.documents.sniffer import Found, mismatch, sniff
from components.documents.source import Source
from components.documents.word_count import count_words
from components.messages import Message

# Format -> the module that reads it, each with `read(source) -> Draft`.
READERS = {
    "pdf": "pdf",
    "docx": "docx",
    "odt": "odt",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "csv": "delimited",
    "html": "html",
    "markdown": "markdown",
    "rtf": "rtf",
    "epub": "epub",
    "eml": "eml",
    "srt": "subtitles",
    "vtt": "subtitles",
    "xml": "plain",
    "text": "plain",
    "picture": "picture",
}
TITLE = 200  # characters of a title at most


def open_document(
    data: bytes, name: str, password: str | None, limits: Limits, pictures: bool = False
) -> Document:
    """Raises the kinds of `components.documents.errors`."""
    found = sniff(data, name)
    note = mismatch(found, name)
    if found.format == "ole-encrypted":
        from components.documents.formats.protected import decrypt

        data = decrypt(data, name, password, limits)
        found = sniff(data, name)
    draft = _read(Source(data, name, limits, found.format, password, pictures))
    return _finished(draft, found, name, note)


def _read(source: Source) -> Draft:
    module = importlib.import_module(f"components.documents.formats.{READERS[source.format]}")
    read: Callable[[Source], Draft] = module.read
    with nothing_written():
        return read(source)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Keeps files from growing while a parser runs; lifted afterwards, since the language model needs one."""
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _finished(draft: Draft, found: Found, name: str, note: Message) -> Document:
    blocks = draft.placed()
    if not blocks:
        raise errors.empty(name)
    text = "\n".join(block.text for block in blocks)
    if not any(c.isalnum() for c in text):
        raise errors.empty(name)
    headings = [block.text for block in blocks if block.kind == "heading"]
    return Document(
        name=name,
        format=found.format,
        blocks=blocks,
        title=(clean(draft.title) or (headings[0] if headings else ""))[:TITLE],
        language=detect_language(text),
        words=count_words(text),
        pages=draft.pages,
        encoding=draft.encoding,
        left_out=draft.left_out,
        notes=tuple(filter(None, [note, *draft.notes])),
    )
