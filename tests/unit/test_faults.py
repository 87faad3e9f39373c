"""Each fault, made for real where that can be done: what is said, what is kept, and that the next request works.

Others are beside what they break: a converter killed or without a disk (test_library), an engine killed
(test_process), memory used up while loading (test_manager), a parser that eats memory (test_hostile).
"""

import errno
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from components import jobs as jobs_module
from components.config import ROOT, Config
from components.documents import Limits
from components.errors import AppError, BadInput, EngineFailed, NotEnoughMemory, Unavailable
from components.jobs import Job, Jobs
from components.messages import Message
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.results import Results
from components.store import Store
from components.tasks.conversation import Conversing, Setup
from components.tasks.translate.document_jobs import DocumentTranslator
from components.translations import Remembered, Translations
from tests import tiny
from tests.figures import note
from tests.unit.tasks.fakes import SPEC, FakeEngine, FakeManager

SETUP = Setup(SPEC.id)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(jobs_module, "WRITE_PAUSE", 0.05)
    monkeypatch.setattr(jobs_module, "WRITE_TRIES", 600)  # the test frees the disk when it gets its turn
    opened = Store(f"sqlite:///{tmp_path / 'wordbench.db'}", tmp_path)
    yield opened
    opened.close()


def desk(store: Store, engine: FakeEngine) -> Conversing:
    return Conversing(store, Jobs(), FakeManager(engine), "local")  # type: ignore[arg-type]


def answered(conversing: Conversing, text: str) -> tuple[str, str]:
    """State and text of the answer to a new message."""
    conversation_id = conversing.ask(None, text, [SETUP])
    for job in conversing.jobs.running():
        job.wait(20)
    last = conversing.store.conversation(conversation_id).path()[-1]
    return last.state, last.text


def test_a_worker_thread_that_raises_costs_one_answer_and_keeps_its_beginning(store: Store):
    engine = FakeEngine()
    engine.says = ["It ", "began", RuntimeError("boom")]
    conversing = desk(store, engine)
    assert answered(conversing, "Hi") == ("failed", "It began")
    engine.says = ["Fine."]
    assert answered(conversing, "Again") == ("done", "Fine.")


# The database


def said(monkeypatch: pytest.MonkeyPatch, words: str) -> threading.Event:
    """Set as soon as a job says these words."""
    heard, say = threading.Event(), Job.say

    def listen(job: Job, note: Message, share: float | None = None) -> None:
        say(job, note, share)
        if words in str(note):
            heard.set()

    monkeypatch.setattr(Job, "say", listen)
    return heard


def test_a_locked_database_delays_an_answers_end_and_loses_nothing(store: Store, tmp_path: Path, monkeypatch):
    locked = said(monkeypatch, "locked by another program")
    impatient = lambda connection, record: connection.execute("PRAGMA busy_timeout=50")  # noqa: E731
    sa.event.listen(store.engine, "connect", impatient)
    store.engine.dispose()
    engine = FakeEngine()
    engine.says = ["All of ", "it."]
    engine.gate.clear()
    conversing = desk(store, engine)
    conversation_id = conversing.ask(None, "Hi", [SETUP])
    job = conversing.jobs.running()[0]
    other = sqlite3.connect(tmp_path / "wordbench.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another program"):
        store.create("chat", "x", "m")
    engine.gate.set()
    assert locked.wait(10)
    other.rollback()
    assert job.wait(30)
    last = store.conversation(conversation_id).path()[-1]
    assert (last.state, last.text) == ("done", "All of it.")
    assert answered(conversing, "Next")[0] == "done"


def test_a_full_disk_delays_an_answers_end_and_loses_nothing(store: Store, monkeypatch):
    full = said(monkeypatch, "disk is full")
    engine = FakeEngine()
    engine.says = [" ".join(str(number) for number in range(40_000))[:200_000], "end"]
    conversing = desk(store, engine)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    _limit_pages(store, pages + 5)  # SQLite itself now reports a full disk
    conversation_id = conversing.ask(None, "Hi", [SETUP])
    job = conversing.jobs.running()[0]
    assert full.wait(10)
    _limit_pages(store, 1_000_000)
    assert job.wait(20)
    last = store.conversation(conversation_id).path()[-1]
    assert (last.state, len(last.text)) == ("done", 200_003)
    with pytest.raises(Unavailable, match="The disk is full"):
        _limit_pages(store, 1)
        for _ in range(50):
            store.create("chat", "x" * 100_000, "m")
    _limit_pages(store, 1_000_000)
    assert store.create("chat", "x", "m")


