"""What a reader takes out of a file: records with their lines, what couldn't be read, what was repaired.

Knows nothing about formats, nor about what the fields mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.messages import Message, Said
from components.training.doctor.findings import Finding


@dataclass(frozen=True)
class Record:
    """One row of the source, before anybody knows what its fields mean."""

    line: int
    value: Mapping[str, Any]
    file: str = ""
    sheet: str = ""
    row: int = 0  # its number in the file, where its line has several
    given: Mapping[str, Any] | None = None  # of an annotation, before it was read as a text

    def finding(self, kind: str, what: Message) -> Finding:
        return Finding(self.line, kind, what, self.file, self.sheet, self.row)

    @property
    def where(self) -> Message:
        """Its place in words."""
        return self.finding("", "").where


@dataclass
class Opened:
    """One file, read."""

    format: str  # "JSONL", "CSV", ...
    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    repaired: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    table: bool = False  # its fields are columns
    titled: bool = True  # which have titles
    file: str = ""  # its name, in a ZIP
    sheet: str = ""  # of a workbook, each of which is read as a file of its own
    part: str = ""  # of a JSON file with a list for each side, each of which is read as a file of its own
    is_part: bool = False  # of an upload with several files, lists or sheets, some of which may be about it
    left_out: bool = False
    cut_off: bool = False  # it ends before its list does
    chat: bool = False  # its records are whole chats, of which rows are made once the assistant is known
    question: Message = ""  # why the person should look at how it was read
    other: "Opened | None" = None  # the same file read otherwise: as plain text, or row by row
    _read: int = 0  # rows so far, good and bad
    _bad: bool = False  # whether the last of them couldn't be read

    @property
    def name(self) -> str:
        """Which of several files or sheets it is."""
        return ", ".join(filter(None, (self.file, self.sheet)))

    def add(
        self, line: int, value: Mapping[str, Any], sheet: str = "", given: Mapping[str, Any] | None = None
    ) -> None:
        """One more row."""
        self._read, self._bad = self._read + 1, False
        self.records.append(Record(line, value, sheet=sheet, row=self._read, given=given))

    def find(self, line: int, kind: str, what: Message, sheet: str = "", rest: bool = False) -> None:
        """A row that can't be read; `rest`: or more of it, if the one before couldn't be read either."""
        self._read, self._bad = self._read + (not (rest and self._bad)), True
        self.findings.append(Finding(line, kind, what, sheet=sheet, row=self._read))

    def number_shared_lines(self) -> None:
        """Leaves the rows their numbers only where a line has several of them."""
        rows: dict[int, set[int]] = {}
        places = [(one.line, one.row) for one in self.records] + [
            (one.line, one.row) for one in self.findings
        ]
        for line, row in places:
            rows.setdefault(line, set()).add(row)
        self.records = [one if len(rows[one.line]) > 1 else replace(one, row=0) for one in self.records]
        self.findings = [one if len(rows[one.line]) > 1 else replace(one, row=0) for one in self.findings]

    def repair(self, what: Message) -> None:
        if what not in self.repaired:
            self.repaired.append(what)

    def note(self, what: Message) -> None:
        if what not in self.notes:
            self.notes.append(what)

    def leave_out(self, why: Message) -> None:
        self.records, self.findings, self.left_out = [], [], True
        self.note(why)

    def read_for(self, field: str) -> "Opened":
        """The reading that has the field which a person chose; this one where both or neither have it."""
        outer = field.split(".")[0]
        if self.other is None or self._has(outer) or not self.other._has(outer):
            return self
        return replace(self.other, other=self)

    def _has(self, field: str) -> bool:
        return any(field in record.value for record in self.records[:50])

    def named(self, file: str) -> None:
        """Says in every place of this file which file it is."""
        if self.other:
            self.other.named(file)
        self.file = file
        self.records = [replace(record, file=file) for record in self.records]
        self.findings = [replace(finding, file=file) for finding in self.findings]
        self.repaired = [Said("{file}: {what}", file=file, what=one) for one in self.repaired]
        self.notes = [Said("{file}: {what}", file=file, what=one) for one in self.notes]
