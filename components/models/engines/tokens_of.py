"""The tokens of a prompt, checked to fit, and tokens as texts that can be shown one by one."""

from collections.abc import Sequence
from typing import Any

from components.errors import BadInput
from components.models.engines.prompt_tokens import prompt_ids, rendered, whole
from components.models.options import Prompt


def read_ids(engine: Any, prompt: Prompt) -> list[int]:
    """The tokens of a prompt. Raises BadInput where they don't fit."""
    prompt = rendered(engine.tokenizer, prompt) if prompt.messages else prompt
    ids = prompt_ids(engine.tokenizer, prompt)
    if len(ids) >= engine.context:
        raise BadInput(
            "The prompt has {tokens:,} tokens; the model reads {context:,}.",
            tokens=len(ids),
            context=engine.context,
        )
    return ids


def texts_of(tokenizer: Any, ids: Sequence[int]) -> tuple[str, ...]:
    """Each token's text by itself; one that is part of a character, as its bytes."""
    return tuple(
        text if "\ufffd" not in (text := whole(tokenizer, [one])) else _bytes(tokenizer, one) for one in ids
    )


def _bytes(tokenizer: Any, token: int) -> str:
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    name, known = (
        tokenizer.convert_ids_to_tokens(token),
        {sign: byte for byte, sign in bytes_to_unicode().items()},
    )
    if all(sign in known for sign in name):
        return "".join(f"⟨{known[sign]:02X}⟩" for sign in name)
    return name