def _limit_pages(store: Store, pages: int) -> None:
    def limit(connection: sqlite3.Connection, *rest: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    store.engine.dispose()
    for known in getattr(store, "_limits", []):
        sa.event.remove(store.engine, "connect", known)
    store._limits = [limit]  # type: ignore[attr-defined]
    sa.event.listen(store.engine, "connect", limit)


def test_a_database_that_is_gone_is_said_and_works_again_when_it_is_back(store: Store, tmp_path: Path):
    kept = store.create("chat", "kept", "m")
    store.engine.dispose()
    away = tmp_path / "away"
    away.mkdir()
    for path in tmp_path.glob("wordbench.db*"):
        path.rename(away / path.name)
    with pytest.raises(Unavailable, match="moved or deleted"):
        store.headings()
    store.engine.dispose()
    for path in tmp_path.glob("wordbench.db*"):
        path.unlink()
    for path in away.iterdir():
        path.rename(tmp_path / path.name)
    assert store.conversation(kept)


def test_a_damaged_database_is_said_at_the_start_and_while_running(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "wordbench.db").write_bytes(b"not a database at all" * 500)
    with pytest.raises(Unavailable, match="move it away and start again"):
        Store.from_config(Config(data_dir=tmp_path / "a"))
    running = Store.from_config(Config(data_dir=tmp_path / "b"))
    running.create("chat", "x" * 50_000, "m")
    running.engine.dispose()
    path = tmp_path / "b" / "wordbench.db"
    for wal in (tmp_path / "b").glob("wordbench.db-*"):
        wal.unlink()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 60_000)
    with pytest.raises(Unavailable, match="damaged"):
        running.headings()
    running.close()


ASKED = {"source": "en", "target": "pt", "route": "r"}

# Files


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_an_upload_onto_a_full_disk_leaves_nothing_behind(
    store: Store, tmp_path: Path, monkeypatch, code: int
):
    translations = Translations(store)
    folder = tmp_path / "translations"
    translator = DocumentTranslator(translations, Jobs(), None, folder, Limits())  # type: ignore[arg-type]

    def full(self: Path, data: bytes) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(Unavailable, match="Free some space and try again"):
            translator.add(b"x", "a.txt", "local", ASKED)
    assert translations.recent("local", "document") == []
    assert not list(folder.iterdir())
    assert translator.add(b"x", "a.txt", "local", ASKED)


def test_an_upload_onto_a_disk_that_is_really_full(tmp_path: Path):
    """In a process whose files may have 4 KB, which the system enforces."""
    code = f"""
import resource, signal
from pathlib import Path
from components.documents import Limits
from components.errors import Unavailable
from components.jobs import Jobs
from components.store import Store
from components.tasks.translate.document_jobs import DocumentTranslator
from components.translations import Translations
data = Path({str(tmp_path)!r})
store = Store(f"sqlite:///{{data / 'w.db'}}", data)
translator = DocumentTranslator(Translations(store), Jobs(), None, data / "t", Limits())
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    translator.add(b"x" * 1_000_000, "a.txt", "local", {{}})
    print("stored")
except Unavailable as error:
    print("said:", error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print("next:", bool(translator.add(b"x" * 1_000_000, "a.txt", "local", {{}})))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "said: The file could not be stored" in done.stdout, done.stderr
    assert "next: True" in done.stdout


# The model


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelManager]:
    own = tmp_path_factory.mktemp("own")
    # 128 KB a token inside of a layer: a long prompt needs memory that no pool has in store
    tiny.make_llama(own / "tiny", context=2048, end=False, intermediate=32_768)
    # The engine whose process these tests take memory and files away from
    config = Config(data_dir=tmp_path_factory.mktemp("data"), models_dir=own, engine="transformers")
    loader = EngineLoader(config, Library(config))
    yield ModelManager(Catalog(own), loader, config)
    loader.process.close()


def said_by(manager: ModelManager, words: int = 40, tokens: int = 20) -> str:
    prompt = Prompt(messages=({"role": "user", "content": "Hello " * words},))
    with manager.lease("local-tiny") as engine:
        return "".join(
            engine.generate(prompt, GenerationOptions(max_new_tokens=tokens, seed=1), lambda: False)
        )


@pytest.mark.slow
def test_memory_that_is_really_used_up_costs_a_sentence(manager: ModelManager):
    assert said_by(manager)
    pid = manager._loader.process.pid  # type: ignore[attr-defined]
    import psutil

    used = psutil.Process(pid).memory_info().vms
    resource.prlimit(pid, resource.RLIMIT_AS, (used + 2_000_000, resource.RLIM_INFINITY))
    try:
        with pytest.raises(AppError) as error:
            said_by(manager, words=900)
        assert isinstance(error.value, NotEnoughMemory | EngineFailed)
    finally:
        if (now := manager._loader.process.pid) == pid:  # type: ignore[attr-defined]
            resource.prlimit(now, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert said_by(manager)


@pytest.mark.slow
def test_a_model_file_that_is_cut_under_us_is_named_and_works_again_when_it_is_back(manager: ModelManager):
    folder = Path(manager.catalog.get("local-tiny").location)
    file = next(folder.glob("*.safetensors"))
    whole = file.read_bytes()
    assert said_by(manager)
    file.write_bytes(whole[: len(whole) // 2])
    try:
        with suppress(EngineFailed):  # what is loaded goes on, or its engine ends with a sentence
            assert said_by(manager)
        manager.reclaim()
        with pytest.raises(BadInput, match="is damaged"):
            said_by(manager)
    finally:
        file.write_bytes(whole)
    assert said_by(manager)


# The server


def test_a_server_killed_in_the_middle_of_everything_keeps_what_it_had(tmp_path: Path):
    code = f"""
