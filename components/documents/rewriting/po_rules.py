"""What a catalogue of gettext has to say for its language: its header, and the plural forms of its rule.

Knows the syntax of PO; the rules are Babel's, from CLDR and gettext. Translates nothing.
"""

import re

from babel.messages.plurals import get_plural

_HEADER = re.compile(
    r'^msgid ""\s*\nmsgstr (?P<lines>""[^\S\n]*\n(?:"(?:[^"\\\n]|\\.)*"[^\S\n]*(?:\n|\Z))*)', re.MULTILINE
)
_FORMS = re.compile(
    r'^msgid_plural (?:"(?:[^"\\\n]|\\.)*"\s*\n)+'
    r'(?P<forms>(?:msgstr\[\d+\] (?:"(?:[^"\\\n]|\\.)*"[^\S\n]*(?:\n|\Z))+)+)',
    re.MULTILINE,
)
_FORM = re.compile(r'msgstr\[(\d+)\] (?:"(?:[^"\\\n]|\\.)*"[^\S\n]*(?:\n|\Z))+')
FUZZY = re.compile(r"^#,[^\n]*\bfuzzy\b[^\n]*\n", re.MULTILINE)
_FLAGS = re.compile(r"^#,[^\S\n]*", re.MULTILINE)
_BEHIND_FLAGS = re.compile(r"^(?:#\||msgctxt)", re.MULTILINE)
_BEFORE = re.compile(r"^#\|[^\n]*\n", re.MULTILINE)  # the text that a fuzzy translation was of


def forms(language: str) -> int:
    """How many plural forms a language has."""
    return int(get_plural(language).num_plurals)


def with_forms(text: str, count: int) -> str:
    """The catalogue with so many plural forms in each message that has some: empty ones are added."""

    def filled(entry: re.Match[str]) -> str:
        there = [form[0] for form in _FORM.finditer(entry["forms"]) if int(form[1]) < count]
        there = [one if one.endswith("\n") else f"{one}\n" for one in there]
        there += [f'msgstr[{number}] ""\n' for number in range(len(there), count)]
        return entry[0][: entry.start("forms") - entry.start()] + "".join(there)

    return _FORMS.sub(filled, text)


def with_header(text: str, language: str) -> str:
    """The catalogue with a header for a file in UTF-8 in this language."""
    header = _HEADER.search(text)
    if header is None:
        return text
    lines = header["lines"]
    wanted = {"Language": language, "Content-Type": "text/plain; charset=UTF-8"}
    if "Plural-Forms:" in lines or _FORMS.search(text):
        wanted["Plural-Forms"] = str(get_plural(language).plural_forms).rstrip(";") + ";"
    for name, value in wanted.items():
        line = f'"{name}: {value}\\\\n"'
        lines, found = re.subn(rf'"{name}:[^"\n]*\\n"', line, lines)
        lines += "" if found else line.replace("\\\\", "\\") + "\n"
    before = text[: header.start()]
    return without_fuzzy(before) + text[header.start() : header.start("lines")] + lines + text[header.end() :]


def without_fuzzy(comments: str) -> str:
    """The comments of a message that is sure now."""

    def sure(line: re.Match[str]) -> str:
        flags = [flag.strip() for flag in line[0][2:].split(",")]
        left = ", ".join(flag for flag in flags if flag and flag != "fuzzy")
        return f"#, {left}\n" if left else ""

    return FUZZY.sub(sure, _BEFORE.sub("", comments) if FUZZY.search(comments) else comments)


def with_fuzzy(comments: str) -> str:
    """The comments of a message that is to be reviewed, with its context if it has one."""
    plain = without_fuzzy(comments)
    if _FLAGS.search(plain):
        return _FLAGS.sub("#, fuzzy, ", plain, count=1)
    place = _BEHIND_FLAGS.search(plain)
    at = place.start() if place else len(plain)
    return f"{plain[:at]}#, fuzzy\n{plain[at:]}"
