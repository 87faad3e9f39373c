"""Which tokens of a prompt an answer came from, by captum: feature ablation, or gradients times input.

Knows torch and captum. Ablation takes two passes for each token of the prompt; the time is told by a trial.
"""

import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import torch

from components.errors import BadInput
from components.models import looks
from components.models.engines.tokens_of import read_ids, texts_of

MOST = 400  # tokens of prompt and answer
MOST_PARAMETERS = 3_000_000_000


def causes(
    engine: Any, asked: looks.Causes, cancelled: Callable[[], bool]
) -> Generator[Any, None, looks.CausesFound | None]:
    """Raises BadInput for a text or a model that is too large; None once cancelled."""
    ids = read_ids(engine, asked.prompt)
    target = engine.tokenizer(asked.answer, add_special_tokens=False)["input_ids"]
    if not target:
        raise BadInput("There is no answer yet. Write one, or let the model answer.")
    if len(ids) + len(target) > MOST:
        raise BadInput(
            "Prompt and answer have {tokens:,} tokens; at most {most:,} can be traced. Shorten them.",
            tokens=len(ids) + len(target),
            most=MOST,
        )
    if engine.model.num_parameters() > MOST_PARAMETERS:
        raise BadInput("This model is too large to trace causes in. Choose one of at most 3 billion weights.")
    special = set(engine.tokenizer.all_special_ids)
    free = [at for at, token in enumerate(ids) if token not in special]
    engine.adapters.choose(engine.adapter)
    begun = time.perf_counter()
    _chances(engine.model, torch.tensor([ids]), torch.tensor(target))
    passes = 2 * len(free) + 1 if asked.method == "ablation" else 3 * len(target)
    expected = (time.perf_counter() - begun) * passes
    yield
    if asked.trial:
        values: Any = np.zeros((0, 0), np.float32)
        return looks.CausesFound((), (), values, expected)
    begun = time.perf_counter()
    trace = _ablated if asked.method == "ablation" else _gradients
    values = yield from trace(engine, ids, target, free, cancelled)
    if values is None:
        return None
    return looks.CausesFound(
        texts_of(engine.tokenizer, ids),
        texts_of(engine.tokenizer, target),
        values.astype(np.float32),
        time.perf_counter() - begun,
    )


def _chances(model: Any, ids: Any, target: Any) -> Any:
    """Log-probabilities of the target's tokens behind a prompt: (1, targets)."""
    with torch.no_grad():
        rows = torch.cat([ids, target.unsqueeze(0)], dim=1).to(model.device)
        logits = model(input_ids=rows, use_cache=False, logits_to_keep=len(target) + 1).logits[0, :-1].float()
        own = target.to(model.device).unsqueeze(1)
        return logits.log_softmax(-1).gather(1, own).squeeze(1).unsqueeze(0).cpu()


def _ablated(
    engine: Any, ids: list[int], target: list[int], free: list[int], cancelled: Callable[[], bool]
) -> Generator[Any, None, Any]:
    """What each target loses where a token of the prompt is replaced, token after token.

    Each token is a call of captum with a mask of its own, so that Stop and others are heard between two.
    """
    from captum.attr import FeatureAblation

    wanted, prompt = torch.tensor(target), torch.tensor([ids])
    blank = blank_of(engine)
    ablation = FeatureAblation(lambda given: _chances(engine.model, given, wanted))
    values = np.zeros((len(target), len(ids)))
    for at in free:
        if cancelled():
            return None
        # Two features: this token, and all others, which keep their values as their own baseline.
        baseline = prompt.clone()
        baseline[0, at] = blank
        mask = torch.zeros_like(prompt)
        found = ablation.attribute(prompt, baselines=baseline, feature_mask=mask)
        values[:, at] = found[:, at].numpy()
        yield
    return values


def blank_of(engine: Any) -> int:
    """What an ablated token is replaced by: a space, which says nothing."""
    ids = engine.tokenizer(" ", add_special_tokens=False)["input_ids"]
    return int(ids[0]) if ids else 0


def _gradients(
    engine: Any, ids: list[int], target: list[int], free: list[int], cancelled: Callable[[], bool]
) -> Generator[Any, None, Any]:
    """Input times gradient of each target's log-probability, summed over the embedding: one pass each."""
    from captum.attr import InputXGradient

    model, table = engine.model, engine.model.get_input_embeddings()
    rows = torch.tensor([ids + target], device=model.device)
    with torch.no_grad():
        embedded = table(rows).detach()

    def chance(given: Any, at: int) -> Any:
        logits = model(inputs_embeds=given, use_cache=False).logits[:, len(ids) + at - 1].float()
        return logits.log_softmax(-1)[:, target[at]]

    values = np.zeros((len(target), len(ids)))
    for at in range(len(target)):
        if cancelled():
            return None
        with torch.enable_grad():
            found = InputXGradient(chance).attribute(embedded.requires_grad_(), additional_forward_args=at)
        values[at] = found[0, : len(ids)].sum(-1).detach().float().cpu().numpy()
        model.zero_grad(set_to_none=True)
        yield
    values[:, [at for at in range(len(ids)) if at not in set(free)]] = 0.0
    return values
