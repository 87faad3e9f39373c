"""A text in Markdown as one HTML file to hand over: it opens anywhere, runs nothing and asks no other host.

Knows Markdown and HTML; nothing about what the text says.
"""

import html
import re
from collections.abc import Iterable, Sequence

from markdown_it import MarkdownIt

# Nothing is allowed but the styles below: no script, no picture, no frame, no form that goes anywhere.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif;
  overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.25 }
pre { padding: .75rem; overflow-x: auto; background: #8881; border-radius: .4rem }
table { display: block; overflow-x: auto; border-collapse: collapse }
th, td { padding: .3rem .6rem; border: 1px solid #8886; text-align: left; vertical-align: top }
.written { white-space: pre-wrap; padding: .5rem .75rem; background: #8881; border-radius: .4rem }
blockquote { margin-left: 0; padding-left: 1rem; border-left: .25rem solid #8886 }
@media print { body { max-width: none; margin: 0 } a { color: inherit } }
""".strip()
_READER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_FACTS = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)  # for programs, on top of a model card
MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")  # what Markdown would take for more than a letter
_REASONING = re.compile(r"<think>\s*(.*?)\s*</think>", re.DOTALL)


class Written(str):
    """A part of a text that is no Markdown: shown letter by letter, with the lines that its writer made."""


def page(title: str, parts: str | Iterable[str], language: str = "en") -> str:
    """The whole file. HTML in the text is shown as text, a picture as its link.

    `parts`: Markdown, or what was `Written`, one after the other. `language`: of what the app says in it, as
    in BCP 47.
    """
    whole = [_FACTS.sub("", parts)] if isinstance(parts, str) else parts
    body = "".join(map(_rendered, whole))
    return f"""<!doctype html>
<html lang="{html.escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def escaped(text: str) -> str:
    """A text of one line as Markdown that says just that."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def table(lines: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts as a table in Markdown, its names first."""
    made = [f"| {' | '.join(escaped(cell) for cell in line)} |" for line in lines]
    made.insert(1, f"|{' --- |' * len(lines[0])}")
    return made


def _rendered(part: str) -> str:
    if isinstance(part, Written):
        return f'<div class="written" dir="auto">{html.escape(part)}</div>\n'
    return _READER.render(_REASONING.sub(_quoted, part))


def _quoted(found: re.Match[str]) -> str:
    """A model's reasoning as a quotation, apart from its answer."""
    return "\n".join(f"> {line}" for line in found[1].splitlines()) + "\n"
