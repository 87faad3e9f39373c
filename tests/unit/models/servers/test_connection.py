"""The way to a server: busy ones, broken connections, addresses, keys and passwords."""

import logging
import re
import socket
import threading
import time

import pytest

from components.config import ModelSettings, ServerSettings
from components.errors import BadInput, Busy, Unavailable
from components.models.options import GenerationOptions
from components.models.servers import probe, remote
from components.models.servers.connection import Connection, pause_before
from tests.fake_server import FakeServer, refuse, stream
from tests.unit.models.servers.asking import HELLO, KEY, SPEC, answer, connect, failing


def test_a_busy_server_is_asked_again_after_the_pause_that_it_asks_for(fake: FakeServer):
    pauses: list[float] = []
    fake.answers = [refuse(429, Retry_After="3"), refuse(503), stream("at last")]
    engine = connect(fake.url, pauses)
    assert answer(engine)[0] == "at last"
    assert pauses[0] == 3
    assert 0.7 < pauses[1] < 1.3


def test_a_server_that_stays_busy_is_reported_as_busy(fake: FakeServer):
    pauses: list[float] = []
    fake.answers = [refuse(429)]
    error = failing(connect(fake.url, pauses))[1]
    assert isinstance(error, Busy)
    assert "too busy" in str(error)
    assert len(pauses) == 4
    fake.answers = [refuse(503, Retry_After="900")]
    pauses.clear()
    failing(connect(fake.url, pauses))
    assert pauses == []  # nobody waits a quarter of an hour


def test_a_pause_is_said_with_its_length_and_its_end(fake: FakeServer):
    heard: list[str] = []
    fake.answers = [refuse(429, Retry_After="3"), stream("at last")]
    engine = connect(fake.url, []).leased(lambda: False, lambda said: heard.append(str(said)))
    assert answer(engine)[0] == "at last"
    assert re.fullmatch(
        r"The server box is busy: it is asked again in 3 seconds, at \d\d:\d\d:\d\d", heard[0]
    )
    assert heard[1:] == ["Asking the server box again"]


def test_a_pause_that_is_too_long_to_wait_is_said_with_its_end(fake: FakeServer):
    fake.answers = [refuse(503, Retry_After="900")]
    error = failing(connect(fake.url))[1]
    assert re.search(r"Try again in 15 minutes, at \d\d:\d\d:\d\d\.", str(error))


def test_what_one_lease_loses_is_lost_for_all(fake: FakeServer):
    engine = connect(fake.url)
    engine.leased(lambda: False, lambda said: None).close()
    assert not engine.alive


def test_a_pause_that_is_no_number_is_the_usual_one():
    for said in ("nan", "inf", "-inf", "soon", ""):
        assert 0.3 < pause_before(0, {"retry-after": said}) < 0.7
    assert pause_before(0, {"retry-after": "-5"}) == 0


def test_the_pause_may_be_a_date():
    said = {"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT", "date": "Sun, 06 Nov 1994 08:49:27 GMT"}
    assert pause_before(0, said) == 10
    assert 0.3 < pause_before(0, {"retry-after": "soon"}) < 0.7


def test_stop_while_waiting_for_a_busy_server_ends_the_wait(fake: FakeServer):
    fake.answers = [refuse(429, Retry_After="30")]
    connection = Connection("box", ServerSettings(fake.url, KEY))
    engine = remote.connect(connection, SPEC, probe.Served("m"), ModelSettings())
    started, stop = time.monotonic(), threading.Event()
    threading.Timer(0.3, stop.set).start()
    generation = engine.generate(HELLO, GenerationOptions(), stop.is_set)
    assert "".join(generation) == ""
    assert generation.usage.finish == "stopped"
    assert time.monotonic() - started < 3


def test_a_connection_that_the_server_gave_up_is_replaced_once(fake: FakeServer):
    def hang_up(handler) -> None:
        handler.close_connection = True

    fake.answers = [hang_up, stream("there")]
    assert answer(connect(fake.url))[0] == "there"
    fake.answers = [hang_up]
    assert "can't be reached" in str(failing(connect(fake.url))[1])
    assert len(fake.requests) == 4


def test_nothing_listens_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match="connection refused"):
        connect(f"http://user:{KEY}@127.0.0.1:{port}")


def test_a_server_without_tls_at_an_https_address(fake: FakeServer):
    with pytest.raises(Unavailable, match="TLS"):
        connect(fake.url.replace("http:", "https:"))


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/y", "http://", "http://host:port/v1", "http://["])
def test_what_is_no_url_is_said_with_the_setting_that_has_it(url: str):
    with pytest.raises(BadInput, match=r"servers\.box\.url"):
        connect(url)


def test_the_address_is_shown_without_its_password_and_v1_is_added_only_where_no_path_is():
    def of(url: str) -> Connection:
        return Connection("box", ServerSettings(url))

    assert of("https://me:pw@host:1/v1/?a=b").address == "https://host:1/v1"
    assert of("http://host:8000").base == "http://host:8000/v1"
    assert of("http://host/api/v3/").base == "http://host/api/v3"
    assert of("http://host/v1").root == "http://host"
    for copied in ("http://host/v1/", "http://host/v1/chat/completions", "http://host/v1/models/"):
        assert of(copied).base == "http://host/v1"


def test_the_key_is_in_no_log(fake: FakeServer, caplog: pytest.LogCaptureFixture):
    fake.answers = [refuse(500, {"error": {"message": f"bad {KEY}"}})]
    with caplog.at_level(logging.DEBUG):
        failing(connect(fake.url))
    ours = [record for record in caplog.records if record.name.startswith(("components", "root"))]
    assert not any(KEY in record.getMessage() for record in ours)
    assert not any(f"Bearer {KEY}" in record.getMessage() for record in caplog.records)


def test_without_a_key_the_environments_is_not_sent(fake: FakeServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    connection = Connection("box", ServerSettings(fake.url))
    connection.run(probe.served(connection))
    assert not any("sk-of-another-service" in str(headers) for headers in fake.headers)


def test_a_password_in_the_url_is_sent_as_a_header_and_is_in_no_request_line(fake: FakeServer):
    url = fake.url.replace("://", "://me:p%40ss@")
    connection = Connection("box", ServerSettings(url))
    connection.run(probe.served(connection))
    sent = {name.lower(): value for name, value in fake.headers[-1].items()}
    assert sent["authorization"] == "Basic bWU6cEBzcw=="
    assert "me:" not in connection.base
