"""Which requests are answered: no other site reaches this server through a borrowed name, or frames its pages."""

import pytest
from streamlit import config, net_util
from streamlit.web import bootstrap
from streamlit.web.server.app_discovery import discover_asgi_app

from components.ui import hosts
from components.ui.hosts import Guard
from tests.conftest import ROOT
from tests.unit.ui.asgi import run

MINE = frozenset({"models.example.org"})


async def answer(scope, receive, send):
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


def asked(host, origin="", kind="http", addresses=False, hosts=None):
    """What is sent back, message by message."""
    sent = []
    given = [host] if hosts is None else hosts
    headers = [(b"host", one.encode()) for one in given]
    headers += [(b"origin", origin.encode())] if origin else []

    async def send(message):
        sent.append(message)

    guard = Guard(answer, names=lambda: MINE, addresses=lambda: addresses)
    scope = {"type": kind, "method": "GET", "path": "/", "headers": headers}
    run(guard(scope, None, send))
    return sent


def answered(*args, **more) -> bool:
    first = asked(*args, **more)[0]
    return first.get("status") == 200 or first["type"] == "websocket.accept"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST", "localhost.", "models.example.org"],
)
def test_the_machines_own_names_and_those_of_the_setting_are_answered(host: str, kind: str):
    assert answered(host, kind=kind)
    assert answered(host, f"http://{host}", kind=kind)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8501",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
        "192.168.1.5:8501",
        "127.0.0.2",
        "[::1",
        "",
        "a.models.example.org",
    ],
)
def test_another_name_for_this_machine_reads_nothing(host: str, kind: str):
    assert not answered(host, kind=kind)
    assert not answered(host, f"http://{host}", kind=kind)


def test_a_request_with_two_names_or_none_is_refused():
    assert not answered("", hosts=[])
    assert not answered("", hosts=["localhost", "evil.example"])


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "origin",
    ["http://localhost:9999", "http://evil.example", "null", "http://127.0.0.1:8501", "https://[::1"],
)
def test_pages_of_another_site_or_port_are_refused(origin: str, kind: str):
    assert not answered("localhost:8501", origin, kind=kind)


def test_a_sign_in_that_comes_back_to_localhost_lets_no_other_port_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hosts, "_redirect_uri", lambda: "http://localhost:8501/oauth2callback")
    assert not hosts.names.__wrapped__() & hosts.LOOPBACK


def test_a_proxy_may_pass_on_another_host_than_the_browsers():
    assert answered("127.0.0.1:8501", "https://models.example.org")


def test_a_server_for_several_people_answers_to_its_addresses_but_to_no_unknown_name():
    assert answered("192.168.1.5:8501", "http://192.168.1.5:8501", addresses=True)
    assert answered("[fd00::1]:8501", addresses=True)
    assert not answered("evil.example:8501", addresses=True)


def test_a_refusal_says_what_to_do():
    start, body = asked("models.local:8501")
    assert start["status"] == 403
    assert b"models.local" in body["body"]
    assert b"WORDBENCH_HOSTS" in body["body"]


def test_every_answer_forbids_other_sites_to_frame_it_and_pictures_of_theirs():
    policy = dict(asked("localhost")[0]["headers"])[b"content-security-policy"]
    assert b"frame-ancestors 'self'" in policy
    assert b"img-src 'self' data: blob:" in policy


def test_the_app_is_served_behind_this_check_however_it_is_started():
    """`streamlit run app.py`, which `python -m components.ui.serve` calls too, finds the app that has it."""
    found = discover_asgi_app(ROOT / "app.py")
    assert found.import_string == "app:app"


def test_a_start_on_all_addresses_asks_no_outside_address(monkeypatch: pytest.MonkeyPatch, capsys):
    def ask():
        raise AssertionError("an outside address was asked")

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(net_util, "get_external_ip", ask)
    flags = {"server.address": "0.0.0.0", "server.headless": True}
    config.get_config_options(force_reparse=True, options_from_flags=flags)
    try:
        bootstrap._print_url(False)
    finally:
        config.get_config_options(force_reparse=True)
    assert "http://127.0.0.1:8501" in capsys.readouterr().out
