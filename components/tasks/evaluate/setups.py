"""What is compared: a model with its settings. Several settings of one model are several setups."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from components.errors import BadInput
from components.kept import Count, Kept
from components.models.options import GenerationOptions, Message
from components.tasks.evaluate.questions import Item

MOST = 8  # setups of one evaluation
LONGEST = 32_768


@dataclass(frozen=True)
class Settings(Kept):
    """How a model is asked."""

    system: str = ""
    temperature: float = 0.0  # 0: always the likeliest token, so that a run can be repeated
    top_p: float = 1.0
    max_new_tokens: Count = 128

    def options(self, seed: int) -> GenerationOptions:
        return GenerationOptions(
            temperature=self.temperature,
            top_p=self.top_p,
            top_k=0,
            max_new_tokens=self.max_new_tokens,
            seed=seed,
        )


@dataclass(frozen=True)
class Setup(Kept):
    """One column of an evaluation."""

    model_id: str
    model: str  # its title
    settings: Settings = dataclasses.field(default_factory=Settings)
    name: str = ""  # what tells it from the others


def turns_before(setup: Setup, item: Item) -> list[Message]:
    """What a chat model reads before the question: the setup's own system prompt, else the question's; and
    the turns that come before it.
    """
    turns: list[Message] = [{"role": role, "content": said} for role, said in item.before]
    if system := setup.settings.system.strip():
        turns = [one for one in turns if one["role"] != "system"]
        turns.insert(0, {"role": "system", "content": system})
    return turns


def named(setups: Sequence[Setup]) -> tuple[Setup, ...]:
    """With names that say what is different: the model, and of one model its settings.

    Raises BadInput for none, too many, or two that are alike.
    """
    if not setups:
        raise BadInput("Choose a model under Models.")
    if len(setups) > MOST:
        raise BadInput(
            "{number} models and settings are too many; {most} is the most.", number=len(setups), most=MOST
        )
    made = []
    for setup in setups:
        alike = [one for one in setups if one.model_id == setup.model_id]
        titled = [one for one in setups if one.model == setup.model]
        name = setup.model if len(titled) == len(alike) else f"{setup.model} ({setup.model_id})"
        if len(alike) > 1:
            name = f"{name}, {_different(setup.settings, [one.settings for one in alike])}"
        made.append(dataclasses.replace(setup, name=name))
    if len({one.name for one in made}) < len(made):
        raise BadInput("Two of the settings are alike. Change one of them, or take it out.")
    return tuple(made)


def _different(mine: Settings, all_: Sequence[Settings]) -> str:
    """What is not the same in all of them: "temperature 0.7"."""
    shown = []
    for field in dataclasses.fields(Settings):
        values = {getattr(one, field.name) for one in all_}
        if len(values) > 1:
            value = getattr(mine, field.name)
            if value == "":
                shown.append(f"no {field.name} prompt")
                continue
            short = (
                f"“{value[:40]}{'…' if len(value) > 40 else ''}”" if isinstance(value, str) else f"{value:g}"
            )
            shown.append(f"{field.name.replace('_', ' ')} {short}")
    return ", ".join(shown) or "1"


def check(settings: Settings) -> None:
    """Raises BadInput for what is out of bounds."""
    if not 0 <= settings.temperature <= 2 or not 0 < settings.top_p <= 1:
        raise BadInput("The temperature must be between 0 and 2, top-p between 0 and 1.")
    if not 1 <= settings.max_new_tokens <= LONGEST:
        raise BadInput("The maximum of new tokens must be between 1 and {most:,}.", most=LONGEST)
