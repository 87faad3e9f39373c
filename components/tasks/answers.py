"""A model's answer without its reasoning, and a sentence that says why if there is none.

Knows texts and how a generation ended; neither engines nor pages.
"""

import re

from components.messages import Message, Said, sentences
from components.models.options import FinishReason, Usage

# At the beginning, where models reason: further on, an answer may be about the tags. The first tag is missing
# where the chat template wrote it; the last one ends its line then.
_REASONING = re.compile(
    r"\A(?:\s*<think>.*?(?:</think>|\Z)|(?:(?!<think>).)*?</think>[ \t]*(?:\n|\Z))", re.DOTALL
)
REASONING_TOKENS = 1_024  # more for a model that reasons before it answers
NO_ANSWER = Said("The model gave no answer.")  # where what it wrote isn't one
_AGAIN = Said("Try again, or choose another model.")
_BROKEN_OFF: dict[FinishReason, Message] = {
    "tools": sentences(Said("The model asked for a tool, and there are none here."), _AGAIN),
    "filtered": sentences(Said("The server's filter ended the answer."), _AGAIN),
}
_USED_UP = sentences(
    Said("The model used up its tokens before it came to an answer."),
    Said("Allow it more new tokens, or turn its reasoning off."),
)
_ONLY_REASONING = sentences(Said("The model gave no answer, only its reasoning."), _AGAIN)
_NOTHING = sentences(Said("The model gave no answer: it ended at once."), _AGAIN)


def without_reasoning(text: str) -> str:
    """The text without the model's reasoning, which ends with </think>, or isn't ended yet."""
    return _REASONING.sub("", text)


def reasons(text: str, usage: Usage | None) -> bool:
    """Whether the model reasons before it answers: visibly, or until nothing is left for the answer."""
    full = usage is not None and usage.finish in ("length", "context")
    return "<think>" in text or (full and not text.strip())


def missing(text: str, usage: Usage | None) -> Message:
    """Why the answer is missing or incomplete; empty for a whole answer, or one that a person stopped."""
    finish = usage.finish if usage else "stop"
    if finish in _BROKEN_OFF:
        return _BROKEN_OFF[finish]
    if finish == "stopped" or without_reasoning(text).strip():
        return ""
    if finish in ("length", "context"):
        return _USED_UP
    return _ONLY_REASONING if text.strip() else _NOTHING
