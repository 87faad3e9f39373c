"""The list of servers: known at once, asked in the background, kept over a restart."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from components.config import ServerSettings
from components.errors import Unavailable
from components.models.servers.probe import Served
from components.models.servers.registry import OLD_SECONDS, Servers


class World:
    """Servers that answer what the test says, and a clock that it holds."""

    def __init__(self, kept: Path | None = None) -> None:
        self.now, self.kept, self.asked = 100.0, kept, 0
        self.answer: Callable[[], list[Served]] = lambda: [Served("org/big", 8192)]
        self.gate = threading.Event()
        self.gate.set()

    def ask(self, connection) -> list[Served]:
        self.asked += 1
        self.gate.wait(5)
        return self.answer()

    def servers(self, **settings) -> Servers:
        one = ServerSettings("http://me:pw@box:8000/v1", "sk-1", **settings)
        return Servers({"team": one}, self.kept, lambda: self.now, self.ask, 0.0)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_look_never_waits_and_the_models_appear_when_the_server_has_answered():
    world = World()
    world.gate.clear()
    servers = world.servers()
    assert servers.specs() == []
    assert servers.states()[0].state == "asking"
    assert servers.states()[0].address == "http://box:8000/v1"
    world.gate.set()
    until(lambda: servers.states()[0].state == "ready")
    spec = servers.specs()[0]
    assert (spec.id, spec.title, spec.source, spec.context) == (
        "server:team/org/big",
        "big on team",
        "server",
        8192,
    )
    assert world.asked == 1


def test_a_server_is_asked_again_when_somebody_looks_after_a_while_and_its_models_stay_when_it_is_gone():
    world = World()
    servers = world.servers()
    servers.specs()
    until(lambda: len(servers.specs()) == 1)

    def gone() -> list[Served]:
        raise Unavailable("The server team can't be reached.")

    world.answer, world.now = gone, world.now + OLD_SECONDS + 1
    servers.specs()
    until(lambda: servers.states()[0].state == "failed")
    assert str(servers.states()[0].text) == "The server team can't be reached."
    assert len(servers.specs()) == 1
    world.answer = lambda: []
    servers.ask_again("team")
    until(lambda: servers.states()[0].state == "ready")
    assert servers.specs() == []
    assert "lists no models" in str(servers.states()[0].text)


def test_models_named_in_the_settings_are_there_without_a_list():
    world = World()
    world.gate.clear()
    servers = world.servers(models=("m1", "m2"), context=100)
    assert [spec.location for spec in servers.specs()] == ["m1", "m2"]
    world.gate.set()


def test_the_last_list_is_there_after_a_restart_and_never_has_the_key(tmp_path: Path):
    world = World(tmp_path / "servers.json")
    servers = world.servers()
    servers.specs()
    until(lambda: world.kept.exists())
    world.gate.clear()
    assert [spec.location for spec in world.servers().specs()] == ["org/big"]
    assert "sk-1" not in world.kept.read_text()
    assert "pw" not in world.kept.read_text()
    world.kept.write_text("{broken")
    assert world.servers().specs() == []
    world.gate.set()


def test_a_model_that_writes_no_text_is_listed_with_the_reason():
    world = World()
    world.answer = lambda: [Served("nomic-embed-text")]
    servers = world.servers()
    servers.specs()
    until(lambda: bool(servers.specs()))
    assert "doesn't write text" in str(servers.specs()[0].refusal)


def test_a_server_that_left_the_settings_is_named():
    with pytest.raises(Unavailable, match="'gone'"):
        World().servers().connection("gone")
