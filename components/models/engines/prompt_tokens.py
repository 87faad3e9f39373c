"""A prompt as the token ids that a model reads, and the tokens that end its answer.

Knows a tokenizer and its chat template, neither torch nor how text is generated: every engine reads alike.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from components.errors import BadInput
from components.models.options import Prompt
from components.models.scores import Scored

# What ends an assistant's turn in the common chat templates; counted as ends where the model has them.
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>")

THINK = "<think>"  # begins the reasoning of models that reason


def prompt_ids(tokenizer: Any, prompt: Prompt) -> list[int]:
    """The token ids that the model would read. Raises BadInput without a chat template."""
    if prompt.messages:
        prompt = rendered(tokenizer, prompt)
    if prompt.rendered:
        return tokenizer(prompt.text, add_special_tokens=False)["input_ids"]
    ids = tokenizer(prompt.text)["input_ids"]
    return ids or [tokenizer.bos_token_id or tokenizer.eos_token_id or 0]


def conversation(tokenizer: Any, prompt: Prompt) -> dict[str, Any]:
    """What a conversation is rendered from, as plain data. Raises BadInput without a chat template."""
    if not tokenizer.chat_template:
        raise BadInput("This model only continues text: it has no chat template. Use Complete instead.")
    try:
        template = tokenizer.get_chat_template()
    except ValueError as error:  # several, and none is the usual one
        raise BadInput("The model's chat template refused this conversation: {error}", error=error) from error
    return tokenizer.special_tokens_map | {
        "messages": _plain(tokenizer, prompt),
        "chat_template": template,
        "add_generation_prompt": not prompt.continue_last,
        "continue_final_message": prompt.continue_last,
    }


def rendered(tokenizer: Any, prompt: Prompt) -> Prompt:
    """A conversation as text, made here and without limits: for a template that is known to end.

    Raises BadInput where the template refuses it.
    """
    from transformers.utils.chat_template_utils import render_jinja_template

    given = conversation(tokenizer, prompt)
    try:
        made: Any = render_jinja_template([given.pop("messages")], **given)
    except Exception as error:  # the template is the model's own program, and may refuse
        raise BadInput("The model's chat template refused this conversation: {error}", error=error) from error
    return Prompt(text=made[0][0], rendered=True, continue_last=prompt.continue_last)


def opens_reasoning(prompt: Prompt) -> bool:
    """Whether the template has begun the model's reasoning, so that the answer starts inside of it."""
    return prompt.rendered and not prompt.continue_last and prompt.text.rstrip().endswith(THINK)


def text_ids(tokenizer: Any, text: Scored) -> tuple[list[int], int]:
    """The tokens that the model reads, and the place of the first one that is scored.

    What is scored of a continuation begins where it differs from the prompt alone: the last token of a prompt
    may be another one once the text goes on. A token that the tokenizer begins every text with isn't scored.
    """
    if text.prompt is None:
        ids = tokenizer(text.text)["input_ids"]
        bare = tokenizer(text.text, add_special_tokens=False)["input_ids"]
        return ids, _begins(ids, bare)
    prompt = rendered(tokenizer, text.prompt) if text.prompt.messages else text.prompt
    if prompt.rendered:
        before = prompt_ids(tokenizer, prompt)
        return before + tokenizer(text.text, add_special_tokens=False)["input_ids"], len(before)
    before = tokenizer(prompt.text)["input_ids"] if prompt.text else []
    ids = tokenizer(prompt.text + text.text)["input_ids"]
    same = 0
    while same < min(len(before), len(ids) - 1) and before[same] == ids[same]:
        same += 1
    return ids, same


def _begins(ids: Sequence[int], bare: Sequence[int]) -> int:
    """How many tokens come before the text's own."""
    for at in range(len(ids) - len(bare) + 1):
        if list(ids[at : at + 1]) == list(bare[:1]):
            return at
    return 0


def end_tokens(tokenizer: Any, configured: int | Iterable[int] | None) -> frozenset[int]:
    """Every token after which an answer is over. `configured`: the eos_token_id of the model's settings."""
    found = set(configured) if isinstance(configured, Iterable) else {configured}
    found.add(tokenizer.eos_token_id)
    vocabulary = tokenizer.get_vocab()
    found |= {vocabulary[text] for text in TURN_ENDS if text in tokenizer.all_special_tokens}
    return frozenset(token for token in found if token is not None)


def decode(tokenizer: Any, ids: list[int]) -> str:
    return tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def whole(tokenizer: Any, ids: list[int]) -> str:
    """The text of tokens, control tokens included."""
    return tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)


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
