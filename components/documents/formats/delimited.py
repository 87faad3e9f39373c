"""Tables as text: CSV with any usual separator, and TSV.

Knows nothing about what the columns mean.
"""

import csv
import io
import re
import statistics

from components.documents.draft import Draft
from components.documents.place import Place
from components.documents.sniffer import extension
from components.documents.source import Source

SEPARATORS = ",;\t|"
ONE_COLUMN = "\x1f"  # in the place of a separator: the commas of the lines belong to their texts
INSIDE, IN_DATE = "\ue000", "\ue001"  # stand for a comma and a space inside of a cell, and for a date's comma
LOOK = 200  # lines that the separator is told from
MOSTLY = 0.75  # share of lines or signs
# "May 3, 2024" and "3 de maio, 2024": a day, a word and a year behind a comma.
_DATE_COMMA = re.compile(r"(?:\b[^\W\d]{3,}\.? \d{1,2}|\b\d{1,2}\.? [^\W\d]{3,}),(?= ?(?:1[5-9]|20)\d\d\b)")
csv.field_size_limit(2**31 - 1)  # for the whole process: the size of files is limited elsewhere


def read(source: Source) -> Draft:
    draft = Draft()
    text = draft.decode(source.data)
    lines = text.splitlines()
    separator = declared_separator(lines) or separator_of(text, extension(source.name))
    if declared_separator(lines):
        text = text.split("\n", 1)[1] if "\n" in text else ""
    rows = rows_of(text, separator)
    _tables(rows, 2 if declared_separator(lines) else 1, draft)
    return draft


def rows_of(text: str, separator: str) -> list[list[str]]:
    """The cells of all rows. A comma before a space is none between cells if more rows agree so.

    Dates are written so without quotes: the rows of "Day,Place\\nMay 3, 2024,Rome" have two cells.
    """
    rows = _parsed(text, separator)
    if separator == ",":
        for holding in (_dates_held(text), text.replace(", ", INSIDE)):
            held = _parsed(holding, separator)
            held = [
                [cell.replace(INSIDE, ", ").replace(IN_DATE, ",").strip() for cell in row] for row in held
            ]
            if held and len(held[0]) > 1 and _agreeing(held) > _agreeing(rows):
                rows = held
    return rows


def _dates_held(text: str) -> str:
    return _DATE_COMMA.sub(lambda found: found[0][:-1] + IN_DATE, text)


def _parsed(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True))


def _agreeing(rows: list[list[str]]) -> int:
    return sum(len(row) == len(rows[0]) for row in rows)


def declared_separator(lines: list[str]) -> str:
    """The separator that Excel writes into a first line of its own: sep=;"""
    first = lines[0].strip().strip('"') if lines else ""
    return first[4] if first.lower().startswith("sep=") and len(first) == 5 else ""


def separator_of(text: str, claimed: str) -> str:
    """The separator that cuts most lines into the same number of columns, the most columns first.
    `ONE_COLUMN` for texts, one a line, that nobody put quotation marks around.
    """
    if claimed in ("tsv", "tab") and "\t" in text:
        return "\t"
    start = _dates_held("\n".join(text.splitlines()[:LOOK]))
    best, found = (0.0, False, 0.0), ","
    for separator in SEPARATORS:
        rows = [row for row in csv.reader(io.StringIO(start, newline=""), delimiter=separator) if row]
        widths = [len(row) for row in rows]
        usual = statistics.mode(widths) if widths else 1
        if usual > 1:
            # What always has a space behind it is rather part of a date or a sentence than between cells.
            tight = re.search(rf"{re.escape(separator)}[^\s]", start) is not None
            best, found = max(
                (best, found), ((widths.count(usual) / len(widths), tight, float(usual)), separator)
            )
    return ONE_COLUMN if _are_sentences(start, found) else found


def _are_sentences(start: str, separator: str) -> bool:
    """Whether what would separate cells is punctuation: mostly with a space behind it, or in lines that
    don't agree on how many there are. The first line, a title or a sentence, has it with a space or not at
    all; below a line about an account, rows have many and agree.
    """
    rows = [row for row in csv.reader(io.StringIO(start, newline=""), delimiter=separator) if row]
    wide = [len(row) for row in rows if len(row) > 1]
    if not wide or re.search(rf"{re.escape(separator)}\S", separator.join(rows[0])):
        return False
    usual = statistics.mode(wide)
    even = wide.count(usual) / len(wide)
    spaced = len(re.findall(rf"{re.escape(separator)}[^\S\r\n]", start)) / start.count(separator)
    if len(rows[0]) > 1:
        return spaced > MOSTLY and even < MOSTLY
    few = usual == 2 or 2 * len(wide) < len(rows)
    return spaced > 0.5 and (even < MOSTLY or (spaced > MOSTLY and few))


def _tables(rows: list[list[str]], first: int, draft: Draft) -> None:
    """A bank's export begins with lines about the account: those before the widest rows are paragraphs."""
    widths = [sum(1 for cell in row if cell.strip()) for row in rows]
    usual = max(2, statistics.median([w for w in widths if w] or [0]))
    start = next((i for i, width in enumerate(widths) if width >= usual * 0.75), 0)
    if start > 20 or any(width > 2 for width in widths[:start]):
        start = 0
    for number, row in enumerate(rows[:start], first):
        said = ": ".join(cell.strip().rstrip(":") for cell in row if cell.strip())
        draft.paragraph(said, place=Place(row=number))
    draft.table(rows[start:], first + start)
