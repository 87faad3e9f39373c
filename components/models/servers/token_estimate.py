"""How many tokens a prompt has on a server that doesn't count: an estimate on the safe side.

Knows characters only. Compared with the tokenizer of SmolLM2, which was made for English: no less than the
real number in nine languages and scripts, code and numbers; half as much again in English.
"""

import re

from components.models.options import Prompt

PER_MESSAGE = 8  # what a chat template puts around a message
OWN_SYSTEM = 24  # the template may bring a system prompt of its own
_WORD = re.compile(r"[A-Za-z]+")
_BEFORE_WORD = re.compile(r"(?<=\S) (?=[A-Za-z])")
_SPACES = re.compile(r"[ \t]{2,}")


def estimate(prompt: Prompt) -> int:
    if not prompt.messages:
        return of_text(prompt.text)
    return OWN_SYSTEM + sum(of_text(message["content"]) + PER_MESSAGE for message in prompt.messages)


def of_text(text: str) -> int:
    """Three letters of a word are one token, two in a long word; a digit, a mark and a line end one each;
    other scripts three for four bytes.
    """
    words = sum(_of_word(len(word)) for word in _WORD.findall(text))
    rest = _SPACES.sub(" ", _WORD.sub("", _BEFORE_WORD.sub("", text)))
    plain = sum(1 for char in rest if char < "\x80")
    others = len(rest.encode("utf-8", "replace")) - plain
    return words + plain + -(-others * 3 // 4)


def _of_word(letters: int) -> int:
    return 1 + (letters - 1) // 3 if letters <= 10 else letters // 2
