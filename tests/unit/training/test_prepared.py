"""Prepared data sets: whole, counted, and for their owner only."""

import pytest

from components.config import Config
from components.errors import Unavailable
from components.messages import Said
from components.training import prepared
from components.training.rows import read_rows

ROWS = [{"source": f"{n} ≤ ", "target": "x\u2028y", "line": n} for n in range(12)]


@pytest.fixture
def config(tmp_path):
    return Config(data_dir=tmp_path)


def saved(config, owner="ann", **more):
    facts = prepared.Facts("pairs", "pair", purpose="translation", target_language="pt", **more)
    return prepared.save(config, owner, facts, ROWS[:10], ROWS[10:])


def test_what_is_saved_is_loaded(config):
    repaired = (Said("Texts in {count} places.", count=2), "as an earlier version kept it")
    made = saved(config, files=("pairs.csv",), dropped={"empty answer": 2}, repaired=repaired)
    assert prepared.load(config, "ann", made.id) == made
    assert (made.train_rows, made.valid_rows) == (10, 2)
    assert list(read_rows(made.train)) == ROWS[:10]
    assert made.facts.instruction == "Translate the following text to Portuguese."
    assert not list(made.folder.parent.glob(".*"))


def test_the_digest_is_of_the_rows(config):
    first, second = saved(config), saved(config, files=("another name",))
    assert first.digest == second.digest
    assert first.id != second.id
    other = prepared.save(config, "ann", prepared.Facts("pairs", "pair"), ROWS[:9], ROWS[9:])
    assert other.digest != first.digest


@pytest.mark.parametrize("wanted", ["", "..", "../../etc", "0" * 32, "A" * 32])
def test_an_id_is_never_a_path(config, wanted):
    saved(config)
    with pytest.raises(Unavailable):
        prepared.load(config, "ann", wanted)


def test_another_person_neither_sees_nor_deletes_it(config):
    made = saved(config)
    assert prepared.everything(config, "bob") == []
    for action in (prepared.load, prepared.delete):
        with pytest.raises(Unavailable):
            action(config, "bob", made.id)
    assert [one.id for one in prepared.everything(config, "ann")] == [made.id]
    prepared.delete(config, "ann", made.id)
    assert prepared.everything(config, "ann") == []
