"""The front matter of a Markdown text: values of YAML or TOML that are for readers.

Knows lines of keys and values at the top level; what is nested, a list or longer than a line stays.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from components.documents.rewriting.units import has_words

_VALUE = re.compile(
    r"""^(?P<key>[\w.-]+)[ \t]*(?P<sign>[:=])[ \t]*"""
    r"""(?P<value>"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s"'\[{|>&*!#%@`][^\n]*?)[ \t]*(?:[ \t]#.*)?$""",
    re.MULTILINE,
)
_UNSAFE = re.compile(r""": |\s#|^[\s\-?:,\[\]{}#&*!|>'"%@`]|:$""")  # without quotation marks, in YAML
_SWITCHES = ("true", "false", "yes", "no", "on", "off", "null")


@dataclass(frozen=True)
class Value:
    """One of them, and where it is in the text, with its quotation marks."""

    key: str
    start: int
    end: int
    text: str
    quote: str  # "", ' or "

    def written(self, text: str) -> str:
        """Another value in its place."""
        if self.quote == "'":
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=False) if self.quote or _UNSAFE.search(text) else text


def values(text: str, start: int, end: int) -> Iterator[Value]:
    """All between the two lines of --- or +++."""
    toml = text.startswith("+++", start)
    for line in _VALUE.finditer(text, start, end):
        raw = line["value"]
        quote = raw[0] if raw[0] in "\"'" else ""
        if (line["sign"] == "=") == toml and quote in (('"',) if toml else ("", '"', "'")):
            inner = _unquoted(raw, quote)
            if _is_for_readers(inner, bool(quote)):
                yield Value(line["key"], *line.span("value"), inner, quote)


def _unquoted(raw: str, quote: str) -> str:
    if quote == '"':
        try:
            return str(json.loads(raw))
        except ValueError:
            return ""  # an escape of its own
    return raw[1:-1].replace("''", "'") if quote else raw


def _is_for_readers(value: str, quoted: bool) -> bool:
    """Whether it is text: no switch, date, path or name of a layout."""
    if not has_words(value) or value.lower() in _SWITCHES:
        return False
    return quoted or " " in value or value[:1].isupper()
