"""Every page in Chinese, through app.py: nothing that has a translation is shown in English."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.ui import language, resources
from components.ui.locales import catalogues
from tests.pages.conftest import PAGES, settle

SAID = ("title", "header", "subheader", "markdown", "caption", "text", "error", "warning", "info", "success")
WIDGETS = ("button", "text_area", "text_input", "selectbox", "number_input", "checkbox", "radio", "toggle")
WIDGETS += ("slider", "multiselect", "file_uploader", "metric", "expander", "tabs")
SAME = {"LoRA"}  # in Chinese, too


@pytest.fixture
def chinese(settings: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    settings.setattr(language, "code", lambda: "zh_CN")
    return settings


def seen(test: AppTest) -> set[str]:
    """Texts, and labels and options of widgets, without icons and Markdown marks."""
    found: list[Any] = [element.value for kind in SAID for element in getattr(test, kind)]
    for element in (element for kind in WIDGETS for element in getattr(test, kind)):
        found += [getattr(element, name, "") for name in ("label", "placeholder", "help")]
        found += getattr(element, "options", None) or []
    return {bare(one) for one in found if isinstance(one, str)} - {""}


def bare(text: str) -> str:
    without_icons = "".join(
        piece for i, piece in enumerate(text.split(":")) if not piece.startswith("material/")
    )
    return without_icons.replace("\\", "").replace("*", "").strip()


def english() -> set[str]:
    return {
        bare(text)
        for message in catalogues.catalogue("zh_CN")
        for text in (message.id if isinstance(message.id, tuple) else [message.id])
        if text and message.string != text
    } - SAME


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_english_left(page: str, chinese: Any, app: Callable[..., AppTest]):
    test = app(f"pages/{page}")
    assert not test.exception
    assert any("\u4e00" <= c <= "\u9fff" for c in test.title[0].value)
    assert seen(test) & english() == set()


def test_a_chat_and_its_refusals_are_chinese(chinese: Any, app: Callable[..., AppTest]):
    test = app()
    test.chat_input[0].set_value("word " * 3000).run()
    assert any("个词元" in one.value for one in settle(test).error)
    test.chat_input[0].set_value("Hello").run()
    test = settle(test)
    assert "重新生成" in {one.label for one in test.button}
    assert seen(test) & english() == set()


def test_a_summary_is_chinese_around_the_documents_own_words(chinese: Any, app: Callable[..., AppTest]):
    test = app("pages/summarize.py")
    test.text_area[0].set_value("The lamp is on the table. " * 20).run()
    next(one for one in test.button if one.label == "摘要").click().run()
    for job in resources.jobs().running():
        assert job.wait(60)
    test.run()
    assert not test.exception
    assert any("\u4e00" <= c <= "\u9fff" for one in (*test.error, *test.warning) for c in one.value)
    assert seen(test) & english() == set()
