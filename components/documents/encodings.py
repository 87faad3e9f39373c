"""Bytes of a text file to text: byte order marks, UTF-8, UTF-16 without a mark, or else what chardet says.

Knows nothing about formats. Chardet is asked last, and only among the encodings that files are found in.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from components.documents.mixed import decode_mixed, is_mostly_utf8
from components.messages import Message

SAMPLE = 40_000  # bytes around which an encoding is judged
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CANDIDATES = (
    *("gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("koi8-r", "koi8-u", "cp866", "cp850", "cp852", "mac-roman", "mac-cyrillic"),
    *("iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7"),
)
_USUAL = "cp1252"  # where there is little to tell from
UNSURE = 0.05  # chardet's confidence in a word or two
_NAMES = {
    "big5hkscs": "big5",
    "cp932": "shift_jis",
    "cp949": "euc_kr",
    "euc_jis_2004": "euc_jp",
    "utf-8-sig": "utf-8",
    "koi8-u": "koi8-r",
}
# East Asian character sets, and the first bytes of their usual characters: their first level, with kana.
_USUAL_IN = {
    "gb2312": (0xA1, 0xD7),
    "big5": (0xA1, 0xC6),
    "shift_jis": (0x81, 0x98),
    "euc_kr": (0xB0, 0xC8),
}
# Symbols of cp1252 texts that have no letter outside ASCII, and where they would be misread letters.
_SYMBOLS = frozenset("“”‘’–—…«»‹›„‚•°©®™€£¥¢§¶·¡¿±¹²³½¼¾×÷µªº†‡‰\u00a0\u00ad")
_MISREAD = re.compile(
    r"[A-Za-z][^\x00-\x7f’–—][A-Za-z]"  # inside a word
    r"|[A-Za-z][‚„†‡¡¿£¥]|[£¥¿†‡][a-z]| [²³]|(?<![mMnN])(?<=[A-Za-z])[¹²³ªº]"
)
_FOREIGN = re.compile(r"[^\x00-\x7f\W\d_]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class Decoded:
    """A text, and how it was read."""

    text: str
    encoding: str
    repaired: Message = ""  # what was read in another encoding than the rest, in a sentence


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` and the name of its encoding."""
    found = decode_text(data, declared)
    return found.text, found.encoding


