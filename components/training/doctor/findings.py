"""What can be wrong with a row, in words; and where it is.

Knows nothing about how it is found.
"""

from dataclasses import dataclass

from components.kept import Kept
from components.messages import N_, Message, Said

# Kind -> what it is called. Rows with one of these can't be trained on.
ERRORS = {
    "json": N_("Not JSON"),
    "object": N_("Not an object"),
    "cells": N_("Cells don't fit the header"),
    "field": N_("Missing field"),
    "type": N_("Not text"),
    "prompt": N_("Empty prompt"),
    "answer": N_("Empty answer"),
    "text": N_("Empty text"),
    "user": N_("No user turn"),
    "assistant": N_("No assistant turn"),
    "role": N_("Unknown role"),
    "tool": N_("Turn of a tool"),
    "order": N_("Wrong role order"),
    "template": N_("Refused by the chat template"),
    "same": N_("Both answers are the same"),
    "prompts": N_("The prompts of the two answers differ"),
    "label": N_("Neither good nor bad"),
    "alone": N_("No answer to compare with"),
}
# Rows with one of these are meant so or are a mistake: a person says which.
ASKED = {
    "media": N_("About a picture or a sound that isn't there"),
    "nothing": N_("Perhaps no answer"),
    "thinking": N_("A model's thinking in the answer"),
}
# Rows with one of these could be trained on, but probably shouldn't be.
WARNINGS = ASKED | {
    "marked": N_("Marked as not to be trained on"),
    "long": N_("Longer than the context"),
    "duplicate": N_("Duplicate"),
    "leak": N_("Also in the validation data"),
    "placeholder": N_("Placeholder left in"),
    "perhaps": N_("Perhaps a placeholder"),
    "encoding": N_("Broken encoding"),
    "control": N_("Control token in the text"),
    "contradiction": N_("Prefers what another row rejects"),
}
UNCERTAIN = frozenset({"perhaps", "thinking"})  # not dropped unless a person says so
KINDS = ERRORS | WARNINGS


_FORM = '{"prompt": "…", "completion": "…"}'
WANTED = Said("A row looks like this: {form}", form=_FORM)


@dataclass(frozen=True)
class Finding(Kept):
    """One thing that is wrong with one row."""

    line: int  # in its file, from 1; of a workbook: the row of the sheet; of Parquet: the row
    kind: str  # a key of KINDS
    what: Message
    file: str = ""  # in a ZIP, or where there are several uploads: the file's name
    sheet: str = ""
    row: int = 0  # in its file, from 1, where its line has several; else 0

    @property
    def place(self) -> tuple[str, str, int, int]:
        """The same for all that is wrong with one row."""
        return self.file, self.sheet, self.line, self.row

    @property
    def where(self) -> Said:
        """The place in words: "data.csv, line 3"."""
        if self.sheet and self.file:
            return Said("{file}, sheet {sheet}, row {line}", file=self.file, sheet=self.sheet, line=self.line)
        if self.sheet:
            return Said("sheet {sheet}, row {line}", sheet=self.sheet, line=self.line)
        if self.row and self.file:
            return Said("{file}, line {line}, row {row}", file=self.file, line=self.line, row=self.row)
        if self.row:
            return Said("line {line}, row {row}", line=self.line, row=self.row)
        if self.file:
            return Said("{file}, line {line}", file=self.file, line=self.line)
        return Said("line {line}", line=self.line)


def quoted(value: object, length: int = 60) -> str:
    """A piece of a person's data inside a sentence, on one line and not too long."""
    said = " ".join(str(value).split())
    return f'"{said if len(said) <= length else said[: length - 1] + "…"}"'
