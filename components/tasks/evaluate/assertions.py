"""What promptfoo's tables say of an answer in their columns `__expected`, `__expected1`, ...: "contains:
Paris", "not-icontains: sorry", "is-json", or the answer itself.

Knows one cell; the rules that are made of it are in `rules`. What would run code, ask a model or search by a
pattern of the table's own isn't checked, and raises.
"""

import csv
import re
from collections.abc import Iterable

from components.tasks.evaluate.questions import Check

COLUMN = "__expected"
_CELL = re.compile(
    r"(?P<not>not-)?(?P<name>[a-z]+(?:-[a-z]+)*)(?:\([\d.]+\))?(?:$|:(?P<value>.*))", re.DOTALL
)
_TEXTS = {
    f"{folded}contains{how}": (rule, bool(folded))
    for folded in ("", "i")
    for how, rule in (("", "has all"), ("-all", "has all"), ("-any", "has any"))
}
_FOREIGN = frozenset(
    str.split(
        "similar javascript fn eval python ruby webhook llm-rubric grade regex levenshtein factuality "
        "rouge-n bleu meteor answer-relevance context-recall context-relevance context-faithfulness "
        "model-graded-closedqa model-graded-factuality g-eval classifier moderation latency cost "
        "perplexity perplexity-score is-sql contains-json contains-sql contains-xml is-xml is-html "
        "contains-html is-refusal guardrails word-count select-best max-score pi finish-reason "
        "is-valid-openai-tools-call is-valid-openai-function-call"
    )
)


def is_column(name: str) -> bool:
    return name.strip().startswith(COLUMN)


def are_assertions(cells: Iterable[str]) -> bool:
    """Whether one of the cells says more than an answer."""
    return any(_parted(cell) for cell in cells)


def check_of(cell: str) -> Check:
    """The rule that a cell says. Raises ValueError for one that isn't checked here."""
    parted = _parted(cell)
    if parted is None:
        return Check("is", {"text": cell.strip()})
    negated, name, value = parted
    if name in _TEXTS and value:
        rule, folded = _TEXTS[name]
        phrases = tuple(_listed(value)) if "-" in name else (value,)
        if negated and rule == "has all" and len(phrases) > 1:
            raise ValueError(cell)
        return Check("has none" if negated else rule, {"phrases": phrases, "folded": int(folded)})
    match name:
        case "equals":
            return Check("is not" if negated else "is", {"text": value})
        case "starts-with" if value and not negated:
            return Check("starts", {"text": value, "exact": 1})
        case "is-json" if not negated:
            return Check("json")
    raise ValueError(cell)


def _parted(cell: str) -> tuple[bool, str, str] | None:
    """Whether it is a negation, the assertion's name and its value; None for an answer."""
    found = _CELL.fullmatch(cell.strip())
    if found is None or not (found["name"] in _TEXTS or found["name"] in _KNOWN):
        return None
    bare = found["value"] is None
    if bare and found["name"] not in ("is-json", *(one for one in _FOREIGN if "-" in one)):
        return None  # a word such as "cost"
    return bool(found["not"]), found["name"], (found["value"] or "").strip()


def _listed(value: str) -> list[str]:
    """Texts between commas, as in a line of CSV."""
    return [one.strip() for one in next(csv.reader([value], skipinitialspace=True), []) if one.strip()]


_KNOWN = _FOREIGN | {"equals", "starts-with", "is-json"}
