"""Every text that a person may see, found in the source; and the catalogues brought up to date with it.

    python -m components.ui.locales.strings      # new texts come without a translation, old ones go

The pages mark theirs: `_("...")`, `ngettext("...", "...", n)`, `N_("...")`. In the layers below, every
sentence counts: a text that begins with a capital, has two words and isn't a docstring; and whatever an
error says. The rest, such as half a sentence, is marked there too. Fields are named after what fills them
in, and the name decides how they are looked for: see NAMES and NUMBERS in `sentences`. Knows nothing about
how a text is shown.
"""

import ast
import builtins
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from components import errors
from components.config import ROOT
from components.models.catalog import CATALOGUE
from components.ui.locales.catalogues import LOCALES, SENTENCE

# What these say is for the model, a terminal, a log, or an exported file, which stay English.
NOT_SHOWN = (
    "components/backup.py",
    "components/telemetry.py",
    "components/tasks/summarize/export.py",
    "components/tasks/summarize/prompts.py",
)
# The same, of modules that say other things to people: how such a text begins.
NOT_SHOWN_TEXTS = (
    "Attached file",
    "It stands in this context",
    "It was not compared with its base",
    "Loss of general text",
    "Mon Tue Wed Thu Fri",
    "PowerPoint Document",
    "Summarize the following text",
    "The lighthouse stood",
    "Translate the following",
    "{base_title}, fine-tuned on",
)
TITLES = frozenset(model.title for model in CATALOGUE)  # proper names
# What is given to these is shown, also where it is only half a sentence.
_SAYING = {"_lie", "corrupt", "empty", "leave_out"} | {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.AppError)
}
_LOGGING = {"print", "debug", "info", "warning", "error", "exception", "critical"}
_LOOKING = {"startswith", "endswith"}
_SENTENCE = re.compile(r"[A-Z{\"“].*", re.DOTALL)
_WORDS = re.compile(r"[a-z]{2}.* .*[a-z]{2}", re.DOTALL)
_SQL = re.compile(r"(SELECT|PRAGMA|INSERT|UPDATE|DELETE|ALTER) ")


@dataclass
class Text:
    """One text, as it stands in the source."""

    plural: str = ""
    sentence: bool = False  # said by the layers below, and looked for by its pattern
    places: set[str] = field(default_factory=set)


def texts(root: Path = ROOT) -> dict[str, Text]:
    """All of them by their English form."""
    found: dict[str, Text] = {}
    modules = [*(root / "pages").glob("*.py"), *(root / "components").rglob("*.py")]
    for path in sorted([root / "app.py", *modules]):
        place = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        shown = marked(tree) if _is_page(place) else [*marked(tree), *sentences(tree, place)]
        for text, plural, sentence in shown:
            one = found.setdefault(text, Text())
            one.plural = one.plural or plural
            one.sentence = one.sentence or sentence
            one.places.add(place)
    return found


def _is_page(place: str) -> bool:
    return not place.startswith("components/") or place.startswith("components/ui/")


def marked(tree: ast.Module) -> Iterator[tuple[str, str, bool]]:
    """Text, plural, whether `said` has to find it."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            given = [one.value for one in call.args if isinstance(one, ast.Constant)]
            if call.func.id in ("_", "N_", "Said") and given and call.args[0] is not None:
                if isinstance(call.args[0], ast.Constant):
                    yield str(given[0]), "", call.func.id == "N_"
            elif call.func.id in ("ngettext", "counted") and len(given) > 1:
                yield str(given[0]), str(given[1]), False


def sentences(tree: ast.Module, place: str) -> Iterator[tuple[str, str, bool]]:
    """What a module below the pages says, in the form of `marked`."""
    if place in NOT_SHOWN:
        return
    apart, said = set(map(id, _apart(tree))), set(map(id, _said(tree)))
    for node in ast.walk(tree):
        text = "" if id(node) in apart else _text(node)
        if text in TITLES or text.startswith(NOT_SHOWN_TEXTS):
            continue
        if _is_sentence(text) or (id(node) in said and re.search("[a-z]{2}", text)):
            yield text, "", True


def _is_sentence(text: str) -> bool:
    own = re.sub(r"\{\w+\}", "", text)
    return bool(_SENTENCE.match(text) and _WORDS.search(own)) and not _SQL.match(text)


def _said(tree: ast.Module) -> Iterator[ast.expr]:
    """What is given to something that says it."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call) in _SAYING:
            for given in call.args:
                yield from (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,)


