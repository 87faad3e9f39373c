"""Words as an index keeps them: forms of one are found by each other, also where they were kept before."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig

from components.access import Person
from components.retrieval.index import Index
from components.retrieval.shelf import Shelf
from components.retrieval.words import tokens
from components.store import Store
from tests.conftest import ROOT
from tests.unit.retrieval.making import keep

ANN = Person("ann")


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("dog", "dogs", "en"),
        ("cost", "costs", "en"),
        ("Hund", "Hunde", "de"),
        ("Häfen", "Hafen", "de"),
        ("Kündigung", "kündigen", "de"),
        ("contrato", "contratos", "pt"),
        ("umowa", "umowa", "pl"),
        ("umowami", "umowamiście", "pl"),  # Snowball knows no Polish: the first letters
    ],
)
def test_forms_of_a_word_share_what_is_compared(one: str, other: str, language: str) -> None:
    assert tokens(one, language)[1] == tokens(other, language)[1]


def test_other_words_share_nothing() -> None:
    for language in ("en", "de", "pl"):
        assert not set(tokens("Hafen ferry", language)) & set(tokens("Haus fern", language))


def reopened(store: Store, folder: Path, revision: str, *changes: str) -> Store:
    """The store brought up to date from an earlier revision, in which its rows were as `changes` make them."""
    versions = AlembicConfig()
    versions.set_main_option("script_location", str(ROOT / "components" / "migrations"))
    with store.engine.begin() as connection:
        for change in changes:
            connection.execute(sa.text(change))
        connection.execute(sa.text("INSERT INTO shelf_words(shelf_words) VALUES ('rebuild')"))
        versions.attributes["connection"] = connection
        command.downgrade(versions, revision)
    store.close()
    return Store(f"sqlite:///{folder / 'w.db'}", folder)


def test_documents_from_before_there_were_stems_are_found_by_them(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    kept = keep(Shelf(store).for_person(ANN), "lease.txt", ["Dogs are welcome.", "Cats are not."])
    cut = "UPDATE shelf_chunks SET searched = '=dogs dogs =welcome welcom' WHERE number = 0"
    again = reopened(store, tmp_path, "20261129_pieces", cut)
    index = Index(again).for_person(ANN)
    found = index.chunks(index.by_words([kept], ["dog"], 10))
    assert [one.sentences[0].text for one in found] == ["Dogs are welcome."]
    assert found[0].tokens == ("=dogs", "dog", "=welcome", "welcom")
    again.close()


def test_words_that_only_one_list_calls_empty_are_found_in_documents_from_before(tmp_path: Path) -> None:
    assert {"=keys", "=rooms", "=members"} <= set(tokens("How many keys do the rooms of members have?", "en"))
    assert not {"=how", "=do", "=does", "=don", "=have"} & set(
        tokens("How do I? Does it? Don't have it.", "en")
    )
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    kept = keep(Shelf(store).for_person(ANN), "lease.txt", ["Three keys.", "No pets."])
    emptied = "UPDATE shelf_chunks SET searched = '' WHERE number = 0"
    again = reopened(store, tmp_path, "20261130_stems", emptied, "UPDATE shelf_documents SET tokens = 2")
    index = Index(again).for_person(ANN)
    found = index.chunks(index.by_words([kept], ["key"], 10))
    assert [one.sentences[0].text for one in found] == ["Three keys."]
    assert index.size([kept]) == (2, 2.0)  # "key" and "keys", "pet" and "pets"
    again.close()
