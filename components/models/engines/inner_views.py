"""Looks into a causal model of transformers: next words, beams, layers and attention, each a few passes.

Knows torch, a loaded model and its tokenizer. Each look is a generator of steps; its find goes to `emit`.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from components.errors import BadInput, Unavailable
from components.models import looks
from components.models.engines.attribution import causes
from components.models.engines.prompt_tokens import text_ids, whole
from components.models.engines.reduction import smaller
from components.models.engines.text_scores import raw_scores
from components.models.engines.tokens_of import read_ids, texts_of
from components.models.scores import Pieces, scored_from

NAMED = 60  # of the likeliest next tokens, with their text
NORMS = ("norm", "final_layernorm", "final_layer_norm", "ln_f", "final_norm")

Emit = Callable[[str, Any], None]  # ("looked", what was found) | ("end", None)
Steps = Generator[Any, None, None]


def look(engine: Any, asked: looks.Look, cancelled: Callable[[], bool], emit: Emit) -> Steps:
    """The steps of one look. Raises Unavailable for what this kind of model doesn't have."""
    match asked:
        case looks.Cut():
            found: Any = cut(engine.tokenizer, asked.text)
        case looks.NextWord():
            found = _next_word(engine, asked)
        case looks.Beams():
            found = _beams(engine, asked)
        case looks.Layers():
            found = _layers(engine, asked)
        case looks.Attention():
            found = _attention(engine, asked)
        case looks.Causes():
            found = yield from causes(engine, asked, cancelled)
        case looks.Smaller():
            found = yield from smaller(engine, asked, cancelled)
    yield
    if found is not None:
        emit("looked", found)
    emit("end", None)


def cut(tokenizer: Any, text: str) -> looks.CutFound:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    pieces = Pieces(lambda some: whole(tokenizer, some))
    return looks.CutFound(
        tuple(ids), tuple(pieces.feed(one) for one in ids), tuple(tokenizer.convert_ids_to_tokens(ids))
    )


@torch.inference_mode()
def _pass(engine: Any, ids: Sequence[int], **more: Any) -> Any:
    engine.adapters.choose(engine.adapter)
    return engine.model(
        input_ids=torch.tensor([list(ids)], device=engine.model.device), use_cache=False, **more
    )


def _next_word(engine: Any, asked: looks.NextWord) -> looks.NextWordFound:
    logits = _pass(engine, read_ids(engine, asked.prompt), logits_to_keep=1).logits[0, -1].float()
    values, ids = logits.sort(descending=True)
    best = ids[:NAMED].tolist()
    return looks.NextWordFound(tuple(best), texts_of(engine.tokenizer, best), values.cpu().numpy())


@torch.inference_mode()
def _beams(engine: Any, asked: looks.Beams) -> looks.BeamsFound:
    ids = read_ids(engine, asked.prompt)
    new = min(asked.new, engine.context - len(ids))
    tensor = torch.tensor([ids], device=engine.model.device)
    engine.adapters.choose(engine.adapter)
    made = engine.model.generate(
        input_ids=tensor,
        attention_mask=torch.ones_like(tensor),
        num_beams=asked.beams,
        num_return_sequences=asked.beams,
        max_new_tokens=new,
        max_length=None,
        do_sample=False,
        pad_token_id=min(engine.ends, default=0),
        eos_token_id=sorted(engine.ends) or None,
    )
    return looks.BeamsFound(tuple(_scored(engine, ids, row[len(ids) :].tolist()) for row in made))


def _scored(engine: Any, ids: list[int], made: list[int]) -> tuple[Any, ...]:
    """What was made, up to its end, with the chance of each token."""
    end = next((at for at, token in enumerate(made) if token in engine.ends), len(made))
    made = made[:end]
    if not made:
        return ()
    logits = _pass(engine, ids + made[:-1]).logits[0, len(ids) - 1 :].float()
    pieces = Pieces(lambda some: whole(engine.tokenizer, some), ids)
    scores = raw_scores(logits, torch.tensor(made), 0)
    return tuple(
        scored_from(pieces, lambda some: "", token, score) for token, score in zip(made, scores, strict=True)
    )


