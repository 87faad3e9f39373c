"""The models page: what is loaded, what can be, and every button."""

import shutil
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.models import memory
from components.ui import resources, warmup
from tests.pages.conftest import texts
from tests.pages.models_page import opened, press, table

App = Callable[..., AppTest]
PRECISION = "bfloat16" if memory.ram().bfloat16 else "float32"  # of a loaded model, on this CPU


def until(test: AppTest, words: str) -> AppTest:
    deadline = time.monotonic() + 60
    while words not in texts(test) and time.monotonic() < deadline:
        time.sleep(0.2)
        test.run()
    assert words in texts(test)
    return test


def test_the_page_shows_memory_the_catalogue_and_why_a_model_is_not_ready(app: App):
    test = app("pages/models.py")
    assert test.title[0].value == "Models"
    assert any("Free memory" in metric.label for metric in test.metric)
    row = table(test).loc["Qwen3 32B"]
    assert (row["State"], row["Licence"]) == ("too large", "Apache-2.0")
    assert row["Size"] > 10
    assert "Too large for this machine" in texts(opened(test, "qwen3-32b"))
    assert not test.exception


def test_the_default_model_is_loaded_before_anybody_asks_for_it(app: App, settings: pytest.MonkeyPatch):
    settings.setattr(warmup, "PAINT_SECONDS", 0.0)
    test = until(app("pages/models.py"), PRECISION)
    assert table(test).loc["tiny-chat"]["State"] == "loaded"


def test_the_table_is_filtered_by_what_is_ready_by_task_and_by_language(app: App):
    test = app("pages/models.py")
    everything = len(table(test))
    next(one for one in test.get("button_group") if "Ready" in str(one.proto)).set_value("ready").run()
    assert 0 < len(table(test)) < everything
    assert set(table(test)["State"]) <= {"ready", "loaded"}
    next(one for one in test.selectbox if one.label == "For").set_value("embed").run()
    assert set(table(test)["For"]) <= {"embed"}
    assert not test.exception


def test_a_model_is_loaded_pinned_and_unloaded(app: App, settings: pytest.MonkeyPatch):
    settings.setenv("WORDBENCH_DEFAULT_MODEL", "")
    test = app("pages/models.py")
    press(opened(test, "local-tiny-chat"), "Load_local-tiny-chat")
    until(test, PRECISION)
    press(test, "Pin_local-tiny-chat")
    until(test, "pinned")
    press(test, "Unload_local-tiny-chat")
    until(test, "No model is loaded")
    assert "Unloaded tiny\\-chat" in texts(test)


def test_a_model_that_is_not_there_fails_with_a_sentence(app: App, settings: pytest.MonkeyPatch):
    settings.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    settings.setenv("HF_HUB_OFFLINE", "0")
    test = until(opened(app("pages/models.py"), "gpt2"), "can't be reached")
    assert "Unavailable offline" in texts(test)
    press(test, "Download_gpt2")
    resources.jobs().latest("download gpt2").wait(60)
    test.run()
    assert any("hub can't be reached" in error.value.replace("\\", "") for error in test.error)


def test_a_converted_model_can_be_deleted_from_the_store(app: App, settings, tmp_path):
    folder = tmp_path / "data" / "models" / "gpt2"
    folder.mkdir(parents=True)
    (folder / "wordbench.json").write_text('{"format": 1}')
    test = opened(app("pages/models.py"), "gpt2")
    press(test, "Delete from the store_gpt2")
    assert not folder.exists()


def test_one_odd_model_folder_breaks_no_page(app: App, settings: pytest.MonkeyPatch, tmp_path, tiny_models):
    shutil.copytree(tiny_models / "tiny-chat", tmp_path / "own" / "tiny-chat")
    for name, config in {
        "translator": '{"is_encoder_decoder": true, "max_position_embeddings": "512 tokens"}',
        "deep": "[" * 100_000,
        "garbage": "\x00\x01",
    }.items():
        (tmp_path / "own" / name).mkdir()
        (tmp_path / "own" / name / "config.json").write_text(config)
    settings.setenv("WORDBENCH_MODELS_DIR", str(tmp_path / "own"))
    test = app("pages/chat.py")
    assert "tiny-chat" in test.selectbox[0].options
    assert not {"translator", "deep", "garbage"} & set(test.selectbox[0].options)
    for page in ("pages/summarize.py", "pages/translate.py", "pages/fine_tune.py", "pages/models.py"):
        assert not test.switch_page(page).run().exception
    assert "can't be read as JSON" in texts(opened(test, "local-garbage")).replace("\\", "")


def test_a_model_among_hundreds_is_found_and_loaded(
    app: App, settings: pytest.MonkeyPatch, tmp_path, tiny_models
):
    own = tmp_path / "own"
    for number in range(400):
        (own / f"model-{number}").mkdir(parents=True)
        for file in (tiny_models / "tiny-chat").iterdir():
            (own / f"model-{number}" / file.name).hardlink_to(file)
    settings.setenv("WORDBENCH_MODELS_DIR", str(own))
    settings.setenv("WORDBENCH_DEFAULT_MODEL", "")
    test = app("pages/models.py")
    assert not [one for one in test.button if str(one.key).startswith(("Load_", "Download_"))]
    test.text_input(key="find_model").set_value("MODEL 399").run()
    assert list(table(test).index) == ["model-399"]
    opened(test, "local-model-399")
    press(test, "Load_local-model-399")
    until(test, PRECISION)
    test.text_input(key="find_model").set_value("no such model").run()
    assert "0 models" in texts(test)
    assert not test.exception
