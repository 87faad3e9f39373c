"""All that a person keeps as one file: what comes back is what was there, and it belongs to who reads it."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from components.access import Person
from components.classifiers import Classifiers
from components.documents import Block, Document
from components.errors import BadInput
from components.results import Results
from components.retrieval.shelf import Chunk, Sentence, Shelf
from components.store import NewMessage, Store, View
from components.tasks import personal_archive
from components.translations import Remembered, Translations

ANN, BOB = Person("ann"), Person("bob")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)


def fill(store: Store, folder: Path) -> None:
    mine = store.for_person(ANN)
    talk = mine.create("chat", "Title", "m")
    mine.add(talk, NewMessage(None, "user", "Hello"))
    mine.change(talk, pinned=1, folder="Garden")
    away = mine.create("chat", "Away", "m")
    mine.change(away, archived=1)
    Results(store).for_person(ANN).create("summary", "A summary", {}, [{"text": "x"}])
    translations = Translations(store).for_person(ANN)
    translations.set_terms(ANN.id, "en-pt", [("a", "b")])
    asked = {"source": "en", "target": "pt", "route": "r"}
    made = translations.create(ANN.id, "document", "x.txt", asked, "done")  # type: ignore[arg-type]
    (folder / "translations" / made).mkdir(parents=True)
    (folder / "translations" / made / "source").write_bytes(b"the document")


def test_everything_comes_back_to_another_person_with_its_order_and_its_files(store: Store, tmp_path: Path):
    fill(store, tmp_path)
    saved = personal_archive.save(store.for_person(ANN), tmp_path)
    bob = store.for_person(BOB)
    assert personal_archive.is_archive(saved)
    back = personal_archive.bring(bob, tmp_path, saved)
    assert (back.added, back.left_out) == (5, 0)
    [talk] = bob.headings()
    assert (talk.title, talk.pinned, talk.folder) == ("Title", 1, "Garden")
    assert [one.title for one in bob.headings(view=View(archived=True))] == ["Away"]
    assert bob.headings("hello") == [talk]
    assert [one.title for one in Results(store).for_person(BOB).headings("summary", "")] == ["A summary"]
    [document] = Translations(store).for_person(BOB).recent(BOB.id, "document", 9)
    assert (tmp_path / "translations" / document.id / "source").read_bytes() == b"the document"
    assert len(store.for_person(ANN).headings()) == 1


def test_bytes_kept_documents_and_a_remembered_sentence_are_found_by_their_new_owner(
    store: Store, tmp_path: Path
):
    kept, memory, shelf = Classifiers(store), Translations(store), Shelf(store)
    kept.for_person(ANN).keep("Letters", {"labels": []}, {}, b"\0\xff weights")
    memory.for_person(ANN).remember(ANN.id, "en-pt", "r", [Remembered("Hello", "Olá", {})])
    mine = shelf.for_person(ANN)
    document, _new = mine.add("a.txt", "digest")
    mine.fill(document, Document("a.txt", "text", (Block("paragraph", "Hello"),)))
    mine.append(document, [Chunk((Sentence(0, 0, 5, "Hello"),), ["hello"])], {})
    mine.update(document, state="done")
    saved = personal_archive.save(store.for_person(ANN), tmp_path)
    assert personal_archive.bring(store.for_person(BOB), tmp_path, saved) == personal_archive.Back(3, 0)
    [heading] = kept.for_person(BOB).headings()
    found = kept.for_person(BOB).get(heading.id)
    assert found is not None
    assert found.weights == b"\0\xff weights"
    assert memory.for_person(BOB).remembered(BOB.id, "en-pt", "r", ["Hello"])["Hello"].target == "Olá"
    assert memory.for_person(ANN).remembered(ANN.id, "en-pt", "r", ["Hello"])["Hello"].target == "Olá"
    [entry] = shelf.for_person(BOB).listed()
    assert (entry.state, entry.chunks) == ("interrupted", 0)
    assert personal_archive.bring(store.for_person(BOB), tmp_path, saved).left_out == 2  # not a second time


def test_read_twice_adds_twice_but_no_glossary_term_a_second_time(store: Store, tmp_path: Path):
    fill(store, tmp_path)
    mine = store.for_person(ANN)
    back = personal_archive.bring(mine, tmp_path, personal_archive.save(mine, tmp_path))
    assert (back.added, back.left_out) == (4, 1)


@pytest.mark.parametrize(
    "content",
    [{"format": "other"}, {"format": personal_archive.FORMAT, "version": 9}, [], "text"],
)
def test_what_is_no_archive_is_refused_and_adds_nothing(store: Store, tmp_path: Path, content: object):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(personal_archive.MANIFEST, json.dumps(content))
    with pytest.raises(BadInput):
        personal_archive.bring(store.for_person(ANN), tmp_path, out.getvalue())
    with pytest.raises(BadInput):
        personal_archive.bring(store.for_person(ANN), tmp_path, b"PK\3\4 broken")


def test_a_hostile_archive_writes_no_file_elsewhere_and_takes_over_nobodys_rows(store: Store, tmp_path: Path):
    fill(store, tmp_path)
    with zipfile.ZipFile(io.BytesIO(personal_archive.save(store.for_person(ANN), tmp_path))) as saved:
        whole = json.loads(saved.read(personal_archive.MANIFEST))
    [row] = whole["tables"]["translations"]
    whole["tables"]["training_runs"] = [{"id": "1", "owner": "ann"}]
    whole["tables"]["results"] = [{"id": 5}, "text", None]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(personal_archive.MANIFEST, json.dumps(whole))
        for name in ("../../escaped", "..", "a/b"):
            file.writestr(f"files/translations/{row['id']}/{name}", b"x")
    personal_archive.bring(store.for_person(BOB), tmp_path, out.getvalue())
    assert not list(tmp_path.rglob("escaped"))
    assert len(Translations(store).for_person(ANN).recent(ANN.id, "document", 9)) == 1
    assert len(Translations(store).for_person(BOB).recent(BOB.id, "document", 9)) == 1
    assert Results(store).for_person(BOB).headings("summary", "") == []
