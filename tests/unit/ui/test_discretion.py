"""Folders and internal addresses are shown to those who run the server, and to nobody else."""

from pathlib import Path

import pytest

from components.access import LOCAL, Person
from components.config import ROOT, Config, ServerSettings
from components.ui import discretion

SERVERS = {"team": ServerSettings("http://me:pw@10.1.2.3:8000/v1"), "odd": ServerSettings("http://[")}
CONFIG = Config(
    data_dir=Path("/srv/wordbench/data"), models_dir=Path("/srv/models"), mode="open", servers=SERVERS
)
SAYS = (
    "The run could not be written to /srv/wordbench/data/training: no space.",
    "[Errno 13] Permission denied: '/srv/models/big/config.json'",
    "The server team (http://10.1.2.3:8000/v1) can't be reached.",
    "connection to 10.1.2.3:8000 failed",
    f"see {ROOT}/wordbench.toml",
)


@pytest.mark.parametrize("text", SAYS)
def test_others_are_shown_neither_folders_nor_addresses(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setattr(discretion, "config", lambda: CONFIG)
    monkeypatch.setattr(discretion, "current", lambda: Person("anna"))
    seen = discretion.discreet(text)
    assert "…" in seen
    assert not any(word in seen for word in ("/srv", "10.1.2.3", str(ROOT)))


@pytest.mark.parametrize("text", SAYS)
def test_those_who_run_the_server_are_shown_everything(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setattr(discretion, "config", lambda: CONFIG)
    monkeypatch.setattr(discretion, "current", lambda: Person("boss", administrator=True))
    assert discretion.discreet(text) == text
    monkeypatch.setattr(discretion, "config", lambda: Config(data_dir=CONFIG.data_dir))
    monkeypatch.setattr(discretion, "current", lambda: LOCAL)
    assert discretion.discreet(text) == text


def test_a_text_without_them_stays_as_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discretion, "config", lambda: CONFIG)
    monkeypatch.setattr(discretion, "current", lambda: Person("anna"))
    assert discretion.discreet("The field data is missing.") == "The field data is missing."
