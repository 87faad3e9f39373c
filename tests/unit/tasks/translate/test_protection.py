"""Placeholders of many kinds are seen, kept out of an engine's sight and put back."""

import pytest

from components.tasks.translate import protection
from components.tasks.translate.placeholders import tokens

KEPT = r"""
<0> </0> <1/> <br> <%=x%> <#if> </#if> {name} {{count}} ${x} #{x} {#b} %name% %1 [name] [[name]] [@smith]
$t(x) @:key @.lower:key @user #tag ##name## __name__ :name :material-x: &nbsp; &#39; C:\new\table
\\server\share /usr/local/bin \u00a9 foo.bar() get_name() file_name.txt report.pdf --verbose YYYY-MM-DD
dd/MM/yyyy Ctrl+Shift+Esc v1.2.3-beta.4 #FF0000 /start
"""


@pytest.mark.parametrize("piece", ["%@", "%1$@", "%ld", "%lu", "%lld", "%5.2lf", "{a {b {c {d {e}}}}}"])
def test_placeholders_of_other_kinds_are_kept(piece):
    assert protection.protected(f"It has {piece} of 100% discount, 5 % of it") == [piece]
    assert protection.protected(f"有{piece}个文件") == [piece]


@pytest.mark.parametrize("piece", KEPT.split())
def test_keys_paths_and_code_are_kept(piece):
    assert protection.protected(f"Here is {piece} for you") == [piece]


@pytest.mark.parametrize(
    "text",
    [
        "He said: yes, 50% of it (and/or more) & so on, e.g. AT&T's $5.",
        "“[T]he end”, he wrote at 10:30 on 12/25/2023 – #1 of 3; see p. 4.",
        "well-known, 1.234.567,89, 10 %, 3 x 4, mm, C: no",
    ],
)
def test_prose_has_none(text):
    assert protection.protected(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Save</b> it", "XQ1 Save XQ2 it"),
        ("%d files in {name}", "47 files in XQ1"),
        ("At 47 %d files", "At 47 58 files"),
        ("%(n)s files in %(place)s", "47 files in XQ1"),
        ("%d", "XQ1"),
        ("{0} new messages from {1}", "47 new messages from XQ2"),
        ("{0} was deleted", "XQ1 was deleted"),
        ("Press <kbd>Enter</kbd> now", "Press XQ1 now"),
        ("<?php echo $count; ?> new messages", "47 new messages"),
        ("{{count}}{{unit}} XQ", "ZK1 ZK2 XQ"),
    ],
)
def test_what_an_engine_sees_and_what_comes_back(text, shown):
    masked = protection.mask(text)
    assert masked.text == shown.replace("in XQ1", "in XQ2")  # a number has a place among the names
    assert protection.unmask(masked.text, masked) == text
    assert "".join(piece.text for piece in protection.pieces(masked)) == text


@pytest.mark.parametrize("made", ["Oi XQ", "Oi xq 1 1", "Oi XQ12", "XQXQ1"])
def test_a_stand_in_that_is_read_is_told(made):
    masked = protection.mask("Hi {name}")
    assert protection.leaks(protection.unmask(made, masked), masked)
    assert not protection.leaks(protection.unmask("Oi XQ1", masked), masked)


def test_each_token_has_its_kind():
    assert [(one.text, one.kind) for one in tokens("Hello {name}, see <0>this</0> in C:\\new.")] == [
        ("{name}", "brace"),
        ("<0>", "tag"),
        ("</0>", "tag"),
        ("C:\\new", "path"),
    ]


@pytest.mark.parametrize(
    ("text", "shown", "made", "wanted"),
    [
        ("&File", "File", "Arquivo", "&Arquivo"),
        ("Save _As...", "Save As...", "Salvar como...", "_Salvar como..."),
        ("E&xit", "Exit", "Sair", "&Sair"),
        (r"""It\'s \"me\"""", 'It\'s "me"', 'É "eu"', r"É \"eu\""),
        ("AT&T and R&D", "AT&T and R&D", "AT&T e R&D", "AT&T e R&D"),
        ("Cut && &Paste", "Cut & Paste", "Recortar & colar", "&Recortar && colar"),
        ("&Yes to &All", "Yes to All", "Sim para todos", "&Sim &para todos"),
        ("&File or &Open", "File or Open", "Arquivo ou Abrir", "&Arquivo ou &Abrir"),
    ],
)
def test_keys_of_menus_and_escaped_quotes_are_put_back(text, shown, made, wanted):
    masked = protection.mask(text)
    assert masked.text == shown
    assert protection.unmask(made, masked) == wanted


@pytest.mark.parametrize("text", ["Add 1½ cups of flour.", "Add ¾ cups of flour.", "Add 2 ½ cups of flour."])
def test_a_fraction_that_counts_something_is_a_number_for_the_engine(text):
    masked = protection.mask(text)
    assert masked.text == "Add 47 cups of flour."
    assert protection.unmask(masked.text, masked) == text
