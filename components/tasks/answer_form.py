"""An answer in a given form: one of these, a number, a date, yes or no, JSON. What is asked, what is read.

Knows texts and schemas; neither engines nor tables. An engine that can be held to a schema is; what any of
them wrote is read here all the same, and refused where it isn't what was asked for.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.errors import BadInput
from components.kept import Kept
from components.messages import Said
from components.tasks.facts.amounts import amounts
from components.tasks.facts.dates import dates, in_figures

Kind = Literal["text", "one of", "number", "date", "yes/no", "json"]
Value = Any  # text, a number, "2026-05-31", a truth value, JSON
MOST_CHOICES = 200
_YES, _NO = ("yes", "true", "是", "sim", "sí", "ja", "oui"), ("no", "false", "否", "não", "nein", "non")
_EDGES = re.compile(r"^[\s\"'“”‘’`*.:]+|[\s\"'“”‘’`*.:,;!]+$")
_FENCE = re.compile(r"^```(?:json)?\s*|\s*```$")


@dataclass(frozen=True)
class AnswerForm(Kept):
    """What an answer must be."""

    kind: Kind = "text"
    choices: tuple[str, ...] = ()  # of "one of"
    schema: str = ""  # of "json": a JSON schema as text

    @property
    def held(self) -> str:
        """The JSON schema that an engine is held to, as text; empty for free text."""
        if self.kind == "text":
            return ""
        if self.kind == "json":
            return self.schema
        values: dict[str, dict[str, Any]] = {
            "one of": {"enum": list(self.choices)},
            "number": {"type": "number"},
            "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
            "yes/no": {"enum": ["yes", "no"]},
        }
        return json.dumps(
            {
                "type": "object",
                "properties": {"answer": values[self.kind]},
                "required": ["answer"],
                "additionalProperties": False,
            }
        )

    @property
    def instruction(self) -> str:
        """What is said to the model, beside the question."""
        match self.kind:
            case "text":
                return ""
            case "one of":
                said = "exactly one of these, in the same words: " + "; ".join(self.choices)
            case "number":
                said = "one number in figures, without a unit"
            case "date":
                said = "one date as YYYY-MM-DD"
            case "yes/no":
                said = "yes or no"
            case "json":
                said = "one JSON object that fits this JSON schema, and nothing else"
                return f"Answer with {said}:\n{self.schema}"
        return f'The answer is {said}. Write it as JSON and nothing else: {{"answer": ...}}'

    @property
    def parts(self) -> dict[str, str]:
        """The properties of a JSON object, each a column, with "number", "yes/no", "text" or "json"."""
        kinds = {"number": "number", "integer": "number", "boolean": "yes/no", "string": "text"}
        found = _schema(self.schema).get("properties") if self.kind == "json" else None
        if not isinstance(found, Mapping):
            return {}
        return {name: kinds.get(_type_of(one), "json") for name, one in found.items()}


def _type_of(schema: Any) -> str:
    given = schema.get("type") if isinstance(schema, Mapping) else ""
    return given if isinstance(given, str) else ""


def _schema(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def check(form: AnswerForm) -> None:
    """Raises BadInput for a form that nothing could be in."""
    if form.kind == "one of":
        if len(set(form.choices)) < 2 or not all(one.strip() for one in form.choices):
            raise BadInput("Write at least two different answers to choose from, one a line.")
        if len(form.choices) > MOST_CHOICES:
            raise BadInput("There can be up to {most} answers to choose from.", most=MOST_CHOICES)
    if form.kind == "json":
        _check_schema(form.schema)


def _check_schema(text: str) -> None:
    import jsonschema

    if not (found := _schema(text)):
        raise BadInput(
            "The JSON schema can't be read. An example: {example}",
            example='{"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]}',
        )
    if "$ref" in text:
        raise BadInput("The JSON schema refers to another place by $ref. Write it out in full.")
    try:
        jsonschema.validators.validator_for(found).check_schema(found)
    except jsonschema.SchemaError as error:
        raise BadInput("The JSON schema isn't one: {reason}", reason=error.message) from error


def read(form: AnswerForm, text: str) -> Value:
    """The value of an answer. Raises BadInput that says what is wrong with it."""
    text = _FENCE.sub("", text.strip()).strip()
    if form.kind == "text":
        return text
    if form.kind == "json":
        return _json(form, text)
    found = _object(text)
    said = str(found["answer"]) if isinstance(found, Mapping) and "answer" in found else text
    said = _EDGES.sub("", said)
    match form.kind:
        case "one of":
            return _choice(form, said)
        case "number":
            return number_of(said)
        case "date":
            return date_of(said)
    return _truth(said)


def _object(text: str) -> Any:
    """The first JSON object of a text, whatever is around it; None if there is none."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        return json.JSONDecoder().raw_decode(text[start:])[0]
    except (ValueError, RecursionError):
        return None


def _json(form: AnswerForm, text: str) -> Value:
    import jsonschema

    found = _object(text)
    if found is None:
        raise BadInput("The answer isn't JSON: {answer}", answer=_short(text))
    try:
        jsonschema.validate(found, _schema(form.schema))
    except jsonschema.ValidationError as error:
        raise BadInput(
            "The answer doesn't fit the JSON schema: {reason}", reason=error.message[:200]
        ) from error
    return found


def _choice(form: AnswerForm, said: str) -> str:
    plain = {choice.casefold().strip(): choice for choice in form.choices}
    if said.casefold().strip() in plain:
        return plain[said.casefold().strip()]
    inside = [choice for choice in form.choices if _has(said, choice)]
    inside = [one for one in inside if not any(one != other and _has(other, one) for other in inside)]
    if len(inside) != 1:
        raise BadInput("The answer is none of those to choose from: {answer}", answer=_short(said))
    return inside[0]


def _has(text: str, phrase: str) -> bool:
    """Whether a phrase is in a text as words of its own."""
    return re.search(rf"(?<!\w){re.escape(phrase.strip())}(?!\w)", text, re.IGNORECASE) is not None


def number_of(text: str) -> float:
    """The one number of a text, with its scale and sign. Raises BadInput."""
    try:
        if math.isfinite(value := float(text)):
            return value
    except ValueError:
        pass
    found = {one.values[-1 if text.lstrip().startswith(("-", "−")) else 0] for one in amounts(text)}
    if len(found) != 1:
        raise BadInput("The answer isn't one number: {answer}", answer=_short(text))
    return float(found.pop().replace("−", "-"))


def date_of(text: str) -> str:
    """The one whole date of a text as YYYY-MM-DD. Raises BadInput, also where day and month can't be told."""
    found = {key for _, key in dates(text) if all(key)}
    for raw, one, other in in_figures(text):
        found |= {one, other} if not any(raw == said for said, _ in dates(text)) else set()
    if len(found) != 1:
        raise BadInput("The answer isn't one whole date: {answer}", answer=_short(text))
    year, month, day = map(int, found.pop())
    return f"{year:04}-{month:02}-{day:02}"


def _truth(said: str) -> bool:
    first = re.match(r"\w+", said.casefold())
    word = first[0] if first else ""
    if word in _YES or said.startswith("是"):
        return True
    if word in _NO or said.startswith(("否", "不是")):
        return False
    raise BadInput("The answer is neither yes nor no: {answer}", answer=_short(said))


def _short(text: str) -> Said | str:
    line = " ".join(text.split())
    return (line if len(line) <= 80 else line[:80] + "…") or Said("nothing")
