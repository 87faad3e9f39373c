"""Starts the reading process for one document and turns its answer into a Document.

Knows nothing about formats: bytes go in, JSON comes back, and every failure there is an AppError here.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from components.documents import errors, old_office
from components.documents.confined import shown_name
from components.documents.document import Document
from components.documents.limits import Limits
from components.documents.page_progress import Told
from components.errors import Unavailable
from components.messages import Said

WORKER = ("-m", "components.documents.reader_program")


def read_document(
    data: bytes,
    name: str,
    *,
    password: str | None = None,
    limits: Limits | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    told: Told = lambda done, of: None,
    pictures: bool = False,
    worker: Iterable[str] = WORKER,
) -> Document:
    """The document in `data`, whose format is recognised by its bytes; `name` is for messages and titles.

    Blocks until it is read, for at most `limits.seconds` of computing, and for pages that are read from
    pictures `limits.ocr_seconds` each; `told` hears how many of those are done, and of how many. With
    `pictures`, those inside of a PDF or Word file are read too. `worker` is for tests. Raises
    PasswordNeeded or WrongPassword for an encrypted file, Cancelled when `cancelled()` turns true, and
    another kind of `components.documents.errors` when the file can't be read or takes more than `limits`
    allow.
    """
    shown = shown_name(name)
    header = {"name": shown, "password": password, "pictures": pictures}
    limits, program = limits or Limits(), tuple(worker)
    answer, converted = old_office.ask(program, header, data, limits, cancelled, told=told)
    try:
        document = Document.from_json(answer["document"])
    except (KeyError, Unavailable) as error:
        raise errors.reader_failed(shown) from error
    if not converted:
        return document
    note = Said('"{name}" was converted by LibreOffice before it was read.', name=shown)
    return replace(document, name=shown, notes=(note, *document.notes))
