"""Web pages made here: the article is read whatever its classes are called, and what isn't shown is left out."""

import base64

import pytest

from components.documents import read_document
from components.documents.formats.html_styles import rules
from tests.unit.documents import making
from tests.unit.documents.making import PROSE, left_out, shown


def _read(body: str, head: str = "") -> list[str]:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return [text for _, text in shown(read_document(page.encode(), "a.html"))]


def test_a_page_is_not_lost_to_the_class_of_the_element_around_it() -> None:
    around = "class='content no-sidebar' aria-hidden=true"
    page = f"<body><div {around}><p>{PROSE}</p></div><div class=menu>Menu</div>"
    assert read_document(page.encode(), "a.html").text == PROSE


def test_what_stands_around_the_main_part_of_a_page_is_said_to_be_left_out() -> None:
    page = f"<html><body><nav>Home News</nav><main><p>{making.PROSE}</p></main><footer>Imprint</footer></body></html>"
    found = read_document(page.encode(), "a.html")
    assert "Home" not in found.text
    assert any("Navigation" in str(left) for left in found.left_out)


def test_what_is_left_out_of_a_page_can_be_looked_at() -> None:
    hidden = "<p style='display:none'>Secret price.</p>"
    page = f"<body><nav>Home <script>go()</script>News</nav><main><p>{PROSE}</p>{hidden}</main><footer>Imprint</footer></body>"
    found = read_document(page.encode(), "a.html")
    assert {str(left.what): left.text for left in found.left_out} == {
        "Navigation, footers and side bars": "Home News Imprint",
        "Hidden elements": "Secret price.",
    }
    many = read_document(f"<body><nav>{'Menu item ' * 9_000}</nav><p>{PROSE}</p></body>".encode(), "a.html")
    assert 500 < max(len(left.text) for left in many.left_out) <= 2_000


@pytest.mark.parametrize(
    "name",
    [
        "with-ads",
        "has-sidebar",
        "no-sidebar",
        "section--ads",
        "block--with-menu",
        "content-sidebar-wrap",
        "sidebar-layout",
    ],
)
def test_a_part_whose_class_only_mentions_a_side_bar_is_text(name: str) -> None:
    assert _read(f"<div class='{name}'><p>{PROSE}</p></div>" + f"<p>{PROSE}</p>" * 9) == [PROSE] * 10


@pytest.mark.parametrize(
    "name", ["sidebar", "left-sidebar", "main-nav", "post-share", "nav--main", "social-links ads"]
)
def test_what_is_around_the_text_is_left_out(name: str) -> None:
    links = "<a href=x>Home</a> <a href=x>All of the news about the harbour</a>"
    assert _read(f"<div class='{name}'>{links}</div><p>{PROSE}</p>") == [PROSE]


def test_text_in_many_parts_with_the_names_of_side_bars_is_still_the_text() -> None:
    parts = "".join(f"<div class='sidebar'><p>{PROSE}</p></div>" for _ in range(6))
    assert _read(f"<header><p>{PROSE}</p></header>" * 6) == [PROSE] * 6
    assert _read(parts + "<p>Read more about it.</p>") == [PROSE] * 6 + ["Read more about it."]


def test_navigation_that_is_never_closed_does_not_take_the_text_with_it() -> None:
    assert _read(f"<nav><a href=x>Home</a><div><p>{PROSE}</p><p>{PROSE}</p></div>")[-2:] == [PROSE] * 2
    assert _read(f"<nav><p>All of the news</p></nav><p>{PROSE}</p>") == [PROSE]


def test_the_text_of_scripts_is_no_text_of_the_page() -> None:
    script = f"<script>{'var harbour = 1;' * 500}</script>"
    assert _read(f"<div class=sidebar><p>{PROSE}</p>{script}</div>") == [PROSE]
    assert _read(f"{script}<article><p>{PROSE}</p></article>") == [PROSE]


def test_text_outside_of_the_main_part_is_named_as_text() -> None:
    page = f"<p>{PROSE}</p><main><p>{PROSE}</p></main>"
    found = read_document(page.encode(), "a.html")
    assert "Text around the main part of the page" in left_out(found)


def test_questions_in_buttons_notes_and_boxes_of_an_article_are_kept() -> None:
    assert _read(f"<h2><button>Can I cancel?</button></h2><p>{PROSE}</p><button>Send now</button>") == [
        "Can I cancel?",
        PROSE,
    ]
    assert _read(f"<button class=accordion>Costs</button><div>{PROSE}</div>") == ["Costs", PROSE]
    article = f"<article><p>{PROSE * 3}</p><aside><p>{PROSE}</p></aside></article>"
    notes = "<footer class=footnotes><p>1 The pier of 1890.</p></footer><footer>Imprint</footer>"
    assert _read(f"<div>{article}{notes}</div>")[:2] == [PROSE * 3, PROSE]
    assert _read(f"<p>{PROSE}</p>{notes}") == [PROSE, "1 The pier of 1890."]
    assert _read(f"<p>{PROSE}</p><aside><a href=x>More news</a></aside>") == [PROSE]


@pytest.mark.parametrize(
    ("sheet", "seen"),
    [
        (".a{display:none}", False),
        ("div.a,b{color:red;display:none}", False),
        (".a{display:none}.a.b{display:block}", True),
        (".a.b{display:block}.a{display:none}", True),
        (".a{display:none}.b{display:block}", True),
        (".a{display:none!important}.a.b{display:block}", False),
        ("#i{display:block}.a{display:none}", True),
        (".a{display:none}.a{display:flex}", True),
        ("@media (max-width:600px){.x{color:red}.a{display:none}}", True),
        ("@media print{.a{display:none}}", True),
        ("@media screen and (min-width:600px){.a{display:none}}", False),
        ("@media (width >= 40em){.a{visibility:hidden}}", False),
        ("@keyframes k{from{visibility:hidden}}p{color:red}", True),
        ("/* .a{display:none} */", True),
        ("p::before{content:'}.a{display:none}'}", True),
        (".a:hover{display:none}.c > .a{display:none}", True),
        (".a{color:red}@import 'x';.a{display:none}", False),
        (".a{.x{display:none} color:red}", True),
    ],
)
def test_what_a_style_sheet_hides_is_told_by_its_cascade(sheet: str, seen: bool) -> None:
    body = f"<p>{PROSE}</p><div class='a b' id=i>The old pier stays open.</div>"
    assert ("The old pier stays open." in _read(body, f"<style>{sheet}</style>")) is seen


def test_a_sheet_for_paper_hides_nothing_and_a_page_that_a_script_reveals_is_read() -> None:
    body = f"<div class=a><p>{PROSE}</p></div>"
    assert _read(body, "<style media=print>.a{display:none}</style>") == [PROSE]
    assert _read(body, "<style>.a{display:none}</style>") == [PROSE]


def test_a_font_inside_of_a_style_sheet_costs_no_time() -> None:
    font = base64.b64encode(bytes(range(256)) * 3_000).decode()
    sheet = f"@font-face{{src:url(data:font/woff2;base64,{font})}}.a{{display:none}}"
    assert _read(f"<p>{PROSE}</p><p class=a>no</p>", f"<style>{sheet}</style>") == [PROSE]
    assert list(rules(font)) == []
    assert list(rules('"' * 100_000 + "/*" * 100_000)) == []
