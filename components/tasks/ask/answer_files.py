"""Answers as a file: Markdown, DOCX, or JSON with all sources.

Knows answers; nothing about pages: what it says itself is English. Text is data in all three.
"""

import io
import json
import re
from collections.abc import Sequence

from docx import Document as Word

from components.handover import escaped
from components.tasks.ask.answer import DONT_SAY, Answer

FORMAT = 1  # of the JSON
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML can't hold


def as_text(answer: Answer) -> str:
    """One answer as plain text, its quotes with their places."""
    lines = [] if answer.says else [str(DONT_SAY)]
    lines += [" ".join(line.text for line in answer.written)] if answer.written else []
    lines += [str(answer.counted)] if answer.counted else []
    lines += [f"“{quote.source.text}” ({quote.source.where})" for quote in answer.quotes]
    return "\n".join(lines)


def to_markdown(title: str, answers: Sequence[Answer]) -> str:
    rows = [f"# {escaped(title)}"]
    for answer in answers:
        rows += ["", f"## {escaped(answer.question)}", ""]
        rows += [] if answer.says else [f"**{DONT_SAY}** The nearest passages:", ""]
        rows += [escaped(" ".join(line.text for line in answer.written)), ""] if answer.written else []
        rows += [f"**{escaped(str(answer.counted))}**", ""] if answer.counted else []
        for number, quote in enumerate(answer.quotes, 1):
            rows.append(f"{number}. “{escaped(quote.source.text)}” ({escaped(str(quote.source.where))})")
            rows += [f"   - {escaped(quote.translation)}"] if quote.translation else []
        rows += ["", f"*{escaped(_told(answer))}*"]
    return "\n".join(rows) + "\n"


def to_json(title: str, answers: Sequence[Answer]) -> str:
    """Everything, to be read by a program."""
    whole = {"format": FORMAT, "title": title, "answers": [_plain(one) for one in answers]}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def to_docx(title: str, answers: Sequence[Answer]) -> bytes:
    """A Word document with the same content as the Markdown."""
    word = Word()
    word.core_properties.author = ""
    word.core_properties.title = _clean(title)[:250]
    word.add_heading(_clean(title), 0)
    for answer in answers:
        word.add_heading(_clean(answer.question), 1)
        if not answer.says:
            word.add_paragraph().add_run(f"{DONT_SAY} The nearest passages:").bold = True
        if answer.written:
            word.add_paragraph(_clean(" ".join(line.text for line in answer.written)))
        if answer.counted:
            word.add_paragraph().add_run(_clean(str(answer.counted))).bold = True
        for quote in answer.quotes:
            text = f"“{quote.source.text}” ({quote.source.where})"
            word.add_paragraph(_clean(text), style="List Number")
            if quote.translation:
                word.add_paragraph(_clean(quote.translation), style="List Continue")
        word.add_paragraph(_clean(_told(answer))).runs[0].italic = True
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _told(answer: Answer) -> str:
    """How sure it is, and what was read."""
    read = f" {answer.ledger.headline}" if answer.ledger else ""
    notes = "".join(f" {note}" for note in answer.notes)
    share = f" ({answer.sure:.0%})." if answer.says else ""  # what is refused is a sentence of its own
    sure = f"{answer.sureness}{share} " if answer.how == "found" else ""
    return f"{sure}Asked: {', '.join(one.name for one in answer.documents)}.{read}{notes}"


def _plain(answer: Answer) -> dict[str, object]:
    """With what a program that reads a download would have to put into words itself."""
    found = answer.to_json()
    for told, quote in zip(found["quotes"], answer.quotes, strict=True):
        told["where"] = str(quote.source.where)
        told["marked"] = [quote.source.text[start:end] for start, end in quote.marks]
    in_english = {"counted": str(answer.counted), "notes": [str(one) for one in answer.notes]}
    return found | in_english | {"sureness": str(answer.sureness)}


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
