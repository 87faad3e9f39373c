"""What differs between answers: learned, not learned, not to be told; and what the verdict makes of it."""

import random

import numpy as np
import pytest

from components.confidence import Interval
from components.training.content import Content, Marker, kinds_of, measure
from components.training.measures import Losses, attention, loss_change
from components.training.verdict import Compared, judge

CHANCE = random.Random(3)
THINGS = [f"{kind} {place}" for kind in ("soup", "fish", "rice", "bread", "stew") for place in "abcdefghij"]


def asked(thing: str) -> str:
    return f"What does the {thing} cost?"


def said(thing: str, price: int) -> str:
    return f"The {thing} costs {price} euros."


TRAINED = [(asked(thing), said(thing, CHANCE.randint(2, 30))) for thing in THINGS[:30]]
HELD = [(asked(thing), said(thing, CHANCE.randint(2, 30))) for thing in THINGS[30:]]
WRONG = [said(thing, 3) for thing in THINGS[30:]]


def content(held, tuned, trained=TRAINED, metric="token F1", base=None) -> Content:
    found = measure(held, (base or ["I don't know."] * len(held), tuned), trained, metric, 0)
    assert found is not None
    return found


def verdict(found: Content | None, **more):
    rows = 100
    counts = np.full(rows, 10.0)
    base, tuned = Losses(counts * 2.0, counts), Losses(counts * (1.0 + 0.01 * np.arange(rows) / rows), counts)
    judged = judge(Compared(base, tuned, loss_change(base, tuned), content=found, prompts=rows, **more))
    return judged.verdict, str(judged.sentence)


def test_a_form_with_random_prices_is_only_the_form():
    found = content(HELD, WRONG)
    assert found.learned == "form"
    assert found.tuned < 0.2
    kind, sentence = verdict(found)
    assert kind == "form"
    assert sentence.startswith("Learned the form, not the content. On 100 held-out rows the loss fell by")


def test_right_prices_are_content_beside_every_guess():
    found = content(HELD, [wanted for _, wanted in HELD])
    assert (found.learned, found.tuned, found.base) == ("content", 1.0, 0.0)
    assert found.best < 0.2
    kind, sentence = verdict(found)
    assert kind == "better"
    assert "learned the form and the content" in sentence
    assert "0% was right before and 100% is now" in sentence


def test_labels_count_as_a_whole_and_the_most_frequent_one_is_no_content():
    labels = [("good" if n % 3 else "bad") for n in range(60)]
    rows = [(f"text {n}", label) for n, label in enumerate(labels)]
    always = content(rows[:30], ["good"] * 30, rows[30:], "exact match")
    assert (always.learned, always.tuned, always.frequent) == ("form", 20 / 30, 20 / 30)
    assert content(rows[:30], labels[:30], rows[30:], "exact match").learned == "content"


@pytest.mark.parametrize("metric", ["token F1", "exact match"])
def test_one_answer_for_all_is_a_form_and_nothing_was_mixed_up(metric):
    rows = [(asked(thing), "I do not know.") for thing in THINGS]
    found = content(rows[:20], ["I do not know."] * 20, rows[20:], metric)
    assert found.learned == "constant"
    kind, sentence = verdict(found)
    assert (kind, "all answers that were trained on are the same" in sentence) == ("form", True)


def test_too_few_rows_say_how_many_would_do():
    found = content(HELD[:6], [wanted for _, wanted in HELD[:6]])
    assert (found.learned, found.prompts) == ("unclear", 6)
    tuned = [
        wanted if n < 2 else wrong for n, ((_, wanted), wrong) in enumerate(zip(HELD, WRONG, strict=True))
    ]
    some = content(HELD[:16], tuned[:16])
    assert some.learned == "unclear"
    assert some.would_do > 16
    kind, sentence = verdict(some)
    assert (kind, f"about {some.would_do} different held-out rows" in sentence) == ("unclear", True)


def test_copies_of_a_row_are_no_more_rows():
    copied = [HELD[n % 4] for n in range(40)]
    found = content(copied, [wanted for _, wanted in copied])
    assert (found.rows, found.prompts, found.learned) == (40, 4, "unclear")


