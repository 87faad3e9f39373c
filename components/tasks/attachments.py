"""A file attached to a message: bytes in, text out."""

from collections.abc import Callable

from components.config import Config
from components.documents import Limits, read_document
from components.documents.pace import Told
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
    return {"name": name, "text": text, "left_out": to_text(left_out), "note": note}
