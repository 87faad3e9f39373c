"""The interface speaks the browser's language, and two people on one server each have their own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import set_number
from tests.browser.conftest import Server
from tests.browser.steps import link_to

TITLES = {  # of each page and of its section, in both languages
    "chat": ("聊天", "工作", "Chat", "Work"),
    "summarize": ("摘要", "工作", "Summarize", "Work"),
    "translate": ("翻译", "工作", "Translate", "Work"),
    "fine_tune": ("微调", "改进", "Fine-tune", "Improve"),
    "models": ("模型", "运行", "Models", "Run"),
    "your_data": ("我的数据", "运行", "Your data", "Run"),
}


@pytest.mark.parametrize(
    "path", [path if path == "chat" else pytest.param(path, marks=pytest.mark.slow) for path in TITLES]
)
def test_each_page_is_chinese_in_a_chinese_browser_and_english_beside_it(
    path: str, tiny_server: Server, look: Callable[..., Page]
):
    chinese, english = TITLES[path][:2], TITLES[path][2:]
    for locale, (title, section) in (("zh-CN", chinese), ("fr-FR", english)):
        page = look(f"{tiny_server.url}/{path}", locale=locale)
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(link_to(page, title, section)).to_be_visible()


@pytest.mark.slow
def test_a_chat_from_question_to_answer_in_chinese(slow_server: Server, person: Callable[..., Page]):
    page = person(slow_server.chat, locale="zh-CN")
    set_number(page, "最多新词元数", 1900)  # long enough to be stopped
    page.get_by_test_id("stChatInputTextArea").fill("Hello")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    page.get_by_role("button", name="停止", exact=True).or_(
        page.get_by_test_id("stChatInputStopButton")
    ).first.click()
    expect(page.get_by_role("button", name="重新生成")).to_be_visible()
    link_to(page, "摘要", "工作").click()
    page.get_by_label("要摘要的文本").fill("Too short.")
    page.get_by_role("button", name="摘要", exact=True).click()
    expect(page.get_by_text("没有可以缩短的内容").first).to_be_visible()
