"""Conversations are kept: branches, states, search, a crash, and a second server."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig

from components.config import ROOT
from components.errors import Unavailable
from components.results import Results
from components.search import around
from components.store import NewMessage, Store, View


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory):
    """One store for all letters; a test deletes what it made there."""
    opened = open_store(tmp_path_factory.mktemp("searched"))
    yield opened
    opened.close()


def open_store(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'w.db'}", folder)


def test_a_conversation_comes_back_with_everything(store: Store):
    chat = store.create("chat", "Foxes", "m", {"seed": 1})
    user = store.add(chat, NewMessage(None, "user", "Hi", attachments=[{"name": "a.txt", "text": "A"}]))
    answer = store.add(
        chat,
        NewMessage(
            user, "assistant", "Hello", model_id="m", settings={"seed": 1}, usage={"new_tokens": 1}, rating=1
        ),
    )
    conversation = store.conversation(chat)
    assert conversation is not None
    assert [m.id for m in conversation.path()] == [user, answer]
    assert conversation.messages[user].attachments == [{"name": "a.txt", "text": "A"}]
    assert conversation.messages[answer].usage == {"new_tokens": 1}
    assert conversation.messages[answer].rating == 1


def test_an_old_branch_is_kept_and_can_be_shown_again(store: Store):
    chat = store.create("chat", "t", "m")
    first = store.add(chat, NewMessage(None, "user", "one"))
    old = store.add(chat, NewMessage(first, "assistant", "old"))
    second = store.add(chat, NewMessage(None, "user", "one, edited"))
    new = store.add(chat, NewMessage(second, "assistant", "new"))
    conversation = store.conversation(chat)
    assert [m.text for m in conversation.path()] == ["one, edited", "new"]
    assert conversation.siblings(conversation.messages[first]) == [first, second]
    store.change(chat, leaf_id=conversation.newest_leaf(first))
    assert [m.id for m in store.conversation(chat).path()] == [first, old]
    assert new in store.conversation(chat).messages


def test_search_finds_words_in_titles_and_in_messages_and_takes_signs_literally(store: Store):
    foxes, cats = store.create("chat", "About foxes", "m"), store.create("chat", "Other", "m")
    store.add(cats, NewMessage(None, "user", "100% of cats sleep"))
    assert [h.id for h in store.headings("FOX")] == [foxes]
    assert [h.id for h in store.headings("100%")] == [cats]
    assert store.headings("1%0") == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Привет, мир", "привет"),
        ("привет", "ПРИВЕТ"),
        ("ÜBER allem", "über"),
        ("Über allem", "uber"),
        ("ein Café", "CAFE"),
        ("cafe\u0301", "café"),
        ("Straße", "STRASSE"),
        ("Ελλάδα", "ελλαδα"),
        ("ИЙ", "ий"),
        ("今天天气很好", "天气"),
        ("한국어 문장", "국어"),
        ("two\n  lines", "two lines"),
        ("İstanbul", "istanbul"),
        ("50% off_price", "% off_"),
        ('say "hello" AND -(so)* OR col:x', '"hello" and -(so)* or col:x'),
        ("今日はいい天気ですね", "いい天気"),
        ("東京タワー", "タワー"),
        ("naïve coöperation déjà-vu", "naive cooperation deja-vu"),
        ("a\x00b needle", "needle"),
        ("🦊🦊🦊 fox", "🦊🦊🦊"),
        ("x", "x"),
        ("long " * 60, "long " * 50),
    ],
)
def test_search_finds_a_text_however_its_letters_are_written(searched: Store, written: str, typed: str):
    chats = [searched.create("chat", written, "m"), *(searched.create("chat", "t", "m") for _ in range(3))]
    searched.add(chats[1], NewMessage(None, "user", f"before {written} after"))
    searched.add(chats[2], NewMessage(None, "user", "", attachments=[{"name": "a", "text": f"x {written}"}]))
    streamed = searched.add(chats[3], NewMessage(None, "assistant", "", state="streaming"))
    searched.update(streamed, text=written)
    assert {h.id for h in searched.headings(typed)} == set(chats)
    assert searched.number(typed) == 4
    searched.change(chats[0], title="Other")
    assert chats[0] not in {h.id for h in searched.headings(typed)}
    assert searched.headings("nothing of it") == []
    for chat in chats:
        searched.delete(chat)


@pytest.mark.parametrize(("written", "typed"), [("ที่", "ท"), ("한", "하"), ("कि", "क्")])
def test_search_tells_letters_apart_that_are_not_accents(searched: Store, written: str, typed: str):
    chat = searched.create("chat", written, "m")
    found = [h.id for h in searched.headings(typed)]
    assert found == ([chat] if typed in written else [])
    searched.delete(chat)


def test_search_follows_what_becomes_of_a_conversation(store: Store):
    chat, other = store.create("chat", "t", "m"), store.create("chat", "t", "m")
    first = store.add(chat, NewMessage(None, "user", "a harbour"))
    store.add(chat, NewMessage(None, "user", "a lighthouse"))  # an edit: another branch
    store.add(other, NewMessage(None, "user", "another harbour"))
    store.update(first, text="a bridge")
    assert [h.id for h in store.headings("harbour")] == [other]
    assert [h.id for h in store.headings("bridge")] == [h.id for h in store.headings("lighthouse")] == [chat]
    store.update(first, text="")
    assert store.headings("bridge") == []
    store.delete(other)
    assert store.headings("harbour") == []
    store.restore(other)
    assert [h.id for h in store.headings("harbour")] == [other]
    assert (store.passage(other, "HARBOUR"), store.passage(chat, "harbour")) == ("another harbour", "")


def test_the_index_of_the_search_has_what_the_messages_have_and_forgets_what_is_deleted(store: Store):
    chat = store.create("chat", "t", "m")
    ids = [store.add(chat, NewMessage(None, "user", text)) for text in ("a harbour", "", "ab", "a bridge")]
    store.update(ids[1], text="filled later")
    check = "INSERT INTO message_pieces(message_pieces, rank) VALUES ('integrity-check', 1)"
    found = "SELECT count(*) FROM message_pieces WHERE message_pieces MATCH 'har'"
    with store.engine.begin() as connection:
        connection.exec_driver_sql(check)
        assert connection.exec_driver_sql(found).scalar() == 1
        connection.exec_driver_sql(f"DELETE FROM messages WHERE id = {ids[0]}")
        connection.exec_driver_sql(check)
        assert connection.exec_driver_sql(found).scalar() == 0


def test_every_conversation_is_reachable(store: Store):
    for number in range(205):
        store.create("chat", f"number {number}", "m")
    assert len(store.headings()) == store.number() == 205
    assert store.headings()[-1].title == "number 0"
    assert [h.title for h in store.headings(limit=2)] == ["number 204", "number 203"]


def test_a_database_from_before_the_search_is_searched_too(tmp_path: Path):
    store = open_store(tmp_path)
    chat = store.create("chat", "Привет", "m")
    store.add(chat, NewMessage(None, "user", "ÜBER", attachments=[{"name": "a", "text": "CAFÉ"}]))
    versions = AlembicConfig()
    versions.set_main_option("script_location", str(ROOT / "components" / "migrations"))
    with store.engine.begin() as connection:
        versions.attributes["connection"] = connection
        command.downgrade(versions, "0006")
    store.close()
    again = open_store(tmp_path)
    for typed in ("привет", "uber", "cafe"):
        assert [h.id for h in again.headings(typed)] == [chat]
    again.add(chat, NewMessage(None, "user", "another harbour"))
    assert [h.id for h in again.headings("harbour")] == [chat]
    again.close()


def test_a_deleted_conversation_can_be_brought_back(store: Store):
    chat = store.create("chat", "t", "m")
    store.delete(chat)
    assert store.headings() == []
    assert store.conversation(chat) is None
    store.restore(chat)
    assert [h.id for h in store.headings()] == [chat]


def test_after_a_crash_the_partial_answer_is_there_and_marked(tmp_path: Path):
    before = open_store(tmp_path)
    chat = before.create("chat", "t", "m")
    answer = before.add(chat, NewMessage(None, "assistant", "Once upon", state="streaming"))
    before.close()  # as the operating system does for a process that is killed
    after = open_store(tmp_path)
    assert after.interrupted == 1
    message = after.message(answer)
    assert (message.text, message.state) == ("Once upon", "interrupted")
    after.close()


def test_a_second_server_leaves_the_answers_of_the_first_alone(tmp_path: Path):
    first = open_store(tmp_path)
    chat = first.create("chat", "t", "m")
    answer = first.add(chat, NewMessage(None, "assistant", "Once", state="streaming"))
    second = open_store(tmp_path)
    assert second.interrupted == 0
    assert second.message(answer).state == "streaming"
    first.close()
    second.close()


def test_ids_cannot_be_guessed(store: Store):
    ids = {store.create("chat", "t", "m") for _ in range(20)}
    assert len(ids) == 20
    assert all(len(one) == 32 for one in ids)


@pytest.mark.parametrize("statement", [2, 5, 8])
def test_a_server_killed_while_it_makes_its_database_starts_the_next_time(tmp_path: Path, statement: int):
    code = f"""
