"""String files of programs: JSON values, PO messages, .properties. Keys, order and layout stay.

Knows the three syntaxes, not what the strings are for.
"""

import json
import re
from collections.abc import Sequence

from components.documents.errors import CorruptFile
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words

_JSON_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_IDENTIFIER = re.compile(r"[\w.:/#@-]*[_:/#@.\d][\w.:/#@-]*|[a-z]+[A-Z]\w*|https?://\S+")


class JsonFile(TextFile):
    """String values, not keys; a value without a space that looks like an identifier is left alone."""

    def __init__(self, text: str, options: Options, name: str = "file.json") -> None:
        super().__init__(text, options)
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CorruptFile(
                f'"{name}" is not valid JSON ({error}), so it was not translated. Correct it, then upload it '
                "again."
            ) from error
        self._places: list[tuple[int, int]] = []
        self.counts = {"strings": 0}
        for match in _JSON_STRING.finditer(text):
            if re.match(r"\s*:", text[match.end() : match.end() + 200]):
                continue
            self.counts["strings"] += 1
            value = json.loads(match.group())
            if has_words(value) and not _IDENTIFIER.fullmatch(value):
                self._places.append(match.span())
                self.units.append(Unit(value, (), "string"))

    def write(self, placed: Sequence[Placed | None]) -> str:
        ascii_only = r"\u" in self.text and self.text.isascii()
        return apply(
            self.text,
            [
                Edit(*place, json.dumps(one.text, ensure_ascii=ascii_only))
                for place, one in zip(self._places, placed, strict=True)
                if one is not None
            ],
        )


_PO_ENTRY = re.compile(
    r'^msgid (?P<id>"(?:[^"\\\n]|\\.)*"(?:\s*\n"(?:[^"\\\n]|\\.)*")*)\s*\n'
    r'(?:msgid_plural (?P<plural>"(?:[^"\\\n]|\\.)*"(?:\s*\n"(?:[^"\\\n]|\\.)*")*)\s*\n)?'
    r'(?P<strings>(?:msgstr(?:\[\d+\])? "(?:[^"\\\n]|\\.)*"'
    r'(?:[^\S\n]*\n"(?:[^"\\\n]|\\.)*")*[^\S\n]*(?:\n|\Z))+)',
    re.MULTILINE,
)
_PO_STRING = re.compile(r'msgstr(?:\[(\d+)\])? ((?:"(?:[^"\\\n]|\\.)*"\s*)+)')


class PoFile(TextFile):
    """gettext messages: the source is in msgid, the translation goes into msgstr."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._places: list[tuple[int, int]] = []  # of each msgstr's quoted text
        self.counts = {"messages": 0}
        for entry in _PO_ENTRY.finditer(text):
            self.counts["messages"] += 1
            source = _unquoted(entry["id"])
            if not has_words(source):
                continue  # the header, whose msgid is empty
            for string in _PO_STRING.finditer(text, entry.start("strings"), entry.end("strings")):
                plural = entry["plural"] is not None and string[1] not in (None, "0")
                self._places.append((string.start(2), string.start(2) + len(string[2].rstrip())))
                self.units.append(Unit(_unquoted(entry["plural"]) if plural else source, (), "string"))

    def write(self, placed: Sequence[Placed | None]) -> str:
        edits = [
            Edit(*place, _quoted(one.text))
            for place, one in zip(self._places, placed, strict=True)
            if one is not None
        ]
        return apply(self.text, edits)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def _unquoted(raw: str) -> str:
    joined = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', raw))
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), joined)


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


_PROPERTY = re.compile(
    r"^[^\S\n]*(?![#!\s])(?P<key>(?:[^\s:=\\]|\\.)+)[^\S\n]*[:=]?[^\S\n]*"
    r"(?P<value>(?:[^\n\\]|\\\r?\n|\\.)*)",
    re.MULTILINE,
)


class PropertiesFile(TextFile):
    """Java .properties: key = value, with its escapes."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._places: list[tuple[int, int]] = []
        self.counts = {"strings": 0}
        for match in _PROPERTY.finditer(text):
            self.counts["strings"] += 1
            raw = match["value"].rstrip("\r")
            value = _unescaped(raw)
            if has_words(value) and not _IDENTIFIER.fullmatch(value):
                self._places.append((match.start("value"), match.start("value") + len(raw)))
                self.units.append(Unit(value, (), "string"))

    def write(self, placed: Sequence[Placed | None]) -> str:
        escape = re.search(r"\\u[0-9a-fA-F]{4}", self.text) is not None
        edits = [
            Edit(*place, _property(one.text, escape))
            for place, one in zip(self._places, placed, strict=True)
            if one is not None
        ]
        return apply(self.text, edits)


def _unescaped(raw: str) -> str:
    joined = re.sub(r"\\\r?\n[^\S\n]*", "", raw)
    joined = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), joined)
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), joined)


def _property(text: str, ascii_only: bool) -> str:
    plain = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    if plain.startswith(" "):
        plain = "\\" + plain
    if not ascii_only:
        return plain
    return "".join(c if c < "\x7f" else "".join(f"\\u{u:04x}" for u in _utf16(c)) for c in plain)


def _utf16(sign: str) -> list[int]:
    data = sign.encode("utf-16-be")
    return [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2)]
