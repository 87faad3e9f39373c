"""The interface in the browser's language: nothing is left in English, and nothing that isn't ours is changed."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from components.messages import Said, in_words
from components.models.options import Usage
from components.tasks.answers import missing
from components.ui import language
from components.ui.locales import catalogues, sentences, strings
from tests.conftest import ROOT

FIELD = re.compile(r"\{(\w+)(?::[^{}]*)?\}")  # with its format
CATALOGUES = sorted(catalogues.LOCALES.glob("*.po"))
PAGES = sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "components/ui").rglob("*.py"), ROOT / "app.py"])
FOUND = strings.texts()
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
SENTENCES = {
    "The disk is full.": "磁盘已满。",
    "Try again.": "请重试。",
    "it is damaged": "文件已损坏",
    "only text is read": "只读取文字",
    "pictures": "图片",
    "the settings say so": "设置如此",
    "{title} was not loaded: {error}": "{title} 未能加载：{error}",
    "This model doesn't know {language}.": "此模型不支持{language}。",
    "The model file {path} is damaged: {what}. Delete the model.": "模型文件 {path} 已损坏：{what}。请删除该模型。",
    '"{name}" is {what}.': "“{name}”是{what}。",
    "The server said {detail} and stopped.": "服务器返回{detail}后停止。",
    "line {line}": "第 {line} 行",
    "; ": "；",
    ": ": "：",
    ".": "。",
}


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """How a small catalogue says a text."""
    catalog = Catalog(locale="zh_CN")
    for text, translation in SENTENCES.items():
        catalog.add(text, translation, flags=[catalogues.SENTENCE])
    with (tmp_path / "zh_CN.po").open("wb") as file:
        write_po(file, catalog)
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    _forget()
    yield lambda text: sentences.translated("zh_CN", text)
    _forget()


def _forget() -> None:
    for kept in (catalogues.available, catalogues.catalogue, catalogues.translations, sentences._templates):
        kept.cache_clear()
    language.fitting.cache_clear()
    sentences.translated.cache_clear()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_text_stays_english_in_a_language_that_there_is(path: Path):
    catalog = catalogues.catalogue(path.stem)
    assert not [text for text in FOUND if not strings.complete(catalog, text)]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_translation_loses_or_makes_up_what_is_filled_in(path: Path):
    for message in catalogues.catalogue(path.stem):
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        wanted = {field for text in ids for field in FIELD.findall(text)}
        for form in forms:
            assert not form or set(FIELD.findall(form)) == wanted, message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_no_text_that_the_app_does_not_say_any_more(path: Path):
    ids = [message.id for message in catalogues.catalogue(path.stem) if message.id]
    assert {one[0] if isinstance(one, tuple | list) else one for one in ids} <= set(FOUND)


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
def test_whoever_reads_chinese_gets_chinese(browser: str):
    assert language.fitting(browser) == "zh_CN"


@pytest.mark.parametrize("browser", ["en-US", "en", "fr", "", "xx-YY"])
def test_whoever_reads_something_else_gets_english(browser: str):
    assert language.fitting(browser) == ""
    assert sentences.translated("", "Try again.") == "Try again."


def test_a_sentence_is_found_whatever_is_filled_in(said: Callable[[str], str]):
    assert said("Qwen3 0.6B was not loaded: CUDA error") == "Qwen3 0.6B 未能加载：CUDA error"


def test_a_reason_inside_of_a_sentence_is_translated_too(said: Callable[[str], str]):
    assert said("Qwen3 was not loaded: it is damaged") == "Qwen3 未能加载：文件已损坏"
    assert said("Qwen3 was not loaded: The disk is full. Try again.") == "Qwen3 未能加载：磁盘已满。请重试。"
    assert said("The model file /x is damaged: only text is read. Delete the model.") == (
        "模型文件 /x 已损坏：只读取文字。请删除该模型。"
    )


def test_sentences_that_follow_each_other_are_all_translated(said: Callable[[str], str]):
    assert said("The disk is full. Try again.") == "磁盘已满。请重试。"
    assert said("This model doesn't know Klingon. Try again.") == "此模型不支持Klingon。请重试。"
    assert said("Somebody else's words. Try again.") == "Somebody else's words. 请重试。"
    assert said("The disk is full.\nTry again.") == "磁盘已满。\n请重试。"


def test_why_a_model_gave_no_answer_is_translated_inside_of_other_sentences():
    for finish in ("stop", "length", "tools", "filtered"):
        for text in ("", "<think>Hm."):
            why = missing(text, Usage(1, 0, 0.0, 0.0, finish))
            for one in (why, Said("No part could be read by the model: {why}", why=why)):
                assert not re.search("[A-Z][a-z]", in_words(one, catalogues.wording("zh_CN"))), one


def test_pieces_of_a_list_are_translated_with_their_marks(said: Callable[[str], str]):
    assert said("Pictures: only text is read; the settings say so.") == "图片：只读取文字；设置如此。"


def test_an_empty_field_does_not_hide_a_sentence(said: Callable[[str], str]):
    for text in ("The server said  and stopped.", "The server said and stopped."):
        assert said(text) == "服务器返回后停止。"
    assert said("Qwen3 was not loaded:") == "Qwen3 未能加载："


def test_a_language_is_named_in_the_language_of_the_reader(said: Callable[[str], str]):
    assert said("This model doesn't know German.") == "此模型不支持德语。"


@pytest.mark.parametrize(
    "text",
    ["report.pdf", "line dance.mp3", "C:\\notes: new.txt", "a; b: c.", "12.5", "Dear all,\n\nhello: x"],
)
def test_what_is_not_ours_is_left_alone(text: str, said: Callable[[str], str]):
    assert said(text) == text


def test_a_file_with_the_name_of_a_text_of_ours_keeps_it(said: Callable[[str], str]):
    assert said('"pictures" is it is damaged.') == "“pictures”是文件已损坏。"
    assert said("pictures was not loaded: it is damaged") == "pictures 未能加载：文件已损坏"


def test_a_long_log_takes_no_time(said: Callable[[str], str]):
    log = "\n".join(f"step {number}: loss 2.0; rate 1e-4" for number in range(5_000))
    assert said(log) == log
