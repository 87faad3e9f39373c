"""A model's Markdown is shown as it was written, and fetches nothing."""

import json
import random
import re
from pathlib import Path

import pyromark
import pytest

from components.ui.answer_view import parts, split_reasoning
from components.ui.markdown import JOINER, OPTIONS, events, shown
from tests.figures import note

J = JOINER


def code_in(text: str) -> list[str]:
    """All code of a text, inline and in blocks, as a parser reads it."""
    found: list[str] = []
    block = False
    for event in pyromark.events(text, options=OPTIONS):
        match event:
            case {"Start": {"CodeBlock": _}}:
                block = True
                found.append("")
            case {"End": "CodeBlock"}:
                block = False
            case {"Text": str(line)} if block:
                found[-1] += line
            case {"Code": str(code)}:
                found.append(code)
    return found


@pytest.mark.parametrize(
    ("image", "safe"),
    [
        ("![x](http://evil.test/a.png)", f"!{J}[x](http://evil.test/a.png)"),
        ("![x][ref]\n\n[ref]: http://evil.test", f"!{J}[x][ref]\n\n[ref]: http://evil.test"),
        ("$![x](http://e)$", f"\\$!{J}[x](http://e)\\$"),
        ("- > ![](//evil.test/a)", f"- > !{J}[](//evil.test/a)"),
        ("| a |\n|---|\n| ![x](http://e) |", f"| a |\n|---|\n| !{J}[x](http://e) |"),
        ("*![x][nowhere]*", f"*!{J}[x][nowhere]*"),
    ],
)
def test_an_image_is_never_fetched(image: str, safe: str):
    assert shown(image) == safe


def test_a_fence_inside_other_markup_cannot_smuggle_an_image():
    text = "<div>\n```\n</div>\n\n![x](http://evil.test/a.png)\n```"
    prose = [part.text for part in parts(text) if not part.code]
    assert all("![" not in shown(one) for one in prose)


def test_code_is_shown_letter_by_letter():
    found = parts("Before\n```python\nif ![1, 2]: print('$x$')\n```\nafter")
    assert [(p.code, p.language, p.text.strip()) for p in found] == [
        (False, "", "Before"),
        (True, "python", "if ![1, 2]: print('$x$')"),
        (False, "", "after"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        r"Use `sed 's/\(foo\)\[bar\]/\1/'` or `grep -E '\[a-z\]'`, and `\(x\)` in LaTeX source.",
        r"a shell's `\$`, `$5` with `echo \"$HOME\"`, ``a `tick` inside`` and ``` `` ```",
        "`:red[text]`, `:smile:`, `a -> b`, `x >= 1`, `std::vector::on::key`, `![alt](src.png)`, `**“中”**`",
        "- in an item:\n\n  ```sh\n  echo $HOME -> :x:\n    indented  \n  two\n  lines\n  ```\n- next",
        "> ```\n> $a$ \\(b\\)\n> ```",
        "1. ten\n\n       indented $code$\n\n2. eleven",
        "| a | b |\n|---|---|\n| `p \\| $q` | `\\[x\\]` |",
        "[`$a$`](http://example.org/$b$) and *`:x:`*",
        "<div>`$x$`</div>\n\n    $y$\n",
    ],
)
def test_code_in_lists_quotes_tables_and_links_is_what_the_model_wrote(text: str):
    assert code_in(shown(text)) == code_in(text)
    assert len(code_in(text)) > 0


def test_the_code_of_every_sample_of_commonmark_is_what_was_written():
    samples = json.loads(Path(__file__).with_name("commonmark.json").read_text("utf-8"))["samples"]
    found = wanted = 0
    for text in samples:
        drawn = [[part.text] if part.code else code_in(shown(part.text)) for part in parts(text)]
        codes = [code.rstrip("\n") for one in drawn for code in one]
        assert codes == [code.rstrip("\n") for code in code_in(text)], text
        found, wanted = found + len(codes), wanted + len(code_in(text))
    assert wanted > 120
    note(f"code of {len(samples)} samples of CommonMark unchanged: {found} of {wanted}")


