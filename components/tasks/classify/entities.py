"""What is named in a text: people, places, organisations, dates, amounts, addresses, numbers; and where.

Dates, amounts and where a name may be come from the app's own facts; telephone numbers from Google's
rules (`telephones`), check digits from python-stdnum. Which kind a name is, is told by its meaning: see
`name_kinds`. What this finds and misses is measured by `benchmarks/entities.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from components.messages import N_
from components.tasks.facts import dates, quantities
from components.tasks.facts.fact_index import facts
from components.tasks.facts.telephones import telephones

KINDS = {
    "person": N_("Person"),
    "place": N_("Place"),
    "organisation": N_("Organisation"),
    "date": N_("Date"),
    "amount": N_("Amount"),
    "email": N_("E-mail"),
    "phone": N_("Telephone"),
    "link": N_("Link"),
    "account": N_("Account number (IBAN)"),
    "card": N_("Card number"),
}
NAMES = ("person", "place", "organisation")
NARROW = 40  # characters: nobody wraps lines to fewer
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'()]+[^\s<>\"'().,;:!?]")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b")
_JOINT = re.compile(r"\s+(of|for|and)\s+")  # inside of a name, or between two
_CARD = re.compile(r"\b[3-6]\d{3}(?:[ -]?\d){9,15}\b")


@dataclass(frozen=True)
class Entity:
    """One thing that is named, at text[start:end]."""

    kind: str  # a key of KINDS, or a kind that somebody trained
    start: int
    end: int
    text: str
    sure: bool = True  # False: it has the form, but its check digits are wrong


Kind = Callable[[Sequence[str]], Sequence[str]]  # names -> "person", "place", "organisation" or ""


def find(text: str, language: str, kinds_of: Kind) -> list[Entity]:
    """Everything that is named in a text, in order, nothing twice. What is certain takes its place first."""
    found, taken = _certain(text, language, ())
    names = [one for one in _names(text, language) if not any(taken[one.start : one.end])]
    different = list(dict.fromkeys(part for one in names for part in _parts(one.text)))
    kinds = dict(zip(different, kinds_of(different), strict=True)) if different else {}
    names = [part for one in names for part in _apart(one, kinds)]
    found += [replace(one, kind=kinds[one.text]) for one in names if kinds[one.text]]
    return sorted(found, key=lambda one: one.start)


def beside(text: str, language: str, own: Sequence[Entity]) -> list[Entity]:
    """Somebody's own kinds, and what is certain beside them: dates, amounts, addresses, numbers.

    An own one that is only a part of an address or a number gives way: of "bo@li.example", "bo" is no name.
    """
    exact = [*_exact(text, language)]
    whole = [one for one in own if not any(_inside(one, other) for other in exact)]
    return sorted(_certain(text, language, whole)[0], key=lambda one: one.start)


def _inside(one: Entity, other: Entity) -> bool:
    """Whether something is a part of another thing, and not all of it."""
    return other.start <= one.start and one.end <= other.end and one.end - one.start < other.end - other.start


def _certain(text: str, language: str, first: Sequence[Entity]) -> tuple[list[Entity], bytearray]:
    """What needs no judgement, where nothing else is; and which letters are taken."""
    found: list[Entity] = []
    taken = bytearray(len(text))
    for entity in (*first, *_exact(text, language), *_facts(text)):
        if not any(taken[entity.start : entity.end]):
            taken[entity.start : entity.end] = b"1" * (entity.end - entity.start)
            found.append(entity)
    return found, taken


def _exact(text: str, language: str) -> Iterator[Entity]:
    """What has a form of its own."""
    from stdnum import iban, luhn

    for kind, form in (("email", _EMAIL), ("link", _LINK)):
        yield from (Entity(kind, *match.span(), match[0]) for match in form.finditer(text))
    for match in _IBAN.finditer(text):
        yield Entity("account", *match.span(), match[0], iban.is_valid(match[0]))
    for match in _CARD.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield Entity("card", *match.span(), match[0])
    yield from (Entity("phone", start, end, text[start:end]) for start, end in telephones(text, language))


def _facts(text: str) -> Iterator[Entity]:
    """Dates and amounts as the checks of summaries know them."""
    raws = [raw for raw, key in dates.dates(text) if dates.sure(raw, key)]
    yield from placed("date", text, [*raws, *(raw for raw, _, _ in dates.in_figures(text))])
    yield from placed("amount", text, [one.text for one in quantities.measured(text) if one.unit])


def _names(text: str, language: str) -> Iterator[Entity]:
    """Where a name may be, by capitals."""
    names = {fact.text for fact in facts(_lines_apart(text), language) if fact.kind == "name"}
    # "Dear Anna Silva" is the "Anna Silva" of another sentence, with a word before her.
    led = {one for one in names if any(one.endswith(f" {other}") for other in names)}
    yield from placed("name", text, names - led)


def _lines_apart(text: str) -> str:
    """With a bar at the end of each line that somebody ended: the next word would have had room in it. Of
    a letter's last lines, "Anna Silva" and "Miller Tools" below her are two names.
    """
    lines = text.splitlines()
    width = max([NARROW, *map(len, lines)])
    made = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        word = next(iter(after.split()), "")
        wrapped = bool(word) and len(line) + 1 + len(word) > width
        made.append(line if wrapped else f"{line} |")
    return "\n".join(made)


def _parts(name: str) -> set[str]:
    """A name, and what is on either side of each small word in it."""
    found = {name}
    for joint in _JOINT.finditer(name):
        found |= {name[: joint.start()], *_parts(name[joint.end() :])}
    return found


def _apart(name: Entity, kinds: Mapping[str, str]) -> list[Entity]:
    """ "Maria Santos of Miller Tools" is two names, "Bank of America" one: nobody with two names of their own
    has a third one behind "of", or another one before "and". With "and", two of a kind are two, unless all
    of it is an organisation.
    """

    def is_person(part: str) -> bool:
        return kinds[part] == "person" and len(part.split()) > 1

    for joint in _JOINT.finditer(name.text):
        first, rest = name.text[: joint.start()], name.text[joint.end() :]
        pair = kinds[first] == kinds[rest] != "" and kinds[name.text] != "organisation"
        both = joint[1] == "and" and (pair or is_person(_JOINT.split(rest)[0]))
        if is_person(first) or both:
            middle = name.start + joint.start()
            other = Entity(name.kind, name.start + joint.end(), name.end, rest)
            return [Entity(name.kind, name.start, middle, first), *_apart(other, kinds)]
    return [name]


def placed(kind: str, text: str, raws: Iterable[str]) -> Iterator[Entity]:
    """Every place of each of some pieces, the longest first, as whole words."""
    for raw in sorted(set(raws), key=len, reverse=True):
        if raw.strip():
            for match in re.finditer(_whole(raw), text):
                yield Entity(kind, *match.span(), match[0])


@cache
def _whole(raw: str) -> str:
    words = r"\s+".join(map(re.escape, raw.split()))
    before = r"(?<!\w)" if raw[0].isascii() and raw[0].isalnum() else ""
    after = r"(?!\w)" if raw[-1].isascii() and raw[-1].isalnum() else ""
    return f"{before}{words}{after}"


def blanked(text: str, entities: Sequence[Entity], kinds: Iterable[str]) -> str:
    """The text with what is of these kinds taken out. The same thing has the same number everywhere:
    "[PERSON 1] wrote to [PERSON 2]".
    """
    numbers: dict[tuple[str, str], int] = {}
    parts, at, wanted = [], 0, set(kinds)
    for one in sorted(entities, key=lambda entity: entity.start):
        if one.kind not in wanted or one.start < at:
            continue
        key = one.kind, " ".join(one.text.split()).casefold()
        of_kind = sum(kind == one.kind for kind, _ in numbers)
        number = numbers.setdefault(key, of_kind + 1)
        parts += [text[at : one.start], f"[{one.kind.upper()} {number}]"]
        at = one.end
    return "".join([*parts, text[at:]])
