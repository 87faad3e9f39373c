"""A text that is UTF-8 except for a few lines or bytes, each of which is read in its most likely encoding.

Knows bytes and lines; the caller says how the encoding of the other lines is guessed.
"""

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.messages import Message, Said

WESTERN = "cp1252"
LOST = "\ufffd"
_HALF_A_SIGN = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")


@dataclass(frozen=True)
class Mixed:
    """The text, and the lines in which something was read in another encoding."""

    text: str
    other: str = ""
    lines: Sequence[int] = ()

    @property
    def note(self) -> Message:
        """What was repaired, in a sentence; empty if nothing was."""
        if not self.lines:
            return ""
        return Said(
            "Lines that were not UTF-8 were read as {encoding}: {lines}.",
            encoding=self.other,
            lines=self.lines,
        )


def is_mostly_utf8(data: bytes) -> bool:
    """Whether there are far more whole characters than stray bytes; other encodings rarely look like that."""
    right, stray = _signs(data)
    if right >= 4 and 2 * stray <= right:
        return True
    lines = [line for line in data.split(_line_end(data)) if not line.isascii()]
    return stray <= right and 2 * sum(not _is_utf8(line) for line in lines) < len(lines)


def decode_mixed(data: bytes, guess: Callable[[bytes], str]) -> Mixed:
    """`guess` tells the encoding of bytes. Bytes that are lost or ambiguous become U+FFFD."""
    end = _line_end(data)
    lines = data.split(end)
    half = _HALF_A_SIGN.search(lines[-1])
    if half and _is_utf8(lines[-1][: half.start()]):  # the file was cut there
        lines[-1] = lines[-1][: half.start()] + LOST.encode()
    wrong = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    native = b"".join(line for line in lines if _is_utf8(line)).decode()
    western = _is_western(native if not native.isascii() else data.decode("utf-8", "ignore"))
    # A line of another script with more whole characters than stray bytes stays as it is.
    foreign = [number for number in wrong if western or not _is_mostly_right(lines[number])]
    other = WESTERN if western else guess(end.join(lines[number] for number in foreign)) if foreign else ""
    read = [line.decode("utf-8", "replace") for line in lines]
    for number in foreign:
        read[number] = _decode_line(lines[number], other)
    return Mixed(end.decode().join(read), other, [number + 1 for number in foreign])


def _decode_line(line: bytes, other: str) -> str:
    if other == WESTERN and _signs(line)[0]:  # only some of its letters aren't UTF-8
        return line.decode("utf-8", "wordbench.stray")
    return line.decode(other, "replace")


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """A single stray byte as Western European; several are the remains of a character."""
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.end]
    return (stray.decode(WESTERN, "replace") if len(stray) == 1 else LOST), error.end


codecs.register_error("wordbench.stray", _as_western)


def _line_end(data: bytes) -> bytes:
    return b"\n" if b"\n" in data else b"\r"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _signs(data: bytes) -> tuple[int, int]:
    """The numbers of whole characters outside ASCII, and of stray bytes."""
    text = data.decode("utf-8", "replace")
    lost = text.count(LOST)
    return len(text) - len(text.encode("ascii", "ignore")) - lost, lost - data.count(LOST.encode())


def _is_mostly_right(line: bytes) -> bool:
    right, stray = _signs(line)
    return right > stray


def _is_western(text: str) -> bool:
    """Whether most letters outside ASCII also exist in the usual other encoding."""
    letters = "".join(sign for sign in text if sign > "\x7f" and sign != LOST)
    return len(letters.encode(WESTERN, "ignore")) * 2 >= len(letters)
