"""Terms and what they become: applied where the engine chose another word, and checked.

Knows terms, not where they are kept.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.documents.cells import neutral, restored
from components.errors import BadInput
from components.messages import Message, Said
from components.tasks.translate.protecting import whole_word

MAX_TERMS = 5000
MAX_LENGTH = 200  # characters of a term
COLUMNS = ("source", "target")
THE_TERM = Said("The term")
_HEADER = tuple(re.compile(rf"{name}s?(?: (?:term|text|word|phrase|language)s?)?") for name in COLUMNS)


@dataclass(frozen=True)
class Term:
    """One line of a glossary."""

    source: str
    target: str  # empty: keep the source as it is

    @property
    def wanted(self) -> str:
        return self.target or self.source


def used(terms: Iterable[Term], text: str) -> list[Term]:
    """The terms that a text contains, the longest first; a term inside a longer one doesn't count."""
    return [term for term, _ in _counted(terms, text)]


def _counted(terms: Iterable[Term], text: str) -> list[tuple[Term, int]]:
    """Each term of a text and how often it is there by itself, not inside a longer one."""
    found: list[tuple[Term, int]] = []
    for term in sorted(terms, key=lambda t: -len(t.source)):
        text, count = re.subn(whole_word(term.source), "\u0000", text)
        if count:
            found.append((term, count))
    return found


def violations(terms: Sequence[Term], source: str, target: str) -> list[Term]:
    """Terms of the source whose translation isn't in the target as often."""
    broken = []
    for term, wanted in sorted(_counted(terms, source), key=lambda one: -len(one[0].wanted)):
        target, count = re.subn(whole_word(term.wanted), "\u0000", target, count=wanted)
        if count < wanted:
            broken.append(term)
    return broken


def to_csv(terms: Iterable[Term]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows((neutral(term.source), neutral(term.target)) for term in terms)
    return out.getvalue().encode("utf-8-sig")


def from_csv(data: bytes) -> list[Term]:
    """Two columns, with or without a header; an empty target means "keep as it is".

    Raises BadInput naming the line that can't be used; then nothing is imported.
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
    for number, cells in rows[1:] if rows and _is_header(rows[0][1]) else rows:
        line = Said("Line {number} of the glossary", number=number)
        one = term(cells[0], cells[1] if len(cells) > 1 else "", line)
        terms[one.source.casefold()] = one
        if len(terms) > MAX_TERMS:
            raise BadInput("A glossary may have at most {max_terms:,} terms. Split it.", max_terms=MAX_TERMS)
    if not terms:
        raise BadInput("There are no terms in this file. It needs two columns: source and target.")
    return list(terms.values())


def _is_header(cells: list[str]) -> bool:
    names = [cell.lower().replace("_", " ") for cell in cells[:2]]
    return len(names) == 2 and all(r.fullmatch(name) for r, name in zip(_HEADER, names, strict=True))


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
