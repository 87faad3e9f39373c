"""A file attached to a message: bytes in, text out; and the document that such a text is."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace

from components.config import Config
from components.documents import Document, Limits, read_document
from components.documents.page_progress import Told
from components.messages import clauses, sentences, to_text

AS_IT_IS = ("text", "markdown", "csv")


def attach(
    name: str,
    data: bytes,
    config: Config,
    password: str | None = None,
    told: Told = lambda done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, str]:
    """The name and text of an attached file, what was left out of it, and a note on its reading.

    The last two are messages, as `to_text` keeps them. `told` hears of each page that is read from a picture.
    Raises PasswordNeeded or WrongPassword for a protected file, Cancelled, and BadInput with the reason for
    one that can't be read.
    """
    limits = Limits.from_config(config)
    document = read_document(data, name, password=password, limits=limits, told=told, cancelled=cancelled)
    text = document.markdown
    if document.format in AS_IT_IS and document.encoding:  # indentation means something in code
        text = data.decode(document.encoding, errors="replace").lstrip("\ufeff")
    left_out = clauses(*(one.message for one in document.left_out))
    note = to_text(sentences(*document.notes))
    kept = {"name": name, "text": text, "left_out": to_text(left_out), "note": note}
    kept |= {"format": document.format, "digest": hashlib.sha256(data).hexdigest()}
    return kept | ({"pages": pages} if (pages := _turns(document, text)) else {})


def document_of(
    file: Mapping[str, str], limits: Limits, cancelled: Callable[[], bool] = lambda: False
) -> Document:
    """An attached file as a document again, its pages where they were. Raises what `read_document` does."""
    name, text = file.get("name", ""), file.get("text", "")
    as_it_is = file.get("format", "") in AS_IT_IS or name.endswith((".csv", ".txt", ".md"))
    known = name if as_it_is else f"{name}.md"
    document = read_document(text.encode("utf-8", "replace"), known, limits=limits, cancelled=cancelled)
    starts, pages = turns_of(file)
    blocks, at = [], 0
    for block in document.blocks if pages else ():
        found = text.find(_beginning(block.text), at)
        at = found if found >= 0 else at
        number = pages[max(bisect_right(starts, at) - 1, 0)]
        blocks.append(replace(block, page=number, place=replace(block.place, page=number)))
    whole = replace(document, name=name, format=file.get("format") or document.format)
    return replace(whole, blocks=tuple(blocks), pages=pages[-1]) if pages else whole


def turns_of(file: Mapping[str, str]) -> tuple[list[int], list[int]]:
    """Where the pages of an attached text begin, and their numbers; empty where that isn't known."""
    turns = [one.split(":") for one in file.get("pages", "").split(",") if ":" in one]
    try:
        return [int(at) for at, _ in turns], [int(page) for _, page in turns]
    except ValueError:
        return [], []


def _beginning(text: str) -> str:
    """The first line or cell of a block, which is in the text as it is."""
    return text.split("\n")[0].split("\t")[0]


def _turns(document: Document, text: str) -> str:
    """Where in a text its pages begin: "0:1,1520:2"; empty for a format without pages."""
    turns, at, last = list[str](), 0, 0
    for block in document.blocks if document.pages else ():
        found = text.find(_beginning(block.text), at)
        at = found if found >= 0 else at
        if block.page and block.page != last:
            turns.append(f"{at}:{block.page}")
            last = block.page
    return ",".join(turns)