def _apart(tree: ast.Module) -> Iterator[ast.AST]:
    """What nobody is shown: docstrings, pieces of f-strings, types, logs, what a text is compared with."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr():
                yield from (part for part in ast.walk(node) if part is not node)
            case ast.Compare():
                yield from (node.left, *node.comparators)
            case ast.Call() if _called(node) in _LOGGING | _LOOKING or _is_builtin_error(node):
                yield from node.args
            case ast.arg() | ast.AnnAssign() if node.annotation:
                yield from ast.walk(node.annotation)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.returns:
                yield from ast.walk(node.returns)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def _called(call: ast.Call) -> str:
    """The name of what is called: `leave_out` of `draft.leave_out(...)`."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_builtin_error(call: ast.Call) -> bool:
    kind = getattr(builtins, _called(call), None)
    return isinstance(kind, type) and issubclass(kind, Exception)


def _text(node: ast.AST) -> str:
    """A literal's text; in an f-string, each value is a field with a name of its own."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    used: Counter[str] = Counter()
    pieces = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = _name(part.value)
            used[name] += 1
            pieces.append("{" + (name if used[name] == 1 else f"{name}{used[name]}") + "}")
        elif isinstance(part, ast.Constant):
            pieces.append(str(part.value))
    return "".join(pieces)


def _name(value: ast.expr) -> str:
    """What a translator is told about a value: the name that it has in the source."""
    match value:
        case ast.Name():
            return value.id
        case ast.Attribute():
            return value.attr.strip("_") or "value"
        case ast.Call(func=ast.Attribute(attr="join")):
            return "list"
        case ast.Call(args=[first, *_]) if isinstance(value.func, ast.Name):
            return _name(first)
        case ast.Call():
            return _name(value.func)
        case ast.BinOp():
            return _name(value.left) if not isinstance(value.left, ast.Constant) else _name(value.right)
        case ast.Subscript(slice=ast.Constant(value=str() as key)) if key.isidentifier():
            return key
        case ast.Subscript():
            return _name(value.value)
    return "value"


def update(path: Path, found: dict[str, Text]) -> list[str]:
    """Brings one catalogue up to date; returns what it lacks."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.stem)
    new = Catalog(
        locale=path.stem,
        project="Wordbench",
        version="1",
        fuzzy=False,
        header_comment="# Texts of Wordbench.",
        last_translator="Wordbench",
        language_team="Wordbench",
        msgid_bugs_address="Wordbench",
        creation_date=old.creation_date,
        revision_date=old.revision_date,
    )
    for text, one in sorted(found.items()):
        known = old.get(text)
        new.add(
            (text, one.plural) if one.plural else text,
            known.string if known else ("",) * new.num_plurals if one.plural else "",
            flags=[SENTENCE] if one.sentence else [],
            locations=[(place, 0) for place in sorted(one.places)],
        )
    with path.open("wb") as file:
        write_po(file, new, width=110, include_lineno=False)
    return [text for text in found if not complete(new, text)]


def complete(catalog: Catalog, text: str) -> bool:
    """Whether every form of a text has a translation."""
    message = catalog.get(text)
    forms = message.string if message else ""
    return all(forms) if isinstance(forms, tuple) else bool(forms)


if __name__ == "__main__":
    everything = texts()
    for catalogue in sorted(LOCALES.glob("*.po")):
        for text in update(catalogue, everything):
            print(f"{catalogue.name} lacks: {text}", file=sys.stderr)
