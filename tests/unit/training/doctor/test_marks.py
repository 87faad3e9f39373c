"""Fields by which rows say that they aren't to be trained on, texts that say nothing, columns left over."""

import json
from dataclasses import replace

import pytest

from components.training.doctor.report import Diagnosis
from components.training.doctor.shape import Shape
from tests.unit.training.doctor.making import CHAT, check, jsonl, recognised, words, wrong


def rows(**fields) -> str:
    """Twenty questions, each with the values of these fields in turn."""
    named = {name: values if isinstance(values, list) else [values] for name, values in fields.items()}
    return jsonl(
        *(
            {"prompt": f"What is fox {n}?", "completion": f"It is the fox number {n}."}
            | {name: values[n % len(values)] for name, values in named.items()}
            for n in range(20)
        )
    )


def test_answers_marked_in_their_turns_are_asked_about_and_then_honoured(model):
    turns = [
        CHAT[0],
        CHAT[1] | {"content": "Bad.", "mask": True},
        {"role": "user", "content": "So?"},
        CHAT[1],
    ]
    upload = ("rows.jsonl", jsonl(*({"messages": turns} for _ in range(4))))
    answer = check(model, upload)
    assert asked(answer)
    assert [(one.field, one.values) for one in answer.report.marks] == [
        ("messages.mask", (("", 4), ("True", 4)))
    ]
    shape = replace(recognised(answer), sure=True, keep=(("messages.mask", ("",)),))
    trained = [one.get("weight", 1) for one in check(model, upload, shape=shape).rows[0].row["messages"]]
    assert trained == [1, 0, 1, 1]


@pytest.mark.parametrize("inside", [False, True])
def test_a_list_of_marks_beside_the_turns_is_asked_about(model, inside):
    turns = [CHAT[0], CHAT[1] | {"content": "Bad."}, {"role": "user", "content": "So?"}, CHAT[1]]
    marks = [0, 0, 0, 1]
    row = {"messages": turns, "loss_mask": marks}
    if inside:
        row = {"messages": [one | {"loss_mask": mark} for one, mark in zip(turns, marks, strict=True)]}
    upload = ("rows.jsonl", jsonl(*(row for _ in range(4))))
    answer = check(model, upload)
    assert asked(answer)
    assert [(one.field, one.values) for one in answer.report.marks] == [
        ("messages.loss_mask", (("0", 4), ("1", 4)))
    ]
    shape = replace(recognised(answer), sure=True, keep=(("messages.loss_mask", ("1",)),))
    trained = [one.get("weight", 1) for one in check(model, upload, shape=shape).rows[0].row["messages"]]
    assert trained == [1, 0, 1, 1]


def asked(answer: Diagnosis) -> bool:
    shape = recognised(answer)
    assert shape.sure is not bool(answer.report.asked)
    return not shape.sure


@pytest.mark.parametrize(
    ("name", "values"),
    [("label", [True, False]), ("kto_tag", ["true", "false"]), ("label", ["True", "False"])],
)
def test_answers_marked_as_bad_are_not_trained_on(model, name, values):
    answer = check(model, ("rows.jsonl", rows(**{name: values})))
    assert not asked(answer)
    assert wrong(answer) == [(line, "marked") for line in range(2, 21, 2)]
    assert len(answer.rows) == 10
    assert "not trained on" not in words(answer.report.notes)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("feedback", ["good", "bad"]),
        ("rating", [1, 2, 5]),
        ("is_correct", [True, False]),
        ("checked", [True, False]),
        ("user score", ["5 / 5", "1 / 5"]),
        ("helpfulness", [4, 0, 2]),
        ("label", [0, 1]),
        ("Use for training", ["Y", "N"]),
        ("reviewed by two", ["yes", "no"]),
        ("geprüft", ["ja", "nein"]),
        ("label", ["ja", "nein"]),
    ],
)
def test_other_marks_are_asked_about_and_then_honoured(model, name, values):
    upload = ("rows.jsonl", rows(**{name: values}))
    answer = check(model, upload)
    assert asked(answer)
    assert [mark.field for mark in answer.report.marks] == [name]
    best = str(values[0])
    shape = replace(recognised(answer), sure=True, keep=((name, (best,)),))
    again = check(model, upload, shape=shape)
    assert len(again.rows) == dict(answer.report.marks[0].values)[best]
    assert {kind for _, kind in wrong(again)} == {"marked"}


def test_a_mark_that_only_bad_rows_have_is_asked_about(model):
    data = "".join(
        json.dumps({"prompt": f"Why {n}?", "completion": f"So {n}."} | ({} if n % 5 else {"flagged": True}))
        + "\n"
        for n in range(20)
    )
    (mark,) = check(model, ("rows.jsonl", data)).report.marks
    assert mark.values == (("", 16), ("True", 4))
    chosen = Shape("question", "prompt", "completion", keep=(("flagged", ("",)),))
    assert len(check(model, ("rows.jsonl", data), shape=chosen).rows) == 16


@pytest.mark.parametrize(
    ("name", "values"), [("category", ["home", "work"]), ("rating", 5), ("id", list(range(20)))]
)
def test_what_only_tells_rows_apart_is_not_asked_about(model, name, values):
    assert not asked(check(model, ("rows.jsonl", rows(**{name: values}))))


