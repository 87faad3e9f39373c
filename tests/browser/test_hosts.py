"""Another site in the same browser can neither read this server's pages nor show them inside of its own."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import FLAGS, find
from tests.browser.conftest import Server


@pytest.fixture
def rebound(browser: Browser) -> Iterator[Page]:
    """A page in a browser in which the name evil.example points to this machine."""
    flags = [*FLAGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    other = browser.browser_type.launch(executable_path=find(), args=flags)
    yield other.new_page()
    other.close()


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a program of somebody else on this machine, with an empty page."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><p>Somebody else's page</p>")

        def log_message(self, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Empty)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()


CONNECT = """url => new Promise(done => {
    const socket = new WebSocket(url);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""


@pytest.mark.slow
def test_a_name_that_points_to_this_machine_shows_and_reads_nothing(tiny_server: Server, rebound: Page):
    answer = rebound.goto(f"http://evil.example:{tiny_server.port}/")
    assert answer
    assert answer.status == 403
    assert "evil.example" in rebound.locator("body").inner_text()
    stream = f"ws://evil.example:{tiny_server.port}/_stcore/stream"
    assert rebound.evaluate(CONNECT, stream) == "refused"


@pytest.mark.slow
def test_a_page_of_another_port_gets_no_connection_and_no_frame(
    tiny_server: Server, stranger: str, rebound: Page
):
    rebound.goto(stranger)
    for host in ("localhost", "127.0.0.1"):
        assert rebound.evaluate(CONNECT, f"ws://{host}:{tiny_server.port}/_stcore/stream") == "refused"
    rebound.evaluate(
        "url => { document.body.innerHTML = `<iframe src='${url}' width=800 height=600></iframe>` }",
        tiny_server.url,
    )
    rebound.wait_for_timeout(2_000)  # as long as the app takes to be drawn where it may be
    assert rebound.frame_locator("iframe").locator("[data-testid=stApp]").count() == 0


@pytest.mark.slow
def test_localhost_is_answered_by_that_name_too(tiny_server: Server, rebound: Page):
    rebound.goto(f"http://localhost:{tiny_server.port}/")
    expect(rebound.get_by_role("heading", level=1)).to_be_visible()
