"""String files of programs: JSON values, PO messages, .properties. Keys, order and layout stay.

Knows the three syntaxes, not what the strings are for.
"""

import json
import re
from collections.abc import Iterator, Sequence

from components.documents.errors import CorruptFile
from components.documents.rewriting import po_rules
from components.documents.rewriting.forms import Pattern, language_name
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, has_words
from components.messages import N_, Language, Message, Said, counted

_JSON_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
# Keys, paths, colours and versions among the values: one word with punctuation or a digit inside.
_IDENTIFIER = re.compile(
    r"[a-z][\w-]*(?:[._:][\w-]+)+|\w+_\w+|[a-z]+[A-Z]\w*|[#@/.][\w./-]+|[\w-]*\d[\w.-]*|[a-z]+(?:/[a-z0-9.+-]+)+"
    r"|\w+://\S+|[a-z]{2}[-_][A-Z]{2}|[a-z]+(?:-[a-z0-9]+)+(?: [a-z]+(?:-[a-z0-9]+)*)*"
)
_DATE = re.compile(
    r"(?=.*(?:yy|YY|dd|DD|MM|HH|hh|mm))[YyMDdHhmsaAZzT]{1,4}(?:[-/.:, ]+[YyMDdHhmsaAZzT]{1,4})+"
)
# Keys whose values are names of a program if they are one small word.
_SETTING_KEYS = """
type kind class classname id key icon variant theme align justify position method locale lang language format
font unit code cron href src url path mime size color colour style layout mode level role
"""
_SETTINGS = frozenset(_SETTING_KEYS.split())


def _left(values: Sequence[str]) -> list[Message]:
    """Says which values look like names of a program."""
    if not values:
        return []
    return [
        counted(
            "{count} value that looks like a name of a program stays as it is: {values}.",
            "{count:,} values that look like names of a program stay as they are: {values}.",
            len(values),
            values=[f"“{value}”" for value in dict.fromkeys(values)],
        )
    ]


def _is_of_program(value: str, key: str = "") -> bool:
    if _IDENTIFIER.fullmatch(value) or _DATE.fullmatch(value):
        return True
    return key.casefold() in _SETTINGS and re.fullmatch("[a-z]+|[A-Z]+", value) is not None


