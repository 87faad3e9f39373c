"""Objects that hold rows or parts of one inside: questions under their passage, a question with its choices,
two answers in a list, a page's questions as schema.org has them.

Knows the layouts of single objects; not files.
"""

from collections.abc import Mapping
from typing import Any

from components.training.doctor import evaluation_sets
from components.training.doctor.field_names import TURNS, answer_in, field_name, question_in
from components.training.doctor.tagged_texts import without_tags

DEEPEST = 3  # lists inside of each other


def rows_in(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of one object, each with the texts around it; itself where there are none in it.

    {"context": "A fox.", "qas": [{"question": "Who?", "answer": "It."}]} becomes {"context": "A fox.",
    "question": "Who?", "answer": "It."}.
    """
    return [_plain(row) for row in _of_intents(value) or _rows(value, DEEPEST) or [dict(value)]]


def _of_intents(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a chat bot hears and says: each pattern of an intent with a response, in turn."""
    intents = value.get("intents", [value])
    rows: list[dict[str, Any]] = []
    for intent in intents if isinstance(intents, list) else ():
        asked, said = (_texts(intent, name) for name in ("patterns", "responses"))
        if not asked or not said:
            return []
        rows += [{"question": one, "answer": said[number % len(said)]} for number, one in enumerate(asked)]
    return rows


def _texts(value: Any, name: str) -> list[str]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, str) and one.strip()] if isinstance(found, list) else []


def _rows(value: Mapping[str, Any], depth: int) -> list[dict[str, Any]]:
    if not depth or (question_in(value) and answer_in(value)):
        return []
    beside = {name: one for name, one in value.items() if isinstance(one, str)}
    for name, one in value.items():
        if not isinstance(one, list) or field_name(str(name)) in TURNS:
            continue
        if not one or not all(isinstance(inner, Mapping) for inner in one):
            continue
        inside = [_row(inner) or _rows(inner, depth - 1) for inner in one]
        if all(inside):
            return [{**beside, **row} for rows in inside for row in rows]
    return []


def _row(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An object with a question of words and its answer."""
    if said := _of_schema_org(value):
        return [said]
    asked = question_in(value)
    return [dict(value)] if asked and isinstance(value[asked], str) and answer_in(value) else []


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    made = _of_stem(value) or _of_two_answers(value) or _of_schema_org(value) or evaluation_sets.row(value)
    return made or value


def _of_stem(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """A question that is an object with its choices, as ARC has them."""
    question = value.get("question")
    if not isinstance(question, Mapping) or not isinstance(question.get("stem"), str):
        return None
    return {**value, "question": question["stem"], "choices": question.get("choices")}


def _of_schema_org(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """A Question of schema.org's FAQPage; its answer may have HTML in it."""
    asked, said = value.get("name"), value.get("acceptedAnswer")
    said = said[0] if isinstance(said, list) and said else said
    if not isinstance(asked, str) or not isinstance(said, Mapping) or not isinstance(said.get("text"), str):
        return None
    return {"question": without_tags(asked), "answer": without_tags(said["text"])}


def _of_two_answers(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The better and the worse answer in one list, as LLaMA-Factory had them."""
    said = value.get("output")
    if "instruction" not in value or not isinstance(said, list) or len(said) != 2:
        return None
    if not all(isinstance(one, str) for one in said):
        return None
    return {name: one for name, one in value.items() if name != "output"} | {
        "chosen": said[0],
        "rejected": said[1],
    }
