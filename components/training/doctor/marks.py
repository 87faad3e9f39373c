"""Fields by which rows say that they aren't to be trained on: bad answers, low ratings, another split.

Knows records and their values. Where a field's meaning is known, it is honoured; else the person is asked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from components.messages import Message, Said
from components.training.doctor.converter import value_of
from components.training.doctor.field_names import ROLE_FIELDS, ROLE_NAMES, field_name, is_turns
from components.training.doctor.field_texts import most
from components.training.doctor.file_purpose import side_named
from components.training.doctor.findings import quoted
from components.training.doctor.records import Opened, Record
from components.training.doctor.report import Mark
from components.training.doctor.row_checks import Checked
from components.training.doctor.shape import Shape
from components.training.doctor.split import LEAST
from components.training.doctor.turns import READ_FIELDS, is_off, turn_value

LOOK = 200  # records whose fields are looked at
MOST_VALUES = 12  # of a field that tells rows apart
LONGEST_VALUE = 40  # characters
HIGHEST = 10  # grade
_ANSWER_IS_GOOD = ("label", "kto_tag")  # true or false, in trl's and LLaMA-Factory's data for KTO
_SPLIT = ("split", "subset", "partition", "fold")
# Words in the name of a field that may rate rows. Fields of true and false are asked about under any name.
_RATES = {
    "rating",
    "ratings",
    "rate",
    "score",
    "scores",
    "feedback",
    "correct",
    "quality",
    "grade",
    "stars",
    "vote",
    "upvotes",
    "downvotes",
    "likes",
    "votes",
    "thumbs",
    "reward",
    "verdict",
    "accepted",
    "approved",
    "rejected",
    "status",
    "flag",
    "flagged",
    "valid",
    "good",
    "bad",
    "helpful",
    "toxic",
    "label",
    "preferred",
    "safe",
    "toxicity",
    "use",
    "used",
    "usable",
    "train",
    "training",
    "include",
    "exclude",
    "skip",
    "ignore",
    "keep",
    "deleted",
    "removed",
    "archived",
}
_TRUE_FALSE = ("true", "false", "yes", "no", "y", "n")
_YES_NO = (*_TRUE_FALSE, *("ja", "nein", "oui", "non", "sí", "sim", "não", "是", "否", "да", "нет"))
# Words in the name of a field whose small numbers count or order something.
_COUNTS = {
    "id",
    "idx",
    "index",
    "num",
    "number",
    "count",
    "length",
    "turn",
    "turns",
    "page",
    "level",
    "version",
}


def to_ask(records: Sequence[Record], shape: Shape) -> list[Mark]:
    """Fields whose meaning isn't known, and that may say which rows are good."""
    found = (_mark(name, records) for name in _names(records, shape) if name != "continued")
    return [one for one in found if one is not None]


def _names(records: Sequence[Record], shape: Shape) -> list[str]:
    """Fields that nothing is made of, also those inside of another one: metadata.quality."""
    used = {name.split(".")[0] for name in shape.fields}
    names: dict[str, None] = {}
    for record in records:
        for name, value in record.value.items():
            if name in shape.fields:
                continue
            names[name] = None
            if isinstance(value, Mapping) and name not in used:
                names |= dict.fromkeys(f"{name}.{inner}" for inner in value)
    return list(names)


def turn_marks(records: Sequence[Record], shape: Shape) -> list[Mark]:
    """Fields of assistant turns that say yes or no or rate them, and whose meaning isn't known."""
    if shape.form != "messages":
        return []
    turns = [turn for record in records for turn in _answers(record.value.get(shape.prompt))]
    names = dict.fromkeys(str(name) for turn in turns for name in turn)
    found = []
    for name in names:
        said = [turn.get(name) for turn in turns]
        there = [value for value in said if value is not None]
        rates = bool(_RATES & set(field_name(name).split("_")))
        says = rates or _is_yes_or_no(there, (*_YES_NO, "0", "1"))
        if field_name(name) in READ_FIELDS or not there or not says:
            continue
        counts = Counter(map(turn_value, said))
        if 1 < len(counts) <= MOST_VALUES and max(map(len, counts)) <= LONGEST_VALUE:
            found.append(Mark(f"{shape.prompt}.{name}", tuple(sorted(counts.items())), of_turns=True))
    return found


def spread(opened: Opened) -> None:
    """Puts into its turn what a list beside the turns says of each, such as "loss_mask": [0, 1]."""
    looked = opened.records[:LOOK]
    names = list(dict.fromkeys(name for record in looked for name in record.value))
    for turns in [name for name in names if most(name, looked, is_turns)]:
        masks = [name for name in names if name != turns and most(name, looked, _is_mask)]
        if masks:
            opened.records = [_spread(record, turns, masks) for record in opened.records]


