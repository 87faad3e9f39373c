"""Adding models and servers in the page: found, judged, downloaded, used, removed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gguf import GGMLQuantizationType
from huggingface_hub import constants
from streamlit.testing.v1 import AppTest

from components.ui import resources
from tests import fake_server, gguf_files
from tests.fake_hub import FakeHub
from tests.fake_server import FakeServer
from tests.pages.conftest import button, texts
from tests.pages.models_page import opened, press, table

App = Callable[..., AppTest]
ABOUT = {
    "tags": ["gguf", "license:apache-2.0", "en", "conversational"],
    "gguf": {"total": 100_000, "architecture": "llama", "context_length": 512, "chat_template": "x"},
}
MODEL = "hub-owner--tiny-gguf-q8_0"


@pytest.fixture
def hub(tmp_path: Path, settings: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    folder = tmp_path / "repo"
    folder.mkdir()
    gguf_files.tiny(folder / "tiny-Q8_0.gguf", kind=GGMLQuantizationType.Q8_0)
    size = (folder / "tiny-Q8_0.gguf").stat().st_size
    files = [{"rfilename": "tiny-Q8_0.gguf", "size": size}, {"rfilename": "tiny-F32.gguf", "size": 10**15}]
    served = FakeHub(folder, "owner/tiny-GGUF", **ABOUT, siblings=files)
    settings.setenv("HF_ENDPOINT", served.url)
    settings.setenv("HF_HUB_OFFLINE", "0")
    settings.setattr(constants, "HF_HUB_OFFLINE", False)
    settings.setenv("WORDBENCH_DEFAULT_MODEL", "")
    yield served
    served.close()


def ask(test: AppTest, text: str) -> AppTest:
    test.text_input(key="adding_text").set_value(text)
    button(test, "Look").click().run()
    return settled(test, "hub look")


def settled(test: AppTest, kind: str) -> AppTest:
    deadline = time.monotonic() + 30
    while resources.jobs().running(kind) and time.monotonic() < deadline:
        time.sleep(0.05)
    return test.run()


def said(test: AppTest) -> str:
    return texts(test).replace("\\", "")


def test_a_model_is_found_judged_downloaded_and_removed(hub: FakeHub, app: App):
    test = ask(app("pages/models.py"), "tiny")
    assert "owner/tiny-GGUF" in said(test)
    press(test, "Choose_owner/tiny-GGUF")
    settled(test, "hub look")
    assert "llama · apache-2.0 · en · 512 tokens of context" in said(test)
    found = next(one.value for one in test.dataframe if "Files" in one.value)
    assert list(found["Files"]) == ["Q8_0", "F32"]
    assert "Fits with 512 tokens of context" in found["On this machine"][0]
    assert "Too large" in found["On this machine"][1]
    files = next(one for one in test.selectbox if one.label == "Files")
    files.set_value(1).run()
    assert next(one for one in test.button if one.label == "Add and download").disabled
    next(one for one in test.selectbox if one.label == "Files").set_value(0).run()
    press(test, f"Add and download_{MODEL}")
    assert settled(test, f"download {MODEL}")
    assert resources.manager().catalog.get(MODEL).title == "tiny Q8_0"
    assert resources.library().here(resources.manager().catalog.get(MODEL))
    test.switch_page("pages/chat.py").run()
    assert "tiny Q8_0" in next(one for one in test.selectbox if one.label == "Model").options
    test.switch_page("pages/models.py").run()
    press(opened(test, MODEL), f"Remove from the list_{MODEL}")
    assert "tiny Q8_0" not in table(test).index
    assert not list((Path(resources.config().data_dir) / "models").glob("hub-*"))
    assert not test.exception


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("owner/nowhere", "owner/nowhere was not found on the hub"),
        ("owner/tiny-GGUF:Q3_K_M", "no files for Q3_K_M. It has Q8_0, F32"),
        ("owner/pickle", "pickle checkpoint, which can run any code"),
        ("owner/gated", "gated: its owner asks you to accept a licence"),
        ("owner/new", "architecture 'brandnew' isn't known"),
        ("nothing of the kind", "The hub has no model"),
    ],
)
def test_what_can_not_be_had_is_said(hub: FakeHub, app: App, tmp_path: Path, text: str, why: str):
    for name in ("pickle", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "pickle" / "pytorch_model.bin").write_bytes(b"x")
    (tmp_path / "new" / "a.gguf").write_bytes(b"x")
    hub.add(tmp_path / "pickle", "owner/pickle")
    hub.add(tmp_path / "new", "owner/new", gguf={"architecture": "brandnew"})
    hub.add(tmp_path / "repo", "owner/gated", gated="auto", **ABOUT)
    test = ask(app("pages/models.py"), text)
    assert why in said(test)
    assert not test.exception
    assert "pytorch_model.bin" not in hub.served


def test_a_folder_of_models_is_added_and_taken_off_again(app: App, tmp_path: Path):
    place = tmp_path / "studio" / "owner" / "Small-GGUF"
    place.mkdir(parents=True)
    gguf_files.tiny(place / "small.gguf")
    test = app("pages/models.py")
    test.text_input(key="adding_folder").set_value(str(tmp_path / "nowhere"))
    button(test, "Add the folder").click().run()
    assert resources.added_models().folders() == []
    test.text_input(key="adding_folder").set_value(str(tmp_path / "studio"))
    button(test, "Add the folder").click().run()
    test.run()
    assert "small" in table(test).index
    press(test, f"Take off the list_{tmp_path / 'studio'}")
    test.run()
    assert "small" not in table(test).index
    assert (place / "small.gguf").exists()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server.running() as fake:
        yield fake


def test_a_server_is_tested_added_used_and_removed_without_a_restart(server: FakeServer, app: App):
    key = "sk-typed-secret"
    test = app("pages/models.py")
    test.text_input(key="server_name").set_value("lab")
    test.text_input(key="server_url").set_value("no address")
    button(test, "Test the connection").click().run()
    test.text_input(key="server_url").set_value("http://127.0.0.1:9")
    button(test, "Test the connection").click().run()
    assert "can't be reached" in said(settled(test, "server test"))
    test.text_input(key="server_url").set_value(server.url)
    test.text_input(key="server_key").set_value(key)
    button(test, "Test the connection").click().run()
    assert "lab answers and has 1 model: m" in said(settled(test, "server test"))
    assert resources.added_servers().all() == {}
    press(test, "Add_server_lab")
    deadline = time.monotonic() + 20
    while "It can be reached and has 1 model." not in said(test) and time.monotonic() < deadline:
        time.sleep(0.1)
        test.run()
    assert f"Bearer {key}" in {headers.get("authorization") for headers in server.headers}
    assert key not in str(test)
    test.switch_page("pages/chat.py").run()
    assert "m on lab" in next(one for one in test.selectbox if one.label == "Model").options
    test.switch_page("pages/models.py").run()
    press(test, "Remove the server_lab")
    test.run()
    assert "m on lab" not in table(test).index
    assert resources.added_servers().all() == {}
    assert not test.exception


def test_others_than_administrators_see_no_way_to_add(app: App, settings: pytest.MonkeyPatch):
    settings.setenv("WORDBENCH_MODE", "open")
    test = app("pages/models.py")
    assert not test.exception
    assert not [one for one in test.text_input if one.key in ("adding_text", "adding_folder", "server_url")]
