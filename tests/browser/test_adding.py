"""A model is added from the hub, watched, paused, resumed, cancelled and used; a server is added, used, removed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gguf import GGMLQuantizationType
from playwright.sync_api import Page, expect

from tests import fake_server, gguf_files
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import LONG, choose, go, open_row, press, press_when_there
from tests.fake_hub import FakeHub

PADDING = "x" * 12_000_000  # makes the file long enough to be watched


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    folder = tmp_path / "repo"
    folder.mkdir()
    gguf_files.tiny(folder / "tiny-Q8_0.gguf", kind=GGMLQuantizationType.Q8_0, general__notes=PADDING)
    about = {"architecture": "llama", "context_length": 512, "chat_template": "x"}
    served = FakeHub(folder, "owner/tiny-GGUF", tags=["gguf", "license:apache-2.0", "en"], gguf=about)
    monkeypatch.setenv("HF_ENDPOINT", served.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    yield served
    served.close()


def open_models(page: Page, section: str) -> None:
    go(page, "Models")
    page.get_by_text(section, exact=True).first.click()


def pause(page: Page) -> None:
    """Once something has arrived, which the speed tells."""
    expect(page.get_by_text("MB/s").first).to_be_visible(timeout=LONG)
    press(page, "Pause")


def answered(page: Page, model: str, message: str) -> None:
    go(page, "Chat")
    at_rest(page)  # a list that is opened before is closed by what is drawn next
    choose(page, "Model", model)
    page.get_by_placeholder("Message").fill(message)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Regenerate").last).to_be_visible(timeout=LONG)


@pytest.mark.slow
def test_a_model_and_a_server_are_added_used_and_gone_again(
    hub: FakeHub, serve: Callable[..., Server], person: Callable[..., Page], tiny_models: Path
):
    server = serve(models_dir=tiny_models, default_model="", engine="llama.cpp")
    page = person(server.url)
    open_models(page, "Add a model")
    page.get_by_label("Name, address or words to search for").fill("https://huggingface.co/owner/tiny-GGUF")
    press(page, "Look")
    expect(page.get_by_text("llama · apache-2.0 · en · 512 tokens of context")).to_be_visible(timeout=LONG)
    hub.slow = 0.15  # eight minutes for all of it, of which only a part is waited for
    press(page, "Add and download")
    page.get_by_label("Find a model").fill("tiny Q8_0")
    page.get_by_label("Find a model").press("Enter")
    expect(page.get_by_text("1 model", exact=True)).to_be_visible()
    open_row(page)
    pause(page)
    expect(page.get_by_text("Paused:").first).to_be_visible(timeout=LONG)
    press(page, "Resume")
    press_when_there(page, "Cancel")
    expect(page.get_by_text("Needs a download of 0.0 GB").first).to_be_visible(timeout=LONG)
    entry = page.get_by_test_id("stMain")
    entry.get_by_role("button", name="Download", exact=True).click()
    pause(page)
    expect(page.get_by_text("Paused:").first).to_be_visible(timeout=LONG)
    hub.slow = 0.0
    press(page, "Resume")
    expect(entry.get_by_text("Ready:")).to_be_visible(timeout=LONG)
    assert hub.ranges  # what had arrived wasn't sent again
    answered(page, "tiny Q8_0", "Hello")

    with fake_server.running() as other:
        open_models(page, "Add a server")
        page.get_by_label("Name", exact=True).fill("lab")
        page.get_by_label("URL", exact=True).fill(other.url)
        page.get_by_label("Key (if it asks for one)").fill("sk-typed")
        press(page, "Test the connection")
        expect(page.get_by_text("lab answers and has 1 model: m")).to_be_visible(timeout=LONG)
        press(page, "Add")
        expect(page.get_by_text("It can be reached and has 1 model.")).to_be_visible(timeout=LONG)
        answered(page, "m on lab", "Hello")
        expect(page.get_by_text("Hello there.").last).to_be_visible()
        assert "sk-typed" not in page.content()
        go(page, "Models")
        page.get_by_role("button", name="Remove", exact=True).last.click()  # the first is the chosen model's
        press_when_there(page, "Remove the server")
        expect(page.get_by_text("It can be reached and has 1 model.")).to_have_count(0, timeout=LONG)
