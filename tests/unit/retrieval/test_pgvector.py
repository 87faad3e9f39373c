"""What only PostgreSQL with pgvector does: vectors are copied into its own type, and go with their chunk."""

import pytest
import sqlalchemy as sa

from components.access import Person
from components.holdings import Holdings
from components.retrieval import pgvector
from components.retrieval.index import Index
from components.retrieval.shelf import Shelf
from components.store import Store
from tests.unit.retrieval.making import MODEL, keep, vector_of

ANN = Person("ann")
TEXTS = ["The ferry costs 31 million euros.", "The bridge is closed."]


@pytest.mark.parametrize("store", ["pgvector"], indirect=True)
def test_vectors_from_before_the_extension_are_found_and_all_go_with_their_document(
    store: Store, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(pgvector, "prepare", lambda engine: False)
        old = keep(Shelf(store).for_person(ANN), "old.txt", TEXTS)
    shelf = Shelf(store).for_person(ANN)
    new = keep(shelf, "new.txt", TEXTS)
    found = Index(store).for_person(ANN).by_meaning([old, new], MODEL, vector_of(TEXTS[0]), 2)
    assert [round(near, 2) for _, near in found] == [1.0, 1.0]
    count = sa.select(sa.func.count()).select_from(pgvector.NEAR)
    with store.engine.connect() as connection:
        assert connection.execute(count).scalar() == 4
        assert pgvector.missing(connection) == []
    Holdings(store, tmp_path).for_person(ANN).delete_all()
    with store.engine.connect() as connection:
        assert connection.execute(count).scalar() == 0
