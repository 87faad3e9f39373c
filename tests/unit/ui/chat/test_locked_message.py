"""A protected file attached in chat: it opens with its password, and the message isn't lost meanwhile."""

import io
from types import SimpleNamespace

import pytest

from components.access import Person
from components.config import read_config
from components.documents import PasswordNeeded, WrongPassword
from components.jobs import Jobs
from components.tasks.attachments import attach
from components.tasks.conversation import Setup
from components.ui import notices, reading_progress, uploads
from components.ui.chat import composer, locked_message, outbox, tab, too_long
from tests.unit.documents import making

LOCKED = making.locked_odt("<text:p>The harbour is closed.</text:p>", "tide")


SETUP = Setup("m")


class File(io.BytesIO):
    def __init__(self, data: bytes, name: str = "a.odt") -> None:
        super().__init__(data)
        self.name = name


def test_an_attached_file_opens_with_its_password_only():
    with pytest.raises(PasswordNeeded):
        attach("a.odt", LOCKED, read_config())
    with pytest.raises(WrongPassword):
        attach("a.odt", LOCKED, read_config(), "ebb")
    assert attach("a.odt", LOCKED, read_config(), "tide")["text"] == "The harbour is closed."


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The chat box without a browser: its state, what was sent, and what was said."""
    state: dict[str, object] = {}
    made = SimpleNamespace(state=state, sent=[], said=[], much=None, url={})
    fake = SimpleNamespace(session_state=state, query_params=made.url, rerun=lambda: None)
    registry = Jobs().for_person(Person("ada"))
    for module in (composer, locked_message, outbox, too_long):
        monkeypatch.setattr(module, "st", fake)
    for module in (composer, outbox):
        monkeypatch.setattr(module, "config", read_config)
    monkeypatch.setattr(outbox, "jobs", lambda: registry)
    monkeypatch.setattr(outbox, "person", lambda: "ada")
    monkeypatch.setattr(reading_progress, "show", lambda job, name: job.wait(30))
    monkeypatch.setattr(uploads, "count", lambda *files: None)
    monkeypatch.setattr(notices, "later", lambda text, kind="info": made.said.append(text))
    monkeypatch.setattr(tab, "slot", lambda conversation: "slot")
    monkeypatch.setattr(tab, "created", lambda opened: None)

    def ask(*given: object) -> str:
        made.sent.append(given)
        return "opened"

    monkeypatch.setattr(
        tab, "conversing", lambda: SimpleNamespace(ask=ask, too_much=lambda *given: made.much)
    )
    return made


def send(*given: object) -> None:
    composer._send(None, locked_message.Draft(*given), SETUP, None)
    look()


def look() -> None:
    """What the next run of the page does."""
    if outcome := outbox.follow(None):
        composer._ended(None, outcome)


def test_a_message_waits_for_the_password_of_its_file_and_is_then_sent(page: SimpleNamespace):
    files = [File(b"Some plain text.", "b.txt"), File(LOCKED)]
    send("What is closed?", files)
    held = page.state[locked_message._KEY]
    assert (held.message.text, list(held.files), page.sent) == ("What is closed?", [1], [])
    assert "Enter its password" in str(held.reason)
    send("What is closed?", files, {1: "ebb"})
    assert "doesn't open" in str(page.state[locked_message._KEY].reason)
    send("What is closed?", files, {1: "tide"})
    [(_, text, _, attachments)] = page.sent
    assert text == "What is closed?"
    assert [one["text"] for one in attachments] == ["Some plain text.", "The harbour is closed."]
    assert "tide" not in str(attachments)


def test_another_refusal_brings_the_text_back_into_the_box(page: SimpleNamespace):
    send("Hello", [File(b"")])
    assert page.state[f"{composer.DRAFT}:slot"] == "Hello"
    assert page.said


def test_a_page_that_is_loaded_again_finds_what_is_being_sent_and_sends_nothing_twice(page: SimpleNamespace):
    composer._send(None, locked_message.Draft("Hello", [File(b"Some plain text.", "b.txt")]), SETUP, None)
    page.state.clear()  # another session
    look()
    look()
    assert [text for _, text, _, _ in page.sent] == ["Hello"]


def test_another_tab_leaves_a_message_to_the_one_that_sent_it(page: SimpleNamespace):
    composer._send(None, locked_message.Draft("Hello", [File(LOCKED)]), SETUP, None)
    mine, url = dict(page.state), dict(page.url)
    page.state.clear()
    page.url.clear()
    look()
    assert locked_message._KEY not in page.state
    page.state.update(mine)
    page.url.update(url)
    look()
    assert page.state[locked_message._KEY].message.text == "Hello"
    assert not page.url


def test_a_message_whose_files_are_too_long_waits_for_what_is_to_be_done(page: SimpleNamespace):
    page.much = (5_000, 2_000)
    send("Hello", [File(b"Some plain text.", "b.txt")])
    assert (page.state[too_long._KEY].tokens, page.sent) == (5_000, [])
    message = locked_message.Draft("Hello", [File(b"Some plain text.", "b.txt")], anyway=True)
    composer._send(None, message, SETUP, None)
    look()
    assert len(page.sent) == 1
