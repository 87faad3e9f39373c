"""Every text that a person may see, found in the source; and the catalogues brought up to date with it.

    python -m components.ui.locales.strings      # new texts come without a translation, old ones go

The pages mark theirs: `_("...")`, `ngettext("...", "...", n)`, `N_("...")`. In the layers below, every
sentence counts: a text that begins with a capital, has two words and isn't a docstring. Its fields are
named after what fills them in. Knows nothing about how a text is shown.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from components.config import ROOT
from components.ui.language import LOCALES, SENTENCE

# What these say is for the model, a terminal, a log, or an exported file, which stay English.
NOT_SHOWN = (
    "components/backup.py",
    "components/telemetry.py",
    "components/tasks/summarize/prompts.py",
)
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
            if call.func.id in ("_", "N_") and given:
                yield str(given[0]), "", call.func.id == "N_"
            elif call.func.id == "ngettext" and len(given) > 1:
                yield str(given[0]), str(given[1]), False


def sentences(tree: ast.Module, place: str) -> Iterator[tuple[str, str, bool]]:
    """What a module below the pages says, in the form of `marked`."""
    if place in NOT_SHOWN:
        return
    inside = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in ast.walk(node) if part is not node)
    for node in ast.walk(tree):
        if id(node) not in inside and (text := _text(node)) and _is_sentence(text):
            yield text, "", True


def _is_sentence(text: str) -> bool:
    own = re.sub(r"\{\w+\}", "", text)
    return bool(_SENTENCE.match(text) and _WORDS.search(own)) and not _SQL.match(text)


def _docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield id(first.value)


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
    new = Catalog(locale=path.stem, project="Wordbench", fuzzy=False, header_comment="# Texts of Wordbench.")
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
