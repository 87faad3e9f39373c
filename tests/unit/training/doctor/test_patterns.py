"""Rows that are put together by the pattern of their roles are what the template makes of them."""

import pytest

from components.training.doctor.patterns import EVERY, FIRST, Patterns
from components.training.program.row_tokens import Reader
from components.training.program.tokenizer import load_tokenizer

TRIMMING = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}"
SHOUTING = (
    "{% for m in messages %}[{{ m.role }}]{{ m.content | upper if m.content | length > 30 else m.content }}"
    "{{ eos_token }}{% endfor %}"
)
SYSTEM = [{"role": "system", "content": "Be brief."}]


def chat(*said: str, before=()):
    roles = ("user", "assistant") * len(said)
    return {"messages": [*before, *({"role": r, "content": s} for r, s in zip(roles, said, strict=False))]}


ROWS = [
    *(chat(f"What is {n}?", f"A number, {n}.") for n in range(30)),
    *(chat("And?", f"So {n}.", "Why?", "Because.", before=SYSTEM) for n in range(20)),
    chat(" blanks ", "at the ends\n"),
    chat("<think>no</think>", "{{ braces }}"),
    {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}] * 2},
    {"source": "one", "target": "um"},
    {"text": "Plain text, with an end."},
]


@pytest.mark.parametrize("template", ["", TRIMMING, SHOUTING])
def test_every_row_is_spelled_as_the_template_does(tiny_models, template):
    tokenizer = load_tokenizer(tiny_models / "tiny-chat")
    tokenizer.chat_template = template or tokenizer.chat_template
    reader = Reader(tokenizer)
    patterns = Patterns(reader)
    assert [patterns.spell(row, "Say it:") for row in ROWS] == [reader.spell(row, "Say it:") for row in ROWS]


def test_most_rows_are_not_rendered(tiny_models, monkeypatch):
    reader = Reader(load_tokenizer(tiny_models / "tiny-chat"))
    patterns, asked = Patterns(reader), []
    spell = reader.spell
    monkeypatch.setattr(reader, "spell", lambda *given: asked.append(1) or spell(*given))
    for number in range(2 * EVERY):
        patterns.spell(chat(f"What is {number}?", "A number."))
    assert len(asked) <= FIRST + 4
