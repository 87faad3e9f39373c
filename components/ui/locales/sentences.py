"""Finished sentences of the layers below in another language: whole, by a known beginning, or in pieces.

What those layers say is English with everything filled in. Each message of a catalogue that is flagged as a
sentence is a template; one that fits is translated with what stands in its fields. Knows nothing about pages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from components.messages import N_
from components.models import languages
from components.ui.locales.catalogues import FIELD, SENTENCE, catalogue, language_name, translations

# Where a text that isn't known as a whole is taken apart: between sentences, else inside of one.
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z0-9\[\"“])|\n")
CLAUSES = re.compile(r"[;:] ")
MOST = 40  # pieces; what has more is a log or a document, and nothing of ours
MARKS = (N_("; "), N_(": "), N_("."))  # between pieces and after the last one, for the translators
WIDE = ("。", "！", "？", "；", "：", "）")  # no blank after these
NAMES = frozenset(("name", "title", "file", "folder", "path"))  # fields with these are shown as they are
NUMBERS = frozenset(("number", "numbers", "count", "line", "row", "column", "page"))  # have figures only
FIGURES = r"\d(?:[\d., ]*\d)?"
ANYTHING = r"(?! ).+?|"  # rather not empty
# Where a field is empty, the blank beside it may be missing.
BLANK = re.escape(" ")
AFTER_A_FIELD = r"(?:\ |(?<=\ )|\A)"
AT_THE_END = r"(?:\ |\Z)"
LANGUAGES = {language.name: code for code, language in languages.LANGUAGES.items()}


@dataclass(frozen=True)
class Template:
    """A sentence of the layers below, and its translation."""

    pattern: re.Pattern[str]
    translation: str
    longest: str  # what certainly stands in the sentence, to look for before the slower pattern
    weight: int  # letters of its own: the most certain template wins
    names: frozenset[str]  # fields with what people or files call something: never a word of ours


@lru_cache(maxsize=4096)
def translated(chosen: str, text: str) -> str:
    """A finished sentence in a language; as it is where nothing of it is known."""
    if not chosen or not text or sum(len(breaks.findall(text)) for breaks in (SENTENCES, CLAUSES)) > MOST:
        return text
    for breaks in (SENTENCES, CLAUSES):
        if found := _beginning(chosen, text, breaks):
            known, end = found
            between = breaks.match(text, end)
            return _joined(chosen, known, between[0], text[between.end() :]) if between else known
    for breaks in (SENTENCES, CLAUSES):
        if between := breaks.search(text):
            first, rest = text[: between.start()], text[between.end() :]
            told = translated(chosen, first)
            if told == first and translated(chosen, rest) == rest:
                return text
            return _joined(chosen, told, between[0], rest)
    if text[0].isupper() and (half := _known(chosen, text[0].lower() + text[1:], True)):
        return half  # of a sentence, which stands first here
    if text.endswith(".") and (told := translated(chosen, text[:-1])) != text[:-1]:
        return told + translations(chosen).gettext(".")
    return text


def _joined(chosen: str, told: str, between: str, rest: str) -> str:
    mark = translations(chosen).gettext(between)
    return told + ("" if mark == " " and told.endswith(WIDE) else mark) + translated(chosen, rest)


def _beginning(chosen: str, text: str, breaks: re.Pattern[str]) -> tuple[str, int] | None:
    """The longest beginning that is known, up to the whole text: its translation, and where it ends."""
    ends = [len(text), *reversed([found.start() for found in breaks.finditer(text)])]
    # A field rarely holds several sentences: two of ours that follow each other are told apart first.
    for several in (False, True):
        for end in ends:
            if (known := _known(chosen, text[:end], several)) is not None:
                return known, end
    return None


def _known(chosen: str, text: str, several: bool) -> str | None:
    exact = translations(chosen).gettext(text) if text else text
    if exact != text:
        return exact
    for one in _templates(chosen):
        found = one.longest in text and one.pattern.fullmatch(text)
        if found and (several or not any(map(SENTENCES.search, found.groups()))):
            return _filled(one, found.groupdict(), chosen)
    return None


def _filled(one: Template, fields: Mapping[str, str], chosen: str) -> str:
    """What stands in a field can be ours again, such as a reason; an empty one takes its blank with it."""

    def filled(field: re.Match[str]) -> str:
        before, name, after = field.groups()
        value = fields[name]
        if value in LANGUAGES:
            value = language_name(chosen, LANGUAGES[value])
        elif name not in one.names:
            value = translated(chosen, value)
        return before + value + after if value else before and after

    return re.sub(f"( ?){FIELD.pattern}( ?)", filled, one.translation)


def _kind(field: str) -> str:
    """The second number of a sentence is called `number2`, a title perhaps `base_title`."""
    return field.rstrip("0123456789").rpartition("_")[2]


@cache
def _templates(chosen: str) -> tuple[Template, ...]:
    """The sentences with fields, those with the most letters of their own first."""
    found = [
        template(message.id, str(message.string))
        for message in catalogue(chosen)
        if SENTENCE in message.flags and isinstance(message.id, str)
        if message.string and FIELD.search(message.id)
    ]
    return tuple(sorted(found, key=lambda one: one.weight, reverse=True))


def template(sentence: str, translation: str) -> Template:
    """What finds a sentence of ours, whatever stands in its fields."""
    pieces = FIELD.split(sentence)  # text and names in turn
    own = [re.escape(piece) for piece in pieces[::2]]
    for i, piece in enumerate(own[1:], start=1):
        if piece.startswith(BLANK):
            own[i] = AFTER_A_FIELD + piece.removeprefix(BLANK)
    if len(own) > 1 and not own[-1] and own[-2].endswith(BLANK):
        own[-2] = own[-2].removesuffix(BLANK) + AT_THE_END
    names = pieces[1::2]
    fields = [f"(?P={name})" if name in names[:i] else _field(name) for i, name in enumerate(names)]
    pattern = "".join(piece + name for piece, name in zip(own, [*fields, ""], strict=True))
    texts = [piece.strip() for piece in pieces[::2]]
    quoted = (name for name in names if f'"{{{name}}}"' in sentence or f"“{{{name}}}”" in sentence)
    return Template(
        re.compile(pattern, re.DOTALL),
        translation,
        max(texts, key=len),
        sum(map(len, texts)),
        frozenset([*quoted, *(name for name in names if _kind(name) in NAMES)]),
    )


def _field(name: str) -> str:
    return f"(?P<{name}>{FIGURES if _kind(name) in NUMBERS else ANYTHING})"
