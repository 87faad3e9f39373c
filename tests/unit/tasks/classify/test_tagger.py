"""Kinds of names that are learned: found again in other texts, measured as seqeval measures, kept and exported."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from components.documents.limits import Limits
from components.errors import BadInput, Unavailable
from components.tasks.classify import (
    classifier_export,
    classifier_file,
    entities,
    name_finder,
    named_by_model,
    tagger_file,
)
from components.tasks.classify.entities import Entity
from components.tasks.classify.labels import read_labels
from components.tasks.classify.marks import MarkedTexts, Span, tags_of, words
from components.tasks.classify.tag_learner import TrainedTags, counts_of, learn_tags, scores
from components.tasks.classify.tagger import likeliest, tag
from tests.unit.damaging import ODD, damaged
from tests.unit.tasks.classify.fakes import encoders, examples
from tests.unit.tasks.classify.marked import sentences
from tests.unit.tasks.tables.fakes import Model

TEXT = "Today Dirk Moor went to New York by train; write to him at d@moor.example."


@pytest.fixture(scope="module")
def trained() -> TrainedTags:
    return learn_tags(MarkedTexts("own", sentences()), encoders())


def test_what_is_learned_is_found_in_another_text_beside_what_is_certain(trained: TrainedTags):
    [found] = name_finder.by_kinds([TEXT], trained.tagger, encoders(), lambda: False, lambda note: None)
    assert [(one.kind, one.text) for one in found.entities] == [
        ("person", "Dirk Moor"),
        ("place", "New York"),
        ("email", "d@moor.example"),
    ]


def test_a_part_of_an_address_is_no_name():
    text = "Write to bo@li.example, Bo."
    own = [Entity("person", 9, 11, "bo"), Entity("person", 24, 26, "Bo")]
    found = entities.beside(text, "en", own)
    assert [(one.kind, one.text) for one in found] == [("email", "bo@li.example"), ("person", "Bo")]


def test_the_report_is_of_texts_that_were_held_out(trained: TrainedTags):
    report = trained.report
    assert (report.texts, report.held_out) == (60, 12)
    assert [one.kind for one in report.kinds] == ["person", "place"]
    assert sum(one.marks for one in report.kinds) == 24
    assert report.f1.low < report.f1.value <= report.f1.high
    assert report.f1.value > 0.9


def test_a_mark_counts_as_seqeval_counts():
    seqeval = pytest.importorskip("seqeval.metrics")
    text = "Anna Silva met Bo Li in New York and Oslo"
    wanted = [Span(0, 10, "p"), Span(15, 20, "p"), Span(24, 32, "l"), Span(37, 41, "l")]
    found = [Span(0, 10, "p"), Span(15, 17, "p"), Span(24, 32, "p"), Span(37, 41, "l")]
    tags = [[tags_of(words(text), spans)] for spans in (wanted, found)]
    counts = counts_of([wanted], [found], ["p", "l"]).sum(axis=(0, 1))
    expected = (seqeval.f1_score(*tags), seqeval.precision_score(*tags), seqeval.recall_score(*tags))
    assert scores(counts) == pytest.approx(expected)


def test_a_tag_follows_only_where_it_can():
    scores_ = np.log(np.array([[0.6, 0.4, 1e-6], [0.1, 1e-6, 0.9], [1, 1e-6, 1e-6]], np.float32))
    assert likeliest(scores_, 1) == [1, 2, 0]
    assert likeliest(np.zeros((0, 3), np.float32), 1) == []


def test_kept_kinds_are_the_same_when_they_are_read_again(trained: TrainedTags):
    told, data = (
        tagger_file.about(trained.tagger, trained.report).to_json(),
        tagger_file.weights(trained.tagger),
    )
    tagger, report = tagger_file.unpacked(json.loads(json.dumps(told)), data)
    assert report == trained.report
    assert tag(tagger, [TEXT], encoders()) == tag(trained.tagger, [TEXT], encoders())
    kept = json.loads(json.dumps(tagger_file.kept_marks(trained.marked)))
    assert tagger_file.marks_of(kept).rows == trained.marked.rows
    for odd in damaged({**told, "report": None}, ODD):
        try:
            tag(tagger_file.unpacked(odd, data)[0], [TEXT], encoders())
        except Unavailable:
            continue


def exports(trained: TrainedTags) -> dict[str, tuple[Any, bytes]]:
    from components.tasks.classify.learner import learn

    other = learn(examples(), encoders())
    return {
        "kinds": (
            tagger_file.about(trained.tagger, trained.report).to_json(),
            tagger_file.weights(trained.tagger),
        ),
        "labels": (
            classifier_file.about(other.classifier, other.report).to_json(),
            classifier_file.weights(other.classifier),
        ),
    }


def test_an_export_comes_back_as_it_was_without_anybodys_texts(trained: TrainedTags):
    for told, data in exports(trained).values():
        zipped = classifier_export.exported("Letters", 2, told, data)
        with zipfile.ZipFile(io.BytesIO(zipped)) as files:
            assert set(files.namelist()) == {
                classifier_file.WEIGHTS,
                classifier_file.SETTINGS,
                classifier_file.CARD,
            }
            assert b"went to" not in files.read(classifier_file.SETTINGS)
        brought = classifier_export.imported(zipped, "classifier.zip", Limits())
        assert (brought.name, brought.weights) == ("Letters", data)
        assert brought.encoders


def test_anything_but_an_export_is_refused_in_a_sentence(trained: TrainedTags):
    told, data = exports(trained)["kinds"]
    zipped = classifier_export.exported("Letters", 2, told, data)
    for odd in (
        b"x",
        zipped[:200],
        _changed(zipped, classifier_file.WEIGHTS, data[:-40]),
        _changed(zipped, classifier_file.SETTINGS, b"[]"),
    ):
        with pytest.raises(BadInput, match="no classifier"):
            classifier_export.imported(odd, "a.zip", Limits())
    with pytest.raises(BadInput):
        classifier_export.imported(
            _changed(zipped, classifier_file.SETTINGS, b'{"way": "names"}'), "a.zip", Limits()
        )


def _changed(zipped: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(zipped)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            new.writestr(one, data if one == name else old.read(one))
    return out.getvalue()


def test_what_a_model_names_is_looked_up_in_the_text():
    said = json.dumps(
        {
            "found": [
                {"text": "Anna", "kind": "person"},
                {"text": "Anna Silva", "kind": "person"},
                {"text": "Berlin", "kind": "place"},
            ]
        }
    )
    model: Any = Model(said)
    kinds = read_labels("person\nplace: a city")
    made = named_by_model.find("Anna Silva saw Anna.", kinds, model, lambda: False)
    assert [(one.kind, one.start, one.end) for one in made.entities] == [
        ("person", 0, 10),
        ("person", 15, 19),
    ]
    assert made.missing == ("Berlin",)
    schema = json.loads(model.schemas[0])["properties"]["found"]["items"]
    assert schema["properties"]["kind"] == {"enum": ["person", "place"]}


def test_beside_what_a_model_names_stands_what_rules_are_certain_of():
    said = json.dumps({"found": [{"text": "Anna", "kind": "person"}, {"text": "anna", "kind": "person"}]})
    model: Any = Model(said)
    text = "Anna paid €20 and is anna@li.example."
    found = name_finder.by_model(text, read_labels("person\nplace"), model, lambda: False)
    assert [(one.kind, one.text) for one in found.entities] == [
        ("person", "Anna"),
        ("amount", "€20"),
        ("email", "anna@li.example"),
    ]


def test_without_kinds_a_model_is_not_asked():
    with pytest.raises(BadInput, match="under Kinds"):
        named_by_model.read_kinds(" \n")
    assert [one.name for one in named_by_model.read_kinds("product")] == ["product"]
    with pytest.raises(BadInput, match="Text to classify"):
        name_finder.check_text(" ")
