"""The Classify page through app.py, with vectors of words in the place of a model's."""

import time

import pytest

from components.tasks.classify import name_kinds
from components.ui import resources
from components.ui.classify import inputs, session, tuned_run, tuning_form
from tests.pages.conftest import button, texts
from tests.pages.label_runs import LabelLauncher
from tests.unit.tasks.classify.fakes import encoders, examples
from tests.unit.tasks.classify.marked import as_conll, sentences

PAGE = "pages/classify.py"


@pytest.fixture
def page(app, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(session, "encoders", encoders)
    return lambda **given: app(PAGE, **given)


def area(test, label):
    return next(one for one in test.text_area if one.label == label)


def classify(test, text="", labels=None):
    area(test, "Text to classify").set_value(text)
    if labels is not None:
        area(test, "Labels").set_value(labels)
    button(test, "Classify").click()
    return test.run()


def table(test, column):
    """The table with this column; what examples are typed into is one too."""
    return next(one.value for one in test.dataframe if column in one.value)


def heads(test):
    return [one.value for one in test.subheader]


def test_the_page_has_its_title_and_labels(page):
    test = page()
    assert test.title[0].value == "Classify"
    assert {"Text to classify", "Labels"} <= {one.label for one in test.text_area}
    assert "Examples" in {one.label for one in test.file_uploader}
    assert "sentiment" in texts(test)


def test_a_text_is_sorted_under_typed_labels_and_every_score_is_shown(page):
    test = classify(page(), "I want a refund for this", "refund\nquestion\npraise")
    assert not test.exception
    assert heads(test) == ["refund"]
    assert table(test, "Label")["Label"].iloc[0] == "refund"
    assert len(table(test, "Label")) == 3


def test_what_is_wrong_is_said_and_nothing_is_lost(page):
    test = classify(page(), "A text", "only one")
    assert "at least two labels" in test.error[0].value
    assert area(test, "Text to classify").value == "A text"
    test = classify(test, "", "a\nb")
    assert "Text to classify" in test.error[0].value


def test_a_classifier_is_kept_used_again_exported_and_deleted(page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inputs, "_draw_examples", lambda: "table")
    monkeypatch.setattr(inputs, "_draw_columns", lambda table: ("text", "label"))
    monkeypatch.setattr(inputs, "_examples", lambda table, columns, several: examples())
    monkeypatch.setattr(inputs, "_draw_tuning", lambda *_: None)
    test = classify(page(), "the flight and the hotel")
    assert "How good it is" in heads(test)
    assert {"Accuracy", "Macro F1"} <= {one.label for one in test.metric}
    next(one for one in test.text_input if one.label == "Name of the classifier").set_value("Letters")
    button(test, "Keep").click()
    test.run()
    assert not test.exception
    kept = resources.classifiers().headings()
    assert [(one.name, one.version) for one in kept] == [("Letters", 1)]
    assert test.query_params["classifier"] in (kept[0].id, [kept[0].id])
    test = classify(page(classifier=kept[0].id), "cheese soup")
    assert heads(test)[0] == "food"
    next(one for one in test.text_input if one.label == "New name").set_value("Post").run()
    test = button(test, "Save name").click().run()
    assert resources.classifiers().headings()[0].name == "Post"
    assert "Post" in texts(test)
    row = resources.classifiers().get(kept[0].id)
    imported = page(classifier=resources.classifiers().keep("Brought", row.about, {}, row.weights))
    assert not imported.exception  # its report, without its examples
    assert [tab.label for tab in imported.tabs] == ["Confusion", "Threshold"]
    assert "classifiers" in {one.kind for one in resources.holdings().listed()}
    resources.holdings().delete_all()
    assert resources.classifiers().headings() == []


def test_names_and_numbers_are_marked_listed_and_blanked_out(page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(name_kinds, "kinds", lambda names, *_: ["person"] * len(names))
    test = page()
    area(test, "Text to classify").set_value("Write to Anna Silva, help@bank.example, by 3 May 2026.")
    button(test, "Find names and numbers").click()
    test.run()
    assert not test.exception
    assert set(table(test, "Kind")["Kind"]) == {"Person", "E-mail", "Date"}
    assert ":blue-background[Anna Silva]" in texts(test)
    assert "Blank them out" in {one.proto.label for one in test.get("download_button")}


def test_examples_can_be_typed_without_a_file(page, monkeypatch: pytest.MonkeyPatch):
    typed = [{"text": one.text, "label": one.labels[0]} for one in examples().rows]
    monkeypatch.setattr(inputs, "_draw_typed", lambda: typed)
    test = classify(page(), "the flight and the hotel")
    assert not test.exception
    assert heads(test)[0] == "travel"
    assert "How good it is" in heads(test)


def test_too_few_typed_examples_are_a_sentence(page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inputs, "_draw_typed", lambda: [{"text": "a refund", "label": "refund"}])
    assert "at least two labels" in classify(page(), "a text").error[0].value


@pytest.mark.slow
def test_own_kinds_are_learned_from_marks_kept_and_found_again(page):
    test = page()
    uploader = next(one for one in test.file_uploader if one.label == "Examples")
    uploader.upload("own.conll", as_conll(sentences()).encode(), "text/plain").run()
    assert "60 texts with marks of these kinds: person, place" in texts(test)
    area(test, "Text to classify").set_value("Today Bo Li went to Rome.")
    test = button(test, "Learn these kinds").click().run()
    assert not test.exception
    assert {"F1", "Precision", "Recall"} <= {one.label for one in test.metric}
    assert table(test, "What")["What"].tolist() == ["Bo Li", "Rome"]
    next(one for one in test.text_input if one.label == "Name of the classifier").set_value("Travellers")
    test = button(test, "Keep").click().run()
    assert not test.exception
    [kept] = resources.classifiers().headings(kinds=True)
    assert kept.name == "Travellers"
    assert not resources.classifiers().headings(kinds=False)
    test = page(classifier=kept.id)
    assert "Classify" not in {one.label for one in test.button}
    area(test, "Text to classify").set_value("Today Eve Stone went to Oslo.")
    test = button(test, "Find names and numbers").click().run()
    assert table(test, "What")["What"].tolist() == ["Eve Stone", "Oslo"]


def test_an_encoder_is_tuned_compared_kept_and_deleted_for_good(page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resources, "ProgramLauncher", LabelLauncher)
    monkeypatch.setattr(tuning_form, "encoders", encoders)
    test = page()
    rows = [f"{row.text},{row.labels[0]}" for row in examples(each=30).rows]
    uploader = next(one for one in test.file_uploader if one.label == "Examples")
    uploader.upload("letters.csv", "\n".join(["text,label", *rows]).encode(), "text/csv").run()
    assert "from about 1,000 on it may be worth it" in texts(test)
    test = button(test, "Fine-tune").click().run()
    assert not test.exception
    deadline = time.monotonic() + 60
    while any(run.active for run in tuned_run.mine()) and time.monotonic() < deadline:
        time.sleep(0.05)
    [run] = tuned_run.mine()
    assert (run.state, run.name) == ("done", "letters.csv on all-MiniLM-L6-v2")
    [kept] = resources.classifiers().headings()
    test = page(run=run.id)
    assert "Better\\: much" in texts(test)
    assert table(test, "Way")["Way"].tolist() == ["By name", "By example", "Fine-tuned ✓"]
    test = button(test, "Use this classifier").click().run()
    assert "Fine-tuned; right in" in texts(test)
    test = button(test, "Delete for good").click().run()
    assert not test.exception
    assert (resources.classifiers().headings(), tuned_run.mine()) == ([], [])
    assert kept.name == run.name
