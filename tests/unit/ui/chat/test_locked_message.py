"""A protected file attached in chat: it opens with its password, and the message isn't lost meanwhile."""

import io
from types import SimpleNamespace

import pytest

from components.config import read_config
from components.documents import PasswordNeeded, WrongPassword
from components.tasks.attachments import attach
from components.ui import notices, uploads
from components.ui.chat import composer, locked_message, tab
from tests.unit.documents import making

LOCKED = making.locked_odt("<text:p>The harbour is closed.</text:p>", "tide")


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
    made = SimpleNamespace(state=state, sent=[], said=[])
    fake = SimpleNamespace(session_state=state, rerun=lambda: None)
    monkeypatch.setattr(composer, "st", fake)
    monkeypatch.setattr(locked_message, "st", fake)
    monkeypatch.setattr(composer, "config", read_config)
    monkeypatch.setattr(uploads, "count", lambda *files: None)
    monkeypatch.setattr(notices, "later", lambda text, kind="info": made.said.append(text))
    monkeypatch.setattr(tab, "slot", lambda conversation: "slot")
    monkeypatch.setattr(tab, "created", lambda opened: None)
    monkeypatch.setattr(
        tab, "conversing", lambda: SimpleNamespace(ask=lambda *given: made.sent.append(given))
    )
    return made


def test_a_message_waits_for_the_password_of_its_file_and_is_then_sent(page: SimpleNamespace):
    files = [File(b"Some plain text.", "b.txt"), File(LOCKED)]
    composer._send(None, locked_message.Draft("What is closed?", files), "setup", None)
    held = page.state[locked_message._KEY]
    assert (held.message.text, list(held.files), page.sent) == ("What is closed?", [1], [])
    assert "Enter its password" in str(held.reason)
    composer._send(None, locked_message.Draft("What is closed?", files, {1: "ebb"}), "setup", None)
    assert "doesn't open" in str(page.state[locked_message._KEY].reason)
    composer._send(None, locked_message.Draft("What is closed?", files, {1: "tide"}), "setup", None)
    [(_, text, _, attachments)] = page.sent
    assert text == "What is closed?"
    assert [one["text"] for one in attachments] == ["Some plain text.", "The harbour is closed."]
    assert "tide" not in str(attachments)


def test_another_refusal_brings_the_text_back_into_the_box(page: SimpleNamespace):
    composer._send(None, locked_message.Draft("Hello", [File(b"")]), "setup", None)
    assert page.state[f"{composer.DRAFT}:slot"] == "Hello"
    assert page.said
