"""A file that is handed over shows its text wherever it is opened, and neither runs nor fetches anything."""

import re
from html.parser import HTMLParser

import pytest

from components import handover


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(markdown: str | list[str], title: str = "A talk") -> _Seen:
    found = _Seen()
    found.feed(handover.page(title, markdown, "en"))
    return found


def test_headings_lists_tables_and_code_are_as_they_were_written():
    found = seen("# Plan\n\n- one\n- *two*\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx < 1\n```")
    assert {"h1", "li", "em", "table", "td", "pre"} <= set(found.tags)
    assert "x < 1" in found.text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=http://evil.test/a.png onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](http://evil.test/b.png)",
        "<iframe src=http://evil.test></iframe>",
        "<style>@import url(http://evil.test)</style>",
        "</main><form action=http://evil.test>",
    ],
)
def test_what_would_run_or_fetch_is_text(hostile: str):
    found = seen(f"Before\n\n{hostile}\n\nAfter", title=hostile)
    assert not {"script", "img", "iframe", "form", "object", "embed"} & set(found.tags)
    assert found.tags.count("style") == 1
    assert all(link.startswith("http://evil.test/b.png") for link in found.links)  # a link waits for a click
    assert "Before" in found.text
    assert "After" in found.text


def test_the_browser_is_told_to_load_nothing():
    page = handover.page("x", "y")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_reasoning_is_set_apart_from_the_answer():
    found = seen("<think>\nFirst this.\n\nThen that.\n</think>\n\nThe answer.")
    assert found.tags.count("blockquote") == 1
    assert "<think>" not in found.text
    assert found.text.index("Then that.") < found.text.index("The answer.")


def test_what_a_card_tells_programs_is_left_out():
    found = seen("---\nlicense: apache-2.0\n---\n\n# A model\n\n---\n\nEnd")
    assert "apache" not in found.text
    assert "End" in found.text


def test_what_a_person_wrote_is_shown_letter_by_letter_with_its_lines():
    written = "Dear all,\n  # no heading\n- no list\n2 * 3 * 4 <b>\n\nBye"
    found = seen(["# Talk", handover.Written(written), "*Yes*", "---\na\n---\n"])
    assert written in found.text
    assert not {"b", "li"} & set(found.tags)
    assert {"h1", "em", "hr"} <= set(found.tags)


@pytest.mark.parametrize("text", ["a_b_c", "[x](y)", "<b>", "1 | 2", "**x**", "# x"])
def test_a_text_of_the_app_becomes_no_markup(text: str):
    found = seen(handover.escaped(text))
    assert found.text.strip().endswith(f"\n{text}")
    assert found.tags[-1] == "p"


def test_the_file_says_in_which_language_it_is():
    assert '<html lang="zh-CN">' in handover.page("x", "y", "zh-CN")
    assert '<html lang="en">' in handover.page("x", "y")
