"""Which field of a file is for what. Knows names; not how they are told from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from components.kept import Kept
from components.messages import Said
from components.training.doctor.field_names import CONTEXT, HISTORY, INPUT, SYSTEM, field_name, language_said

Form = Literal["messages", "instruction", "question", "translation", "summary", "text", "preference"]
FORMS: Mapping[Form, Said] = {  # as parts of a sentence
    "messages": Said("conversations"),
    "instruction": Said("instructions and answers"),
    "question": Said("prompts and answers"),
    "translation": Said("translation pairs"),
    "summary": Said("documents and summaries"),
    "text": Said("plain text"),
    "preference": Said("pairs of a better and a worse answer"),
}


@dataclass(frozen=True)
class Shape(Kept):
    """Which field is for what."""

    form: Form
    prompt: str = ""  # the messages, the instruction, the question, the source, the document or the text
    answer: str = ""  # the answer, the target, the summary or the better of two answers
    extra: str = ""  # the input that belongs to an instruction
    system: str = ""
    history: str = ""
    languages: tuple[str, str] = ("", "")  # of translation pairs, where the names of the columns say them
    sure: bool = True  # otherwise the person is asked
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of fields that mark rows: the values trained on
    assistant: str = ""  # whose turns are the answers, where their roles have other names
    rejected: str = ""  # the worse of two answers; or whether the one answer is good

    @property
    def fields(self) -> set[str]:
        return {self.prompt, self.answer, self.extra, self.system, self.history, self.rejected} - {""}


def chosen(form: Form, prompt: str, answer: str, before: Shape | None, fields: Sequence[str]) -> Shape:
    """The shape that a person chose; what else belongs to a row stays as it was, or is told by its name."""
    by_name = {field_name(name): name for name in fields}
    was = before or Shape(form)

    def kept(now: str, names: Sequence[str]) -> str:
        found = [now, *(by_name[name] for name in names if name in by_name)]
        return next((name for name in found if name and name not in (prompt, answer)), "")

    asked = form in ("question", "instruction")
    return Shape(
        form,
        prompt,
        answer,
        extra=kept(was.extra, INPUT if form == "instruction" else CONTEXT) if asked else "",
        system=kept(was.system, SYSTEM) if asked or form == "messages" else "",
        history=kept(was.history, HISTORY) if asked else "",
        languages=(language_said(prompt), language_said(answer)) if form == "translation" else ("", ""),
    )
