"""Servers that were added in the page stay over a restart; their keys are the server's alone."""

import stat
from pathlib import Path

import pytest

from components.access import LOCAL, Person
from components.config import ServerSettings
from components.errors import BadInput, NotAllowed, Unavailable
from components.models.servers.added_servers import FILE, AddedServers, typed
from components.models.servers.probe import Served
from components.models.servers.registry import Servers

KEY = "sk-secret"
ONE = ServerSettings("http://box:8000/v1", KEY, ("m",), 4096)


@pytest.fixture
def added(tmp_path: Path) -> AddedServers:
    return AddedServers(tmp_path).for_person(LOCAL)


def test_a_server_stays_over_a_restart_and_only_the_server_reads_its_key(added: AddedServers, tmp_path: Path):
    added.add("team", ONE)
    assert AddedServers(tmp_path).all() == {"team": ONE}
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert KEY not in repr(added.all())
    added.remove("team")
    assert KEY not in (tmp_path / FILE).read_text()


def test_nobody_but_an_administrator_adds_or_removes_one(tmp_path: Path):
    guest = AddedServers(tmp_path).for_person(Person("guest"))
    with pytest.raises(NotAllowed):
        guest.add("team", ONE)
    with pytest.raises(NotAllowed):
        guest.remove("team")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "content", ["[]", "{", '{"team": 7, "other": {"url": 5}, "a b": {"url": "http://x"}}']
)
def test_a_damaged_file_stops_no_start(added: AddedServers, tmp_path: Path, content: str):
    (tmp_path / FILE).write_text(content)
    assert added.all() == {}
    added.add("team", ONE)
    assert added.all()["team"] == ONE


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("", "http://x"),
        ("a b", "http://x"),
        ("team", ""),
        ("team", "box:8000"),
        ("team", "http://x:port"),
        ("team", "ftp://x"),
    ],
)
def test_what_is_no_server_is_said_without_repeating_it(name: str, url: str):
    with pytest.raises(BadInput) as error:
        typed(name, url, KEY, None, "")
    assert KEY not in str(error.value)


def test_what_was_typed_becomes_settings():
    assert typed(" team ", " http://box ", f" {KEY}\n", 900, "a, b") == ServerSettings(
        "http://box", KEY, ("a", "b"), 900
    )


def test_a_server_comes_and_goes_without_a_restart(tmp_path: Path):
    servers = Servers({}, tmp_path / "kept.json", ask=lambda connection: [Served("m")], first=0.0)
    servers.add("team", ONE)
    assert servers.has("team")
    assert [spec.id for spec in servers.specs()] == ["server:team/m"]
    servers.remove("team")
    servers.remove("team")
    assert servers.specs() == []
    with pytest.raises(Unavailable, match="not in the settings any more"):
        servers.connection("team")
    assert servers.served("team", "m") == Served("m")