import os, signal
from pathlib import Path
import sqlalchemy as sa
from components.store import Store
seen = []
@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def die(connection, cursor, text, *more):
    seen.append(text) if "CREATE TABLE" in text else None
    if len(seen) == {statement}:
        os.kill(os.getpid(), signal.SIGKILL)
Store("sqlite:///{tmp_path / "w.db"}", Path({str(tmp_path)!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = open_store(tmp_path)
    assert store.create("chat", "It works", "m")
    store.close()


def test_a_damaged_database_is_said_with_what_to_do(tmp_path: Path):
    (tmp_path / "w.db").write_bytes(b"this is no database, and long enough to be looked at" * 50)
    with pytest.raises(Unavailable, match="move it away"):
        open_store(tmp_path)


def test_a_database_password_is_never_in_a_message(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/missing/folder/w.db"
    with pytest.raises(Unavailable, match="can't be opened"):
        Store(url, tmp_path)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "not a database URL"),
        ("postgresql+pg8000://me:secret@h/db", "needs a driver"),
        ("sqlite:////no/such/w.db", "opened"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence_without_the_password(
    tmp_path: Path, url: str, words: str
):
    with pytest.raises(Unavailable, match=words) as error:
        Store(url, tmp_path)
    assert "secret" not in str(error.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="can't be written"):
        Store("sqlite://", tmp_path / "file" / "data")


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path):
    import sqlite3

    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / "w.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(Unavailable, match="newer Wordbench"):
        open_store(tmp_path)


@pytest.mark.parametrize("value", ["{", "", "5", '"x"', "[1]", '[{"name": 1}]', "null", '[{"left_out": 5}]'])
@pytest.mark.parametrize("column", ["settings", "usage", "attachments"])
def test_a_damaged_row_breaks_nothing_but_itself(store: Store, column: str, value: str):
    chat = store.create("chat", "t", "m")
    first = store.add(chat, NewMessage(None, "user", "Hi"))
    store.add(chat, NewMessage(first, "assistant", "Hello"))
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE messages SET {column} = ? WHERE id = ?", (value, first))
        if column == "settings":
            connection.exec_driver_sql("UPDATE conversations SET settings = ?", (value,))
    damaged, whole = store.conversation(chat).path()
    assert (damaged.text, whole.text, str(whole.note)) == ("Hi", "Hello", "")
    assert isinstance(damaged.settings, dict)
    assert all(isinstance(file["name"], str) for file in damaged.attachments)
    if column == "attachments":
        assert "damaged" in str(damaged.note)
    assert store.message(first).text == "Hi"


def test_a_damaged_result_is_listed_and_says_so_alone(store: Store):
    results = Results(store)
    damaged, whole = (results.create("summary", name, {"a": 1}, []) for name in ("damaged", "whole"))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE results SET settings = '{', body = '[' WHERE id = ?", (damaged,))
    assert {one.title for one in results.headings("summary")} == {"damaged", "whole"}
    assert results.get(whole).settings == {"a": 1}
    with pytest.raises(Unavailable, match="damaged"):
        results.get(damaged)


def test_order_is_kept_pinned_ones_first_folders_apart_and_what_was_put_away_out_of_sight(store: Store):
    old, new, away = (store.create("chat", title, "m") for title in ("Old", "New", "Away"))
    store.change(old, pinned=1)
    store.change(new, folder="Garden")
    store.change(away, archived=1, folder="Garden")
    assert [one.id for one in store.headings()] == [old, new]
    assert [one.id for one in store.headings(view=View(folder="Garden"))] == [new]
    assert [one.id for one in store.headings(view=View(archived=True))] == [away]
    assert store.folders() == ["Garden"]
    assert store.number() == 2
    found = store.conversation(old)
    assert found
    assert (found.pinned, found.archived, found.folder) == (1, 0, "")


def test_a_search_shows_the_words_that_were_found_as_they_are_written():
    text = "They met in the Café by the HARBOUR, and it rained all day long until the evening."
    assert around(text, "cafe", 8) == ("… in the ", "Café", " by the …")
    assert around(text, "harbour", 4) == ("…the ", "HARBOUR", ", an…")
    assert around(text, "castle") == ("", "", "")
