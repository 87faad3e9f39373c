"""What can be wrong with a row, in words; and where.

Knows nothing about how it is found.
"""

from dataclasses import dataclass
from typing import Any

from components.messages import N_

# Kind -> what it is called. Rows with one of these can't be trained on.
ERRORS = {
    "json": N_("Not JSON"),
    "object": "Not an object",
    "cells": "Cells don't fit the header",
    "field": "Missing field",
    "type": "Not text",
    "prompt": "Empty prompt",
    "answer": "Empty answer",
    "text": "Empty text",
    "user": "No user turn",
    "assistant": "No assistant turn",
    "role": "Unknown role",
    "order": "Wrong role order",
    "template": "Refused by the chat template",
}
# Rows with one of these could be trained on, but probably shouldn't be.
WARNINGS = {
    "long": "Longer than the context",
    "duplicate": N_("Duplicate"),
    "leak": "Also in the validation data",
    "placeholder": "Placeholder left in",
    "perhaps": "Perhaps a placeholder",
    "encoding": "Broken encoding",
    "control": "Control token in the text",
}
UNCERTAIN = frozenset({"perhaps"})  # not dropped unless a person says so
KINDS = ERRORS | WARNINGS


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one row."""

    line: int  # in its file, from 1; of a workbook: the row of the sheet; of Parquet: the row
    kind: str  # a key of KINDS
    what: str  # a sentence for the person
    file: str = ""  # in a ZIP, or where there are several uploads: the file's name
    sheet: str = ""
    row: int = 0  # in its file, from 1, where its line has several; else 0

    @property
    def place(self) -> tuple[str, str, int, int]:
        """The same for all that is wrong with one row."""
        return self.file, self.sheet, self.line, self.row

    @property
    def where(self) -> str:
        """The place in words: "data.csv, line 3"."""
        if self.sheet:
            place = N_("{file}, sheet {sheet}, row {line}") if self.file else N_("sheet {sheet}, row {line}")
        elif self.row:
            place = N_("{file}, line {line}, row {row}") if self.file else N_("line {line}, row {row}")
        else:
            place = N_("{file}, line {line}") if self.file else N_("line {line}")
        return place.format(file=self.file, sheet=self.sheet, line=self.line, row=self.row)

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))


def quoted(value: object, length: int = 60) -> str:
    """A piece of a person's data inside a sentence, on one line and not too long."""
    said = " ".join(str(value).split())
    return f'"{said if len(said) <= length else said[: length - 1] + "…"}"'
