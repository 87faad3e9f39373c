"""What goes into a run that tunes an encoder: two sides, and what the other ways found in the held-out one."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save_file

from components.documents.limits import Limits
from components.errors import BadInput
from components.models.adapters import AdapterFolder
from components.tasks.classify import classifier_export, classifier_file, tuned_import, tuning
from components.tasks.classify.classifier import Classifier, Head
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.labels import Label
from tests.unit.tasks.classify.fakes import encoders, examples


def test_a_fifth_is_held_out_of_each_label_and_nothing_is_in_both():
    learned, held = tuning.divided(examples(each=30))
    assert (len(learned), len(held)) == (72, 18)
    assert not {row.text for row in learned} & {row.text for row in held}
    assert {row.labels for row in held} == {row.labels for row in learned}


def test_a_label_with_one_row_is_learned_and_not_only_held_out():
    rows = examples(each=30).rows
    for alone in range(8):  # wherever it is among the rows
        mixed = Examples((*rows[:alone], Example("the only one", ("rare",)), *rows[alone:]))
        learned, _ = tuning.divided(mixed)
        assert any(row.labels == ("rare",) for row in learned)


def test_too_few_rows_are_refused_with_what_to_do():
    with pytest.raises(BadInput, match="60 rows with labels at least, and there are 36"):
        tuning.prepared(examples(each=12), "few.csv", encoders())


def test_both_other_ways_are_measured_on_the_held_out_rows():
    data = tuning.prepared(examples(each=30), "letters.csv", encoders())
    assert [one.name for one in data.facts.ways] == ["names", "examples"]
    assert all(len(one.found) == len(data.valid) == 18 for one in data.facts.ways)
    right = sum(
        one == tuple(row["labels"]) for one, row in zip(data.facts.ways[1].found, data.valid, strict=True)
    )
    assert right >= 16
    assert data.facts.labels == ("card", "travel", "food")


def tuned_export(folder, width=8, **config):
    """A ZIP of a classifier whose encoder has vectors of `width` numbers; the encoder's folder is made."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"hidden_size": 8} | config))
    (folder / "tokenizer.json").write_text("{}")
    save_file({"layer": np.zeros((2, 2), np.float32)}, folder / "model.safetensors")
    head = Head(np.eye(2, width, dtype=np.float32), np.zeros(2, np.float32))
    one = Classifier((Label("card"), Label("food")), {"tuned-1": head}, "tuned")
    told = replace(classifier_file.about(one), run="run-1").to_json()
    return classifier_export.exported("Letters", 1, told, classifier_file.weights(one), folder, "minilm")


def test_a_tuned_classifier_comes_back_with_its_encoder_which_is_its_new_owners(tmp_path):
    zipped = tuned_export(tmp_path / "encoder")
    adapters = AdapterFolder(tmp_path / "adapters")
    brought = classifier_export.imported(zipped, "classifier.zip", Limits())
    placed = tuned_import.place(brought, "me", adapters, [])
    [kept] = adapters.all()
    assert (kept.owner, kept.title, kept.run) == ("me", "Letters", "")
    assert kept.base == "", "a model that isn't here"
    assert placed.encoders == (kept.id,) != ("tuned-1",)
    assert list(classifier_file.unpacked(placed.about, placed.weights)[0].heads) == [kept.id]
    assert placed.about["run"] == "", "deleting that run would delete it"
    assert (kept.folder / "model.safetensors").read_bytes() == (
        tmp_path / "encoder" / "model.safetensors"
    ).read_bytes()


@pytest.mark.parametrize("odd", ["width", "code", "no weights", "no encoder"])
def test_a_tuned_classifier_without_an_encoder_that_fits_is_refused_and_nothing_stays(tmp_path, odd):
    folder = tmp_path / "encoder"
    given = {"width": {"width": 5}, "code": {"auto_map": {"AutoModel": "x.py"}}}.get(odd, {})
    zipped = tuned_export(folder, **given)
    if odd == "no weights":
        (folder / "model.safetensors").unlink()
        zipped = re_zipped(zipped, without="encoder/model.safetensors")
    if odd == "no encoder":
        zipped = re_zipped(zipped, without="encoder/")
    adapters = AdapterFolder(tmp_path / "adapters")
    brought = classifier_export.imported(zipped, "classifier.zip", Limits())
    with pytest.raises(BadInput, match="Export it again"):
        tuned_import.place(brought, "me", adapters, [])
    assert adapters.all() == []


def re_zipped(data, without):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if not name.startswith(without):
                new.writestr(name, old.read(name))
    return out.getvalue()
