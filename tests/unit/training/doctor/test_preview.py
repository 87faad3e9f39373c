"""What a model will see of a row."""

import json

from components.training.doctor.report import Ends
from tests.unit.training.doctor.making import (
    GOOD,
    check,
    lines,
    words,
    wrong,
)


def test_what_the_model_will_see(model):
    answer = check(model, ("rows.jsonl", lines(GOOD)))
    row = answer.report.preview[0]
    assert "".join(text for text, _, _ in row.stretches) == (
        "<|im_start|>user\nWhat is it?<|im_end|>\n<|im_start|>assistant\nA fox.<|im_end|>\n"
    )
    assert [text for text, trained, _ in row.stretches if trained] == ["A fox.", "<|im_end|>"]
    assert answer.report.ends == Ends("<|im_end|>", ended=1, asked=1, untrained=0)


def test_an_answer_with_the_weight_0_is_not_trained_on(model):
    bad = [
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Bad.", "weight": 0},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": "Good.", "weight": 1},
    ]
    answer = check(
        model, ("rows.jsonl", lines(json.dumps({"messages": bad}), json.dumps({"messages": bad[:2]})))
    )
    assert wrong(answer) == [(2, "assistant")]
    stretches = answer.report.preview[0].stretches
    assert [text for text, trained, _ in stretches if trained] == ["Good.", "<|im_end|>"]
    assert "Bad." in "".join(text for text, _, _ in stretches)
    assert "weight 0" in words(answer.report.notes)


def test_a_row_of_megabytes_is_counted_and_not_shown(model):
    text = json.dumps({"prompt": "Why?", "completion": "fox " * 400_000})
    answer = check(model, ("rows.jsonl", lines(text)))
    assert wrong(answer) == [(1, "long")]
    assert answer.report.preview == ()
    assert answer.report.lengths.longest > 400_000


def test_an_encoder_decoder_model_is_shown_both_sides(model):
    row = '{"source": "Good day", "target": "Bom dia"}'
    answer = check(model, ("rows.jsonl", lines(row)), seq2seq=True)
    assert [(text, trained) for text, trained, _ in answer.report.preview[0].stretches] == [
        ("Good day", False),
        ("\n", False),
        ("Bom dia", True),
    ]
    refused = check(model, ("rows.jsonl", '{"text": "Good day"}'), seq2seq=True)
    assert wrong(refused) == [(1, "template")]
