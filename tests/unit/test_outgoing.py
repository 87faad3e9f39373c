"""What is told of bytes sent to other machines is what was sent, and nothing of this machine's own."""

import httpx2
import pytest

from components import outgoing


@pytest.fixture(autouse=True)
def nothing_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_sent", {})


def test_a_request_is_as_large_as_the_bytes_that_go_out():
    request = httpx2.Request("POST", "https://models.example/v1/chat?a=b", content=b"x" * 500)
    line = b"POST /v1/chat?a=b HTTP/1.1\r\n"
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in request.headers.raw)
    assert outgoing.size_of(request) == len(line + headers + b"\r\n") + 500


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "LOCALHOST", "a.localhost"]
)
def test_what_stays_on_this_machine_is_not_told_as_sent(host: str):
    outgoing.add(host, 1000)
    assert outgoing.total() == 0


def test_bytes_are_added_up_by_the_machine_that_got_them():
    for host, size in (("hub.example", 10), ("10.0.0.7", 300), ("hub.example", 20)):
        outgoing.add(host, size)
    assert outgoing.by_host() == {"10.0.0.7": 300, "hub.example": 30}
    assert list(outgoing.by_host()) == ["10.0.0.7", "hub.example"]
    assert outgoing.total() == 330


def test_a_client_that_is_watched_tells_each_request_once():
    client = httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200)))
    for _ in range(2):
        outgoing.watch(client)
    client.get("https://hub.example/api")
    assert outgoing.by_host() == {
        "hub.example": outgoing.size_of(client.build_request("GET", "https://hub.example/api"))
    }
