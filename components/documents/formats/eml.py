"""E-mail messages (.eml): who wrote to whom and when, the subject, and the text of the message.

Knows nothing about HTML; `html` reads the text of a message that has no plain one.
"""

import base64
import re
from email import message_from_bytes, policy
from email.errors import InvalidBase64LengthDefect
from email.message import EmailMessage, Message
from itertools import groupby
from typing import cast

from components.documents.draft import Draft
from components.documents.formats.html import read_html
from components.documents.formats.plain import read_text
from components.documents.source import Source
from components.messages import Said

SHOWN = ("From", "To", "Cc", "Date")
BODIES = ("plain", "html", "related")  # of one message in several forms, the first that has text
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_QUOTED = re.compile(r"^(?:>\s?)+")


def read(source: Source) -> Draft:
    draft = Draft()
    _message(message_from_bytes(source.data, policy=policy.default), source, draft, 1)
    draft.encoding = None  # each part has its own
    return draft


def _message(message: EmailMessage, source: Source, draft: Draft, level: int) -> None:
    if subject := str(message.get("Subject", "")).strip():
        draft.title = draft.title or subject
        draft.heading(subject, level)
    for name in SHOWN:
        if value := str(message.get(name, "")).strip():
            draft.paragraph(f"{name}: {value}")
    _part(message, source, draft, level)


def _part(part: EmailMessage, source: Source, draft: Draft, level: int) -> None:
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        bodies = (part.get_body((form,)) for form in BODIES)
        best = next((body for body in bodies if body is not None and _has_text(body)), None)
        for inner in part.iter_parts() if best is None else (best,):
            _part(cast(EmailMessage, inner), source, draft, level)
    elif kind in SEALED:
        draft.leave_out(
            Said("The text of the message"),
            Said("it is encrypted or sealed, which only a mail program opens; save it there as text"),
        )
    elif kind == "message/rfc822":
        for inner in part.iter_parts():
            _message(cast(EmailMessage, inner), source, draft, level + 1)
    elif part.is_multipart():
        for inner in part.iter_parts():
            _part(cast(EmailMessage, inner), source, draft, level)
    elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
        text = draft.decode(_payload(part, draft), part.get_content_charset())
        if kind == "text/html":
            read_html(text, source.name, source.limits, draft)
        else:
            _plain(text, draft)
    elif kind.startswith("image/") and part.get_content_disposition() != "attachment":
        draft.leave_out(Said("Pictures"), Said("only text is read"))
    else:
        draft.leave_out(
            Said("Attachments"),
            Said("only the message itself is read; upload them as files of their own"),
            text=part.get_filename() or kind,
        )


def _payload(part: EmailMessage, draft: Draft) -> bytes:
    """The bytes of a text. Python leaves Base64 that ends too early as it is: what is whole of it counts."""
    data = part.get_payload(decode=True)
    if any(isinstance(defect, InvalidBase64LengthDefect) for defect in part.defects):
        draft.leave_out(Said("The end of the message"), Said("the file is cut off"))
        whole = _NO_BASE64.sub("", str(part.get_payload()))
        return base64.b64decode(whole[: len(whole) // 4 * 4])
    return data if isinstance(data, bytes) else b""


def _has_text(body: Message) -> bool:
    """Whether there is something in one form of a message: the plain one is often empty."""
    data = body.get_payload(decode=True)
    return body.is_multipart() or (isinstance(data, bytes) and bool(data.strip()))


def _plain(text: str, draft: Draft) -> None:
    """Text, with the lines that repeat an earlier message as quotes."""
    for quoted, lines in groupby(text.splitlines(), key=lambda line: line.startswith(">")):
        if quoted:
            draft.add("quote", "\n".join(_QUOTED.sub("", line) for line in lines))
        else:
            read_text("\n".join(lines), draft)
