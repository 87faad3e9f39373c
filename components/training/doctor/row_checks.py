"""Looks at rows as a whole data set: what is left in them, which are the same, how long they are for a model.

Knows rows and a tokenizer; not files. A row with an error isn't looked at any further.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from components.errors import BadInput
from components.messages import Message, Said
from components.training.doctor import plain_rows, split
from components.training.doctor.findings import ERRORS, Finding, quoted
from components.training.doctor.letters import BROKEN
from components.training.doctor.patterns import Patterns
from components.training.doctor.placeholders import PERHAPS, SURE, may_be_in, outside_code
from components.training.doctor.records import Record
from components.training.doctor.report import Side
from components.training.program.row_tokens import BATCH, Reader, render
from components.training.rows import (
    Row,
    answered,
    asked_in_full,
    folded,
    identity,
    kind_of,
    shared_prompts,
)

_UNUSABLE = {*ERRORS, "marked"}
TOLD = 8  # batches after which it is said how many rows are counted
GIANT, PIECE = 1_000_000, 50_000  # characters of a row
# A picture or a sound that belongs to a text, as LLaMA-Factory and others mark its place.
_MEDIA = re.compile(
    r"<\|?(?:image|img|audio|video|vision)(?:[ _-]?\w{1,12})?\|?>|<(?:img|audio|video)\s[^<>\n]*>"
    r"|\[(?:image|img|audio|video)(?:[ _-]?\d{1,4})?\]|\{(?:image|img|audio|video)(?:_?\d{1,4})?\}"
    r"|!\[[^\]\n]*\]\([^)\n]+\)",
    re.IGNORECASE,
)
LONGEST_MARK = 40  # characters of one that are quoted
_MEDIA_FIELDS = {"image", "images", "audio", "audios", "video", "videos"}
# What tables say for nothing: pandas' list, without the empty cell and what is a number's; the errors of
# spreadsheets; and what forums write where something was taken away.
_NOTHING = {"-", "--", "—", "?", "...", "…", "#n/a", "#na", "<na>", "n/a", "na", "null", "nan", "none", "nil"}
_NOTHING |= {"#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#spill!", "#calc!"}
_NOTHING |= {"[deleted]", "[removed]", "(empty)"}


@dataclass
class Checked:
    """One row and what is known about it."""

    record: Record
    side: Side
    row: Row | None  # None: it can't be used
    findings: list[Finding] = field(default_factory=list)
    tokens: int = 0
    trained: int = 0  # tokens of them that are trained on
    begins: int = 0  # tokens before the first that is trained on
    ends: bool = False

    def find(self, kind: str, what: Message) -> None:
        self.findings.append(self.record.finding(kind, what))

    @property
    def usable(self) -> bool:
        """Whether it can be trained on, and doesn't say of itself that it shouldn't be."""
        return self.row is not None and not any(one.kind in _UNUSABLE for one in self.findings)


def texts(row: Row) -> list[str]:
    match kind_of(row):
        case "text":
            return [row["text"]]
        case "pair":
            return [row["source"], row["target"]]
        case "preference":
            return [*(one["content"] for one in row["messages"]), row["chosen"], row["rejected"]]
        case _:
            return [one["content"] for one in row["messages"]]


def check_texts(rows: Iterable[Checked]) -> None:
    """What shouldn't be in a text: placeholders, broken characters."""
    for one in rows:
        if one.row is None:
            continue
        said = texts(one.row)
        _look_for_nothing(one, said)
        odd = [text for text in said if may_be_in(text)]
        if found := _first(SURE, odd):
            one.find("placeholder", Said("A placeholder was left in: {text}.", text=quoted(found[0])))
        elif found := _first(PERHAPS, odd):
            one.find("perhaps", Said("This may be a placeholder: {text}.", text=quoted(found[0])))
        if found := next((hit for text in said if (hit := BROKEN.search(text))), None):
            around = found.string[max(0, found.start() - 15) : found.end() + 15]
            one.find("encoding", Said("Letters are broken: {text}.", text=quoted(around)))


def _first(pattern: re.Pattern[str], said: Iterable[str]) -> re.Match[str] | None:
    return next((found for text in said for found in outside_code(pattern, text)), None)


def _look_for_nothing(one: Checked, said: Sequence[str]) -> None:
    """Texts that say that there is nothing, and those about what isn't in them."""
    if found := next((text for text in said if text.casefold() in _NOTHING), None):
        one.find("nothing", Said("{text} may stand for nothing.", text=quoted(found)))
    has_field = any(one.record.value.get(name) for name in _MEDIA_FIELDS)
    for text in said:
        mark = _first(_MEDIA, [text]) if any(one in text for one in "<[{") else None
        if mark and (has_field or text.startswith(mark[0]) or text.endswith(mark[0])):
            place = quoted(mark[0], LONGEST_MARK)
            one.find("media", Said("{text} is a place for what isn't there.", text=place))
            return


def check_duplicates(rows: Sequence[Checked]) -> None:
    """Rows that are the same; the first one counts. What is also held out isn't trained on."""
    first: dict[Side, dict[str, Checked]] = {"train": {}, "valid": {}}
    for one in rows:
        if one.row is None or not one.usable:
            continue
        before = first[one.side].setdefault(identity(one.row), one)
        if before is not one:
            one.find("duplicate", Said("The same as {where}.", where=before.record.where))
    if not first["valid"]:
        return
    for one in rows:
        held = (
            first["valid"].get(identity(one.row)) if one.row and one.usable and one.side == "train" else None
        )
        if held:
            where = held.record.where
            one.find("leak", Said("The same row is in the validation data: {where}.", where=where))


