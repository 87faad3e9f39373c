"""Texts that were annotated in Label Studio, doccano, Prodigy and their like, as rows of text and annotation.

Knows these programs' layouts; not files.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.messages import Said

READ = Said("Annotations were read as texts.")
DOCCANO = (
    "label",
    "labels",
    "annotations",
    "entities",
    "cats",
    "spans",
)  # fields that have lists of annotations

_DECISIONS = ("accept", "reject", "ignore")


def row(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The row of one task; None for all else.

    {"data": {"text": "I like it."}, "annotations": [{"result": [{"from_name": "mood", "value": {"choices":
    ["good"]}}]}]} becomes {"text": "I like it.", "mood": "good"}; of doccano's {"text": "I like it.",
    "label": ["good"]} the list becomes a text, and so do SQuAD's answers.
    """
    done = value.get("annotations", value.get("completions"))
    if isinstance(value.get("data"), Mapping) and isinstance(done, list):
        return _of_label_studio(value["data"], done)
    return _of_prodigy(value) or _of_doccano(value) or _of_squad(value)


def is_answered(given: Mapping[str, Any] | None) -> bool:
    """Whether it is a question with its right answers, as SQuAD has them."""
    return given is not None and "question" in given


def marked(value: Any) -> dict[str, Any] | None:
    """spaCy's pair of a text and its marks, ["Anna came.", {"entities": [[0, 4, "person"]]}], as a row of
    doccano's; None for all else.
    """
    match value:
        case [str(text), {"entities": list(marks)}]:
            return {"text": text, "entities": marks}
    return None


def _of_prodigy(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was decided of a text ("answer": "reject") isn't its annotation: that is a label, marked places,
    or the options that were chosen. The decision stays beside it.
    """
    decided = value.get("answer")
    if decided not in _DECISIONS or not isinstance(value.get("text"), str):
        return None
    row = {name: said for name, said in value.items() if name not in ("answer", "options", "accept")}
    chosen = value.get("accept")
    if isinstance(chosen, list):
        options = value.get("options") if isinstance(value.get("options"), list) else []
        texts = {one.get("id"): one.get("text") for one in options or () if isinstance(one, Mapping)}
        row["label"] = ", ".join(str(texts.get(one) or one) for one in chosen)
    return {**(_of_doccano(row) or row), "accepted": decided}


def _of_squad(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of several right answers the first one; no answer, as for a question that has none, stays none."""
    name = next((one for one in ("answers", "answer") if isinstance(value.get(one), list | Mapping)), "")
    if not name or "question" not in value or not isinstance(value["question"], str):
        return None
    said = value[name]
    if isinstance(said, Mapping):
        said = said.get("text", said.get("value"))
    elif all(isinstance(one, Mapping) for one in said):
        said = [one.get("text") for one in said]
    if isinstance(said, str):
        said = [said]
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        return None
    return {**value, name: said[0] if said else None}


def _of_label_studio(data: Mapping[str, Any], done: Sequence[Any]) -> dict[str, Any]:
    """The first annotation that wasn't cancelled counts."""
    found: dict[str, list[str]] = {}
    for one in done:
        if (
            not isinstance(one, Mapping)
            or one.get("was_cancelled")
            or not isinstance(one.get("result"), list)
        ):
            continue
        for result in one["result"]:
            if isinstance(result, Mapping) and isinstance(said := result.get("value"), Mapping):
                name = str(result.get("from_name") or result.get("type") or "annotation")
                found.setdefault(name, []).extend(_values(said))
        break
    texts = {str(name): said for name, said in data.items() if isinstance(said, str)}
    made = {name if name not in texts else f"{name} (annotation)": said for name, said in found.items()}
    return texts | {
        name: "\n".join(said) if _has_spans(said) else ", ".join(said) for name, said in made.items()
    }


def _values(value: Mapping[str, Any]) -> Iterator[str]:
    """What a result says: choices, a text that was written, a rating, or marked places with their labels."""
    for name, said in value.items():
        if name in ("start", "end", "startOffset", "endOffset", "globalOffsets"):
            continue
        if isinstance(said, list) and isinstance(value.get("text"), str) and name != "text":
            yield from (f"{label}: {value['text']}" for label in said)
        elif isinstance(said, list):
            yield from map(str, said)
        elif name in ("rating", "number"):
            yield str(said)


def _has_spans(said: Sequence[str]) -> bool:
    return len(said) > 1 and all(": " in one for one in said)


def _of_doccano(value: Mapping[str, Any]) -> dict[str, Any] | None:
    text = value.get("text", value.get("data"))
    name = next((one for one in DOCCANO if isinstance(value.get(one), list)), "")
    if not isinstance(text, str) or not name or "question" in value:
        return None
    said = [_annotation(text, one) for one in value[name]]
    if None in said:
        return None
    kept = filter(None, said)
    joined = "\n" if any("\n" in one or ": " in one for one in filter(None, said)) else ", "
    return {**value, name: joined.join(kept)}


def _annotation(text: str, one: Any) -> str | None:
    """A label, an answer, or a marked place with its label; None for all else."""
    match one:
        case str():
            return one
        case [int(start), int(end), str(label)]:
            return f"{label}: {text[start:end]}"
        case {"text": str(said)}:
            return said
        case {"start_offset": int(start), "end_offset": int(end), "label": label}:
            return f"{label}: {text[start:end]}"
        case {"start": int(start), "end": int(end), "label": label}:
            return f"{label}: {text[start:end]}"
        case {"label": str(label)}:
            return label
    return None
