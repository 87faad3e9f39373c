"""The variants of a model that are compared, and the speed of the engine that answers with it.

Knows the engines' contract; no engine, no page.
"""

from collections.abc import Callable, Mapping

from components.messages import Message, Said
from components.models.engine import Engine
from components.models.looks import Weights
from components.models.options import GenerationOptions, Prompt
from components.models.status import precision

# What each is called, what its weights are, and the share that is set to zero.
VARIANTS: Mapping[str, tuple[Message, Weights, float]] = {
    "float32": (Said("float32, as it is"), "float32", 0.0),
    "8 bits": (Said("8 bits"), "8 bits", 0.0),
    "4 bits": (Said("4 bits"), "4 bits", 0.0),
    **{
        f"pruned {percent}": (
            Said("{percent}% of the weights zero", percent=percent),
            "pruned",
            percent / 100,
        )
        for percent in (10, 20, 30, 40, 50)
    },
}


def measured_speed(
    engine: Engine, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
) -> tuple[str, str, float]:
    """Its name, its precision, and tokens/s of one answer."""
    generation = engine.generate(prompt, options, cancelled)
    for _piece in generation:
        pass
    usage = generation.usage
    return engine.info.engine, precision(engine.info), usage.tokens_per_second if usage else 0.0
