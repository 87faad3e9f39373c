"""The measures of the house: short functions, few parameters, short modules, and templates that are data."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from components.config import ROOT
from components.ui.locales import extraction

LINES, PARAMETERS, MODULE = 60, 8, 450
MODULES = sorted([*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])


@cache
def templates() -> dict[str, int]:
    """How many of a call's first arguments are templates, by what is called."""
    says = {"Said": 1, "_": 1, "N_": 1, "counted": 2, "ngettext": 2}
    return says | dict.fromkeys(extraction.errors(MODULES), 1)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many a caller sees: `self` and `cls` aren't passed by it."""
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def is_built(template: ast.expr) -> bool:
    """Whether a template is put together where it is used, so that no catalogue can have it."""
    match template:
        case ast.JoinedStr() | ast.IfExp() | ast.BinOp():
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "format_map")):
            return True
    return False


def built_templates(source: str) -> list[int]:
    """The lines of messages whose template is an f-string, a condition or a filled-in text."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if any(map(is_built, node.args[: templates().get(called, 0)])):
            found.append(node.lineno)
    return found


def test_no_module_is_too_long():
    sizes = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name for name, lines in sizes.items() if lines > MODULE} == set()


def test_no_function_is_too_long():
    found = {
        f"{name_of(path)}: {one.name}"
        for path in MODULES
        for one in functions(path)
        if one.end_lineno - one.lineno + 1 > LINES
    }
    assert found == set()


def test_no_function_has_too_many_parameters():
    found = {
        f"{name_of(path)}: {one.name}"
        for path in MODULES
        for one in functions(path)
        if parameters(one) > PARAMETERS
    }
    assert found == set()


def test_no_test_module_is_imported_by_another_one():
    """What tests share is in `fakes.py`, `making.py` and the like: a test can be moved or split alone."""
    found = {
        name_of(path)
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests.")
        if any(
            name.startswith("test_") for name in [*node.module.split("."), *(one.name for one in node.names)]
        )
    }
    assert found == set()


def test_every_template_is_written_out():
    found = {name_of(path) for path in MODULES if built_templates(path.read_text(encoding="utf-8"))}
    assert found == set()


def test_no_template_is_hidden_inside_of_another_text():
    """Babel doesn't look into an f-string, so a template in one would stay in English."""
    found = {
        f"{name_of(path)}:{text.lineno}"
        for path in MODULES
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in templates()
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        'Said(f"{name} is missing.")',
        'raise BadInput("a" if one else "b")',
        '_("%s rows" % number)',
        'counted("one", "{n} rows".format(n=2), 2)',
        'errors.Unavailable(" ".join(lines))',
    ],
)
def test_a_template_that_is_built_is_found(source: str):
    assert built_templates(source) == [1]
