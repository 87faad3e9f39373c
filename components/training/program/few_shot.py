"""The base with a few training rows before each question: what it knows to do without being trained.

Knows rows and tokens; not models.
"""

from collections.abc import Sequence
from typing import Any

from components.training.program.batches import examples_of, prompt_of, spread
from components.training.rows import Row, Turn, messages_of

SHOTS = 4  # training rows in a prompt


def prompts(
    rows: Sequence[Row],
    trained: Sequence[Row],
    tokenizer: Any,
    context: int,
    instruction: str,
) -> list[list[int]]:
    """A prompt for each row, with as many of the shown rows as fit; none where one row fits with none."""
    shots = [messages_of(row, instruction) for row in spread(trained, SHOTS)]
    found = []
    for row in rows:
        own = messages_of(row, instruction)
        for count in range(len(shots), 0, -1):
            made = examples_of([_shown(shots[:count], own)], tokenizer, context, False)
            if made and not made[0].cut:
                found.append(prompt_of(made[0], False))
                break
        else:
            return []
    return found


def _shown(shots: Sequence[list[Turn]], own: list[Turn]) -> Row:
    """One conversation: the row's system message, the shown rows, the row itself."""
    system = [one for one in own[:1] if one["role"] == "system"]
    before = [one for shot in shots for one in shot if one["role"] != "system"]
    return {"messages": [*system, *before, *own[len(system) :]]}
