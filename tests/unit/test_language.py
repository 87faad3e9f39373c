"""The interface in the browser's language: nothing is left in English, and nothing that isn't ours is changed."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from components.messages import Said
from components.ui import language
from components.ui.locales import catalogues, extraction
from tests.conftest import ROOT

CATALOGUES = sorted(catalogues.LOCALES.glob("*.po"))
PAGES = sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "components/ui").rglob("*.py"), ROOT / "app.py"])
MODULES = sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "components").rglob("*.py"), ROOT / "app.py"])
found_texts = cache(extraction.texts)  # by the tests: each worker collects this module, one runs it
FIELD = re.compile(r"\{(\w+)(![rsa])?(:[^{}]*)?\}")
# A figure and a noun in the plural behind it, perhaps with a word between them: "{count:,} bad rows".
_NUMBER = "count\\w*|rows|days|steps|dropped|longer|cells|different|trial|number|pairs|tokens|words|files|notes|passes"
COUNTED = re.compile(r"\{(" + _NUMBER + r"|\w+(?=:(?:,|d)))(?::[,d]+)?\} (?:[a-z-]+ )?[a-z-]{2,}s\b")
# Figures that are never one: they are beyond a limit, or are one.
MANY = {
    "limit",
    "most",
    "context",
    "longest",
    "enough",
    "text_limit",
    "max_terms",
    "members",
    "files",
    "number",
}
MANY |= {
    "length",
    "last",
    "ids",
    "tokens",
    "words",
    "rows",
    "layers",
    "weights",
    "tensors",
    "fields",
    "size",
    "taken",
    "notes",
    "pairs",
    "passes",
}
# Calls of Streamlit, and of ours, that draw what they are given.
_DRAWING = """
area_chart bar_chart button camera_input caption chat_input checkbox color_picker data_editor date_input dialog
download_button error expander file_uploader form_submit_button header info later line_chart link_button markdown
metric multiselect number_input page_link pills popover progress radio segmented_control select_slider selectbox
slider spinner status subheader success tabs text text_area text_input time_input title toast toggle warning write
Page Column CheckboxColumn DatetimeColumn LinkColumn NumberColumn ProgressColumn SelectboxColumn TextColumn
"""
DRAWING = set(_DRAWING.split())
LABELS = {"label", "help", "placeholder", "text", "title", "page_title", "body"}
NAMES = {"Wordbench"}  # the same in every language


def ids_of(message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_text_stays_english_in_a_language_that_there_is(path: Path):
    assert not extraction.lacking(catalogues.catalogue(path.stem), found_texts())


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_translation_loses_or_makes_up_what_is_filled_in(path: Path):
    for message in catalogues.catalogue(path.stem):
        forms = (message.string,) if isinstance(message.string, str) else message.string
        wanted = {field[1] for text in ids_of(message) for field in FIELD.finditer(text)}
        for form in forms:
            assert not form or {field[1] for field in FIELD.finditer(form)} == wanted, message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_no_text_that_the_app_does_not_say_any_more(path: Path):
    said = {ids_of(message)[0] for message in found_texts()}
    assert {ids_of(message)[0] for message in catalogues.catalogue(path.stem)} <= said


def test_every_message_with_a_count_has_its_plural():
    for message in found_texts():
        if isinstance(message.id, str):
            assert {found[1] for found in COUNTED.finditer(message.id)} <= MANY, message.id


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_does_not_lose_its_translations_to_another_variable(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    if "_" not in {name.asname or name.name for name in _imported(tree)} or path.name == "language.py":
        return
    for node in ast.walk(tree):
        stored = isinstance(node, ast.Name) and node.id == "_" and not isinstance(node.ctx, ast.Load)
        assert not stored, f"{path}:{node.lineno}"
        assert not (isinstance(node, ast.arg) and node.arg == "_"), f"{path}:{node.lineno}"


def _imported(tree: ast.Module) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from node.names


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_draws_a_text_in_english_whatever_the_language(path: Path):
    drawn = []
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and _draws(call.func):
            given = [*call.args[:1], *(one.value for one in call.keywords if one.arg in LABELS)]
            texts = [text for one in given for text in _literals(one)]
            drawn += [(call.lineno, text) for text in texts if _has_words(text)]
    assert not drawn


def _draws(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    log = ast.unparse(called.value) == "_log" or "getLogger" in ast.unparse(called.value)
    return called.attr in DRAWING and not log


def _literals(node: ast.expr) -> Iterator[str]:
    """What is written in a literal itself; in an f-string, around its fields."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr():
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else " " for part in node.values)
        case ast.IfExp():
            yield from [*_literals(node.body), *_literals(node.orelse)]
        case ast.List() | ast.Tuple():
            for one in node.elts:
                yield from _literals(one)


def _has_words(text: str) -> bool:
    own = re.sub(r":material/\w+:|:[a-z]+(?:-[a-z]+)*(?=\[)|<[^>]*>|\{[^}]*\}", "", text)
    return bool(re.search(r"[A-Za-z]{2}", own)) and own.strip() not in NAMES


@pytest.mark.parametrize("browser", ["zh-CN", "zh", "zh-Hans-SG", "zh-TW"])
def test_a_reader_of_chinese_gets_chinese(browser: str):
    assert language.fitting(browser) == "zh_CN"


@pytest.mark.parametrize("browser", ["en-US", "en", "fr", "", "xx-YY"])
def test_a_reader_of_another_language_gets_english(browser: str):
    assert language.fitting(browser) == ""


def test_a_message_is_drawn_in_the_language_of_the_browser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(language, "code", lambda: "zh_CN")
    assert (
        language.said(Said("Stopping")) == catalogues.translations("zh_CN").gettext("Stopping") != "Stopping"
    )
    assert language.said("Stopping") == "Stopping"
