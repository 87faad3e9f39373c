"""Models that say what they are told to."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.tasks.tables.action import Tools
from tests.unit.tasks.classify.fakes import SPECS, Words


class Model:
    """Answers what it is told to each question; the last entry for all that follow."""

    def __init__(self, *says: str) -> None:
        self.info = EngineInfo("cpu", "float32", "none", 1, 200, True, 0.1)
        self.says, self.asked = deque(says), list[Prompt]()
        self.schemas: list[str] = []

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        return [sum(len(message["content"].split()) for message in one.messages) for one in prompts]

    def generate(self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]) -> Any:
        self.asked.append(prompt)
        self.schemas.append(options.schema)
        said = self.says.popleft() if len(self.says) > 1 else self.says[0]

        class Generation:
            usage = Usage(10, 3, 0.1, 0.1, "stop")

            def __iter__(self) -> Iterator[str]:
                yield said

        return Generation()


JOB: Any = SimpleNamespace(say=lambda note, share=None: None, cancelled=lambda: False)


def tools(engine: Any = None, kept: Any = None) -> Tools:
    lease: Any = lambda model_id, *given, **named: contextlib.nullcontext(engine or Words())  # noqa: E731
    translations: Any = None
    return Tools(lease, translations, SPECS, classifiers=kept)
