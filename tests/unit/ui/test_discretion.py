"""Folders and internal addresses are shown to those who run the server, and to nobody else."""

import sys
from pathlib import Path

import pytest

from components.access import LOCAL, Person
from components.config import ROOT, Config, ServerSettings
from components.errors import BadInput
from components.models.servers.added_servers import AddedServers
from components.models.sources.added_models import AddedModels
from components.ui import discretion

SERVERS = {"team": ServerSettings("http://me:pw@10.1.2.3:8000/v1"), "odd": ServerSettings("http://[")}
CONFIG = Config(
    data_dir=Path("/srv/wordbench/data"),
    models_dir=Path("/srv/models"),
    mode="open",
    servers=SERVERS,
    database_url="postgresql://u:pw@10.1.2.9:5432/x",
)
SAYS = (
    'The database can\'t be opened: connection to server at "10.1.2.9", port 5432 failed.',
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
    assert not any(word in seen for word in ("/srv", "10.1.2.", str(ROOT)))


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


def test_what_was_added_in_the_page_and_where_libraries_keep_files_is_hidden_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    data, models = tmp_path / "data", tmp_path / "lm studio"
    models.mkdir()
    boss = Person("boss", administrator=True)
    AddedModels(data).for_person(boss).add_folder(str(models))
    AddedServers(data).for_person(boss).add("new", ServerSettings("http://gpu7.corp.example:9000/v1"))
    monkeypatch.setattr(discretion, "config", lambda: Config(data_dir=data, mode="open"))
    monkeypatch.setattr(discretion, "current", lambda: Person("anna"))
    for text, hidden in (
        (f"There are no safetensors weights in {models}/big.", str(models)),
        ("The server new (http://gpu7.corp.example:9000/v1) can't be reached.", "gpu7.corp.example"),
        (f"[Errno 2] No such file: {sys.prefix}/lib/torch.so", sys.prefix),
        (f"{Path.home()}/.cache/huggingface", str(Path.home())),
    ):
        assert hidden not in discretion.discreet(text)


def test_where_the_settings_are_is_told_only_at_this_machine(monkeypatch: pytest.MonkeyPatch):
    def wrong() -> Config:
        raise BadInput("keep_alive is nan")

    monkeypatch.setattr(discretion, "config", wrong)
    monkeypatch.setenv("WORDBENCH_CONFIG", "/etc/wordbench/settings.toml")
    text = "It is in line 2 of /etc/wordbench/settings.toml."
    monkeypatch.setattr(discretion.st, "get_option", lambda name: "127.0.0.1")
    assert discretion.discreet(text) == text
    monkeypatch.setattr(discretion.st, "get_option", lambda name: "0.0.0.0")
    assert discretion.discreet(text) == "It is in line 2 of …."
