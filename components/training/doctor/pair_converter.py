"""Records to pairs of a better and a worse answer to the same turns, or to answers that are good or bad by
label.

Knows shapes and turns as `converter` does; nothing about tokens. A labelled answer finds the other one of
its pair once all rows are read.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from components.messages import Message, Said
from components.training.doctor.converter import EMPTY, Converter, Wrong, value_of
from components.training.doctor.field_names import field_name
from components.training.doctor.findings import quoted
from components.training.doctor.good_bad_labels import LABELS, is_dialogue, is_good
from components.training.doctor.records import Record
from components.training.doctor.row_checks import Checked
from components.training.doctor.turns import in_order, with_roles, wrong_turns
from components.training.rows import Row, Turn, asked_in_full

# Anthropic's conversations as one text
_SPOKEN = re.compile(r"(?:^|\n\n)(Human|Assistant|H|A): ?(.*?)(?=\n\n(?:Human|Assistant|H|A):|\Z)", re.DOTALL)


class ComparingConverter(Converter):
    """A converter that also knows pairs."""

    def _makers(self) -> dict[str, Callable[[Record], Row]]:
        return super()._makers() | {"preference": self._preference}

    def _look_at_turns(self, row: Row) -> Iterator[tuple[str, Message]]:
        if "chosen" not in row:
            yield from super()._look_at_turns(row)
            return
        answer = {"role": "assistant", "content": row["chosen"]}
        turns = in_order([*row["messages"], answer], self._mended)
        yield from wrong_turns(turns)
        row["messages"] = turns[:-1]

    def _preference(self, record: Record) -> Row:
        """Two answers to the same turns; or one with its label, which finds its other one later."""
        before = self._asked_turns(record)
        if field_name(self.shape.rejected) in LABELS:
            return self._labelled(record, before)
        sides = []
        for name in (self.shape.answer, self.shape.rejected):
            turns = self._answer_turns(record, name)
            sides.append([*before, *turns] if turns[0]["role"] == "assistant" else turns)
        (*asked, chosen), (*other, rejected) = sides
        if _as_said(asked) != _as_said(other):
            raise Wrong("prompts", Said("What comes before the last answer isn't the same in both."))
        if chosen["content"].strip() == rejected["content"].strip():
            raise Wrong("same", Said("Both answers say {text}.", text=quoted(chosen["content"])))
        return {
            "messages": self._with_system(asked, record),
            "chosen": chosen["content"],
            "rejected": rejected["content"],
            "line": record.line,
        }

    def _labelled(self, record: Record, before: list[Turn]) -> Row:
        good = is_good(value_of(record.value, self.shape.rejected))
        if good is None:
            name = quoted(self.shape.rejected)
            raise Wrong("label", Said("The field {name} says neither true nor false.", name=name))
        turns = [*before, *self._answer_turns(record, self.shape.answer)]
        return {
            "messages": self._with_system(turns[:-1], record),
            "chosen": turns[-1]["content"],
            "rejected": "",
            "label": good,
            "line": record.line,
        }

    def _asked_turns(self, record: Record) -> list[Turn]:
        """What both answers follow; none where the conversations themselves have it."""
        if not self.shape.prompt:
            return []
        value = value_of(record.value, self.shape.prompt)
        if (turns := self._turns(value)) is not None:
            return [self._turn(number, turn) for number, turn in enumerate(with_roles(turns), 1)]
        return [*self._history(record), {"role": "user", "content": self._asked(record)}]

    def _answer_turns(self, record: Record, name: str) -> list[Turn]:
        """One of the two answers as turns, of which the last one is the answer itself."""
        value = value_of(record.value, name)
        if is_dialogue(value):
            return [
                {"role": "user" if who.startswith("H") else "assistant", "content": self._tidy(said)}
                for who, said in _SPOKEN.findall(str(value))
            ]
        turns = self._turns(value)
        if turns is None:
            return [{"role": "assistant", "content": self._field(record, name, "answer")}]
        read = [self._turn(number, turn) for number, turn in enumerate(with_roles(turns), 1)]
        if not read or read[-1]["role"] != "assistant" or not read[-1]["content"]:
            raise Wrong("answer", Said(EMPTY["answer"], name=quoted(name)))
        return read

    def _with_system(self, turns: list[Turn], record: Record) -> list[Turn]:
        system = self._optional(record, self.shape.system)
        first = {"role": "system", "content": system}
        return [first, *turns] if system and not (turns and turns[0]["role"] == "system") else turns


def pair_up(rows: Sequence[Checked]) -> None:
    """Makes pairs of labelled answers: each good one with a bad one to the same turns, in their order.

    Three good answers and one bad one make one pair; what finds no partner is named.
    """
    waiting: dict[str, list[Checked]] = {}
    for one in rows:
        if one.row is not None and "label" in one.row:
            waiting.setdefault(asked_in_full(one.row), []).append(one)
    for same in waiting.values():
        good = [one for one in same if one.row and one.row["label"]]
        bad = [one for one in same if one.row and not one.row["label"]]
        for better, worse in zip(good, bad, strict=False):
            assert better.row is not None
            assert worse.row is not None
            better.row = {name: value for name, value in better.row.items() if name != "label"}
            better.row["rejected"] = worse.row["chosen"]
            worse.row = None
        for one in [*good[len(bad) :], *bad[len(good) :]]:
            one.find("alone", Said("No answer to the same prompt has the other label."))
            one.row = None


def _as_said(turns: list[Turn]) -> list[tuple[str, str]]:
    return [(one["role"], one["content"].strip()) for one in turns]