def check_contradictions(rows: Sequence[Checked]) -> None:
    """Pairs that prefer what an earlier one rejects."""
    seen: dict[tuple[str, str, str], Checked] = {}
    for one in rows:
        if one.row is None or not one.usable or kind_of(one.row) != "preference":
            continue
        asked, better, worse = asked_in_full(one.row), one.row["chosen"], one.row["rejected"]
        before = seen.get((asked, worse, better))
        seen.setdefault((asked, better, worse), one)
        if before:
            what = Said("It is the other way round in {where}.", where=before.record.where)
            one.find("contradiction", what)


def nearly_same(rows: Sequence[Checked]) -> int:
    """Rows that differ from an earlier one in capitals and spaces only."""
    different = {identity(one.row): folded(one.row) for one in rows if one.row}
    return len(different) - len(set(different.values()))


def trained_prompts(rows: Sequence[Checked]) -> int:
    """Held-out rows whose prompt is also trained on, with another answer; the same rows never are."""
    leaked = [any(found.kind == "leak" for found in one.findings) for one in rows]
    train = [one.row for one, leak in zip(rows, leaked, strict=True) if one.side == "train" and not leak]
    valid = [one.row for one in rows if one.side == "valid"]
    return shared_prompts(filter(None, train), filter(None, valid))


def in_parts(rows: Sequence[Checked], context: int) -> list[Checked]:
    """Rows of plain text, those that the model can't read whole as several; where there are few, all that are
    long: a book of a few chapters can be trained on.
    """
    sizes: dict[Side, int] = {}
    for side in ("train", "valid"):
        length = [len(one.row["text"]) for one in rows if one.usable and one.side == side and one.row]
        sizes[side] = plain_rows.size_of(sum(length)) if len(length) < split.FEWEST else 0
    found: list[Checked] = []
    for one in rows:
        size = sizes[one.side] or (plain_rows.MOST if one.tokens > context else 0)
        if not size or not one.usable or one.row is None or one.row.get("continued"):
            found.append(one)
            continue
        texts = plain_rows.parts(one.row["text"], size)
        for number, text in enumerate(texts, 1):
            more = {"continued": True} if number < len(texts) else {}
            row = one.row if len(texts) == 1 else {"text": text, **more, "line": one.row["line"]}
            found.append(replace(one, row=row))
    return found


def check_lengths(
    rows: Sequence[Checked],
    tokenizer: Any,
    context: int,
    instruction: str,
    seq2seq: bool,
    told: Callable[[float], None] = lambda share: None,
) -> None:
    """Counts tokens, and finds what the model can't read whole or its template refuses; `told` hears the
    share that is done.
    """
    usable = [one for one in rows if one.usable]
    if seq2seq:
        for one in usable:
            _measure_sides(one, tokenizer, instruction)
    else:
        reader = Reader(tokenizer)
        patterns = Patterns(reader)
        for start in range(0, len(usable), BATCH):
            if start % (TOLD * BATCH) == 0:
                told(start / len(usable))
            _measure(usable[start : start + BATCH], reader, patterns, instruction)
    for one in usable:
        # Plain text is trained on in pieces: nothing of it is lost, however long it is.
        pieces = not seq2seq and one.row is not None and kind_of(one.row) == "text"
        if one.tokens > context and not pieces:
            what = Said("{tokens:,} tokens; the model reads {context:,}.", tokens=one.tokens, context=context)
            one.find("long", what)


def _measure(rows: Sequence[Checked], reader: Reader, patterns: Patterns, instruction: str) -> None:
    spelled = []
    for one in rows:
        assert one.row is not None
        try:
            spelled.append((one, patterns.spell(_longer(one.row), instruction)))
        except BadInput as error:
            one.find("template", error.message)
            continue
        if kind_of(one.row) != "text":
            _look_for_control(one, reader)
    giants = [(one, text) for one, text in spelled if len(text.text) > GIANT]
    for one, giant in giants:
        one.tokens = one.trained = _count_roughly(giant.text, reader.tokenizer)
        one.ends = giant.text.rstrip().endswith(tuple(reader.ends))
    spelled = [(one, text) for one, text in spelled if len(text.text) <= GIANT]
    counted = reader.tokens([text for _, text in spelled])
    for (one, _), (ids, trained) in zip(spelled, counted, strict=True):
        one.tokens, one.trained = len(ids), sum(trained)
        one.begins = trained.index(True) if True in trained else len(ids)
        one.ends = bool(ids) and any(
            learnt and i in reader.end_ids for i, learnt in zip(ids[-4:], trained[-4:], strict=True)
        )


def _longer(row: Row) -> Row:
    """Of a pair, the conversation with the longer answer; else the row itself."""
    if kind_of(row) != "preference" or len(row["rejected"]) <= len(row["chosen"]):
        return row
    return {"messages": answered(row, "rejected")}


def _count_roughly(text: str, tokenizer: Any) -> int:
    """The tokens of a text that no model reads whole: piece by piece, since all at once takes gigabytes."""
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return sum(
        len(tokenizer(piece, add_special_tokens=False, verbose=False)["input_ids"]) for piece in pieces
    )


def _look_for_control(one: Checked, reader: Reader) -> None:
    assert one.row is not None
    for text in texts(one.row):
        if token := next((token for token in reader.special if token in text), ""):
            what = Said(
                "{token} is a control token of this model; here it will be read as text.", token=quoted(token)
            )
            one.find("control", what)
            return


def _measure_sides(one: Checked, tokenizer: Any, instruction: str) -> None:
    assert one.row is not None
    try:
        made = render(one.row, tokenizer, 1 << 30, instruction=instruction, seq2seq=True)
    except BadInput as error:
        one.find("template", error.message)
        return
    one.tokens, one.trained, one.ends = made.tokens, len(made.labels), made.ends