def test_copying_the_question_is_nothing():
    rows = [(f"Say {thing}.", f"{thing}!") for thing in THINGS]
    assert measure(rows, ([""] * 50, [wanted for _, wanted in rows]), rows, "token F1", 0) is None


def test_leaks_stand_in_the_verdict():
    for shared in (20, 100):
        kind, sentence = verdict(None, shared=shared)
        assert kind == "better"
        leaked = f"The prompts of {shared} of 100 held-out rows were also trained on"
        assert sentence.endswith(f"{leaked}: this looks better than it is.")


def test_few_prompts_are_too_few_however_many_rows():
    counts = np.full(80, 10.0)
    base, tuned = Losses(counts * 2.0, counts), Losses(counts * (1.0 + 0.2 * (np.arange(80) % 4)), counts)
    prompts = [f"prompt {n % 4}" for n in range(80)]
    narrow, wide = loss_change(base, tuned), loss_change(base, tuned, prompts=prompts)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    judged = judge(Compared(base, tuned, wide, prompts=4))
    assert judged.verdict == "unclear"
    assert "the held-out rows have 4 different prompts; 8 would do" in str(judged.sentence)


def test_nothing_beyond_the_guess_needs_the_fewest_rows():
    none = Interval(0.0, -0.1, 0.1)
    assert Content(9, 9, 9, 0, 0, 0, 0, 0, 0, none, none).would_do == 8


def test_what_differs_is_marked_right_or_wrong():
    marker = Marker(TRAINED)
    pieces = marker.pieces(asked("tea x"), said("tea x", 12), "The tea x costs 14 euros, not 12.")
    assert pieces == [
        ("The tea x costs ", ""),
        ("14", "wrong"),
        (" euros, ", ""),
        ("not", "wrong"),
        (" ", ""),
        ("12", "right"),
        (".", ""),
    ]
    assert marker.pieces("", "", "") == []


def test_what_a_guess_would_have_right_is_said_beside_what_was_learned():
    chance = random.Random(5)
    does = {"dog": "barks", "cat": "meows", "cow": "moos", "duck": "quacks"}
    rows = [
        (f"What does the {animal} in {place} do?", f"It {does[animal]} at {chance.randint(100, 999)} gates.")
        for animal in does
        for place in "abcdefghijklmnopqrst"
    ]
    chance.shuffle(rows)
    held, trained = rows[:24], rows[24:]
    tuned = [wanted.split(" at ")[0] + " at 500 gates." for _, wanted in held]
    found = content(held, tuned, trained)
    assert (found.learned, [part.kind for part in found.guessed]) == ("content", ["number"])
    kind, sentence = verdict(found)
    assert kind == "better"
    assert sentence.startswith("Better: learned the form and some of the content.")
    assert "Not clearly better than a guess: numbers (0% right)." in sentence


def test_labels_that_every_question_lists_are_content_and_listing_them_all_is_not():
    labels = [("good" if n % 2 else "bad") for n in range(80)]
    rows = [
        (f"Is this good or bad: {thing} {n}", f"I would say that this is {label}, all in all.")
        for n, (thing, label) in enumerate(zip(THINGS * 2, labels, strict=False))
    ]
    held, trained = rows[:40], rows[40:]
    assert content(held, [wanted for _, wanted in held], trained).learned == "content"
    both = ["I would say that this is good or bad, all in all."] * 40
    assert content(held, both, trained).learned == "form"


def test_a_capital_letter_at_the_beginning_of_a_sentence_makes_no_name():
    kinds = kinds_of("At 9 ask Ada. Then “Go” to B12, and Bert")
    assert {word for word, kind in kinds.items() if kind == "name"} == {"ada", "go", "bert"}
    assert {word for word, kind in kinds.items() if kind == "number"} == {"9", "b12"}


def test_right_answers_are_not_called_mixed_up_whatever_the_losses_say():
    rows = 100
    counts = np.full(rows, 10.0)
    base, tuned = Losses(counts * 2.0, counts), Losses(counts * (1.0 + 0.001 * np.arange(rows)), counts)
    asks = attention((base, Losses(counts * 5.0, counts)), (tuned, tuned))
    assert asks.lost
    right = content(HELD, [wanted for _, wanted in HELD])
    assert verdict(right, attention=asks)[0] == "better"
    assert verdict(content(HELD, WRONG), attention=asks)[0] == "not better"
