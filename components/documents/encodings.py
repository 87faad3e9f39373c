"""Bytes of a text file to text: byte order marks, UTF-8, and otherwise the likeliest legacy encoding.

Knows nothing about formats. The likelihood is that of the decoded letters in the languages that use an
encoding, which holds for a few words; statistics over byte pairs need pages.
"""

import codecs
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from components.documents.frequent_signs import FREQUENT
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

# Language -> (encodings, its letters outside ASCII, the most frequent first).
_CYRILLIC = ("cp1251", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic")
_WESTERN = ("cp1252", "mac-roman", "cp850")
_CENTRAL = ("cp1250", "iso8859-2", "cp852")
LANGUAGES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "ru": (_CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    "uk": (_CYRILLIC, "оаниівтреслкудмпязьбгйчхжїшцюєфщґ"),
    "bg": (_CYRILLIC, "аоиетнрсвлдкпмзъбугячцйжщхшфюь"),
    "fr": (_WESTERN, "éèàêçùôîâûëïœ"),
    "de": (_WESTERN, "üäößéà"),
    "es": (_WESTERN, "óíáéñúü¿¡"),
    "pt": (_WESTERN, "ãçáéíóêõâàúô"),
    "it": (_WESTERN, "èàùòéìíóú"),
    "nordic": (_WESTERN, "åäöøæéüðþóíáúý"),
    "pl": (_CENTRAL, "łąężśóćńź"),
    "cs": (_CENTRAL, "íáěéřčžýšůúňóťďľĺŕôä"),
    "hu": (_CENTRAL, "éáőöóüíűú"),
    "ro": (_CENTRAL, "ăîâşţ"),
    "tr": (("cp1254",), "ıüşğçöİâî"),
    "el": (("cp1253", "iso8859-7"), "αοιετσνηυρπκμλςίόάγέήωδχθύφβώξζψ"),
    "he": (("cp1255",), "יוהלאמרתבשנעדקחפגטכסםזןצףךץ"),
    "ar": (("cp1256", "iso8859-6"), "اليمونرتبةعدسفهكقأحجشطصخىضذزثئغءظؤآإ،؟"),
    "th": (("cp874",), "านรกอเง่มยลวดตทสะปบคไหแจพชขใผโศธณซถฐ็้ิีุูัำ์ๆ"),
    "baltic": (("cp1257",), "šėąžūįčęāēīģķļņõäöü"),
}
_MULTI = {
    "gb18030": ("zh-Hans", "gb2312"),
    "big5hkscs": ("zh-Hant", "big5"),
    "cp932": ("ja", "shift_jis"),
    "euc_jp": ("ja", "euc_jp"),
    "cp949": ("ko", "euc_kr"),
}
_PUNCTUATION = frozenset("“”‘’–—…«»„•°©®€£§·№、。，：；？！「」『』（）《》【】・％～　\u00a0")
_NAMES = {
    "big5hkscs": "big5",
    "cp932": "shift_jis",
    "cp949": "euc_kr",
    "utf-8-sig": "utf-8",
    "koi8-u": "koi8-r",
}
IMPOSSIBLE, RARE, UNCOMMON = -14.0, -11.0, -8.0  # log likelihoods of one sign
MID_WORD_CAPITAL = -4.0
MIXED_SCRIPTS = -3.5  # a Cyrillic, Greek, ... letter next to a Latin one
# Seldom met today: they must fit better, not just as well.
_SELDOM = {"koi8-u": 1, "cp866": 1, "mac-roman": 6, "mac-cyrillic": 6, "cp850": 4, "cp852": 4, "iso8859-5": 5}
_SELDOM |= {
    "iso8859-6": 4,
    "iso8859-7": 1,
    "cp1257": 4,
    "iso8859-2": 1,
    "cp1254": 2,
    "cp1250": 1,
    "cp1256": 2,
}
# Signs that texts in cp1252 have without any letter outside ASCII, and where these would be letters misread.
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
    """What doesn't decode becomes U+FFFD.

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
    """Whether `data` can be text at all: a program, a picture or a cipher is full of control signs."""
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
    """UTF-16 without a mark where hardly any byte is zero: the frequent signs must come out."""
    sample = data[: SAMPLE // 10 * 2]
    if len(data) % 2 or len(sample) < 8:
        return None
    letters = "".join(letters for _, letters in LANGUAGES.values())
    frequent = frozenset().union(
        *FREQUENT.values(), letters, letters.upper(), _PUNCTUATION, "\r\n\t 0123456789,.:;"
    )
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        wrong = sum(unicodedata.category(c) in ("Cn", "Co", "Cs") or c in "\x00\ufffd" for c in text)
        if sum(c in frequent for c in text) > 0.35 * len(text) and wrong <= len(text) // 50:
            return name
    return None


def strict(data: bytes, name: str) -> str | None:
    """The text, or None for bytes that aren't in this encoding."""
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _likeliest(data: bytes) -> tuple[str, str]:
    sample = _sample(data)
    best, found = -math.inf, "cp1252"
    for name, language in () if _has_only_symbols(sample) else _candidates(data):
        text = sample.decode(name, "replace")
        score = _likelihood(text, language) - _SELDOM.get(name, 0)
        if score > best:
            best, found = score, name
    text = data.decode(found, "replace")
    if found == "cp1252" and not re.search(rb"[\x80-\x9f]", data):
        return text, "latin-1"
    return text, _NAMES.get(found, found)


def _has_only_symbols(sample: bytes) -> bool:
    """Whether all signs outside ASCII are symbols in cp1252 and make no words in any other encoding."""
    text = sample.decode("cp1252", "replace")
    if _MISREAD.search(text) or not all(sign < "\x80" or sign in _SYMBOLS for sign in text):
        return False
    return not any(_makes_words(sample, name) for name, _ in _candidates(sample) if name != "cp1252")


def _makes_words(sample: bytes, name: str) -> bool:
    """Whether most letters outside ASCII stand beside another one."""
    runs = [len(run) for run in _FOREIGN.findall(strict(sample, name) or "")]
    return 2 * sum(length for length in runs if length > 1) > sum(runs)


def _sample(data: bytes) -> bytes:
    """The part of `data` with the first signs outside ASCII, cut at line ends where there are any."""
    first = re.search(rb"[\x80-\xff]", data)
    start = first.start() if first else 0
    start = data.rfind(b"\n", 0, start) + 1 if start > SAMPLE // 4 else 0
    start -= start % 2  # UTF-16 has two bytes a sign
    return data[start : start + SAMPLE]


def _candidates(data: bytes) -> list[tuple[str, str]]:
    pairs = [(name, language) for name, (language, _) in _MULTI.items()]
    pairs += [(name, language) for language, (names, _) in LANGUAGES.items() for name in names]
    return pairs


@cache
def _table(language: str) -> dict[str, float]:
    """Log likelihood of each letter by its rank."""
    letters = list(dict.fromkeys(FREQUENT.get(language) or LANGUAGES[language][1]))
    total = sum(1 / (rank + 3) for rank in range(len(letters)))
    scores = {letter: math.log(1 / (rank + 3) / total) for rank, letter in enumerate(letters)}
    return scores


def _likelihood(text: str, language: str) -> float:
    """Sum over the signs outside ASCII, so that encodings of one and of two bytes a sign compare."""
    table, score, before = _table(language), 0.0, " "
    spaced = "" if language in FREQUENT else language
    for sign in text:
        if sign < "\x80":
            score += IMPOSSIBLE if sign < " " and sign not in "\t\n\r\x0c\x1b" else 0.0
            if spaced and before > "\x7f" and sign.isalpha() and before.isalpha() and not _latin(before):
                score += MIXED_SCRIPTS
        elif sign in table or sign.lower() in table:
            score += table.get(sign) or table[sign.lower()] + _capital(before)
            if spaced and before < "\x80" and before.isalpha() and not _latin(sign):
                score += MIXED_SCRIPTS
        elif sign in _PUNCTUATION:
            score += UNCOMMON if before.isalpha() and sign in "№©®°§£€" else -5.0
        else:
            score += _unlisted(sign, language if not spaced else "")
        before = sign
    return score


def _capital(before: str) -> float:
    """How much less likely a capital is than its small letter."""
    return -0.4 if before.isupper() else MID_WORD_CAPITAL - 2.3 if before.islower() else -2.3


def _latin(sign: str) -> bool:
    return sign < "\u0250" or "\u1e00" <= sign <= "\u1eff"


@cache
def _unlisted(sign: str, language: str) -> float:
    if sign == "\ufffd" or unicodedata.category(sign) in ("Cc", "Cn", "Co", "Cs"):
        return IMPOSSIBLE * 1.5
    for name, narrow in _MULTI.values():
        if name == language and _in_charset(sign, narrow):
            return UNCOMMON - 0.5 if sign.isalpha() else RARE
    return RARE if sign.isalpha() else IMPOSSIBLE


def _in_charset(sign: str, charset: str) -> bool:
    """Whether a sign is among the usual ones of an East Asian character set (its first level)."""
    try:
        first = sign.encode(charset)
    except UnicodeEncodeError:
        return False
    if len(first) < 2:
        return False
    if charset == "gb2312":
        return 0xB0 <= first[0] <= 0xD7
    if charset == "big5":
        return 0xA4 <= first[0] <= 0xC6
    if charset == "shift_jis":
        return 0x88 <= first[0] <= 0x98 or first[0] in (0x82, 0x83)
    return True
