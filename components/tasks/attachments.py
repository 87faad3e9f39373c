"""A file attached to a message: bytes in, text out."""

from collections.abc import Callable

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
    return kept | ({"pages": pages} if (pages := _turns(document, text)) else {})


def _turns(document: Document, text: str) -> str:
    """Where in a text its pages begin: "0:1,1520:2"; empty for a format without pages."""
    turns, at, last = list[str](), 0, 0
    for block in document.blocks if document.pages else ():
        found = text.find(block.text.split("\n")[0].split("\t")[0], at)
        at = found if found >= 0 else at
        if block.page and block.page != last:
            turns.append(f"{at}:{block.page}")
            last = block.page
    return ",".join(turns)
