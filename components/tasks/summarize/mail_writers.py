"""Who wrote each block of an e-mail: its sender, and those whose messages it repeats below.

Knows blocks; nothing about summaries. A line that names somebody with an address begins what that person
wrote, in any language: "On Monday, Mark Osei <mark@a.example> wrote:", "Von: Mark Osei <mark@a.example>".
What is marked as repeated without such a line is nobody's.
"""

import re
from email.utils import parseaddr
from itertools import dropwhile

from components.documents import Document

_ADDRESS = r"<[^<>@\s]+@[^<>@\s]+>"
_HEADER = re.compile(rf"^\W*\w[\w -]{{0,20}}[:：]\s*(?P<who>.{{0,80}}?{_ADDRESS})")
_WROTE = re.compile(
    rf"(?:^|[,;:>]|\d)\s*(?P<who>[^,;:<>\d]{{1,60}}\s{_ADDRESS})[^\n]{{0,40}}[:：]\s*$", re.MULTILINE
)


def writers(document: Document) -> dict[int, str]:
    """The name of who wrote each block, by its number; only of mails in which several people write."""
    found: dict[int, str] = {}
    sender, repeated, header = "", "", False
    for index, block in enumerate(document.blocks):
        text = block.text.strip()
        if block.kind == "quote":
            found[index] = "" if _WROTE.search(text) else repeated
            header = False
            continue
        if said := _HEADER.match(text):
            if not header:  # of "From" and "To" the first one
                sender, repeated = _name(said["who"]), ""
            header = True
            continue
        header = header and bool(re.match(r"\w+:", text))
        if wrote := _WROTE.search(text):
            repeated = _name(wrote["who"])
        elif not header and block.kind != "heading":
            found[index] = sender
    return found if len(set(filter(None, found.values()))) > 1 else {}


def _name(address: str) -> str:
    name, mail = parseaddr(address.strip())
    words = list(dropwhile(str.islower, name.strip(" '\"").split()))  # "schrieb Mark Osei"
    return " ".join(words) or mail
