"""The app's pages through app.py, without a browser, on small real models."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from components.models import loader
from components.models.process import HOST, EngineProcess
from components.ui import resources, warmup
from tests.conftest import ROOT
from tests.pages.engines import Share

PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))


@pytest.fixture(scope="session")
def engine_process() -> Iterator[EngineProcess]:
    process = EngineProcess()
    yield process
    process.close()


@pytest.fixture(scope="session", autouse=True)
def installed_components() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each AppTest: here it does once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(autouse=True)
def through_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run goes through app.py, as on a server that knows its pages; AppTest would run a page's file alone."""
    first = PagesManager.__init__

    def init(self: PagesManager, *given: Any, **named: Any) -> None:
        first(self, *given, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", init)


@pytest.fixture
def app(settings: pytest.MonkeyPatch, engine_process: EngineProcess) -> Iterator[Callable[..., AppTest]]:
    """Opens the app as a new session; every test starts with an empty process, and no model loaded."""
    st.cache_resource.clear()

    def engines(threads: int | None = None, program: str = HOST) -> EngineProcess:
        return Share(engine_process) if program == HOST else EngineProcess(threads, program)

    settings.setattr(loader, "EngineProcess", engines)
    settings.setattr(warmup, "PAINT_SECONDS", 600.0)  # each test loads what it asks

    def open_app(page: str = "pages/chat.py", **parameters: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in parameters.items():
            test.query_params[name] = value
        test.run()
        return test.switch_page(page).run() if page else test

    yield open_app
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):  # the warm-up, which waits still
            thread.cancel()
            thread.join(10)
    for job in resources.jobs().running():
        job.cancel()
        job.wait(10)
    resources.loader().process.close()
    resources.store().close()
    st.cache_resource.clear()


def looked(test: AppTest) -> AppTest:
    """Runs the page Look inside until nothing is being looked at."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        test.run()
        if not resources.jobs().running("look"):
            break
        time.sleep(0.1)
    return test.run()


def settle(test: AppTest) -> AppTest:
    """Runs the page until no answer is being written."""
    deadline = time.monotonic() + 60
    while resources.jobs().running("answer") and time.monotonic() < deadline:
        time.sleep(0.1)
    return test.run()


def opened(test: AppTest) -> str:
    """The id of the open conversation, from the URL."""
    found = test.query_params["c"]
    return found if isinstance(found, str) else found[0]


def button(test: AppTest, label: str):
    """The one button with this label."""
    found = [one for one in test.button if one.label == label]
    assert len(found) == 1, f"{len(found)} buttons say {label!r}: {[one.label for one in test.button]}"
    return found[0]


def texts(test: AppTest) -> str:
    """All that is said on the page."""
    kinds = (
        test.markdown,
        test.caption,
        test.text,
        test.error,
        test.warning,
        test.info,
        test.success,
        test.title,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def translation(test: AppTest) -> str:
    """What the Translate page has to copy: the translation that is shown; empty if there is none."""
    found = [one.proto for one in test.get("bidi_component")]
    return next((json.loads(one.json)["text"] for one in found if one.component_name == "wordbench_copy"), "")