class _Strings(TextFile):
    """Messages at their places, some of them in several forms."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._messages: list[tuple[tuple[int, int], Pattern]] = []

    def _add(self, place: tuple[int, int], value: str) -> None:
        message = Pattern(value)
        self._messages.append((place, message))
        self.units.extend(message.units(Said("string")))

    def _with_forms(self) -> list[Message]:
        count = sum(message.has_forms for _, message in self._messages)
        if not count:
            return []
        notes: list[Message] = [
            counted(
                "{count} message has plural or other forms. Each form was translated; forms that only the "
                "target language has are to be added by hand.",
                "{count:,} messages have plural or other forms. Each form was translated; forms that only "
                "the target language has are to be added by hand.",
                count,
            )
        ]
        lacking = [message.lacks(self.options.target) for _, message in self._messages if message.has_forms]
        if self.options.target and any(lacking):
            notes.append(
                counted(
                    "In {count} message these plural forms of {language} are not there: {forms}. Where a "
                    "number needs one, “other” is shown.",
                    "In {count:,} messages these plural forms of {language} are not there: {forms}. Where a "
                    "number needs one, “other” is shown.",
                    sum(map(bool, lacking)),
                    language=Language(self.options.target, language_name(self.options.target)),
                    forms=sorted(set[str]().union(*lacking)),
                )
            )
        return notes

    def _translated(self, placed: Sequence[Placed | None]) -> Iterator[tuple[tuple[int, int], str]]:
        """The messages that have a translation, at their places."""
        at = 0
        for place, message in self._messages:
            mine = placed[at : at + len(message.units(""))]
            at += len(mine)
            if any(one is not None for one in mine):
                yield place, message.joined(mine)


class JsonFile(_Strings):
    """String values, not keys; a value without a space that looks like an identifier is left alone."""

    def __init__(self, text: str, options: Options, name: str = "file.json") -> None:
        super().__init__(text, options)
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CorruptFile(
                '"{name}" is not valid JSON ({error}), so it was not translated. Correct it, then '
                "upload it again.",
                name=name,
                error=error,
            ) from error
        self.counts = {N_("strings"): 0}
        left, key = list[str](), ""
        for match in _JSON_STRING.finditer(text):
            if re.match(r"\s*:", text[match.end() : match.end() + 200]):
                key = json.loads(match.group())
                continue
            self.counts["strings"] += 1
            value = json.loads(match.group())
            if not has_words(value):
                continue
            if _is_of_program(value, key):
                left.append(value)
                continue
            self._add(match.span(), value)
        self.notes = _left(left) + self._with_forms()

    def write(self, placed: Sequence[Placed | None]) -> str:
        ascii_only = r"\u" in self.text and self.text.isascii()
        return apply(
            self.text,
            [
                Edit(*place, json.dumps(text, ensure_ascii=ascii_only))
                for place, text in self._translated(placed)
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


class PoFile(_Strings):
    """gettext messages: the source is in msgid, the translation goes into msgstr.

    A translation that is there already stays, unless it is marked fuzzy or in another language; where msgid
    is a key, what msgstr says is the source. New ones are marked fuzzy where a person wishes that.
    """

    def __init__(self, text: str, options: Options) -> None:
        self._newline = "\r\n" if "\r\n" in text else "\n"
        text = text.replace("\r\n", "\n")
        if options.target:
            text = po_rules.with_forms(text, po_rules.forms(options.target))
        super().__init__(text, options)
        self._comments: dict[tuple[int, int], tuple[int, int]] = {}  # of each string's place
        self.counts = {N_("messages"): 0}
        self._kept = 0
        self._ends = 0  # of the entry before
        keep = True
        for entry in _PO_ENTRY.finditer(text):
            self.counts["messages"] += 1
            if not _unquoted(entry["id"]):
                keep, self._ends = self._header(entry), entry.end()
            else:
                self._read(entry, keep)
        if self._kept:
            self.notes.append(
                counted(
                    "{count} message that was translated already stays as it is.",
                    "{count:,} messages that were translated already stay as they are.",
                    self._kept,
                )
            )
        self.notes += self._with_forms()

    def _header(self, entry: re.Match[str]) -> bool:
        """Whether what is translated already may stay: not if it is in another language."""
        found = re.compile(r"(?<=Language: )[\w@.-]*(?=\\n)").search(self.text, *entry.span("strings"))
        language = found.group().lower().replace("_", "-").split("-")[0] if found else ""
        return not language or not self.options.target or language == self.options.target

    def _read(self, entry: re.Match[str], keep: bool) -> None:
        source = _unquoted(entry["id"])
        before = self.text[self._ends : entry.start()].rsplit("\n\n", 1)[-1]
        self._ends = entry.end()  # entries may follow each other without an empty line
        keep = keep and po_rules.FUZZY.search(before) is None
        is_key = bool(_IDENTIFIER.fullmatch(source))
        strings = list(_PO_STRING.finditer(self.text, entry.start("strings"), entry.end("strings")))
        for string in strings:
            # Chinese has one form for any number: what it says of one would be wrong for the others.
            plural = entry["plural"] is not None and (string[1] not in (None, "0") or len(strings) == 1)
            wanted, there = _unquoted(entry["plural"]) if plural else source, _unquoted(string[2])
            if is_key and there:
                wanted = there
            elif there and there != wanted and keep:
                self._kept += 1
                continue
            if has_words(wanted) and not (is_key and not there):
                place = (string.start(2), string.start(2) + len(string[2].rstrip()))
                self._add(place, wanted)
                self._comments[place] = (entry.start() - len(before), entry.start())

    def write(self, placed: Sequence[Placed | None]) -> str:
        made = list(self._translated(placed))
        edits = [Edit(*place, _quoted(text)) for place, text in made]
        marked = self.options.fuzzy or self.options.draft
        comments = po_rules.with_fuzzy if marked else po_rules.without_fuzzy
        places = dict.fromkeys(self._comments[place] for place, _ in made)
        edits += [Edit(*place, comments(self.text[slice(*place)])) for place in places]
        text = apply(self.text, edits)
        text = po_rules.with_header(text, self.options.target) if self.options.target else text
        return text.replace("\n", self._newline)


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


class PropertiesFile(_Strings):
    """Java .properties: key = value, with its escapes."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self.counts = {N_("strings"): 0}
        left = list[str]()
        for match in _PROPERTY.finditer(text):
            self.counts["strings"] += 1
            raw = match["value"].rstrip("\r")
            value = _unescaped(raw)
            if has_words(value) and _is_of_program(value):
                left.append(value)
            elif has_words(value):
                value = value.replace("''", "'") if _is_pattern(raw) else value
                self._add((match.start("value"), match.start("value") + len(raw)), value)
        self.notes = _left(left) + self._with_forms()

    def write(self, placed: Sequence[Placed | None]) -> str:
        escape = self.text.isascii()  # Java then reads it correctly in any encoding that it assumes
        edits = [
            Edit(*place, _property(_doubled(text, self.text[slice(*place)]), escape))
            for place, text in self._translated(placed)
        ]
        return apply(self.text, edits)


def _is_pattern(raw: str) -> bool:
    """A message with places such as {0}: there, Java takes a single quotation mark for a quote's start."""
    return re.search(r"\{\d", raw) is not None


def _doubled(text: str, raw: str) -> str:
    return text.replace("'", "''") if _is_pattern(raw) else text


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