def _is_mask(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and len(value) > 1 and all(one in (0, 1) for one in value)


def _spread(record: Record, turns: str, masks: Sequence[str]) -> Record:
    said = record.value.get(turns)
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        return record
    beside = ((name, record.value.get(name)) for name in masks)
    marks = {name: list(mask) for name, mask in beside if _is_mask(mask) and len(mask) == len(said)}
    marked = [{**one, **{name: mask[at] for name, mask in marks.items()}} for at, one in enumerate(said)]
    rest = {name: value for name, value in record.value.items() if name not in marks}
    return replace(record, value=rest | {turns: marked})


def _answers(turns: Any) -> list[Mapping[str, Any]]:
    """The turns of a list that aren't the user's or the system's."""
    looked = [one for one in turns if isinstance(one, Mapping)] if isinstance(turns, list) else []
    roles = [str(next((one[name] for name in ROLE_FIELDS if name in one), "")) for one in looked]
    return [
        one
        for one, role in zip(looked, roles, strict=True)
        if ROLE_NAMES.get(role.strip().casefold(), "assistant") == "assistant"
    ]


def _mark(name: str, records: Sequence[Record]) -> Mark | None:
    values = _values(records, name)
    plain = [str(value) for value in values if isinstance(value, bool | int | float | str)]
    if not plain or len(plain) < len(values) or _known(name, values):
        return None
    words_in_name = set(field_name(str(name)).split("_"))
    sparse = len(values) * 2 < len(records)  # such as "flagged", said of the bad rows only
    if sparse and not _RATES & words_in_name:
        return None
    counts = Counter(turn_value(value_of(record.value, name)) for record in records)
    rates = bool(_RATES & words_in_name) or (_are_grades(values) and not _COUNTS & words_in_name)
    if len(counts) > MOST_VALUES:
        numbers = all(isinstance(value, int | float) for value in values)
        return Mark(str(name), ()) if rates and (numbers or sparse) else None
    if len(counts) < 2 or max(map(len, counts)) > LONGEST_VALUE or len(counts) * 2 > len(records):
        return None
    return Mark(str(name), tuple(sorted(counts.items()))) if rates or _is_yes_or_no(values) else None


def _are_grades(values: Sequence[Any]) -> bool:
    """Whether values are whole numbers as people grade answers with: HelpSteer's 0 to 4, 1 to 5, 1 to 10."""
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return whole and all(0 <= value <= HIGHEST for value in values)


def _known(name: str, values: Sequence[Any]) -> bool:
    """Whether the meaning of a field is known."""
    named = field_name(str(name))
    if named in _ANSWER_IS_GOOD:
        return bool(values) and _is_yes_or_no(values, _TRUE_FALSE)
    return named == "mask_history" or _divides(name, values)


def _divides(name: str, values: Sequence[Any]) -> bool:
    """Whether a field says which rows are held out: by its name, or as its values say nothing else."""
    if not values or not _are_sides(values):
        return False
    said = {str(value).strip() for value in values}
    return field_name(str(name)) in _SPLIT or (
        len(set(map(side_named, said))) > 1 and all(one.isalpha() for one in said)
    )


def _is_yes_or_no(values: Sequence[Any], words: Sequence[str] = _YES_NO) -> bool:
    return all(str(value).strip().casefold() in words for value in values)


def _are_sides(values: Sequence[Any]) -> bool:
    sides = {side_named(str(value)) for value in values}
    return None not in sides and "train" in sides


def used_in(opened: Opened, shape: Shape) -> set[str]:
    """The fields of a file that say which rows are trained on."""
    names = _names(opened.records[:LOOK], shape)
    told = {name for name in names if _known(name, _values(opened.records, name))}
    return {name.partition(".")[0] for name in (*told, *(name for name, _ in shape.keep))} | told


def _values(records: Sequence[Record], name: str) -> list[Any]:
    """What the rows say in a field that isn't empty."""
    return [value for record in records if (value := value_of(record.value, name)) not in (None, "")]


def check(rows: Sequence[Checked], shape: Shape) -> tuple[list[Message], bool]:
    """Finds what rows say of themselves. Returns what is said about that, and whether some are held out."""
    notes: list[Message] = []
    chosen = dict(shape.keep)
    held = False
    for name in _names([one.record for one in rows], shape):
        values = _values([one.record for one in rows], name)
        if name in chosen:
            _keep(rows, name, chosen[name])
        elif values and field_name(str(name)) in _ANSWER_IS_GOOD and _is_yes_or_no(values, _TRUE_FALSE):
            _drop_bad(rows, name)
            notes.append(Said("{name} says which answers are good: only these count.", name=quoted(name)))
        elif _divides(name, values):
            held = _divide(rows, name) or held
            notes.append(
                Said("{name} says which rows are trained on, and which held out.", name=quoted(name))
            )
    return notes, held


def _keep(rows: Sequence[Checked], name: str, values: Sequence[str]) -> None:
    for one in rows:
        if turn_value(value_of(one.record.value, name)) not in values:
            _find(one, name)


def _drop_bad(rows: Sequence[Checked], name: str) -> None:
    for one in rows:
        if is_off(value_of(one.record.value, name)):
            _find(one, name)


def _divide(rows: Sequence[Checked], name: str) -> bool:
    """Each row to its side. Test data are held out where there are no validation data, else left out."""
    sides = [side_named(str(value_of(one.record.value, name) or "train")) or "train" for one in rows]
    has_valid = "valid" in sides or any(one.side == "valid" for one in rows)
    held = not has_valid and sides.count("test") >= LEAST
    for one, side in zip(rows, sides, strict=True):
        if side == "valid" or (side == "test" and held):
            one.side = "valid"
        elif side == "test":
            _find(one, name)
    return held or "valid" in sides


def _find(one: Checked, name: str) -> None:
    value = quoted(value_of(one.record.value, name), LONGEST_VALUE)
    one.find("marked", Said("{name} is {value}.", name=quoted(name), value=value))
