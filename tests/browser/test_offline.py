"""Without a network: what is ready works, and nothing of the app even tries to leave this machine.

Every Python process of the server, the engines too, runs with a hook that notes and refuses what isn't loopback.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.models.catalog import package_file
from tests.browser.blocked import block
from tests.browser.conftest import Server
from tests.browser.steps import BERGAMOT, go
from tests.figures import note

WAIT = 6.0  # seconds in which something that retries would be seen


@pytest.mark.slow
def test_everything_that_is_ready_works_and_nothing_asks_for_another_host(
    serve: Callable[..., Server], person: Callable[..., Page], tiny_models: Path, tmp_path: Path, monkeypatch
):
    notes = block(tmp_path, monkeypatch)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)  # nothing tells it that there is no network
    began = time.monotonic()
    server = serve(models_dir=tiny_models, default_model="local-tiny-chat")
    page = person(server.chat)
    expect(page.get_by_placeholder("Message")).to_be_enabled()
    started = time.monotonic() - began
    page.get_by_placeholder("Message").fill("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    if package_file(BERGAMOT):
        go(page, "Translate")
        page.get_by_label("Text to translate").fill("Good morning. The house is small.")
        page.get_by_role("button", name="Translate", exact=True).click()
        expect(page.get_by_text("Bom dia").first).to_be_visible()
    go(page, "Summarize")
    page.get_by_text("News", exact=True).click()
    expect(page.get_by_label("Text to summarize")).not_to_have_value("")
    page.get_by_role("button", name="Summarize", exact=True).click()
    expect(page.get_by_text(re.compile("read 100%", re.IGNORECASE)).first).to_be_visible(timeout=240_000)
    go(page, "Your data")
    assert notes.read_text() == ""
    go(page, "Models")  # asks once whether the hub can be reached, and says that it can't
    expect(page.get_by_text("can't be reached")).to_be_visible()
    page.wait_for_timeout(WAIT * 1000)
    asked = notes.read_text().splitlines()
    assert len(asked) <= 1, asked
    note(
        f"Without a network: ready after {started:.1f} s; hosts asked: {len(asked)}, by the Models page alone"
    )
    server.kill()


@pytest.mark.parametrize("switch", ["1"])
def test_set_offline_not_even_the_models_page_asks(
    serve: Callable[..., Server], person: Callable[..., Page], tmp_path: Path, monkeypatch, switch: str
):
    notes = block(tmp_path, monkeypatch)
    monkeypatch.setenv("HF_HUB_OFFLINE", switch)
    server = serve(default_model="")
    page = person(server.url + "/models")
    expect(page.get_by_text("can't be reached")).to_be_visible()
    page.wait_for_timeout(2000)
    assert notes.read_text() == ""
    server.kill()
