"""Chats that were saved as a web page, as Telegram and DiscordChatExporter do by default: their messages.

Knows the classes of these pages; not what becomes of a chat.
"""

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from components.training.doctor.chats import Entry, from_entries, when
from components.training.doctor.records import Opened

FEWEST = 4  # messages


class _Layout(NamedTuple):
    """Where a program's page has what belongs to a message, as CSS."""

    seen: str  # a word of the page that tells that it may be one
    message: str
    who: str
    said: str
    time: str


_LAYOUTS = (
    _Layout("from_name", "div.message", ".from_name", ".text", ".date"),
    _Layout(
        "chatlog__message",
        ".chatlog__message",
        ".chatlog__author, .chatlog__author-name",
        ".chatlog__content",
        ".chatlog__timestamp, .chatlog__short-timestamp",
    ),
)


def read(text: str) -> Opened | None:
    """The chat that a page is; None for all else. A message without a name or a time has the one before's."""
    layout = next((one for one in _LAYOUTS if one.seen in text), None)
    if layout is None:
        return None
    found: list[Entry] = []
    who, day, minutes = "", "", 0
    for node in LexborHTMLParser(text).css(layout.message):
        who = _text(node, layout.who) or who
        written = next((told for text in _times(node, layout.time) if (told := when(text))[0]), None)
        day, minutes = written or (day, minutes)
        said = _text(node, layout.said)
        found.append(Entry(who if said else "", said, day, minutes))
    people = {one.who for one in found if one.who}
    return from_entries(found, "Chat") if len(found) >= FEWEST and len(people) > 1 else None


def _text(node: LexborNode, place: str) -> str:
    found = node.css_first(place)
    if found is None:
        return ""
    for line_end in found.css("br"):
        line_end.replace_with("\n")
    return (found.text() or "").strip()


def _times(node: LexborNode, place: str) -> list[str]:
    """The time whole, as the page says it beside a mouse, and as it is written."""
    found = node.css_first(place)
    return [] if found is None else [found.attributes.get("title") or "", (found.text() or "").strip()]
