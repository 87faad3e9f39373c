"""Which rows are held out, and where a plain text is divided."""

import pytest

from components.errors import BadInput
from components.training.doctor import plain_rows, split
from components.training.rows import group, shared_prompts


def rows(count: int, prompts: int | None = None) -> list[dict[str, object]]:
    asked = [f"Question {n % (prompts or count)}?" for n in range(count)]
    return [
        {
            "messages": [{"role": "user", "content": one}, {"role": "assistant", "content": f"{n}"}],
            "line": n + 1,
        }
        for n, one in enumerate(asked)
    ]


@pytest.mark.parametrize(("count", "held"), [(16, 8), (100, 8), (400, 20), (3000, 150), (9000, 200)])
def test_five_percent_are_held_out(count, held):
    train, valid = split.split(rows(count))
    assert (len(train), len(valid)) == (count - held, held)
    assert split.split(rows(count)) == (train, valid)


def test_the_same_prompt_is_never_on_both_sides():
    train, valid = split.split(rows(1000, prompts=90))
    assert not {group(row) for row in train} & {group(row) for row in valid}
    assert 8 <= len(valid) <= 50


@pytest.mark.parametrize(
    ("count", "prompts", "most"), [(40, 1, 8), (300, 2, 15), (1000, 9, 50), (100, 10, 16)]
)
def test_few_prompts_with_many_answers_lose_no_more_rows_than_others(count, prompts, most):
    train, valid = split.split(rows(count, prompts))
    assert 8 <= len(valid) <= most
    assert shared_prompts(train, valid) == (0 if prompts == 10 else len(valid))


def test_conversations_that_begin_alike_can_be_trained_on():
    hello = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    train, valid = split.split([{"messages": [*hello, *row["messages"]]} for row in rows(100)])
    assert len(valid) == 8
    assert shared_prompts(train, valid) == 0


@pytest.mark.parametrize("few", [rows(15), [rows(1)[0]] * 40])
def test_too_few_rows_are_a_sentence(few):
    with pytest.raises(BadInput):
        split.split(few)


@pytest.mark.parametrize(
    "text",
    ["\n\n  one\n\n\n\ntwo\n" * 400, "a" * 9_000, "One. Two! " * 900, "\tdef fox():\n\t\tpass\n" * 500],
)
def test_no_sign_of_a_text_is_lost_or_read_twice_and_each_piece_says_its_line(text):
    records = plain_rows.read(text).records
    assert "".join(record.value["text"] for record in records).strip() == text.strip()
    for record in records:
        assert record.value["text"].split("\n")[0] in text.split("\n")[record.line - 1]
