"""A model asked for an answer in a form, and once more where what it wrote isn't in it.

Works on a leased engine; knows neither tables nor pages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from components.errors import BadInput, Cancelled
from components.models.engine import Engine
from components.models.options import GenerationOptions, Prompt, Usage
from components.tasks import answer_form
from components.tasks.answer_form import AnswerForm, Value
from components.tasks.answers import REASONING_TOKENS, missing, without_reasoning
from components.tasks.over_rows import TriedAgain


@dataclass(frozen=True)
class Answered:
    """A value, and what it took."""

    value: Value
    read_tokens: int
    written_tokens: int


class Asker:
    """Asks one engine. `system` is said before each question."""

    def __init__(
        self, engine: Engine, form: AnswerForm, most: int, cancelled: Callable[[], bool], system: str = ""
    ) -> None:
        self._engine, self._form, self._cancelled, self._system = engine, form, cancelled, system
        self._most = most
        self._more = 0  # tokens for reasoning, once the model is seen to reason

    def ask(self, question: str) -> Answered:
        """Raises TriedAgain where the second answer isn't in the form either; BadInput for a long text."""
        said = "\n\n".join(filter(None, (question, self._form.instruction)))
        messages: list[dict[str, str]] = [{"role": "system", "content": self._system}] if self._system else []
        messages.append({"role": "user", "content": said})
        text, first = self._write(messages)
        try:
            return Answered(self._read(text, first), first.prompt_tokens, first.new_tokens)
        except BadInput as error:
            wrong = str(error.message)
        messages += [
            {"role": "assistant", "content": without_reasoning(text).strip() or "…"},
            {"role": "user", "content": f"{wrong} {self._form.instruction}".strip()},
        ]
        text, second = self._write(messages)
        read = first.prompt_tokens + second.prompt_tokens
        try:
            return Answered(self._read(text, second), read, first.new_tokens + second.new_tokens)
        except BadInput as error:
            raise TriedAgain(error.message) from error

    def _read(self, text: str, usage: Usage) -> Value:
        if why := missing(text, usage):
            raise BadInput(why)
        return answer_form.read(self._form, without_reasoning(text))

    def _write(self, messages: list[dict[str, str]]) -> tuple[str, Usage]:
        prompt = Prompt(messages=tuple(messages))  # type: ignore[arg-type]
        most = self._most + self._more
        [length] = self._engine.count([prompt])
        if length + min(most, 64) > self._engine.info.context:
            raise BadInput(
                "This row is too long for the model: {length:,} tokens, and its context has {context:,}.",
                length=length,
                context=self._engine.info.context,
            )
        options = GenerationOptions(temperature=0.0, max_new_tokens=most, schema=self._form.held)
        generation = self._engine.generate(prompt, options, self._cancelled)
        text = "".join(generation)
        usage = generation.usage
        if usage is None or usage.finish == "stopped":
            raise Cancelled("Stopped.")
        if "<think>" in text and not self._more:
            self._more = REASONING_TOKENS
            if not without_reasoning(text).strip():
                return self._write(messages)
        return text, usage
