"""A model's tokenizer from its folder, and what only transformers knows of its chat template.

For the training program and, without torch, for the confined process of the data check. A chat template is
the model's own program: the check, which has limits itself, renders it in transformers' sandbox and ends it
when it takes too long; the training program has it rendered in a process of its own.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.models.engines.templates import TemplateProcess, TemplateRefused
from components.training.rows import Turn

_LIMITED = "limited_template"  # of a tokenizer: what renders its template elsewhere
SECONDS = 5.0  # for one conversation, as in chat; a usual one takes a thousandth of it


@contextmanager
def in_time(seconds: float = 0.0) -> Iterator[None]:
    """Raises TimeoutError in what takes longer than `seconds` (0: SECONDS).

    Works on the main thread, the only one that a signal can end; elsewhere there is no limit.
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


class Template:
    """A tokenizer's chat template, rendered here: for a process that has limits itself.

    The same as its `apply_chat_template`, but what doesn't change from row to row is asked once. Both raise
    whatever the template raises.
    """

    def __init__(self, tokenizer: Any) -> None:
        from transformers import PreTrainedTokenizerBase

        usual = type(tokenizer).apply_chat_template is PreTrainedTokenizerBase.apply_chat_template
        self._tokenizer = tokenizer
        self.text = str(tokenizer.get_chat_template()) if usual and tokenizer.chat_template else ""
        self.tokens = dict(tokenizer.special_tokens_map) if self.text else {}

    def render(self, messages: Sequence[Turn], prompt: bool) -> str:
        """A conversation as text, with or without the beginning of an answer."""
        with in_time():
            if not self.text:
                asked = {"tokenize": False, "add_generation_prompt": prompt}
                return str(self._tokenizer.apply_chat_template(messages, **asked))
            return str(self._rendered(messages, add_generation_prompt=prompt)[0][0])

    def marked(self, messages: Sequence[Turn]) -> tuple[str, list[tuple[int, int]]]:
        """The rendered conversation, and where the template marks answers with {% generation %}: start and
        stop of each in characters.
        """
        with in_time():
            made, marks = self._rendered(messages, return_assistant_tokens_mask=True)
        return (str(made[0]), [(start, stop) for start, stop in marks[0]]) if made else ("", [])

    def _rendered(self, messages: Sequence[Turn], **asked: Any) -> Any:
        from transformers.utils.chat_template_utils import render_jinja_template

        return render_jinja_template([list(messages)], chat_template=self.text, **asked, **self.tokens)


class LimitedTemplate:
    """The same in a process of its own, with limits on time and memory: for the training program."""

    def __init__(self, template: Template, process: TemplateProcess) -> None:
        self.text, self._tokens, self._process = template.text, template.tokens, process

    def render(self, messages: Sequence[Turn], prompt: bool) -> str:
        """As `Template.render`. Raises BadInput where the template takes too much time or memory."""
        return str(self._asked(messages, add_generation_prompt=prompt)["text"])

    def marked(self, messages: Sequence[Turn]) -> tuple[str, list[tuple[int, int]]]:
        """As `Template.marked`. Raises BadInput where the template takes too much time or memory."""
        made = self._asked(messages, return_assistant_tokens_mask=True)
        return str(made["text"]), [(start, stop) for start, stop in made["spans"]]

    def _asked(self, messages: Sequence[Turn], **asked: Any) -> dict[str, Any]:
        request = {"messages": list(messages), "chat_template": self.text, **asked, **self._tokens}
        try:
            return self._process.ask(request)
        except TemplateRefused as refused:
            raise ValueError(refused.reason) from refused


def load_limited(folder: str | Path) -> Any:
    """A tokenizer whose chat template is rendered in a process of its own."""
    tokenizer = load_tokenizer(folder)
    template = Template(tokenizer)
    if template.text:
        setattr(tokenizer, _LIMITED, LimitedTemplate(template, TemplateProcess()))
    return tokenizer


def template_of(tokenizer: Any) -> Template | LimitedTemplate:
    """What renders a tokenizer's conversations."""
    limited: LimitedTemplate | None = getattr(tokenizer, _LIMITED, None)
    return limited or Template(tokenizer)
