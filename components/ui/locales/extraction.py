"""Every text that a person may see, found in the source by Babel; and the catalogues brought up to date.

    python -m components.ui.locales.extraction      # new texts come without a translation, old ones go

A text is what `_`, `N_`, `ngettext`, `Said`, `counted` or an AppError is given. Knows nothing about how it is
shown.
"""

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from components.config import ROOT
from components.ui.locales.catalogues import LOCALES

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "Said": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
}


def texts(root: Path = ROOT) -> Catalog:
    """All of them, each with the files that say it."""
    found = Catalog(charset="utf-8")
    modules = sorted([root / "app.py", *(root / "pages").glob("*.py"), *(root / "components").rglob("*.py")])
    keywords = KEYWORDS | dict.fromkeys(errors(modules))
    for path in modules:
        place = path.relative_to(root).as_posix()
        for _line, text, _comments, context in extract_from_file("python", path, keywords=keywords):
            found.add(text, locations=[(place, 0)], context=context)
    return found


def errors(modules: Iterable[Path]) -> set[str]:
    """The names of AppError and of all kinds of it, whose first argument is a template."""
    classes = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    known = {"AppError"}
    while more := {name for name, bases in classes if bases & known} - known:
        known |= more
    return known


def update(path: Path, found: Catalog) -> list[str]:
    """Brings one catalogue up to date; returns what it lacks."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem)
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False, sort_output=True)
    return lacking(catalog, found)


def lacking(catalog: Catalog, found: Catalog) -> list[str]:
    """The texts of which a catalogue doesn't have every form."""
    lacks = []
    for message in found:
        known = catalog.get(message.id if isinstance(message.id, str) else message.id[0])
        forms = known.string if known else ""
        if message.id and not (all(forms) if isinstance(forms, tuple) else forms):
            lacks.append(message.id if isinstance(message.id, str) else message.id[1])
    return lacks


if __name__ == "__main__":
    everything = texts()
    for catalogue in sorted(LOCALES.glob("*.po")):
        for text in update(catalogue, everything):
            print(f"{catalogue.name} lacks: {text}", file=sys.stderr)
