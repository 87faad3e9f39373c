"""A text with what is named in it on coloured grounds, as Markdown. Knows neither pages nor jobs."""

from collections.abc import Sequence

from components.tasks.classify.entities import KINDS, Entity
from components.ui.text import plain

COLOURS = {"person": "blue", "place": "green", "organisation": "violet", "date": "orange", "amount": "yellow"}
OWN = ("blue", "green", "violet", "red", "primary")  # of kinds that somebody else named


def marked(text: str, entities: Sequence[Entity]) -> str:
    """The text as Markdown, with what is named on a coloured ground."""
    parts, at = [], 0
    others = [kind for kind in dict.fromkeys(one.kind for one in entities) if kind not in KINDS]
    colours = {kind: OWN[number % len(OWN)] for number, kind in enumerate(sorted(others))} | COLOURS
    for one in sorted(entities, key=lambda entity: entity.start):
        if one.start < at or one.end > len(text):
            continue
        colour = colours.get(one.kind, "gray")
        parts += [_lines(text[at : one.start]), f":{colour}-background[{plain(one.text)}]"]
        at = one.end
    return "".join([*parts, _lines(text[at:])])


def _lines(text: str) -> str:
    """Each line as it is; `plain` would join them, and take the blanks at the ends."""
    made = []
    for line in text.split("\n"):
        before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
        made.append(f"{before and ' '}{plain(line)}{after and ' '}" if line.strip() else line and " ")
    return "  \n".join(made)
