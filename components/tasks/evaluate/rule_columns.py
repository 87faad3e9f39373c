"""Rules as tables of questions write them: columns of one's own, and IFEval's instructions with their values.

Knows names and values; what a rule means is in `rules`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.models.languages import language_code
from components.tasks.evaluate import assertions
from components.tasks.evaluate.questions import Check
from components.training.doctor.field_names import field_name

_COUNTS = {
    "words": "words",
    "characters": "characters",
    "chars": "characters",
    "sentences": "sentences",
    "paragraphs": "paragraphs",
    "bullets": "bullets",
}
_RELATIONS = {"min": "at least", "max": "at most", "exactly": "exactly"}
_PHRASES = {"must_contain": "contains", "must_not_contain": "without", "must_contain_any": "any of"}
_TEXTS = {"starts_with": "starts", "ends_with": "ends"}
_FORMATS = {"json": "json", "lowercase": "lower case", "uppercase": "upper case", "no_comma": "no comma"}
IDS, VALUES = "instruction_id_list", "kwargs"


def is_rule(name: str) -> bool:
    """Whether a column of this name holds a rule."""
    if assertions.is_column(name):
        return True
    known = field_name(name)
    relation, _, what = known.partition("_")
    counted = relation in _RELATIONS and what in _COUNTS
    return counted or known in (*_PHRASES, *_TEXTS, IDS, "format", "checks", "answer_language")


def checks(record: Mapping[str, Any]) -> tuple[Check, ...]:
    """The rules of one row; raises ValueError, TypeError or LookupError for values that make none."""
    found: list[Check] = []
    for name, value in record.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if assertions.is_column(name):
            found.append(assertions.check_of(str(value)))
            continue
        found += _of_column(field_name(name), value, record)
    return tuple(found)


def _of_column(name: str, value: Any, record: Mapping[str, Any]) -> list[Check]:
    relation, _, what = name.partition("_")
    if relation in _RELATIONS and what in _COUNTS:
        return [Check(_COUNTS[what], {"count": int(float(value)), "relation": _RELATIONS[relation]})]
    if name in _PHRASES:
        return [Check(_PHRASES[name], {"phrases": _several(value)})]
    if name in _TEXTS:
        return [Check(_TEXTS[name], {"text": str(value)})]
    if name == "format":
        wanted = field_name(str(value))
        return [Check(_FORMATS[wanted])] if wanted in _FORMATS else []
    if name == "answer_language":
        return [Check("language", {"language": _language(value)})]
    if name == "checks":
        listed = json.loads(value) if isinstance(value, str) else value
        return [one for each in listed for one in checks(each)]
    if name == IDS:
        return _ifeval(_list(value), _list(record.get(VALUES) or "[]"))
    return []


def _several(value: Any) -> tuple[str, ...]:
    """Phrases as a list, or in one cell with vertical bars between them."""
    listed = value if isinstance(value, list) else re.split(r"\s*[|;]\s*", str(value))
    return tuple(str(one) for one in listed if str(one).strip())


def _list(value: Any) -> list[Any]:
    found = json.loads(value) if isinstance(value, str) else value
    return list(found)


def _language(value: Any) -> str:
    if code := language_code(str(value)):
        return code
    if len(code := str(value).strip().lower()) == 2:
        return code
    raise ValueError(value)


def _ifeval(ids: Sequence[Any], values: Sequence[Any]) -> list[Check]:
    """Raises ValueError for an instruction that isn't known: a row must not pass for what isn't looked at."""
    given = [one or {} for one in values] or [{}] * len(ids)
    return [_one(str(name), each) for name, each in zip(ids, given, strict=True)]


def _one(name: str, given: Mapping[str, Any]) -> Check:
    kind = name.rpartition(":")[2]
    if kind in _BY_COUNT:
        rule, count, relation = _BY_COUNT[kind]
        values: dict[str, Any] = {
            "count": int(given[count]),
            "relation": str(given.get(relation) or "at least"),
        }
        values |= {own: given[their] for their, own in _ALSO.items() if given.get(their)}
        return Check(rule, values)
    if kind in _EXACTLY:
        rule, count = _EXACTLY[kind]
        return Check(rule, {"count": int(given[count]), "relation": "exactly"})
    if kind in _PLAIN:
        rule, their, own = _PLAIN[kind]
        return Check(rule, {own: _kept(given[their])} if own else {})
    match kind:
        case "response_language":
            return Check("language", {"language": _language(given["language"])})
        case "constrained_response":
            return Check("any of", {"phrases": ("My answer is yes", "My answer is no", "My answer is maybe")})
        case "nth_paragraph_first_word":
            return Check(
                "first word",
                {
                    "count": given["num_paragraphs"],
                    "paragraph": given["nth_paragraph"],
                    "word": given["first_word"],
                },
            )
    raise ValueError(name)


def _kept(value: Any) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)


# IFEval's name -> our rule, the field of its number, the field of its relation
_BY_COUNT = {
    "number_words": ("words", "num_words", "relation"),
    "number_sentences": ("sentences", "num_sentences", "relation"),
    "frequency": ("how often", "frequency", "relation"),
    "letter_frequency": ("letter", "let_frequency", "let_relation"),
    "capital_word_frequency": ("capital words", "capital_frequency", "capital_relation"),
    "number_highlighted_sections": ("highlights", "num_highlights", ""),
    "number_placeholders": ("placeholders", "num_placeholders", ""),
    "multiple_sections": ("sections", "num_sections", ""),
}
_ALSO = {"keyword": "phrase", "letter": "letter", "section_spliter": "mark"}
_EXACTLY = {
    "number_paragraphs": ("divided", "num_paragraphs"),
    "number_bullet_lists": ("bullets", "num_bullets"),
}
# IFEval's name -> our rule, its field, our field
_PLAIN = {
    "existence": ("contains", "keywords", "phrases"),
    "forbidden_words": ("without", "forbidden_words", "phrases"),
    "postscript": ("postscript", "postscript_marker", "mark"),
    "json_format": ("json", "", ""),
    "title": ("title", "", ""),
    "two_responses": ("two answers", "", ""),
    "repeat_prompt": ("starts", "prompt_to_repeat", "text"),
    "end_checker": ("ends", "end_phrase", "text"),
    "quotation": ("quoted", "", ""),
    "english_capital": ("upper case", "", ""),
    "english_lowercase": ("lower case", "", ""),
    "no_comma": ("no comma", "", ""),
}
