"""Which engines can do a pair of languages here and now, and what would have to be downloaded.

Knows the catalogue and what is ready; nothing about how an engine is run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.messages import Message, Said, clauses
from components.models.catalog import ModelSpec
from components.models.languages import LANGUAGES, language_name

PIVOT = "en"
# Parameters from which a chat model is offered for languages that it wasn't made for. Smaller ones are no
# engines: from German to English SmolLM2-135M is at chrF 20.5, from Spanish at 20.1, where the source itself,
# left as it is, is at 27.1 and 24.4 (12 sentences of NTREX).
LEAST_UNTOLD = 10**9


@dataclass(frozen=True)
class Step:
    """One engine and what it does."""

    model: ModelSpec
    source: str
    target: str


@dataclass(frozen=True)
class Route:
    """One way from a language to another."""

    steps: tuple[Step, ...]

    @property
    def id(self) -> str:
        """Names the way in the translation memory and in the URL."""
        return "+".join(step.model.id for step in self.steps)

    @property
    def title(self) -> Message:
        return _through([step.model.title for step in self.steps])

    @property
    def licence(self) -> Message:
        return clauses(*dict.fromkeys(step.model.licence for step in self.steps))

    @property
    def instructed(self) -> bool:
        return any(step.model.task == "chat" for step in self.steps)


def title(route_id: str, models: Iterable[ModelSpec]) -> Message:
    """What a way is called of which the id was kept; a model that isn't known any more by its own id."""
    titles = {model.id: model.title for model in models}
    return _through([titles.get(one, one) for one in route_id.split("+")])


def _through(titles: Sequence[Message]) -> Message:
    first, last = titles[0], titles[-1]
    if len(titles) == 1:
        return first
    if first == last:
        return Said("{title} (through English)", title=first)
    return Said("{title}, then {title2} (through English)", title=first, title2=last)


def does(model: ModelSpec, source: str, target: str) -> bool:
    """Whether a model is made for this direction."""
    if source == target or model.refusal:
        return False
    if model.directions:
        return f"{source}-{target}" in model.directions
    return {source, target} <= set(model.languages)


def routes(models: Iterable[ModelSpec], source: str, target: str) -> list[Route]:
    """Every way of these models, the best first: engines made for translation, chat models, two steps."""
    known = [model for model in models if model.task in ("translate", "chat") and not model.refusal]
    made = [m for m in known if m.task == "translate"]
    direct = [m for m in made if does(m, source, target)]
    chat = [m for m in known if m.task == "chat" and does(m, source, target)]
    found = [Route((Step(m, source, target),)) for m in sorted(direct, key=_preference)]
    if not found and PIVOT not in (source, target):
        found += _through_english(made, source, target)
    found += [Route((Step(m, source, target),)) for m in chat]
    untold = [m for m in known if m.task == "chat" and m not in chat and source != target and _may_try(m)]
    return found + [Route((Step(m, source, target),)) for m in untold]


def _may_try(model: ModelSpec) -> bool:
    """Whether a chat model is offered for languages that it wasn't made for, as a draft."""
    return model.parameters >= LEAST_UNTOLD or not model.parameters


def _through_english(models: Sequence[ModelSpec], source: str, target: str) -> list[Route]:
    first = sorted((m for m in models if does(m, source, PIVOT)), key=_preference)
    second = sorted((m for m in models if does(m, PIVOT, target)), key=_preference)
    if not first or not second:
        return []
    return [Route((Step(first[0], source, PIVOT), Step(second[0], PIVOT, target)))]


def _preference(model: ModelSpec) -> tuple[int, int]:
    """Models for one pair before those for a hundred languages; then the smaller one."""
    return (len(model.languages) > 2, model.parameters)


def made_for(route: Route) -> bool:
    """Whether each engine was trained for its languages; a chat model may try others."""
    return all(does(step.model, step.source, step.target) for step in route.steps)


def languages(models: Iterable[ModelSpec]) -> list[str]:
    """Codes that at least one of these models reads or writes, by name."""
    codes = {code for model in models if model.task == "translate" for code in model.languages}
    return sorted((code for code in codes if code in LANGUAGES), key=language_name)


def downloads(models: Iterable[ModelSpec], source: str, target: str) -> list[ModelSpec]:
    """Models that aren't ready and would do this pair, the smallest first."""
    found = [m for m in models if m.task == "translate" and does(m, source, target)]
    return sorted(found, key=lambda m: m.parameters)
