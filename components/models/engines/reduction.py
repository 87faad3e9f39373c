"""The same model with fewer bits or fewer weights, in a copy: its size, perplexity and answer.

Knows torch and gguf's own rounding (Q8_0 and Q4_0, as llama.cpp reads them): the copy computes in float32
with the rounded weights, so that what is lost is the rounding alone.
"""

import copy
import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import torch

from components.errors import Unavailable
from components.models import looks
from components.models.engines.text_scores import score_texts
from components.models.options import GenerationOptions
from components.models.scores import perplexity

KINDS = {"8 bits": "Q8_0", "4 bits": "Q4_0"}
BLOCK = 32  # weights that share a scale


def smaller(
    engine: Any, asked: looks.Smaller, cancelled: Callable[[], bool]
) -> Generator[Any, None, looks.SmallerFound | None]:
    """None once cancelled. The loaded model isn't touched. Raises Unavailable for one with fewer bits."""
    engine.adapters.choose(engine.adapter)
    twin = copy.copy(engine)
    twin.model = in_float32(engine.model, asked.weights != "float32")
    yield
    size = 0
    for module in list(twin.model.modules()):
        for weight in module.parameters(recurse=False):
            size += reduced(module, weight, asked)
            if cancelled():
                return None
            if asked.weights != "float32":
                yield
    size -= shared_bytes(twin.model, asked)
    said: list[tuple[str, Any]] = []

    def hear(kind: str, payload: Any) -> None:
        said.append((kind, payload))

    yield from score_texts(twin, [asked.text], 0, cancelled, hear)
    if cancelled():
        return None
    measured = perplexity(said[0][1])
    said.clear()
    begun = time.perf_counter()
    options = GenerationOptions(temperature=0, max_new_tokens=asked.new)
    yield from twin.generate(asked.prompt, options, cancelled, hear)
    usage = said[-1][1]
    answer = "".join(piece for kind, piece in said if kind == "text")
    taken = usage.decode_seconds / max(usage.new_tokens - 1, 1) or time.perf_counter() - begun
    return looks.SmallerFound(size, measured, answer, taken)


def in_float32(model: Any, changed: bool) -> Any:
    """The model in float32, whatever it was loaded in (bfloat16 with AMX or on a card); a copy where it is to
    be `changed`, or isn't in float32 yet.
    """
    if getattr(model, "is_quantized", False):
        raise Unavailable(
            "This model is loaded in fewer bits already. Set its quantization to none in the settings to see "
            "what fewer bits cost."
        )
    if not changed and all(weight.dtype == torch.float32 for weight in model.parameters()):
        return model
    return copy.deepcopy(model).float()


def reduced(module: Any, weight: Any, asked: looks.Smaller) -> int:
    """Rounds or prunes one weight in place; returns the bytes that it takes in a file.

    Norms and biases stay as they are: they are few, and much depends on them.
    """
    number = weight.numel()
    if asked.weights == "float32" or weight.dim() != 2 or weight.shape[1] % BLOCK:
        return number * weight.element_size()
    if asked.weights == "pruned":
        if isinstance(module, torch.nn.Linear):
            pruned(weight, asked.share)
        return number * weight.element_size()
    return rounded(weight, KINDS[asked.weights])


def rounded(weight: Any, kind: str) -> int:
    """To the values that a GGUF file of this kind has; returns its bytes."""
    from gguf import GGMLQuantizationType, quants

    one = GGMLQuantizationType[kind]
    stored = quants.quantize(weight.detach().float().cpu().numpy(), one)
    values = torch.from_numpy(np.ascontiguousarray(quants.dequantize(stored, one)))
    with torch.no_grad():
        weight.copy_(values)
    return int(stored.nbytes)


def pruned(weight: Any, share: float) -> None:
    """Sets the `share` of a weight's numbers that are nearest to zero to zero."""
    number = int(weight.numel() * share)
    if not number:
        return
    with torch.no_grad():
        edge = weight.abs().flatten().kthvalue(number).values
        weight[weight.abs() <= edge] = 0.0


def shared_bytes(model: Any, asked: looks.Smaller) -> int:
    """Bytes that were counted twice: of an output that is the embedding."""
    head, table = model.get_output_embeddings(), model.get_input_embeddings()
    if head is None or head.weight is not table.weight:
        return 0
    per = {"8 bits": 34 / BLOCK, "4 bits": 18 / BLOCK}.get(asked.weights, head.weight.element_size())
    return int(head.weight.numel() * per)
