"""Everything that is kept, one of each kind; and what can be wrong with a value of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from components.documents import Document, Place
from components.documents.document import Block, LeftOut
from components.messages import Said, counted
from components.tasks.evaluate.evaluation import Plan
from components.tasks.evaluate.model_answer import Answer, Likelihood
from components.tasks.evaluate.questions import Check, Item, Questions
from components.tasks.evaluate.setups import Setup
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.summary import Citation, Line, Summary
from components.tasks.summarize.summary_jobs import body_of
from components.tasks.summarize.summary_settings import Settings
from components.tasks.translate.receipt import Marked, Receipt, Segments

ODD: list[Any] = [None, "x", -1, 2**70, 1e300, True, [], {}, [[1]], {"said": "{x:9999}", "values": {"x": 1}}]
DEEP = "[" * 3000 + "]" * 3000  # as text: json.dumps can't write it
ASKED = {"source": "en", "target": "pt", "route": "local-tiny-translation"}

BLOCKS = (
    Block("heading", "Costs", level=1),
    Block("table", "Item\tEuros\nTea\t12", rows=(("Item", "Euros"), ("Tea", "12")), place=Place(row=2)),
    Block("paragraph", "The tea costs 12 euros.", section=("Costs",), place=Place(page=1)),
)
DOCUMENT = Document(
    "tea.txt", "txt", BLOCKS, words=7, left_out=(LeftOut(Said("Pictures"), Said("no text"), 2),)
)
CITED = Citation(0, 2, 0, 23, "tea.txt", Place(page=1), "The tea costs 12 euros.", 0.9)
LINES = (
    Line("“The tea costs 12 euros.”", "quoted", sources=(CITED,)),
    Line(
        "Tea is 13 euros.",
        "written",
        sources=(CITED,),
        missing=(Said("the number {n}", n="13"),),
        faithful=False,
    ),
)
READ = Part(1, 0, Said("page {number}", number=1), 0, 1, 7, 9, (1,), "read", "Tiny", 1)
LOST = Part(2, 0, "page 2", 2, 3, 7, 9, (2,), "failed", "Tiny", 2, Said("It broke."))
LEDGER = Ledger((READ, LOST), 2, (Said("Pictures"),))
SUMMARY = Summary(
    "tea.txt", "key points", LINES, LEDGER, 50, (0,), (counted("{count} note", "{count} notes", 1),)
)
RECEIPT = Receipt(
    "tea.pt.txt",
    "txt",
    Segments(3, 2, flagged=1),
    (Marked(Said("page {number}", number=1), "Tea.", "Chá.", (Said("A sign is missing."),)),),
    {"rows": 2},
    {"rows": 3},
    ("A note.",),
)
PAIR = {
    "source": "Good day.",
    "target": "Bom dia.",
    "after": "\n",
    "findings": [{"said": "A sign is missing."}],
    "retried": True,
    "remembered": False,
    "skipped": False,
    "alternatives": ["Olá."],
    "edited": False,
}
TEXT = {"lead": "", "text": "Good day.", "sentences": [PAIR, PAIR]}
EVALUATION = Plan((Setup("tiny", "Tiny", name="Tiny"),), 3, "abc", False, {"numpy": "2"})
QUESTIONS = Questions(
    "tea.csv",
    "rule",
    (Item("Tea?", ("yes",), "a", checks=(Check("words", {"count": 1}),), before=(("user", "x"),)),),
)
ANSWER = Answer("Yes.", 3, 9, 0.1, 0.2, why=Said("Cut."), likelihood=Likelihood(-1.0, 2, 4))
SUMMARY_SETTINGS, SUMMARY_BODY = Settings().to_json(), body_of([SUMMARY])
EVENTS = [
    {"kind": "launch", "task": "train"},
    {"kind": "start", "step": 0, "cut": {"rows": 9, "longer": 1, "lost": 0, "pieces": False}},
    *(
        {"kind": "step", "step": n, "steps": 3, "loss": 2.0, "rate": 0.001, "norm": 1.0, "tokens": 9}
        | {"seconds": 0.1, "left": 0.2}
        for n in (1, 2)
    ),
    {"kind": "evaluation", "step": 2, "loss": 1.5},
    {"kind": "samples", "step": 2, "samples": [{"prompt": "Hi", "text": "Hello"}]},
    {"kind": "resume", "step": 1},
    {
        "kind": "estimate",
        "memory": 9,
        "disk": 9,
        "seconds": 9.0,
        "steps": 3,
        "fitted": [{"said": "Shorter."}],
    },
    {"kind": "end", "memory": 9},
]


def written(value: Any) -> str:
    return value if value is DEEP else json.dumps(value)


def damaged(value: Any, odd: list[Any]) -> Iterator[Any]:
    """Copies of a value of JSON, each with one of its parts, at any depth, in the place of something odd."""
    yield from (one for one in odd if type(one) is not type(value) or not isinstance(value, str))
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: one for key, one in value.items() if key != name}
            yield from (value | {name: one} for one in damaged(inner, odd))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], one, *value[at + 1 :]] for one in damaged(inner, odd))


def damaged_file(path: Path, odd: list[Any]) -> Iterator[str]:
    """The same for a file of JSON, and what is no JSON any more."""
    whole = path.read_text("utf-8")
    yield from ("", "{", DEEP, whole[: len(whole) // 2])
    yield from map(json.dumps, damaged(json.loads(whole), odd))
