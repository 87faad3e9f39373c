"""A page's results as the rows of its list, found by their titles and by what they say."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from components.errors import Unavailable
from components.results import Heading
from components.ui.kept_list import Row
from components.ui.resources import results

Texts = Callable[[Mapping[str, Any]], Sequence[str]]


def rows_of(
    kind: str, search: str, texts: Texts, icons: Mapping[str, str], shown: int
) -> tuple[list[Row], int]:
    """The rows that are shown, and how many there are. `texts`: what the body of a result says."""
    headings = results().headings(kind, search, lambda body: "\n".join(texts(body)))
    rows = [
        Row(one.id, one.title, icons[one.state], _text(one, texts) if search else "")
        for one in headings[:shown]
    ]
    return rows, len(headings)


def _text(heading: Heading, texts: Texts) -> str:
    with suppress(Unavailable):
        if found := results().get(heading.id, documents=False):
            return "\n".join(texts(found.body))
    return ""
