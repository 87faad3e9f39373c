"""A model's answer as it was written: reasoning folded away, code with a copy button, prose as Markdown.

Knows nothing about messages and pages.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.tasks.answers import without_reasoning
from components.ui.language import _
from components.ui.markdown import events, shown

WIDTH = 640  # pixels, about 80 characters: longer lines are hard to follow


@dataclass(frozen=True)
class Part:
    """A stretch of an answer: prose, or a code block with its language."""

    text: str
    code: bool = False
    language: str = ""


def show(text: str) -> None:
    """An answer with its reasoning folded away; code with a copy button, tables, formulas."""
    whole = text.encode("utf-8", "replace").decode()  # half a character has no bytes
    reasoning, answer = split_reasoning(whole)
    if reasoning:
        with st.expander(_("Reasoning"), icon=":material/psychology:", expanded=not answer):
            _show_parts(reasoning)
    _show_parts(answer)


def split_reasoning(text: str) -> tuple[str, str]:
    """What a reasoning model wrote up to its </think>, and the answer after it."""
    answer = without_reasoning(text)
    reasoning = text.removesuffix(answer).strip().removeprefix("<think>").removesuffix("</think>")
    return reasoning.strip(), answer.lstrip("\n") if reasoning else answer


def reasoned(text: str) -> int:
    """How many characters of a text are reasoning, with its marks."""
    return len(text) - len(without_reasoning(text))


def beginning(text: str) -> int:
    """Up to where an answer that is being written is finished: its last block isn't. 0 while it reasons."""
    hidden = reasoned(text)
    if hidden == len(text):
        return 0
    depth = last = 0
    for event, begin, _end in events(text[hidden:]):
        if depth == 0 and ("Start" in event or "Rule" in event):
            last = begin
        depth += ("Start" in event) - ("End" in event)
    return hidden + last if last else 0


def parts(text: str) -> list[Part]:
    """Prose and code blocks, in order. A block that isn't closed yet is already code."""
    found: list[Part] = []
    depth = start = 0
    code: list[str] | None = None
    for event, begin, end in events(text):
        match event:
            case {"Start": {"CodeBlock": kind}} if depth == 0:
                found.append(Part(text[start:begin]))
                code, language = [], _language(kind)
            case {"End": "CodeBlock"} if depth == 1 and code is not None:
                found.append(Part("".join(code).removesuffix("\n"), True, language))
                code, start = None, end
            case {"Text": str(line)} if code is not None:
                code.append(line)
        depth += ("Start" in event) - ("End" in event)
    found.append(Part(text[start:]))
    return [part for part in found if part.code or part.text.strip()]


def _language(kind: Any) -> str:
    words = str(kind.get("Fenced", "")).split() if isinstance(kind, dict) else []
    return words[0].lower() if words else ""


def _show_parts(text: str) -> None:
    for part in parts(text):
        if part.code:
            st.code(part.text, language=part.language or None, wrap_lines=True)
        else:
            st.markdown(shown(part.text), width=WIDTH)
