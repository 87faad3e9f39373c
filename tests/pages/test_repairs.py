"""The first page after a crash: what was repaired is said, once, and the work can go on."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from components.errors import Unavailable
from components.results import Results
from components.store import NewMessage, Store
from components.ui import resources
from tests.pages.conftest import settle, texts

App = Callable[..., AppTest]


def test_a_crash_is_repaired_and_said_once(app: App, settings, tmp_path: Path):
    data = tmp_path / "data"
    crashed = Store(f"sqlite:///{data / 'wordbench.db'}", data)
    chat = crashed.create("chat", "Before", "local-tiny-chat")
    user = crashed.add(chat, NewMessage(None, "user", "Hello"))
    crashed.add(chat, NewMessage(user, "assistant", "The beginning", state="streaming"))
    Results(crashed).create("summary", "Before", {}, [])
    (data / "models" / ".partial-x-1").mkdir(parents=True)
    (data / "translations" / "of-nobody").mkdir(parents=True)
    crashed.close()
    test = app("", c=chat)
    said = texts(test).replace("\\", "")
    assert "Repaired: 1 interrupted answer; 1 interrupted summary" in said
    assert ".partial-x-1, which was half made" in said
    assert "1 unfinished file in translations" in said
    assert "The beginning" in said
    assert "Interrupted: the app ended while this was written" in said
    assert not (data / "models" / ".partial-x-1").exists()
    assert not (data / "translations" / "of-nobody").exists()
    assert "Repaired" not in texts(app("", c=chat))


def test_a_start_after_a_proper_end_says_nothing(app: App):
    assert "Repaired" not in texts(app())


def test_a_database_that_can_not_be_read_costs_a_sentence_and_the_next_run_works(app: App, settings):
    test = app()

    def locked(self: Store, *given: object) -> list:
        raise Unavailable("The database is locked by another program.")

    with settings.context() as patched:
        patched.setattr(Store, "headings", locked)
        test.run()
        assert "The database is locked by another program." in texts(test).replace("\\", "")
        assert not test.exception
    assert "locked" not in texts(test.run())
    assert test.chat_input


def test_one_request_too_many_is_a_sentence_and_the_text_comes_back(app: App, settings):
    settings.setenv("WORDBENCH_PERSON_REQUESTS_PER_MINUTE", "1")
    test = app()
    test.chat_input[0].set_value("First").run()
    settle(test)
    test.chat_input[0].set_value("Second").run()
    assert "within a minute, and 1 is the most. Try again in" in texts(test).replace("\\", "")
    assert "Second" not in [one.value for one in test.text]
    assert len(resources.store().headings()) == 1
