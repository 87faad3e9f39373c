"""Rows of data sets that are kept for evaluation: what goes in and what is expected, an object each.

Knows the layouts of LangSmith, Langfuse, promptfoo and logged requests; not files.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from components.messages import Said
from components.training.doctor.field_names import TURNS, answer_in, named
from components.training.doctor.records import Opened
from components.training.rows import Turn

GIVEN = ("inputs", "input", "request")
EXPECTED = (
    *("outputs", "output", "expected_output", "reference_outputs", "reference_output", "expected"),
    "response",
)
ANSWERS = ("messages", "message", "choices", "body", "generations", "output", "answer", "content", "text")
_LIKE = ("equals", "similar", "factuality", "model-graded-factuality", "levenshtein", "rouge-n", "bleu")
_OTHERS = (  # tests that don't say what the answer is, as promptfoo calls them in a table
    *("contains", "icontains", "contains-all", "contains-any", "icontains-all", "icontains-any", "regex"),
    *("starts-with", "javascript", "fn", "eval", "python", "llm-rubric", "grade", "is-json", "contains-json"),
    *("is-sql", "contains-sql", "webhook", "answer-relevance", "context-recall", "cost", "latency"),
)
_TEST = re.compile(r"(?P<how>(?:not-)?[a-z]+(?:-[a-z]+)*)(?:\(\s*[\d.]+\s*\))?:\s*", re.IGNORECASE)
_EXPECTED = re.compile(r"__expected\d*")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def row(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The row of one example; None for all else.

    {"inputs": {"question": "Why?"}, "outputs": {"answer": "So."}} becomes {"question": "Why?", "answer":
    "So."}, and so does promptfoo's {"vars": {"question": "Why?"}, "assert": [{"type": "equals", "value":
    "So."}]}.
    """
    return _of_test(value) or _of_example(value)


def fill(config: Mapping[str, Any]) -> None:
    """Gives the tests of a promptfoo file the text of its prompt, where it has a single one."""
    prompts, tests = config.get("prompts"), config.get("tests")
    prompt = prompts[0] if isinstance(prompts, list) and len(prompts) == 1 else prompts
    if not isinstance(prompt, str) or not _VARIABLE.search(prompt) or not isinstance(tests, list):
        return
    variables = set(_VARIABLE.findall(prompt))
    for one in tests:
        given = one.get("vars") if isinstance(one, MutableMapping) else None
        if isinstance(given, Mapping) and variables <= given.keys():
            said = answer_in(given)
            one["vars"] = {"prompt": _filled(prompt, given)} | ({said: given[said]} if said else {})


def gather(opened: Opened) -> None:
    """Puts what a promptfoo table expects of the answer (__expected) into one column: "equals: So." is "So.".

    A row whose tests only look for something in the answer has none.
    """
    looked = {str(name) for record in opened.records[:1] for name in record.value}
    tests = sorted(filter(_EXPECTED.fullmatch, looked))
    if not tests or not opened.table or "answer" in looked:
        return
    for number, record in enumerate(opened.records):
        rest = {name: one for name, one in record.value.items() if not str(name).startswith("__")}
        said = (_expected(str(record.value.get(name) or "")) for name in tests)
        opened.records[number] = replace(record, value=rest | {"answer": next(filter(None, said), "")})
    opened.repair(Said("What is expected of an answer was read as the answer, where it says what that is."))


def _expected(test: str) -> str:
    found = _TEST.match(test)
    how = found["how"].casefold() if found else ""
    if found and how in _LIKE:
        return test[found.end() :]
    return "" if how.removeprefix("not-") in (*_OTHERS, *_LIKE) else test


def _filled(prompt: str, given: Mapping[str, Any]) -> str:
    return _VARIABLE.sub(lambda found: str(given[found[1]]), prompt)


def _of_test(value: Mapping[str, Any]) -> dict[str, Any] | None:
    given, asserted = value.get("vars"), value.get("assert", [])
    if not isinstance(given, Mapping) or not isinstance(asserted, list):
        return None
    made: dict[str, Any] = {}
    made |= {str(name): one for name, one in given.items() if isinstance(one, str | int | float)}
    if not answer_in(made):
        like = [one for one in asserted if isinstance(one, Mapping) and one.get("type") in _LIKE]
        made["answer"] = next((one["value"] for one in like if isinstance(one.get("value"), str)), None)
    return made


def _of_example(value: Mapping[str, Any]) -> dict[str, Any] | None:
    before, after = named(map(str, value), GIVEN), named(map(str, value), EXPECTED)
    given, said = value.get(before), value.get(after)
    if not (isinstance(given, Mapping) or (isinstance(given, str) and isinstance(said, Mapping))):
        return None
    if not isinstance(said, Mapping | str | list) or not said:
        return None
    beside = {str(name): one for name, one in value.items() if name not in (before, after)}
    if isinstance(given, Mapping) and (turns := _turns(given.get("messages"))):
        answer = _answer(said)
        return {**beside, TURNS[0]: [*turns, answer]} if answer else None
    asked, answered = _texts(given, "input"), _texts(said, "output")
    if len(asked) == len(answered) == 1:
        asked, answered = {"question": next(iter(asked.values()))}, {"answer": next(iter(answered.values()))}
    elif asked.keys() & answered.keys():
        answered = {f"{after}_{name}": one for name, one in answered.items()}
    return {**beside, **asked, **answered} if asked and answered else None


def _texts(value: Any, name: str) -> dict[str, Any]:
    return {str(one): said for one, said in value.items()} if isinstance(value, Mapping) else {name: value}


def _turns(value: Any) -> list[Turn]:
    """Messages with their roles, also as LangChain writes them, in a list of lists; none for all else."""
    value = value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) else value
    turns = [_turn(one) for one in value] if isinstance(value, list) else []
    return [one for one in turns if one] if all(turns) else []


def _turn(message: Any) -> Turn | None:
    if not isinstance(message, Mapping):
        return None
    parts = [message[name] for name in ("kwargs", "data") if isinstance(message.get(name), Mapping)]
    inner: Mapping[str, Any] = parts[0] if parts else {}
    path = message.get("id")
    called = path[-1] if isinstance(path, list) and path else ""  # ["langchain", ..., "HumanMessage"]
    role = next((one for name in ("role", "type") for one in (inner.get(name), message.get(name)) if one), "")
    role = str(called or role).removesuffix("Chunk").removesuffix("Message").casefold()
    said = inner.get("content", message.get("content"))
    return {"role": "assistant" if role == "ai" else role, "content": said} if role and said else None


def _answer(said: Any) -> Turn | None:
    """The answer in what is expected, however deep it is."""
    if isinstance(said, str):
        return {"role": "assistant", "content": said}
    if isinstance(said, list):
        return _answer(said[-1]) if said else None
    if not isinstance(said, Mapping):
        return None
    if turn := _turn(said):
        return turn
    found = named(map(str, said), ANSWERS)
    return _answer(said[found]) if found else None
