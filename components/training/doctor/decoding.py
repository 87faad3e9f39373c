"""The bytes of an upload to text, also where a few lines of a UTF-8 file are in another encoding.

Knows encodings and lines; nothing about formats.
"""

import codecs

from components.documents.encodings import decode, strict
from components.training.doctor.records import listed

_WIDE = ("utf-16", "utf-32", "iso2022")
WESTERN = "cp1252"


def decoded(data: bytes) -> tuple[str, str, list[str]]:
    """The text, the encoding's name, and what was put right in single lines."""
    text, encoding = decode(data)
    if encoding.startswith(_WIDE) or _is_utf8(data):
        return text, encoding, []
    end = b"\n" if b"\n" in data else b"\r"
    lines = data.removeprefix(codecs.BOM_UTF8).split(end)
    foreign = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    native = b"".join(line for line in lines if not line.isascii() and _is_utf8(line)).decode()
    count = sum(not line.isascii() for line in lines)
    if len(foreign) * 2 >= count and not data.startswith(codecs.BOM_UTF8):
        return text, encoding, []
    # A line with more whole signs than stray bytes stays UTF-8; what is broken in it is a finding.
    foreign = [number for number in foreign if not _is_mostly_utf8(lines[number])]
    other = WESTERN if _is_western(native) else decode(end.join(lines[number] for number in foreign))[1]
    encodings = dict.fromkeys(foreign, other)
    said = [line.decode(encodings.get(number, "utf-8"), "replace") for number, line in enumerate(lines)]
    places = listed(number + 1 for number in foreign)
    repairs = [f"Lines that were not UTF-8 were read as {other}: {places}."] if foreign else []
    return end.decode().join(said), "utf-8", repairs


def _is_utf8(data: bytes) -> bool:
    return strict(data, "utf-8") is not None


def _is_mostly_utf8(line: bytes) -> bool:
    text = line.decode("utf-8", "replace")
    stray = text.count("\ufffd")
    return sum(sign > "\x7f" for sign in text) - stray > stray


def _is_western(text: str) -> bool:
    """Whether most letters of the lines that are UTF-8 also are in the usual other encoding."""
    letters = "".join(sign for sign in text if sign > "\x7f")
    return len(letters.encode(WESTERN, "ignore")) * 2 >= len(letters)
