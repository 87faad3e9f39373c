"""Glossaries as CSV files: which columns are the two languages, and which line can't be used.

Knows terms, not where they are kept.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from babel import Locale

from components.documents.cells import neutral, restored
from components.errors import BadInput
from components.messages import Language, Message, Said
from components.models.languages import LANGUAGES, language_code, language_name
from components.tasks.translate.glossary import Term

MAX_TERMS = 5000
MAX_LENGTH = 200  # characters of a term
COLUMNS = ("source", "target")
THE_TERM = Said("The term")
_TITLES = tuple(
    re.compile(rf"(?:{names})s?(?: (?:term|text|word|phrase|language)s?)?")
    for names in (
        "source|term|original|origem|fonte|termo|origen|término|原文|源语言|术语",
        "target|translation|translated|destino|alvo|tradução|traducción|译文|目标语言|翻译",
    )
)


def to_csv(terms: Iterable[Term]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows((neutral(term.source), neutral(term.target)) for term in terms)
    return out.getvalue().encode("utf-8-sig")


def from_csv(data: bytes, source: str = "", target: str = "") -> list[Term]:
    """Two columns, with or without a header; an empty target means "keep as it is".

    A header may name the two languages, in any order and beside other columns. Raises BadInput naming the
    line that can't be used; then nothing is imported.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("This glossary is not UTF-8 text. Save it as CSV with the encoding UTF-8.") from error
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=head.count)
    terms: dict[str, Term] = {}
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(_rows(text, separator), 1)]
    rows = [(number, cells) for number, cells in rows if any(cells)]
    columns = _columns(rows[0][1], source, target) if rows else None
    for number, cells in rows[1:] if columns else rows:
        line = Said("Line {number} of the glossary", number=number)
        first, second = (cells[at] if at < len(cells) else "" for at in columns or (0, 1))
        one = term(first, second, line)
        terms[one.source] = one
        if len(terms) > MAX_TERMS:
            raise BadInput("A glossary may have at most {max_terms:,} terms. Split it.", max_terms=MAX_TERMS)
    if not terms:
        raise BadInput("There are no terms in this file. It needs two columns: source and target.")
    return list(terms.values())


def _columns(cells: Sequence[str], source: str, target: str) -> tuple[int, int] | None:
    """Which columns a header says that the terms and their translations are in; None for a first term."""
    names = [cell.lower().replace("_", " ") for cell in cells]
    titled = [next((at for at, name in enumerate(names) if t.fullmatch(name)), None) for t in _TITLES]
    if titled[0] is not None and titled[1] is not None:
        return titled[0], titled[1]
    codes = [_language(cell, (source, target)) for cell in cells]
    if source in codes and target in codes and source != target:
        return codes.index(source), codes.index(target)
    named = list(dict.fromkeys(code for code in codes if code))
    if len(named) >= 2 and source and all(codes[:2]):
        one, other = (Language(code, language_name(code)) for code in named[:2])
        raise BadInput(
            "The columns of this glossary are {one} and {other}. Choose these languages first: each pair has "
            "a glossary of its own.",
            one=one,
            other=other,
        )
    return None


def _language(cell: str, shown_in: Iterable[str]) -> str:
    """The language that a column is named after: "pt-BR", "Portuguese (Brazil)", "Português"."""
    plain = re.sub(r"\s*[(\[].*", "", cell).strip()
    if code := language_code(plain):
        return code
    for locale in {"en", *filter(None, shown_in)}:
        for code in LANGUAGES:
            names = Locale.parse(locale).languages.get(code), Locale.parse(code).languages.get(code)
            if plain.casefold() in (name.casefold() for name in names if name):
                return code
    return ""


def _rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise BadInput(
            "This glossary can't be read as CSV: {error}. Save it as CSV again.", error=error
        ) from error


def term(source: str, target: str, where: Message = THE_TERM) -> Term:
    """A checked term. Raises BadInput."""
    source, target = " ".join(source.split()), " ".join(target.split())
    if target.lower() in ("keep as it is", "="):
        target = ""
    if not source:
        raise BadInput(
            "{where} has no source. Write the word to be translated into the first column.", where=where
        )
    if max(len(source), len(target)) > MAX_LENGTH:
        raise BadInput(
            "{where} is longer than {max_length} characters. Shorten it.", where=where, max_length=MAX_LENGTH
        )
    return Term(restored(source), restored(target))
