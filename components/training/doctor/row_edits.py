"""What is changed inside of rows as a person wants it: placeholders filled in, a model's thinking taken out.

Knows rows; not files. Models mark their thinking in a way of each family:

    <think>23 is odd.</think>No.        [THINK]23 is odd.[/THINK]No.        ◁think▷23 is odd.◁/think▷No.
    <|begin_of_thought|>23 is odd.<|end_of_thought|><|begin_of_solution|>No.<|end_of_solution|>

Some templates write the first mark themselves, so that files may hold the last one alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.kept import Kept
from components.messages import Message, Said, counted
from components.training.doctor.findings import quoted
from components.training.doctor.placeholders import filled, outside_code, placeholders
from components.training.doctor.row_checks import Checked, texts
from components.training.rows import Row, Turn, is_trained

MOST = 12  # placeholders that a person is asked to fill in
SHOWN = 40  # characters of thinking that are quoted
_NAME = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad"
_THINKING = re.compile(
    rf"<(?P<tag>{_NAME})>.*?(?:</(?P=tag)>|\Z)"
    rf"|\[(?P<mark>{_NAME})\].*?\[/(?P=mark)\]"
    rf"|<\|begin_of_(?P<token>{_NAME})\|>.*?(?:<\|end_of_(?P=token)\|>|\Z)"
    rf"|◁(?P<sign>{_NAME})▷.*?(?:◁/(?P=sign)▷|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_MARKS = ("<", "[/", "◁")  # one of them is in all thinking
_LAST = re.compile(r"</think>(?=[ \t]*(?:\n|\Z))")
_SOLUTION = re.compile(
    r"<answer>(.*)</answer>|<\|begin_of_solution\|>(.*?)(?:<\|end_of_solution\|>)?", re.DOTALL
)


@dataclass(frozen=True)
class Edits(Kept):
    """What is changed inside of the rows of an upload."""

    fills: tuple[tuple[str, str], ...] = ()  # placeholders as they stand, and what is put in their places
    without_thinking: bool = False


def apply(rows: Sequence[Checked], edits: Edits) -> list[Message]:
    """Changes the rows. Returns what was done, in words."""
    values = dict(edits.fills)
    thinking = fills = 0
    for one in rows:
        if edits.without_thinking and one.row is not None and (row := _answered(one.row)) != one.row:
            thinking += 1
            one.row = row
            if not all(_answers(row)):
                one.find("answer", Said("There is nothing but thinking in the answer."))
                one.row = None
        if values and one.row is not None and (row := _filled(one.row, values)) != one.row:
            fills += 1
            one.row = row
    done: list[Message] = []
    if thinking:
        done.append(
            counted(
                "In {count} row, a model's thinking was taken out.",
                "In {count:,} rows, a model's thinking was taken out.",
                thinking,
            )
        )
    if fills:
        done.append(
            counted(
                "In {count} row, placeholders were filled in.",
                "In {count:,} rows, placeholders were filled in.",
                fills,
            )
        )
    return done


def check_thinking(rows: Sequence[Checked]) -> None:
    """Finds answers with a model's thinking in them."""
    for one in rows:
        for answer in _answers(one.row) if one.row is not None else ():
            if found := _thinking(answer):
                text = quoted(answer[slice(*found[0])], SHOWN)
                one.find("thinking", Said("A model's thinking is in the answer: {text}.", text=text))
                break


def found_placeholders(rows: Sequence[Checked]) -> tuple[tuple[str, int], ...]:
    """The placeholders of rows that have some, the most frequent first, each with its number of rows."""
    counts: Counter[str] = Counter()
    for one in rows:
        if one.row is not None and any(hit.kind in ("placeholder", "perhaps") for hit in one.findings):
            counts.update({name for text in texts(one.row) for name in placeholders(text)})
    return tuple(counts.most_common(MOST))


def without_thinking(answer: str) -> str:
    """What a model says at last. Of an answer that is cut in its thinking nothing is left."""
    found = _thinking(answer)
    if not found:
        return answer
    for start, end in reversed(found):
        answer = f"{answer[:start]}{answer[end:]}"
    answer = answer.strip()
    solution = _SOLUTION.fullmatch(answer)
    return (solution[1] or solution[2] or "").strip() if solution else answer


def _thinking(answer: str) -> list[tuple[int, int]]:
    """Where an answer has thinking: the places before and after it."""
    if not any(mark in answer for mark in _MARKS):
        return []
    found = [one.span() for one in outside_code(_THINKING, answer)]
    last = next(outside_code(_LAST, answer), None) if not found and "</think>" in answer else None
    return [(0, last.end())] if last else found


def _answers(row: Row) -> list[str]:
    """What a row teaches to say."""
    turns = [one["content"] for one in row.get("messages", ()) if is_trained(one)]
    return [row["chosen"], row["rejected"]] if "chosen" in row else turns


def _answered(row: Row) -> Row:
    """The row with answers that have no thinking in them."""
    if "chosen" in row:
        return row | {name: without_thinking(row[name]) for name in ("chosen", "rejected")}
    turns = row.get("messages")
    return row | {"messages": _turns(turns, without_thinking, is_trained)} if turns else row


def _filled(row: Row, values: dict[str, str]) -> Row:
    made = dict(row)
    for name in ("text", "source", "target", "chosen", "rejected"):
        if name in row:
            made[name] = filled(row[name], values)
    if "messages" in row:
        made["messages"] = _turns(row["messages"], lambda text: filled(text, values), lambda turn: True)
    return made


def _turns(turns: Sequence[Turn], change: Callable[[str], str], chosen: Callable[[Turn], bool]) -> list[Turn]:
    return [one | {"content": change(one["content"])} if chosen(one) else one for one in turns]
