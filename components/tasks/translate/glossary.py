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
from components.tasks.translate.protecting import _whole

MAX_TERMS = 5000
MAX_LENGTH = 200  # characters of a term
COLUMNS = ("source", "target")


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
    found: list[Term] = []
    rest = text
    for term in sorted(terms, key=lambda t: -len(t.source)):
        pattern = _whole(term.source)
        if re.search(pattern, rest):
            found.append(term)
            rest = re.sub(pattern, "\u0000", rest)
    return found


def violations(terms: Sequence[Term], source: str, target: str) -> list[Term]:
    """Terms of the source whose translation isn't in the target as often."""
    broken = []
    for term in used(terms, source):
        wanted = len(re.findall(_whole(term.source), source))
        if len(re.findall(_whole(term.wanted), target)) < min(wanted, 1 if wanted == 1 else wanted):
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
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=head.count)
    terms: dict[str, Term] = {}
    for number, row in enumerate(_rows(text, separator), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and tuple(c.lower() for c in cells[:2]) == COLUMNS):
            continue
        terms_ = term(cells[0], cells[1] if len(cells) > 1 else "", f"Line {number} of the glossary")
        terms[terms_.source.casefold()] = terms_
        if len(terms) > MAX_TERMS:
            raise BadInput(f"A glossary may have at most {MAX_TERMS:,} terms. Split it.")
    if not terms:
        raise BadInput("There are no terms in this file. It needs two columns: source and target.")
    return list(terms.values())


def _rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise BadInput(f"This glossary can't be read as CSV: {error}. Save it as CSV anew.") from error


def term(source: str, target: str, where: str = "The term") -> Term:
    """A checked term. Raises BadInput."""
    source, target = " ".join(source.split()), " ".join(target.split())
    if target.lower() in ("keep as it is", "="):
        target = ""
    if not source:
        raise BadInput(f"{where} has no source. Write the word to be translated into the first column.")
    if max(len(source), len(target)) > MAX_LENGTH:
        raise BadInput(f"{where} is longer than {MAX_LENGTH} characters. Shorten it.")
    return Term(restored(source), restored(target))