def test_code_stays_the_same_whatever_stands_around_it():
    """Answers put together at random from pieces that answers are made of."""
    pieces = [
        "`$x`", "`\\(a\\)`", "```\n$b$\n![c](d)\n```", "    $indented$", "\\(x^2\\)", "\\[\ny\n\\]", "$5", "$a$",
        "- item", "1. item\n   ", "> quote", "| a | b |\n|---|---|\n| `$` | \\[z\\] |", "![i](http://e)", ":x:",
        "a -> b", "**bold**", "**“粗”**是", "[l](http://h/$p$)", "<b>html</b>", "line", "\\$", "\\`", "*", "_",
    ]  # fmt: skip
    chance = random.Random(7)
    for _ in range(3_000):
        text = "".join(
            chance.choice(pieces) + chance.choice([" ", "\n", "\n\n"]) for _ in range(chance.randint(1, 9))
        )
        for part in parts(text):
            if not part.code:
                assert code_in(shown(part.text)) == code_in(part.text), text


def test_a_code_block_that_is_still_being_written_is_already_code():
    assert [p.code for p in parts("Look:\n```\nx = 1")] == [False, True]


def test_a_longer_fence_can_hold_a_shorter_one():
    assert [p.text for p in parts("````\n```\ninner\n```\n````")] == ["```\ninner\n```"]


def test_prices_are_not_mathematics():
    assert shown("It costs $5 and $10.") == "It costs \\$5 and \\$10."
    assert shown("| \\$5 | $7 |\n|---|---|") == "| \\$5 | \\$7 |\n|---|---|"


def test_mathematics_in_every_notation_is_kept():
    assert shown("$x^2$ and \\(y\\)") == "$x^2$ and $y$"
    assert shown("\\[z = 1\\]") == "$$\nz = 1\n$$"
    assert shown("\\[\nz = 1 \\\\\nw\n\\]") == "$$\nz = 1 \\\\\nw\n$$"
    assert shown("so $$z$$ follows") == "so $\\displaystyle z$ follows"
    assert shown("\\(a\\)\\(b\\)") == f"$a${J}$b$"
    assert shown("\\(5 \\$\\)") == "$5 \\textdollar$"


def test_a_formula_in_a_list_a_quote_or_a_table_does_not_swallow_the_rest():
    assert (
        shown("1. Start:\n   \\[\n   a = 0\n   \\]\n2. End") == "1. Start:  \n   $$\n   a = 0\n   $$\n2. End"
    )
    assert shown("- \\[ y = 1 \\]\n- next") == "- $$\n  y = 1\n  $$\n- next"
    assert shown("- First: \\[ y = 1 \\]\n- next") == "- First: $\\displaystyle y = 1$\n- next"
    assert shown("> \\[\n> x\n> \\]") == "> $$\n> x\n> $$"
    assert shown("| a |\n|---|\n| \\[ x \\] |") == "| a |\n|---|\n| $\\displaystyle x$ |"


def test_brackets_that_are_no_formula_are_left_alone():
    for text in ("- see \\[ here\n- and \\] there", "\\[ open", "a \\(\n\nb \\)"):
        assert shown(text) == text


def test_a_rule_as_wide_as_a_street_stays_on_the_page():
    assert shown("$\\rule{100000em}{1em}$ x") == "`\\rule{100000em}{1em}` x"
    assert shown("$\\rule{3em}{1em}$ x") == "$\\rule{3em}{1em}$ x"


@pytest.mark.parametrize(
    "text",
    ["a:b[c]", ":red[danger]", "x :note{y}", ":material/home:", ":::note\ntext", ":smile: :+1: std::on::key"],
)
def test_streamlits_directives_and_emoji_do_not_swallow_text(text: str):
    assert not re.search(r":(\w[\w-]*[\[{]|material/|[\w+-]+:)|^::", shown(text))
    assert shown(text).replace(J, "").replace("  \n", "\n") == text


