"""What a model will see of a few rows: stretches of text, and whether each is trained on.

Knows a tokenizer and rows. The text is made from the token ids, so that it is what is really read.
"""

from collections.abc import Sequence
from typing import Any

from components.messages import Message, Said, counted
from components.training.doctor.report import Seen, Stretch
from components.training.program.row_tokens import NOT_TRAINED, Rendered, render
from components.training.rows import Row, kind_of

SHOWN = 4  # rows
MOST = 700  # tokens of a row that are shown; of more, the beginning and the end


def preview(
    rows: Sequence[Row], tokenizer: Any, context: int, instruction: str, seq2seq: bool
) -> tuple[Seen, ...]:
    made = []
    for row in rows:
        rendered = render(row, tokenizer, context, instruction=instruction, seq2seq=seq2seq)
        made.append(
            Seen(
                line=row.get("line", 0),
                tokens=rendered.tokens,
                trained=sum(label != NOT_TRAINED for label in rendered.labels),
                ends=rendered.ends,
                continued=bool(row.get("continued")),
                cut=rendered.cut,
                stretches=(
                    *(_sides(rendered, tokenizer) if seq2seq else _stretches(rendered, tokenizer)),
                    *_rejected(row),
                ),
            )
        )
    return tuple(made)


def _rejected(row: Row) -> list[Stretch]:
    """Of a pair, the answer that isn't preferred, which is read too."""
    if kind_of(row) != "preference":
        return []
    return [
        ("\n\n", False, False),
        (Said("Instead of:"), False, True),
        (f"\n{row['rejected']}", False, False),
    ]


def _sides(rendered: Rendered, tokenizer: Any) -> list[Stretch]:
    """Of an encoder-decoder model: what it reads, then what it is trained to say."""
    made = [*_told_apart(rendered.input_ids, [False] * len(rendered.input_ids), tokenizer)]
    return [
        *made,
        ("\n", False, False),
        *_told_apart(rendered.labels, [True] * len(rendered.labels), tokenizer),
    ]


def _stretches(rendered: Rendered, tokenizer: Any) -> list[Stretch]:
    return _told_apart(rendered.input_ids, [label != NOT_TRAINED for label in rendered.labels], tokenizer)


def _told_apart(ids: list[int], trained: list[bool], tokenizer: Any) -> list[Stretch]:
    special = set(tokenizer.all_special_ids)
    marks = [(learnt, token in special) for token, learnt in zip(ids, trained, strict=True)]
    made: list[Stretch] = []
    start = 0
    for place in range(1, len(ids) + 1):
        if place == len(ids) or marks[place] != marks[start]:
            for kept in _shortened(ids, start, place):
                text = (
                    kept if not isinstance(kept, list) else tokenizer.decode(kept, skip_special_tokens=False)
                )
                made.append((text, *marks[start]))
            start = place
    return made


def _shortened(ids: list[int], start: int, stop: int) -> list[list[int] | Message]:
    """A stretch's ids, without the middle of a very long one."""
    if stop - start <= MOST:
        return [ids[start:stop]]
    half, hidden = MOST // 2, stop - start - MOST
    left_out = counted("… {count} token not shown …", "… {count:,} tokens not shown …", hidden)
    return [ids[start : start + half], "\n", left_out, "\n", ids[stop - half : stop]]
