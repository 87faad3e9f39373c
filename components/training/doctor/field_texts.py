"""What is in the fields of a file: texts (how long, how often the same), ids, categories."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from components.training.doctor.field_names import BESIDE, field_name, is_turns
from components.training.doctor.records import Record
from components.training.doctor.shape import Shape

ENOUGH = 8  # records that show whether texts come again and again
LOOK = 2_000  # records that are looked at


def left_texts(records: Sequence[Record], shape: Shape) -> list[str]:
    """Fields with texts that nothing would be made of, and that say as much as those that are used.

    Not meant are what only tells rows apart, what repeats a text that is used, and answers that were
    rejected.
    """
    looked = records[:: max(1, len(records) // LOOK)]
    used = {name.split(".")[0] for name in shape.fields} | shape.fields
    names = dict.fromkeys(name for record in looked for name in record.value if name not in used)
    lengths = [size for name in shape.fields if (size := _size_of(name, looked))]
    if any(shape.languages):  # columns in more languages, or about the pair
        return []
    least = min(lengths, default=0.0) / 2
    return [
        name
        for name in names
        if field_name(name) not in BESIDE
        and _size_of(name, looked) >= max(least, 1.0)
        and not _says_again(name, used, looked)
    ]


def _size_of(name: str, records: Sequence[Record]) -> float:
    """Characters of a field's words, on average; 0 for a field that hardly any row has, or that repeats."""
    said = [words_in(record.value.get(name)) for record in records]
    there = [one for one in said if one]
    if len(there) * 3 < len(records) or (len(there) >= ENOUGH and len(set(there)) * 4 <= len(there)):
        return 0.0
    return sum(map(len, there)) / len(there)


def words_in(value: Any) -> str:
    """All texts in a value that aren't ids, dates or addresses."""
    if isinstance(value, str):
        return value if re.search(r"[^\W\d_]", value) and not _is_code(value) else ""
    if isinstance(value, Mapping):
        value = list(value.values())
    return " ".join(filter(None, map(words_in, value))) if isinstance(value, list) else ""


def _says_again(name: str, used: set[str], records: Sequence[Record]) -> bool:
    """Whether a field repeats what is used, or all that is used is in it."""
    again = 0
    for record in records:
        left = words_in(record.value.get(name))
        there = [one for field in used if (one := words_in(record.value.get(field)))]
        again += any(left in one for one in there) or all(one in left for one in there)
    return again * 2 > len(records)


def text_fields(records: Sequence[Record]) -> list[str]:
    """The fields that a person can choose from, in their order."""
    looked = records[:: max(1, len(records) // LOOK)]
    names = dict.fromkeys(name for record in looked for name in record.value)

    def can_be_chosen(value: Any) -> bool:
        return isinstance(value, str | int | float) or is_turns(value)

    return [name for name in names if any(can_be_chosen(record.value.get(name)) for record in looked)]


def texts_in(names: set[str], records: Sequence[Record]) -> dict[str, float]:
    """Fields with text, and how long it is on average; ids, dates and addresses only where all are such."""
    lengths: dict[str, float] = {}
    codes: dict[str, float] = {}
    for name in names:
        said = [v for record in records if isinstance(v := record.value.get(name), str) and v.strip()]
        if len(said) * 3 >= len(records) and any(re.search(r"[^\W\d_]", one) for one in said):
            kind = codes if sum(map(_is_code, said)) * 10 >= len(said) * 9 else lengths
            kind[name] = sum(map(len, said)) / len(said)
    inside = any(
        words_in(v) for record in records[:50] for v in record.value.values() if not isinstance(v, str)
    )
    return lengths or ({} if inside else codes)


def filled(names: Iterable[str], records: Sequence[Record]) -> set[str]:
    """The fields that aren't empty in every row."""
    return {name for name in names if any(record.value.get(name) not in (None, "") for record in records)}


def most(name: str, records: Sequence[Record], told: Callable[[Any], bool]) -> bool:
    values = [value for record in records if (value := record.value.get(name))]
    return sum(map(told, values)) * 2 > len(values)


def repeats(name: str, records: Sequence[Record]) -> bool:
    """Whether the same few texts come again and again, as a category's do."""
    said = [v for record in records if isinstance(v := record.value.get(name), str)]
    return len(set(said)) * 4 <= len(said)


def is_category(name: str, records: Sequence[Record]) -> bool:
    """Whether enough rows show that a field only tells them apart."""
    return len(records) >= ENOUGH and repeats(name, records)


def share_of_questions(name: str, records: Sequence[Record]) -> float:
    """How many of a field's texts are questions."""
    said = [str(record.value.get(name) or "").rstrip() for record in records]
    return sum(one.endswith(("?", "？", "؟", "⸮")) for one in said) / max(len(said), 1)


def _is_code(text: str) -> bool:
    """Whether it is an id, a date, an address or a path, and no words."""
    digits = sum(one.isdigit() for one in text)
    if digits > 3 and digits > sum(one.isalpha() for one in text):
        return True  # 2024/01/01 10:00:00 AM
    return text.isascii() and not re.search(r"\s", text) and bool(re.search(r"[\d/\\:@_]|\w\.\w", text))
