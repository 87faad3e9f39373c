"""The shelf and its index, on SQLite, on PostgreSQL, and there with pgvector, alike."""

from pathlib import Path

import numpy as np
import pytest

from components.access import Person
from components.documents.document import Block, Document
from components.errors import Unavailable
from components.holdings import Holdings
from components.retrieval.fusion import fused
from components.retrieval.index import Index
from components.retrieval.shelf import CHUNKS, Shelf, unpacked
from components.retrieval.words import Bm25, telling, tokens
from components.store import Store
from tests.unit.retrieval.making import MODEL, keep, vector_of

ANN, BOB = Person("ann"), Person("bob")
HARBOUR = ["The ferry costs 31 million euros.", "Häfen sind tief; l'été y est long.", "港口位于城市的南部。"]


def test_words_find_a_paragraph_in_every_script_and_the_best_one_comes_first(store: Store) -> None:
    shelf, index = Shelf(store).for_person(ANN), Index(store).for_person(ANN)
    ids = [keep(shelf, "harbour.txt", HARBOUR), keep(shelf, "other.txt", ["A ferry.", "Nothing else."])]
    for question, wanted in (
        ("What did the ferry cost in euros?", 0),
        ("Hafen und Häfen", 1),
        ("港口在哪里？", 2),
    ):
        language = "de" if "Hafen" in question else "zh" if wanted == 2 else "en"
        found = index.chunks(index.by_words(ids, telling(tokens(question, language)), 10)[:1])
        assert [one.sentences[0].text for one in found] == [HARBOUR[wanted]]
    assert index.by_words(ids, telling(tokens("penguins", "en")), 10) == []
    assert index.by_words(ids, telling(tokens('ferry" OR * NEAR (', "en")), 10)
    assert index.by_words(ids, telling(tokens("it's o'clock: a & b | !c <-> 'd'", "en")), 10) == []
    assert index.having(ids, ["ferri", "=costs"]) == {"ferri": 2, "=costs": 1}
    assert index.size(ids)[0] == 5


def test_meaning_finds_the_nearest_and_knows_whose_vectors_they_are(store: Store) -> None:
    shelf, index = Shelf(store).for_person(ANN), Index(store).for_person(ANN)
    one = keep(shelf, "harbour.txt", HARBOUR)
    found = index.by_meaning([one], MODEL, vector_of(HARBOUR[1]), 2)
    assert index.chunks([found[0][0]])[0].sentences[0].text == HARBOUR[1]
    assert found[0][1] == pytest.approx(1.0, abs=0.01)
    assert index.by_meaning([one], "another model", vector_of(HARBOUR[1]), 2) == []
    everything = dict(index.by_meaning([one], MODEL, vector_of(HARBOUR[1]), 9))
    assert [len(everything), list(everything.values())] == [3, sorted(everything.values(), reverse=True)]
    last = list(everything)[-1]
    assert dict(index.by_meaning([one], MODEL, vector_of(HARBOUR[1]), 1, [last])).keys() == {
        found[0][0],
        last,
    }


def test_two_peoples_shelves_never_meet(store: Store) -> None:
    hers = keep(Shelf(store).for_person(ANN), "secret.txt", HARBOUR)
    keep(Shelf(store).for_person(BOB), "mine.txt", ["The bridge is closed."])
    index = Index(store).for_person(BOB)
    assert index.by_words([hers], ["ferri"], 10) == []
    assert index.by_meaning([hers], MODEL, vector_of(HARBOUR[0]), 10) == []
    assert index.having([hers], ["ferri"]) == {"ferri": 0}
    assert index.chunks([1, 2, 3]) == []
    assert index.all_chunks(hers) == []
    assert Shelf(store).for_person(BOB).get(hers) is None


def test_the_same_file_is_kept_once_and_a_deleted_one_comes_back(store: Store) -> None:
    shelf = Shelf(store).for_person(ANN)
    first, new = shelf.add("a.txt", "digest")
    assert new
    shelf.delete(first)
    assert shelf.listed() == []
    assert shelf.add("b.txt", "digest") == (first, False)
    assert [one.name for one in shelf.listed()] == ["a.txt"]
    assert Shelf(store).for_person(BOB).add("a.txt", "digest")[1]


def test_collections_names_and_content_are_kept(store: Store) -> None:
    shelf = Shelf(store).for_person(ANN)
    kept = keep(shelf, "a.txt", ["One."], collection="Trips")
    keep(shelf, "b.txt", ["Two."])
    assert shelf.collections() == ["Trips"]
    assert [one.id for one in shelf.listed("trip")] == [kept]
    document = Document("a.txt", "txt", (Block("paragraph", "One."),), words=1)
    shelf.fill(kept, document)
    assert shelf.content(kept) == document


def test_what_is_deleted_for_good_is_in_no_index_any_more(store: Store, tmp_path: Path) -> None:
    shelf, index = Shelf(store).for_person(ANN), Index(store).for_person(ANN)
    keep(shelf, "a.txt", ["The zanzibarian ferry."])
    Holdings(store, tmp_path).for_person(ANN).delete_all()
    again = keep(shelf, "b.txt", ["Another boat."])
    assert index.by_words([again], ["=zanzibarian"], 5) == []
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"zanzibarian" not in (tmp_path / "w.db").read_bytes()


def test_a_killed_process_leaves_whole_batches_and_an_interrupted_document(
    store: Store, tmp_path: Path
) -> None:
    shelf = Shelf(store).for_person(ANN)
    document_id, _ = shelf.add("a.txt", "d")
    shelf.update(document_id, run_id="a process that is gone")
    again = Shelf(store)
    assert again.interrupted == 1
    found = again.for_person(ANN).get(document_id)
    assert found is not None
    assert (found.state, found.chunks) == ("interrupted", 0)
    with pytest.raises(Unavailable):
        Shelf(store).for_person(BOB).append(document_id, [], {})


def test_a_damaged_chunk_is_left_out_alone(store: Store) -> None:
    shelf, index = Shelf(store).for_person(ANN), Index(store).for_person(ANN)
    one = keep(shelf, "harbour.txt", HARBOUR)
    with store.engine.begin() as connection:
        connection.execute(CHUNKS.update().where(CHUNKS.c.number == 0).values(sentences=[{"start": "x"}]))
        connection.execute(CHUNKS.update().where(CHUNKS.c.number == 1).values(vectors=b"odd"))
    assert [found.number for found in index.all_chunks(one)] == [2]
    with pytest.raises(Unavailable):
        unpacked(b"abc", 1)


def test_lists_are_fused_by_rank() -> None:
    assert fused(["a", "b"], ["b", "c"]) == ["b", "a", "c"]


def test_a_rare_word_weighs_more_and_nothing_is_nothing() -> None:
    score = Bm25(
        tokens("the ferry to Zanzibar", "en"),
        100,
        {"ferri": 60, "=ferry": 60, "zanzib": 1, "=zanzibar": 1},
        8,
    )
    assert score.of(tokens("Zanzibar is an island", "en")) > score.of(tokens("A ferry is a ship", "en")) > 0
    assert score.of(["x"]) == 0.0
    assert np.isfinite(Bm25([], 0, {}, 0).of([]))
