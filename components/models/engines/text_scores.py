"""How likely given texts are to a causal model of transformers: one forward pass after another over each.

Knows torch, a loaded model and its tokenizer. Only the logits that are asked for are computed, and only their
numbers leave a pass: a vocabulary of 150,000 at 256 places would be 150 MB.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import torch
from transformers import DynamicCache

from components.models.engines.prompt_tokens import text_ids, whole
from components.models.scores import Pieces, RawScore, Scored, scored_from

CHUNK = 256  # tokens of one pass: Stop is heard between two

Emit = Callable[[str, Any], None]  # ("scored", TokenScores of the next text) | ("end", None)


def raw_scores(logits: Any, chosen: Any, top: int) -> list[RawScore]:
    """Log-probabilities of the `chosen` tokens. `logits`: (places, vocabulary), `chosen`: (places)."""
    sums = logits.logsumexp(dim=-1)
    own = logits.gather(1, chosen.to(logits.device).unsqueeze(1)).squeeze(1) - sums
    if not top:
        return [RawScore(value) for value in own.tolist()]
    values, ids = logits.topk(min(top, logits.shape[-1]), dim=-1)
    values = values - sums.unsqueeze(1)
    return [
        RawScore(value, tuple(zip(*both, strict=True)))
        for value, *both in zip(own.tolist(), ids.tolist(), values.tolist(), strict=True)
    ]


def score_texts(
    engine: Any, texts: Sequence[Scored], top: int, cancelled: Callable[[], bool], emit: Emit
) -> Generator[Any, None, None]:
    """The steps of scoring texts, one pass each. The scores of each text go to `emit`, "end" last."""
    for text in texts:
        ids, first = text_ids(engine.tokenizer, text)
        scores: list[RawScore | None] = []
        for some in _passes(engine, ids, first, top):
            if cancelled():
                emit("end", None)
                return
            scores += some
            yield
        pieces = Pieces(lambda some: whole(engine.tokenizer, some), ids[:first])
        names: dict[int, str] = {}

        def name(some: list[int], names: dict[int, str] = names) -> str:
            if some[0] not in names:
                names[some[0]] = whole(engine.tokenizer, some)
            return names[some[0]]

        tokens = zip(ids[first:], scores, strict=True)
        emit("scored", tuple(scored_from(pieces, name, token, score) for token, score in tokens))
    emit("end", None)


def _passes(
    engine: Any, ids: Sequence[int], first: int, top: int
) -> Generator[list[RawScore | None], None, None]:
    """Scores from the place `first` on, as they are known.

    A text longer than the context is read in windows that overlap by half, so that each token has at least
    half a context before it; it is scored once:

        context 8:   tokens 0..7 scored, then 4..11 read and 8..11 scored, then 8..15 read and 12..15 scored
    """
    if first == 0 and ids:
        yield [None]  # nothing comes before it
        first = 1
    begin, done = 0, first
    while done < len(ids):
        end = min(begin + engine.context, len(ids))
        yield from _window(engine, ids[begin:end], done - begin, top)
        done = end
        begin = max(end - engine.context // 2, begin + 1)


def _window(
    engine: Any, ids: Sequence[int], first: int, top: int
) -> Generator[list[RawScore | None], None, None]:
    """Scores of the tokens from `first` on, which is at least 1: a pass for each chunk."""
    cache = DynamicCache(config=engine.model.config)
    tensor = torch.tensor([list(ids)], device=engine.model.device)
    for at in range(0, len(ids) - 1, CHUNK):
        until = min(at + CHUNK, len(ids) - 1)
        yield list(_chunk(engine, tensor, cache, (at, until), first, top))


@torch.inference_mode()
def _chunk(engine: Any, ids: Any, cache: Any, span: tuple[int, int], first: int, top: int) -> list[RawScore]:
    """Reads the tokens of `span`; each place's logits are for the token after it."""
    at, until = span
    keep = max(until - max(at, first - 1), 0)
    engine.adapters.choose(engine.adapter)
    out = engine.model(
        input_ids=ids[:, at:until], past_key_values=cache, use_cache=True, logits_to_keep=max(keep, 1)
    )
    if not keep:
        return []
    return raw_scores(out.logits[0, -keep:].float(), ids[0, until - keep + 1 : until + 1], top)