def decode_text(data: bytes, declared: str | None = None) -> Decoded:
    """Bytes that don't decode become U+FFFD.

    `declared` is what the file says of itself; it is believed if the bytes agree.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _as_utf8(data.removeprefix(codecs.BOM_UTF8))
    for bom, codec in BOMS:
        if data.startswith(bom):
            return Decoded(data.decode(codec, "replace").removeprefix("\ufeff"), codec)
    wide = "iso2022_jp" if re.search(rb"\x1b\$[@B]", data[:SAMPLE]) else _wide(data)
    for name in (wide, _known(declared), "utf-8"):
        if name and (text := strict(data, name)) is not None and (name == wide or "\x00" not in text):
            return Decoded(text, _NAMES.get(name, name))
    return _as_utf8(data) if is_mostly_utf8(data) else Decoded(*_likeliest(data))


def _as_utf8(data: bytes) -> Decoded:
    mixed = decode_mixed(data, lambda other: _likeliest(other)[1])
    return Decoded(mixed.text, "utf-8", mixed.note)


def is_text(data: bytes) -> bool:
    """Whether `data` can be text at all: a program, a picture or a cipher is full of control characters."""
    sample = data[:SAMPLE]
    if any(sample.startswith(bom) for bom, _ in BOMS) or _wide(data):
        return True
    controls = len(_CONTROLS.findall(sample))
    if controls <= len(sample) // 500:
        return True
    text, name = decode(data[: SAMPLE // 2 * 2])
    return name.startswith("utf-16") and text.count("\ufffd") < len(text) / 50


def _known(name: str | None) -> str | None:
    """The codec for a declared name, as browsers understand it."""
    if not name:
        return None
    name = name.strip().strip("\"'").lower()
    name = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}.get(
        name, name
    )
    name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932"}.get(name, name)
    name = {"x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "utf-16": "utf-8"}.get(
        name, name
    )
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # A page that says UTF-16 in ASCII bytes is UTF-8; base64, rot13 and the like aren't encodings of text.
    return "utf-8" if name.startswith("utf-16") else info.name if info._is_text_encoding else None


def _wide(data: bytes) -> str | None:
    """UTF-32 or UTF-16 without a mark, told by where the zero bytes of Latin letters and line ends are."""
    sample = data[: SAMPLE // 4 * 4]
    if len(sample) < 4 or b"\x00" not in sample:
        return _wide_without_zeros(data)
    zeros = [sample[i::4].count(0) / max(1, len(sample[i::4])) for i in range(4)]
    if len(data) % 4 == 0 and zeros[3] > 0.98 and zeros[2] > 0.9 and zeros[0] < 0.3:
        return "utf-32-le"
    if len(data) % 4 == 0 and zeros[0] > 0.98 and zeros[1] > 0.9 and zeros[3] < 0.3:
        return "utf-32-be"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if odd > 0.2 and even < 0.02:
        return "utf-16-le"
    if even > 0.2 and odd < 0.02:
        return "utf-16-be"
    return _wide_without_zeros(data)


def _wide_without_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark where hardly any byte is zero: most characters must be usual in one language.

    Bytes of another encoding that are read in pairs give characters from all over Unicode: "Some text"
    becomes 潓敭琠硥, and no language has most of them among its usual ones.
    """
    sample = data[: SAMPLE // 10 * 2]
    in_ascii = len(sample) - len(re.findall(rb"[\x80-\xff]", sample))
    if len(data) % 2 or len(sample) < 8 or (in_ascii > 0.9 * len(sample) and not _CONTROLS.search(sample)):
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        wrong = sum(unicodedata.category(c) in ("Cn", "Co", "Cs") or c in "\x00\ufffd" for c in text)
        usual = max(sum(_is_usual(sign, charset) for sign in text) for charset in _USUAL_IN)
        if usual > 0.7 * len(text) and wrong <= len(text) // 50:
            return name
    return None


@cache
def _is_usual(sign: str, charset: str) -> bool:
    """Whether it is of an alphabet, or among the usual characters of an East Asian language."""
    if sign < "\u3000":
        return sign < "\u1000"  # between these are symbols, such as two ASCII characters make
    low, high = _USUAL_IN[charset]
    coded = sign.encode(charset, "ignore")
    return len(coded) == 2 and low <= coded[0] <= high


def strict(data: bytes, name: str) -> str | None:
    """The text, or None for bytes that aren't in this encoding."""
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _likeliest(data: bytes) -> tuple[str, str]:
    sample = _sample(data)
    found = _USUAL if _has_only_symbols(sample) else _detected(sample)
    text = data.decode(found, "replace")
    if found == "cp1252" and not re.search(rb"[\x80-\x9f]", data):
        return text, "latin-1"
    return text, _NAMES.get(found, found)


def _detected(sample: bytes) -> str:
    """What chardet holds for likeliest; of a word or two, the usual encoding if it is nearly as likely."""
    import chardet  # a tenth of a second, which few files need

    answers = chardet.detect_all(
        sample, include_encodings=_CANDIDATES, compat_names=False, prefer_superset=False
    )
    found = {one["encoding"] or _USUAL: one["confidence"] for one in answers}  # None: it is no text at all
    likeliest = max(found, key=lambda name: found[name])
    nearly = 2 * found.get(_USUAL, 0.0) >= found[likeliest]
    return _USUAL if found[likeliest] < UNSURE and nearly else likeliest


def _has_only_symbols(sample: bytes) -> bool:
    """Whether all characters outside ASCII are symbols in cp1252 and make no words in any other encoding."""
    text = sample.decode("cp1252", "replace")
    if _MISREAD.search(text) or not all(sign < "\x80" or sign in _SYMBOLS for sign in text):
        return False
    return not any(_makes_words(sample, name) for name in _CANDIDATES if name != "cp1252")


def _makes_words(sample: bytes, name: str) -> bool:
    """Whether most letters outside ASCII are next to another one."""
    runs = [len(run) for run in _FOREIGN.findall(strict(sample, name) or "")]
    return 2 * sum(length for length in runs if length > 1) > sum(runs)


def _sample(data: bytes) -> bytes:
    """The part of `data` with the first bytes outside ASCII, cut at line ends where there are any."""
    first = re.search(rb"[\x80-\xff]", data)
    start = first.start() if first else 0
    start = data.rfind(b"\n", 0, start) + 1 if start > SAMPLE // 4 else 0
    start -= start % 2  # UTF-16 has two bytes per character
    return data[start : start + SAMPLE]
