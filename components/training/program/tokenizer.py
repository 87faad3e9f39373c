"""A model's tokenizer from its folder, and what only transformers knows of its chat template.

For the training program and, without torch, for the confined process of the data check. A chat template is
the model's own program: it is rendered in transformers' sandbox, and ended when it takes too long.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 5.0  # for one conversation, as in chat; a usual one takes a thousandth of it


@contextmanager
def in_time(seconds: float = 0.0) -> Iterator[None]:
    """Raises TimeoutError in what takes longer than `seconds` (0: SECONDS).

    Both programs render on their main thread, the only one that a signal can end; elsewhere it has no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    most = seconds or SECONDS

    def over(number: int, frame: object) -> None:
        raise TimeoutError(f"it took more than {most:g} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def load_tokenizer(folder: str | Path) -> Any:
    """Nothing from the network, no code of a model's own. Raises whatever transformers raises."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def templater(tokenizer: Any) -> Callable[[Sequence[dict[str, Any]], bool], str]:
    """What puts messages into a tokenizer's chat template, with or without the beginning of an answer.

    The same as its `apply_chat_template`, but what doesn't change from row to row is asked once. Raises
    whatever the template raises.
    """
    from transformers import PreTrainedTokenizerBase
    from transformers.utils.chat_template_utils import render_jinja_template

    usual = type(tokenizer).apply_chat_template is PreTrainedTokenizerBase.apply_chat_template
    template = tokenizer.get_chat_template() if usual and tokenizer.chat_template else ""
    tokens = dict(tokenizer.special_tokens_map) if template else {}

    def render(messages: Sequence[dict[str, Any]], prompt: bool) -> str:
        if not template:
            return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt))
        made: Any = render_jinja_template(
            [list(messages)], chat_template=template, add_generation_prompt=prompt, **tokens
        )
        return str(made[0][0])

    return render


def marked_answers(
    tokenizer: Any, template: str, messages: Sequence[dict[str, Any]]
) -> tuple[str, list[tuple[int, int]]]:
    """The rendered conversation, and where the template marks answers with {% generation %}: start and stop
    of each in characters. Raises whatever the template raises.
    """
    from transformers.utils.chat_template_utils import render_jinja_template

    made: Any = render_jinja_template(
        [list(messages)],
        chat_template=template,
        return_assistant_tokens_mask=True,
        **tokenizer.special_tokens_map,
    )
    rendered, marks = made
    return (str(rendered[0]), [(start, stop) for start, stop in marks[0]]) if rendered else ("", [])
