"""Classifiers in the database: versions, owners, deletion with undo."""

from pathlib import Path

import pytest

from components.classifiers import Classifiers
from components.config import Config
from components.errors import Unavailable
from components.store import Store
from tests.unit.people import ALICE, BOB


@pytest.fixture
def kept(tmp_path: Path) -> Classifiers:
    return Classifiers(Store.from_config(Config(data_dir=tmp_path))).for_person(ALICE)


def test_the_same_name_is_the_next_version_and_the_first_stays(kept: Classifiers):
    first, second = (kept.keep("Letters", {"n": n}, {}, b"x") for n in (1, 2))
    assert [(kept.get(one).version, kept.get(one).about["n"]) for one in (first, second)] == [(1, 1), (2, 2)]
    assert len(kept.headings("letter")) == 2


def test_nobody_else_finds_changes_or_deletes_one(kept: Classifiers):
    mine, other = kept.keep("Letters", {}, {}, b"x"), kept.for_person(BOB)
    assert other.get(mine) is None
    other.delete(mine)
    other.rename(mine, "Stolen")
    assert other.headings() == []
    assert kept.get(mine).name == "Letters"


def test_a_deleted_one_is_gone_and_comes_back(kept: Classifiers):
    mine = kept.keep("Letters", {}, {}, b"x")
    kept.delete(mine)
    assert kept.get(mine) is None
    kept.restore(mine)
    kept.rename(mine, " Mail ")
    assert kept.get(mine).name == "Mail"
    with pytest.raises(Unavailable):
        kept.rename(mine, " ")
