"""Kinds of names that are learned: found again in other texts, measured as seqeval measures, kept and exported."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from components.documents.limits import Limits
from components.errors import BadInput, Unavailable
from components.tasks.classify import finding, named_by_model, packing, tag_packing, tagging, transfer
from components.tasks.classify.labels import read_labels
from components.tasks.classify.marks import MarkedTexts, Span, tags_of, words
from components.tasks.classify.tag_training import TrainedTags, counts_of, learn_tags, scores
from tests.unit.damaging import ODD, damaged
from tests.unit.tasks.classify.fakes import encoders
from tests.unit.tasks.classify.marked import sentences
from tests.unit.tasks.classify.test_training import examples
from tests.unit.tasks.tables.test_running import Model

TEXT = "Today Dirk Moor went to New York by train; write to him at d@moor.example."


@pytest.fixture(scope="module")
def trained() -> TrainedTags:
    return learn_tags(MarkedTexts("own", sentences()), encoders())


def test_what_is_learned_is_found_in_another_text_beside_what_is_certain(trained: TrainedTags):
    [found] = finding.by_kinds([TEXT], trained.tagger, encoders(), lambda: False, lambda note: None)
    assert [(one.kind, one.text) for one in found.entities] == [
        ("person", "Dirk Moor"),
        ("place", "New York"),
        ("email", "d@moor.example"),
    ]


def test_the_report_is_of_texts_that_were_held_out(trained: TrainedTags):
    report = trained.report
    assert (report.texts, report.held_out) == (60, 12)
    assert [one.kind for one in report.kinds] == ["person", "place"]
    assert sum(one.marks for one in report.kinds) == 24
    assert report.f1.low <= report.f1.value <= report.f1.high
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
    assert tagging.likeliest(scores_, 1) == [1, 2, 0]
    assert tagging.likeliest(np.zeros((0, 3), np.float32), 1) == []


def test_kept_kinds_are_the_same_when_they_are_read_again(trained: TrainedTags):
    told, data = (
        tag_packing.about(trained.tagger, trained.report).to_json(),
        tag_packing.weights(trained.tagger),
    )
    tagger, report = tag_packing.unpacked(json.loads(json.dumps(told)), data)
    assert report == trained.report
    assert tagging.tag(tagger, [TEXT], encoders()) == tagging.tag(trained.tagger, [TEXT], encoders())
    kept = json.loads(json.dumps(tag_packing.kept_marks(trained.marked)))
    assert tag_packing.marks_of(kept).rows == trained.marked.rows
    for odd in damaged({**told, "report": None}, ODD):
        try:
            tagging.tag(tag_packing.unpacked(odd, data)[0], [TEXT], encoders())
        except Unavailable:
            continue


def exports(trained: TrainedTags) -> dict[str, tuple[Any, bytes]]:
    from components.tasks.classify.training import learn

    other = learn(examples(), encoders())
    return {
        "kinds": (
            tag_packing.about(trained.tagger, trained.report).to_json(),
            tag_packing.weights(trained.tagger),
        ),
        "labels": (
            packing.about(other.classifier, other.report).to_json(),
            packing.weights(other.classifier),
        ),
    }


def test_an_export_comes_back_as_it_was_without_anybodys_texts(trained: TrainedTags):
    for told, data in exports(trained).values():
        zipped = transfer.exported("Letters", 2, told, data)
        with zipfile.ZipFile(io.BytesIO(zipped)) as files:
            assert set(files.namelist()) == {packing.WEIGHTS, packing.SETTINGS, packing.CARD}
            assert b"went to" not in files.read(packing.SETTINGS)
        brought = transfer.imported(zipped, "classifier.zip", Limits())
        assert (brought.name, brought.weights) == ("Letters", data)
        assert brought.encoders


def test_anything_but_an_export_is_refused_in_a_sentence(trained: TrainedTags):
    told, data = exports(trained)["kinds"]
    zipped = transfer.exported("Letters", 2, told, data)
    for odd in (
        b"x",
        zipped[:200],
        _changed(zipped, packing.WEIGHTS, data[:-40]),
        _changed(zipped, packing.SETTINGS, b"[]"),
    ):
        with pytest.raises(BadInput, match="no classifier"):
            transfer.imported(odd, "a.zip", Limits())
    with pytest.raises(BadInput):
        transfer.imported(_changed(zipped, packing.SETTINGS, b'{"way": "names"}'), "a.zip", Limits())


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


def test_without_kinds_a_model_is_not_asked():
    with pytest.raises(BadInput, match="under Kinds"):
        named_by_model.read_kinds(" \n")
    assert [one.name for one in named_by_model.read_kinds("product")] == ["product"]
    with pytest.raises(BadInput, match="Text to classify"):
        finding.check_text(" ")
