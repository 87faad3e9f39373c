"""What a model wrote is what is seen and copied: code, formulas, lines, tables; in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.store import NewMessage
from tests.browser.conftest import Server

ANSWER = r"""Use `sed 's/\(foo\)/$HOME/'` -> then :x: and std::vector::on::key, `:red[x]`.

1. Start:
   \[
   a^2 = c^2
   \]
2. Code in an item:

   ```sh
   echo $HOME
     indented
   ```

- First: \[ y = 1 \]
- Price $5 and $7, **“粗体”**是粗的

| a | b |
|---|---|
| \[ \pi r^2 \] | `x -> y` |

$\rule{100000em}{1em}$ stays here.

Kind regards,
Ann
12 Mill Lane

![x](http://evil.test/a.png)
"""
WIDE = "\n".join(["| " + " | ".join(f"column number {n}" for n in range(30)) + " |", "|---" * 30 + "|"])
WIDE += "\n| " + " | ".join(f"value {n}" for n in range(30)) + " |"


@pytest.fixture
def opened(tiny_server: Server) -> str:
    """The address of a conversation with these answers."""
    store = tiny_server.store()
    chat = store.create("chat", "Answers", "local-tiny-chat")
    parent = None
    for answer in (ANSWER, WIDE, "Thinking of it.\n</think>\n\nThe sky is blue."):
        parent = store.add(chat, NewMessage(parent, "user", "Show me."))
        parent = store.add(chat, NewMessage(parent, "assistant", answer, model_id="local-tiny-chat"))
    store.close()
    return f"{tiny_server.chat}?c={chat}"


def test_an_answer_is_seen_as_it_was_written(opened: str, person: Callable[..., Page]):
    page = person(opened)
    answer = page.get_by_test_id("stChatMessage").nth(1)
    expect(answer.get_by_text("12 Mill Lane")).to_be_visible()
    codes = [code.replace("\u2060", "") for code in answer.locator("code").all_inner_texts()]
    assert r"sed 's/\(foo\)/$HOME/'" in codes
    assert {":red[x]", "x -> y", r"\rule{100000em}{1em}"} <= set(codes)
    seen = answer.inner_text().replace("\u2060", "")
    for text in (
        "-> then :x: and std::vector::on::key",
        "Price $5 and $7",
        "Kind regards,\nAnn\n12 Mill Lane",
    ):
        assert text in seen
    expect(answer.locator(".katex")).to_have_count(3)
    expect(answer.locator(".katex-error")).to_have_count(0)
    expect(answer.locator("strong", has_text="粗体")).to_have_count(1)
    expect(answer.locator("ol > li")).to_have_count(2)
    expect(answer.locator("img[src*=evil]")).to_have_count(0)


@pytest.mark.slow
def test_code_in_a_list_is_copied_without_the_indent_of_the_list(opened: str, person: Callable[..., Page]):
    page = person(opened)
    block = page.get_by_test_id("stChatMessage").nth(1).locator("pre").first
    expect(block).to_be_visible()
    assert block.inner_text().rstrip("\n") == "echo $HOME\n  indented"


def test_a_wide_table_scrolls_by_itself_and_reasoning_is_folded_away(
    opened: str, person: Callable[..., Page]
):
    page = person(opened, width=700)
    table = page.get_by_test_id("stChatMessage").nth(3).locator("table")
    expect(table).to_be_visible()
    # Only the table can be scrolled sideways, nothing that it is in, as soon as the page has its final width.
    page.wait_for_function(
        """() => {
            const wider = [];
            const table = document.querySelectorAll("[data-testid=stChatMessage]")[3].querySelector("table");
            for (let e = table; e; e = e.parentElement) if (e.scrollWidth > e.clientWidth) wider.push(e.tagName);
            return wider.join() === "TABLE";
        }"""
    )
    last = page.get_by_test_id("stChatMessage").nth(5)
    expect(last.get_by_text("The sky is blue.")).to_be_visible()
    expect(last.get_by_text("Thinking of it.")).not_to_be_visible()