@pytest.mark.parametrize(
    "text", ["a -> b", "a <- b", "a <-> b", "x >= 1", "git log -- file", "**->** b", "~= 3"]
)
def test_arrows_and_relations_stay_what_was_typed(text: str):
    assert not re.search(r"(?<![^\s*])(<->|->|<-|--|>=|<=|~=)(?![^\s*])", shown(text))
    assert shown(text).replace(J, "") == text


def test_times_and_ratios_are_not_touched():
    for text in ("10:30:45", "ratio 1:4:9", "http://example.com:8080/a", "C:\\Users", "note: this"):
        assert shown(text) == text


def test_single_line_ends_stay_line_ends():
    assert shown("Best regards,\nAnn\n12 Mill Lane") == "Best regards,  \nAnn  \n12 Mill Lane"
    assert shown("- a\n  b") == "- a  \n  b"
    assert shown("a\\\nb\n\n| c |\n|---|\n| d |\n") == "a\\\nb\n\n| c |\n|---|\n| d |\n"


def test_bold_beside_chinese_brackets_is_bold():
    assert shown("**“中文”**是") == f"**{J}“中文”{J}**是"
    assert shown("**bold** and 2 ** 3 ** 4") == "**bold** and 2 ** 3 ** 4"


@pytest.mark.parametrize(
    ("written", "bold"),
    [
        (
            "**“重要”**请注意。**注意：**请看。他说**“好。”**了。**（一）**题",
            ["“重要”", "注意：", "“好。”", "（一）"],
        ),
        ("**《红楼梦》**是书，**100%**的人，**a**和**b**、**c**。", ["《红楼梦》", "100%", "a", "b", "c"]),
        ("日本語の**「太字」**です。한국어**(굵게)**입니다。", ["「太字」", "(굵게)"]),
        ("使用**`pip install`**命令，**[链接](http://x/y)**看", ["`pip install`", "[链接](http://x/y)"]),
        ("公式**$x$**是，**\\(y\\)**的", ["$x$", "$y$"]),
        ("1. **步骤一：**打开\n2. **步骤二（可选）：**关闭", ["步骤一：", "步骤二（可选）："]),
        ("| **名称：**值 | b |\n|---|---|\n| **“x”**是 | y |", ["名称：", "“x”"]),
        ("***“很”***重要；*“斜”*体", ["“很”"]),
        ("**Note:**then **bold**, ¿**Qué?**Sí", ["Note:", "bold", "Qué?"]),
        ("2**(x+1)**y, \\**“不是”\\**粗体, `**“x”**是`", []),
    ],
)
def test_bold_is_bold_where_a_script_has_no_spaces(written: str, bold: list[str]):
    text, found, depth = shown(written), list[str](), 0
    for event, start, end in events(text):
        if "Strong" in (event.get("Start"), event.get("End")):
            depth += 1 if "Start" in event else -1
            found += [text[start:end]] if "Start" in event else []
    assert depth == 0
    assert [one.strip("*").replace(J, "") for one in found] == bold


def test_what_a_model_thinks_is_kept_apart_from_what_it_says():
    assert split_reasoning("<think>hm</think>\nYes") == ("hm", "Yes")
    assert split_reasoning("<think>still") == ("still", "")
    assert split_reasoning("No <think> here") == ("", "No <think> here")
    assert split_reasoning("Begun inside.\n</think>\n\n  Yes") == ("Begun inside.", "  Yes")
    about = "Models end it with `</think>`, which is folded."
    assert split_reasoning(about) == ("", about)


def test_a_formula_that_is_not_drawn_pairs_with_no_mark_of_code_beside_it():
    wide = r"$\rule{9999em}{1em}$"
    for text, codes in (
        (f"a ` b {wide}", [r"\rule{9999em}{1em}"]),
        (f"`$HOME`{wide}`c`", ["$HOME", r"\rule{9999em}{1em}", "c"]),
    ):
        assert [event["Code"] for event, _, _ in events(shown(text)) if "Code" in event] == codes
