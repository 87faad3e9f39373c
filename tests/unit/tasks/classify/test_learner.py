"""What is learned from examples, and what is said of it."""

import numpy as np
import pytest

from components.errors import BadInput, Unavailable
from components.tasks.classify import classifier_export, classifier_file, judge
from components.tasks.classify.examples import Example, Examples, Table, from_table, guessed
from components.tasks.classify.learner import Trained, learn, relabelled
from components.tasks.classify.quality import macro_f1, measured, share_of
from tests.unit.damaging import ODD, damaged
from tests.unit.tasks.classify.fakes import ENGLISH, MANY, WORDS, encoders, examples


@pytest.fixture(scope="module")
def trained() -> Trained:
    return learn(examples(wrong=1), encoders())


def test_what_is_learned_sorts_new_texts(trained: Trained):
    found, _ = judge.classify(trained.classifier, ["the flight and the hotel", "cheese soup"], encoders())
    assert [verdict.label for verdict in found] == ["travel", "food"]
    assert set(trained.classifier.heads) == {ENGLISH, MANY}


def test_the_report_is_of_texts_that_were_held_out(trained: Trained):
    report = trained.report
    assert report.texts == 36
    assert report.accuracy.low < report.accuracy.value < report.accuracy.high <= 1
    assert report.accuracy.value > 0.8
    assert sum(map(sum, report.confusion)) == 36
    assert [step.answered for step in report.steps] == sorted(
        (step.answered for step in report.steps), reverse=True
    )


def test_a_label_that_the_others_contradict_is_named(trained: Trained):
    assert [(one.row, one.given, one.other) for one in trained.report.suspicious][:1] == [(0, "food", "card")]
    mended = relabelled(trained.examples, [(trained.examples.rows[0].text, "card")])
    assert mended.rows[0].labels == ("card",)


def test_a_text_without_a_label_becomes_an_example_when_it_gets_one(trained: Trained):
    open_ones = Examples(trained.examples.rows, ("a new recipe", "unknown"))
    mended = relabelled(open_ones, [("a new recipe", "food"), ("unknown", "")])
    assert mended.rows[-1] == Example("a new recipe", ("food",))
    assert mended.open == ("unknown",)


def test_texts_without_a_label_come_in_the_order_of_doubt():
    plain, unclear = "my card pin bank", "soup and the flight"
    made = learn(Examples(examples().rows, (plain, unclear)), encoders())
    assert made.examples.open == (unclear, plain)


def test_a_kept_classifier_is_the_same_when_it_is_read_again(trained: Trained):
    told, data = (
        classifier_file.about(trained.classifier, trained.report).to_json(),
        classifier_file.weights(trained.classifier),
    )
    again, report = classifier_file.unpacked(told, data)
    texts = ["the flight and the hotel", "一碗汤"]
    assert (
        judge.classify(again, texts, encoders())[0]
        == judge.classify(trained.classifier, texts, encoders())[0]
    )
    assert report == trained.report
    card = classifier_file.card("Letters", 2, again, report)
    assert f"{report.accuracy.value:.1%}" in card
    assert all(label in card for label in WORDS)
    assert b"pickle" not in classifier_export.exported("Letters", 2, told, data)


def test_a_damaged_classifier_is_refused_in_a_sentence_or_can_be_used(trained: Trained):
    told, data = (
        classifier_file.about(trained.classifier, trained.report).to_json(),
        classifier_file.weights(trained.classifier),
    )
    for odd in (b"", b"x" * 100, data[:-50], data.replace(b"weights", b"wraghts", 1)):
        with pytest.raises(Unavailable):
            classifier_file.unpacked(told, odd)
    for one in damaged({**told, "report": None}, ODD):
        try:
            made, _ = classifier_file.unpacked(one, data)
            judge.classify(made, ["soup"], encoders())
        except Unavailable:
            continue


def test_two_labels_and_labels_with_one_example_are_learned_from():
    two = learn(
        Examples((Example("soup and bread", ("food",)), Example("the train ticket", ("travel",)))), encoders()
    )
    assert judge.classify(two.classifier, ["bread"], encoders())[0][0].label == "food"


def test_several_labels_of_one_text_are_learned():
    rows = [Example(row.text + " soup bread dinner", (*row.labels, "food")) for row in examples().rows[:24]]
    several = Examples((*examples().rows, *rows), several=True)
    made = learn(several, encoders())
    (found,), _ = judge.classify(made.classifier, ["my card pin bank and soup bread dinner"], encoders())
    assert set(found.labels) == {"card", "food"}


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = ("text", "label")) -> Table:
    return Table("t.csv", columns, rows, tuple(range(2, len(rows) + 2)))


def test_a_table_becomes_examples_and_what_is_left_out_is_said():
    made = from_table(table(("a", "x"), ("b", "y"), ("", "x"), ("a", "y"), ("c", "")), "text", "label")
    assert made.rows == (Example("a", ("x",)), Example("b", ("y",)))
    assert made.open == ("c",)
    assert [str(note) for note in made.notes] == [
        "1 row without a text was left out.",
        "1 row with a text that is there already was left out.",
        "The same text has another label in line 5; the first one was used.",
    ]


def test_the_columns_are_told_by_titles_or_by_what_is_in_them():
    rows = [(str(at), f"a longer sentence number {at}", "xy"[at % 2]) for at in range(6)]
    assert guessed(table(*rows, columns=("id", "Message", "Intent"))) == ("Message", "Intent")
    assert guessed(table(*rows, columns=("a", "b", "c"))) == ("b", "c")


def test_a_column_that_has_no_labels_is_refused():
    rows = [(f"text {at}", f"other {at}") for at in range(40)]
    with pytest.raises(BadInput, match="label of its own"):
        from_table(table(*rows), "text", "label")


def test_intervals_and_f1_are_those_of_the_books():
    share = share_of(8, 10)
    assert (round(share.low, 3), round(share.high, 3)) == (0.490, 0.943)
    assert share_of(0, 0).high == 1
    truth = np.array([[1, 0], [1, 0], [0, 1]], bool)
    found = np.array([[1, 0], [0, 1], [0, 1]], bool)
    assert macro_f1(truth, found) == pytest.approx(2 / 3)
    report = measured(np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]]), truth, ["a", "b"], False, -1, False)
    assert report.confusion == ((1, 1), (0, 1))