def last_places(engine: Any, text: Any, most: int) -> list[int]:
    """The tokens of a text behind its prompt, the last `most` of them. Raises BadInput for none."""
    ids, _ = text_ids(engine.tokenizer, text)
    if not ids:
        raise BadInput("The text is empty. Write something first.")
    return ids[-most:]


@torch.inference_mode()
def _layers(engine: Any, asked: looks.Layers) -> looks.LayersFound:
    """Each layer's state through the model's last norm and its output, as if no layer came after it.

    The state after the last layer has been through the norm already.
    """
    ids, _ = text_ids(engine.tokenizer, asked.text)
    if not ids:
        raise BadInput("The text is empty. Write something first.")
    ids = ids[-engine.context :]
    states = _pass(engine, ids, output_hidden_states=True, logits_to_keep=1).hidden_states
    norm, head = _norm(engine.model), engine.model.get_output_embeddings()
    first = max(len(ids) - asked.most, 0)
    following = ids[first + 1 :]
    rows: list[tuple[Any, Any, Any]] = []
    for number, state in enumerate(states):
        here = state[0, first:]
        logits = head(here if number == len(states) - 1 else norm(here)).float()
        chances = logits.softmax(-1)
        best, said = chances.max(-1)
        rows.append((said.tolist(), best, chances))
    following.append(rows[-1][0][-1])
    place = torch.arange(len(following))
    right = [chances.cpu()[place, torch.tensor(following)] for _, _, chances in rows]
    return looks.LayersFound(
        texts_of(engine.tokenizer, ids[first:]),
        texts_of(engine.tokenizer, following),
        tuple(texts_of(engine.tokenizer, said) for said, _, _ in rows),
        torch.stack([best for _, best, _ in rows]).cpu().numpy(),
        torch.stack(right).numpy(),
    )


def _norm(model: Any) -> Any:
    inner = model.get_decoder() if hasattr(model, "get_decoder") else model.base_model
    for name in NORMS:
        if (norm := getattr(inner, name, None)) is not None:
            return norm
    raise Unavailable("This kind of model can't be read layer by layer: its last norm isn't known.")


@contextmanager
def seen(model: Any) -> Any:
    """Attention computed plainly until the block ends, since the fast kernels keep nothing to be seen."""
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        yield
    finally:
        model.set_attn_implementation(before)


@torch.inference_mode()
def _attention(engine: Any, asked: looks.Attention) -> looks.AttentionFound:
    ids = last_places(engine, asked.text, min(asked.most, engine.context))
    with seen(engine.model):
        out = _pass(engine, ids, output_attentions=True, logits_to_keep=1)
    if not out.attentions or any(one is None for one in out.attentions):
        raise Unavailable("This kind of model doesn't show its attention.")
    weights = np.stack([one[0].float().cpu().numpy() for one in out.attentions])
    texts = texts_of(engine.tokenizer, ids)
    return looks.AttentionFound(texts, texts, weights)


@torch.inference_mode()
def translation_attention(engine: Any, asked: looks.Attention) -> looks.AttentionFound:
    """An encoder-decoder model's attention from each token of a translation to the source's tokens."""
    source, target, forced = engine.sides(asked.source, asked.text.text, asked.languages)
    begin = engine.model.config.decoder_start_token_id
    begin = engine.model.generation_config.decoder_start_token_id if begin is None else begin
    before = [begin, *([] if forced is None else [forced])]
    source, target = source[: asked.most], target[: asked.most]
    device = engine.model.device
    with seen(engine.model):
        out = engine.model(
            input_ids=torch.tensor([source], device=device),
            decoder_input_ids=torch.tensor([before + target], device=device),
            output_attentions=True,
            use_cache=False,
        )
    if not out.cross_attentions or any(one is None for one in out.cross_attentions):
        raise Unavailable("This kind of model doesn't show its attention.")
    # Where a token is chosen: one place before it is read.
    rows = slice(len(before) - 1, len(before) - 1 + len(target))
    weights = np.stack([one[0, :, rows].float().cpu().numpy() for one in out.cross_attentions])
    return looks.AttentionFound(
        texts_of(engine.tokenizer, target), texts_of(engine.tokenizer, source), weights
    )
