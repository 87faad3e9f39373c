"""E-mail messages (.eml): who wrote to whom and when, the subject, and the text of the message.

Knows nothing about HTML; `html` reads the text of a message that has no plain one.
"""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from typing import cast

from components.documents.draft import Draft
from components.documents.formats.html import read_html
from components.documents.formats.plain import read_text
from components.documents.source import Source
from components.messages import Said

SHOWN = ("From", "To", "Cc", "Date")
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
        best = part.get_body(preferencelist=("plain", "html", "related"))
        if best is not None and best is not part:
            _part(cast(EmailMessage, best), source, draft, level)
    elif kind == "message/rfc822":
        for inner in part.iter_parts():
            _message(cast(EmailMessage, inner), source, draft, level + 1)
    elif part.is_multipart():
        for inner in part.iter_parts():
            _part(cast(EmailMessage, inner), source, draft, level)
    elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
        data = part.get_payload(decode=True)
        text = draft.decode(data if isinstance(data, bytes) else b"", part.get_content_charset())
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


def _plain(text: str, draft: Draft) -> None:
    """Text, with the lines that repeat an earlier message as quotes."""
    for quoted, lines in groupby(text.splitlines(), key=lambda line: line.startswith(">")):
        if quoted:
            draft.add("quote", "\n".join(_QUOTED.sub("", line) for line in lines))
        else:
            read_text("\n".join(lines), draft)
