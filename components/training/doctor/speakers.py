"""Who speaks in conversations whose roles have other names, Ann and Bob: one of them is the assistant.

Knows turns and the names of roles; not files.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from components.training.doctor.field_names import ROLE_FIELDS, ROLE_NAMES, TOOL_ROLES
from components.training.doctor.field_texts import LOOK
from components.training.doctor.records import Record

MOST = 50  # names that a person chooses from
_ANSWERS = ("agent", "support", "advisor", "expert", "operator", "bot", "doctor", "teacher", "therapist")


def is_role(name: str) -> bool:
    return name.strip().casefold() in ROLE_NAMES


def role_of(name: str, assistant: str) -> str | None:
    """The role that a name stands for; of other names all but the assistant's are the user's."""
    folded = name.strip().casefold()
    known = ROLE_NAMES.get(folded)
    if not assistant or known == "system" or folded in TOOL_ROLES:
        return known
    return "assistant" if name.strip() == assistant else "user"


def people(records: Sequence[Record], field: str) -> Counter[str]:
    """Whose turns there are, where more than a few are by somebody whose role isn't known; else none."""
    looked = records[:: max(1, len(records) // LOOK)]
    named = (_name(one) for record in looked for one in _turns(record.value.get(field)))
    found = Counter(name for name in named if name and name.casefold() not in TOOL_ROLES)
    unknown = sum(count for name, count in found.items() if not is_role(name))
    found = Counter({name: n for name, n in found.items() if ROLE_NAMES.get(name.casefold()) != "system"})
    return Counter(dict(found.most_common(MOST))) if unknown * 4 > found.total() else Counter()


def _turns(value: Any) -> Sequence[Any]:
    """The turns in which somebody says something."""
    turns = value if isinstance(value, list) else ()
    return [one for one in turns if _name(one) and one.get("content") != ""]


def _name(turn: Any) -> str:
    if not isinstance(turn, Mapping):
        return ""
    role = next((turn[one] for one in ROLE_FIELDS if isinstance(turn.get(one), str)), "")
    return str(role).strip()


def proposed(records: Sequence[Record], field: str, found: Counter[str]) -> str:
    """Who is probably the assistant: the one with such a name, else the one who answers first and most."""
    for name in found:
        if ROLE_NAMES.get(name.casefold()) == "assistant" or name.casefold() in _ANSWERS:
            return name
    after: Counter[str] = Counter()
    for record in records[:LOOK]:
        names = [name for one in _turns(record.value.get(field)) if (name := _name(one)) in found]
        after.update(second for first, second in pairwise(names[:2]) if first != second)
    if len(after) == 1:
        return next(iter(after))
    asked = _answering(records, field)
    return max(found, key=lambda name: (asked[name], found[name]))


def _answering(records: Sequence[Record], field: str) -> Counter[str]:
    """How often each one was the first to speak after another one had asked, whatever that one added."""
    found: Counter[str] = Counter()
    for record in records[:LOOK]:
        asking = ""
        for one in _turns(record.value.get(field)):
            name = _name(one)
            if asking and name != asking:
                found[name] += 1
                asking = ""
            said = str(one.get("content") or one.get("text") or "") if isinstance(one, Mapping) else ""
            asking = name if said.rstrip().endswith(("?", "？", "؟")) else asking
    return found
