"""Sentences with marks, of which a person and a place can be learned."""

import random

from components.tasks.classify.marks import Marked, Span

PEOPLE = ("Anna Silva", "Bo Li", "Carla", "Dirk Moor", "Eve Stone")
PLACES = ("Lisbon", "New York", "Oslo", "Rome")


def sentences(count: int = 60) -> tuple[Marked, ...]:
    chance = random.Random(1)
    made = []
    for number in range(count):
        person, place = chance.choice(PEOPLE), chance.choice(PLACES)
        text = f"Today {person} went to {place} by train number {number}."
        at, there = text.index(person), text.index(f"to {place}") + 3
        spans = (Span(at, at + len(person), "person"), Span(there, there + len(place), "place"))
        made.append(Marked(text, spans))
    return tuple(made)


def as_conll(rows: tuple[Marked, ...]) -> str:
    from components.tasks.classify.marks import tags_of, words

    blocks = []
    for row in rows:
        places = words(row.text)
        tags = tags_of(places, row.spans)
        lines = (f"{row.text[start:end]}\t{tag}" for (start, end), tag in zip(places, tags, strict=True))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
