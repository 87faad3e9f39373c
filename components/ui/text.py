"""Text from people and models, shown safely: as it is, or as Markdown that fetches nothing.

Streamlit shows HTML in Markdown as text, but would fetch an image from any host and act on its own
directives. Code blocks are cut out and shown as code, so that what is left can be defused without
knowing where a Markdown parser sees code.
"""

import re
from dataclasses import dataclass

import streamlit as st

from components.ui.language import _

JOINER = "\ufeff"  # invisible and without width: breaks a piece of syntax, not the text

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^`\n]*)$")
_IMAGE = re.compile(r"!(?=\[)")
# A directive that Streamlit doesn't know would lose its text: "x:y[1]" would show as "x:y".
_DIRECTIVE = re.compile(r":(?=\w[\w-]*[\[{]|material/|streamlit:)|^ *:(?=:)", re.MULTILINE)
_DISPLAY_MATH = re.compile(r"\\\[(.+?)\\\]", re.DOTALL)
_INLINE_MATH = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
# Pandoc's rule: an opening $ has no space after it, a closing $ has none before it and no digit after it.
_MATH = re.compile(r"(\$\$.+?\$\$|(?<![\\$])\$(?=\S)[^$\n]*?(?<=\S)\$(?![\d$]))", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A stretch of a message: prose, or a code block with its language."""

    text: str
    code: bool = False
    language: str = ""


def plain(text: str) -> str:
    """For a label or caption: Markdown that shows `text` character by character, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def show(text: str) -> None:
    """A model's text as Markdown: code with a copy button, tables, LaTeX, and nothing fetched."""
    reasoning, answer = split_reasoning(text)
    if reasoning:
        with st.expander(_("Reasoning"), icon=":material/psychology:", expanded=not answer):
            _show_parts(reasoning)
    _show_parts(answer)


def split_reasoning(text: str) -> tuple[str, str]:
    """What a reasoning model wrote between its <think> tags, and the answer after them."""
    if not text.lstrip().startswith("<think>"):
        return "", text
    reasoning, _end, answer = text.lstrip().removeprefix("<think>").partition("</think>")
    return reasoning.strip(), answer.lstrip()


def parts(text: str) -> list[Part]:
    """Prose and fenced code blocks, in order. A block that isn't closed yet runs to the end."""
    found: list[Part] = []
    lines: list[str] = []
    fence, language = "", ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                found.append(Part("\n".join(lines), True, language))
                fence, lines = "", []
            else:
                lines.append(line)
        elif mark:
            found.append(Part("\n".join(lines)))
            fence, language, lines = mark[1], mark[2].strip().split(" ")[0], []
        else:
            lines.append(line)
    found.append(Part("\n".join(lines), bool(fence), language if fence else ""))
    return [part for part in found if part.code or part.text.strip()]


def harmless(prose: str) -> str:
    """Markdown without images or Streamlit's directives, its LaTeX in the delimiters that Streamlit reads."""
    prose = _IMAGE.sub("!" + JOINER, prose)
    prose = _DISPLAY_MATH.sub(lambda m: f"$$\n{m[1].strip()}\n$$", prose)
    prose = _INLINE_MATH.sub(lambda m: f"${m[1].strip()}$", prose)
    pieces = _MATH.split(prose)  # the odd ones are mathematics
    return "".join(piece if i % 2 else _not_math(piece) for i, piece in enumerate(pieces))


def _not_math(prose: str) -> str:
    """A dollar outside mathematics is a dollar."""
    return re.sub(r"(?<!\\)\$", r"\\$", _DIRECTIVE.sub(lambda m: m[0] + JOINER, prose))


def _show_parts(text: str) -> None:
    for part in parts(text):
        if part.code:
            st.code(part.text, language=part.language.lower() or None, wrap_lines=True)
        else:
            st.markdown(harmless(part.text))
