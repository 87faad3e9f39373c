"""A prompt as the token ids that a model reads, and the tokens that end its answer.

Knows a tokenizer and its chat template, neither torch nor how text is generated: every engine reads alike.
"""

from collections.abc import Iterable
from typing import Any

from components.errors import BadInput
from components.models.options import Prompt

# What ends an assistant's turn in the common chat templates; counted as ends where the model has them.
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>")


def prompt_ids(tokenizer: Any, prompt: Prompt) -> list[int]:
    """The token ids that the model would read. Raises BadInput without a chat template."""
    if not prompt.messages:
        ids = tokenizer(prompt.text)["input_ids"]
        return ids or [tokenizer.bos_token_id or tokenizer.eos_token_id or 0]
    if not tokenizer.chat_template:
        raise BadInput("This model only continues text: it has no chat template. Use Complete instead.")
    last = prompt.continue_last
    try:
        text = tokenizer.apply_chat_template(
            _plain(tokenizer, prompt),
            tokenize=False,
            add_generation_prompt=not last,
            continue_final_message=last,
        )
    except Exception as error:  # the template is the model's own program, and may refuse
        raise BadInput("The model's chat template refused this conversation: {error}", error=error) from error
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def end_tokens(tokenizer: Any, configured: int | Iterable[int] | None) -> frozenset[int]:
    """Every token after which an answer is over. `configured`: the eos_token_id of the model's settings."""
    found = set(configured) if isinstance(configured, Iterable) else {configured}
    found.add(tokenizer.eos_token_id)
    vocabulary = tokenizer.get_vocab()
    found |= {vocabulary[text] for text in TURN_ENDS if text in tokenizer.all_special_tokens}
    return frozenset(token for token in found if token is not None)


def decode(tokenizer: Any, ids: list[int]) -> str:
    return tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def _plain(tokenizer: Any, prompt: Prompt) -> list[dict[str, str]]:
    """The messages with control tokens in a person's text broken up, so that they stay text."""
    special = [token for token in tokenizer.all_special_tokens if len(token) > 1]
    messages = []
    for message in prompt.messages:
        content = message["content"]
        for token in special:
            content = content.replace(token, f"{token[0]}\u200b{token[1:]}")
        messages.append({"role": message["role"], "content": content})
    return messages