@pytest.mark.parametrize(
    ("values", "held", "kinds"),
    [
        (["train", "train", "train", "validation"], 5, set()),
        (["train", "test"], 10, set()),
        (["train", "val", "test", "train"], 5, {"marked"}),
    ],
)
def test_rows_go_to_the_split_that_they_name(model, values, held, kinds):
    answer = check(model, ("rows.jsonl", rows(split=values)))
    assert sum(one.side == "valid" for one in answer.rows) == held
    assert {kind for _, kind in wrong(answer)} == kinds
    assert answer.report.divided


@pytest.mark.parametrize(
    "said", ["nan", "NaN", "None", "NULL", "N/A", "<NA>", "-", "?", "#REF!", "[deleted]"]
)
def test_an_answer_that_stands_for_nothing_is_named(model, said):
    answer = check(model, ("rows.jsonl", jsonl({"prompt": "Why?", "completion": said})))
    assert wrong(answer) == [(1, "nothing")]


@pytest.mark.parametrize("said", ["\u200b", "\u200b\u2060 \ufeff", "\u3164", "\u2800"])
def test_an_answer_that_nobody_can_see_is_empty(model, said):
    answer = check(model, ("rows.jsonl", jsonl({"prompt": "Why?", "completion": said})))
    assert wrong(answer) == [(1, "answer")]


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ({"prompt": "<image>What is it?", "completion": "A fox."}, ["media"]),
        ({"prompt": "Look: <image> Well?", "completion": "A fox.", "images": ["a.jpg"]}, ["media"]),
        ({"prompt": "What is it? <audio>", "completion": "A fox."}, ["media"]),
        ({"prompt": "<|audio|>What is said?", "completion": "A fox."}, ["media"]),
        ({"prompt": "[IMG_1] What is it?", "completion": "A fox."}, ["media"]),
        ({"prompt": "<img src='a.png'> What is it?", "completion": "A fox."}, ["media"]),
        ({"prompt": "<ImageHere>What is it?", "completion": "A fox."}, ["media"]),
        ({"prompt": "{image}\nWhat is it?", "completion": "A fox."}, ["media"]),
        ({"prompt": "![](data:image/png;base64,AA) What is it?", "completion": "A fox."}, ["media"]),
        ({"prompt": "What does the tag <video> do in a page?", "completion": "It plays one."}, []),
    ],
)
def test_a_picture_that_is_not_there_is_named(model, row, kinds):
    assert wrong(check(model, ("rows.jsonl", jsonl(row)))) == [(1, kind) for kind in kinds]


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"source": "faq", "prompt": "What is fox {}?", "target": "It is fox {}."}, ("prompt", "target")),
        (
            {"instruction": "Say {}.", "input": "fox {}", "chosen": "Fox {}.", "rejected": "No."},
            ("instruction", "chosen"),
        ),
    ],
)
def test_the_right_columns_are_taken(model, row, fields):
    many = [{name: said.format(n) for name, said in row.items()} for n in range(20)]
    answer = check(model, ("rows.jsonl", jsonl(*many)))
    assert (recognised(answer).prompt, recognised(answer).answer) == fields
    assert not asked(answer)


@pytest.mark.parametrize(
    "row",
    [
        {"text": "What is fox {}?", "remarks": [{"said": "It is the fox number {}."}]},
        {"question": "What is fox {}?", "reasoning": "Foxes are counted, so {}.", "answer": "It is {}."},
        {"source": "Poem {}", "prompt": "What is fox {}?", "target": "It is fox {}."},
    ],
)
def test_columns_with_text_that_would_be_lost_are_asked_about(model, row):
    def filled(value, n):
        return value.format(n) if isinstance(value, str) else [{"said": value[0]["said"].format(n)}]

    many = [{name: filled(value, n) for name, value in row.items()} for n in range(20)]
    assert asked(check(model, ("rows.jsonl", jsonl(*many))))


def test_a_column_that_says_the_same_again_is_not_asked_about(model):
    many = [{"messages": CHAT, "prompt": "Why?", "id": n} for n in range(20)]
    assert not asked(check(model, ("rows.jsonl", jsonl(*many))))


def test_a_mark_inside_of_another_field_is_asked_about_and_then_honoured(model):
    upload = ("rows.jsonl", rows(metadata=[{"quality": "good", "source": "a"}, {"quality": "bad"}]))
    answer = check(model, upload)
    assert asked(answer)
    assert [(one.field, one.values) for one in answer.report.marks] == [
        ("metadata.quality", (("bad", 10), ("good", 10)))
    ]
    shape = replace(recognised(answer), sure=True, keep=(("metadata.quality", ("good",)),))
    assert len(check(model, upload, shape=shape).rows) == 10


def test_values_that_can_only_be_splits_are_honoured_under_any_name(model):
    answer = check(model, ("rows.jsonl", rows(bucket=["train", "train", "val", "test"])))
    assert not asked(answer)
    assert [one.side for one in answer.rows].count("valid") == 5
    assert len(answer.rows) == 15
    vehicles = check(model, ("rows.jsonl", rows(vehicle=["train", "bus"])))
    assert len(vehicles.rows) == 20
