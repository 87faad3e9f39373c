"""Texts of fields that have HTML in them, as what a reader sees. Knows texts alone."""

import re

from lxml import html

_MARKUP = re.compile(r"<[a-zA-Z/!?]|&\w+;|&#")


def without_tags(text: str) -> str:
    """The text alone, a line for each paragraph, item and break; what has no HTML stays as it is.

    "<p>Good morning,<br>we open at nine.</p>"  ->  "Good morning,\\nwe open at nine."
    """
    if not _MARKUP.search(text):
        return text
    read = html.fragment_fromstring(text, create_parent="div")
    for one in read.iter("br", "p", "li", "div", "h2", "h3"):
        one.tail = "\n" + (one.tail or "")
    lines = (" ".join(line.split()) for line in read.text_content().split("\n"))
    return "\n".join(filter(None, lines))
