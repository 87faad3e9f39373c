"""One spelling for each field: " prompt" and "Prompt" beside "prompt" are the same field.

Knows names; not what they mean.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from components.messages import Said
from components.training.doctor.records import Opened, Record


def unify(files: Iterable[Opened]) -> None:
    """Gives every field the name by which it came first, in all files of an upload."""
    first: dict[str, str] = {}
    for opened in files:
        names = dict.fromkeys(name for record in opened.records for name in record.value)
        spelled = {name: first.setdefault(_compared(name), name.strip()) for name in names}
        other = {name for name in names if spelled[name] != name}
        if not other:
            continue
        opened.records = [_renamed(record, spelled, other) for record in opened.records]
        fields = list(dict.fromkeys(spelled[name] for name in names if name in other))
        opened.repair(
            Said("Capitals and spaces in the names of fields were made the same: {fields}.", fields=fields)
        )


def _compared(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip().casefold())


def _renamed(record: Record, spelled: dict[str, str], other: set[str]) -> Record:
    """The record with the first spellings; as it is where two of its fields would get the same name."""
    if other.isdisjoint(record.value):
        return record
    value = {spelled[name]: said for name, said in record.value.items()}
    return replace(record, value=value) if len(value) == len(record.value) else record