import sys, time
from pathlib import Path
from components.results import Results
from components.store import NewMessage, Store
from components.translations import Remembered, Translations
data = Path({str(tmp_path)!r})
store = Store(f"sqlite:///{{data / 'wordbench.db'}}", data)
chat = store.create("chat", "Killed", "m")
user = store.add(chat, NewMessage(None, "user", "Hello"))
answer = store.add(chat, NewMessage(user, "assistant", "", state="streaming"))
store.update(answer, text="The beginning")
results = Results(store)
summary = results.create("summary", "Killed", {{}}, [])
results.update(summary, body={{"summaries": ["the first part"]}})
translations = Translations(store)
document = translations.create("local", "document", "a.txt", {{"source": "en", "target": "pt", "route": "r"}}, "running")
translations.remember("local", "en-pt", "r", [Remembered("done before", "feito", {{}})])
place = data / "translations" / document
place.mkdir(parents=True)
(place / "source").write_bytes(b"x")
(place / "result.part").write_bytes(b"half")
print(chat, summary, document, flush=True)
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    chat, summary, document = process.stdout.readline().split()
    process.send_signal(signal.SIGKILL)
    process.wait()
    store = Store(f"sqlite:///{tmp_path / 'wordbench.db'}", tmp_path)
    results, translations = Results(store), Translations(store)
    assert (store.interrupted, results.interrupted, translations.interrupted) == (1, 1, 1)
    last = store.conversation(chat).path()[-1]
    assert (last.state, last.text) == ("interrupted", "The beginning")
    assert results.get(summary).state == "interrupted"
    assert results.get(summary).body == {"summaries": ["the first part"]}
    assert translations.get(document).state == "interrupted"
    assert translations.remembered("local", "en-pt", "r", ["done before"])
    from components.holdings import Holdings

    assert list(map(str, Holdings(store, tmp_path).repair())) == ["1 unfinished file in translations"]
    assert (tmp_path / "translations" / document / "source").exists()
    assert answered(desk(store, FakeEngine()), "Next")[0] == "done"
    store.close()


# The clock


def test_a_clock_that_is_set_back_changes_no_order_and_stops_nothing(store: Store, monkeypatch):
    conversing = desk(store, FakeEngine())
    conversation_id = conversing.ask(None, "First", [SETUP])
    conversing.jobs.running() and conversing.jobs.running()[0].wait(10)
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    conversing.ask(conversation_id, "Second", [SETUP])
    for job in conversing.jobs.running():
        assert job.wait(10)
    path = store.conversation(conversation_id).path()
    assert [message.text for message in path if message.role == "user"] == ["First", "Second"]
    assert all(message.state == "done" for message in path)
    assert store.headings()[0].id == conversation_id


def test_faults_are_counted():
    """Prints how many kinds of faults are made here."""
    here = [name for name in globals() if name.startswith("test_")]
    note(f"Faults made and survived in this file: {len(here) - 1}")
    assert Remembered
