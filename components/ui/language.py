"""The interface's language: the browser's where there is a catalogue for it, else English.

A catalogue is one gettext file, `locales/<code>.po`; one more file is one more language. The pages
translate their own texts with `_` and `ngettext`. The layers below know no language: what they say is
English, also in the database and across processes, and `said` finds its translation when it is shown.
"""

import gettext as stdlib_gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from components.messages import N_
from components.models import languages

LOCALES = Path(__file__).parent / "locales"
FIELD = re.compile(r"\{(\w+)\}")
SENTENCE = "sentence"  # the flag of a message that `said` looks for
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


def _(text: str) -> str:
    """A text of the pages in the person's language; its fields are filled in afterwards."""
    return _translations(code()).gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form that fits a number."""
    return _translations(code()).ngettext(one, many, count)


def said(text: str) -> str:
    """A finished sentence of the layers below in the person's language; as it is where it isn't known."""
    return _said(code(), text)


def language_name(language: str) -> str:
    """A language's name in the person's language."""
    return _language_name(code(), language)


def code() -> str:
    """The catalogue for this browser; empty: English. Outside of a page there is no browser."""
    return _fitting(st.context.locale or "")


@cache
def available() -> tuple[str, ...]:
    """The codes of all catalogues."""
    return tuple(sorted(path.stem for path in LOCALES.glob("*.po")))


@lru_cache(maxsize=256)
def _fitting(locale: str) -> str:
    """`zh-CN`, `zh-Hans-SG` and `zh` are all read by whoever reads `zh_CN`."""
    wanted = locale.replace("-", "_")
    if wanted in available():
        return wanted
    language = wanted.split("_")[0].lower()
    return next((one for one in available() if one.split("_")[0].lower() == language), "")


@cache
def catalogue(chosen: str) -> Catalog:
    """What stands in one language's file."""
    with (LOCALES / f"{chosen}.po").open("rb") as file:
        return read_po(file, locale=chosen, charset="utf-8")


@cache
def _translations(chosen: str) -> stdlib_gettext.NullTranslations:
    if not chosen:
        return stdlib_gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(chosen))
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def _language_name(chosen: str, language: str) -> str:
    try:
        return (chosen and Locale.parse(chosen).languages.get(language)) or languages.language_name(language)
    except (UnknownLocaleError, ValueError):
        return languages.language_name(language)


@lru_cache(maxsize=4096)
def _said(chosen: str, text: str) -> str:
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
            told = _said(chosen, first)
            if told == first and _said(chosen, rest) == rest:
                return text
            return _joined(chosen, told, between[0], rest)
    if text[0].isupper() and (half := _known(chosen, text[0].lower() + text[1:], True)):
        return half  # of a sentence, which stands first here
    if text.endswith(".") and (told := _said(chosen, text[:-1])) != text[:-1]:
        return told + _translations(chosen).gettext(".")
    return text


def _joined(chosen: str, told: str, between: str, rest: str) -> str:
    mark = _translations(chosen).gettext(between)
    return told + ("" if mark == " " and told.endswith(WIDE) else mark) + _said(chosen, rest)


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
    exact = _translations(chosen).gettext(text) if text else text
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
            value = _language_name(chosen, LANGUAGES[value])
        elif name not in one.names:
            value = _said(chosen, value)
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
