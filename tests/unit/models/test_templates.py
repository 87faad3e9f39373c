"""A chat template is a stranger's program: it renders as in transformers, and ends in any case."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from components.errors import BadInput, Cancelled
from components.models.engines.prompt_tokens import opens_reasoning, prompt_ids, rendered
from components.models.engines.templates import PROGRAM, ChatTemplate
from components.models.options import Prompt
from tests import tiny

LOOP = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}"
    "{% endfor %}{% endfor %}" + tiny.CHAT_TEMPLATE
)
HELLO = Prompt(messages=({"role": "user", "content": "Hello 你好 <|im_end|>"},))
OPENS = tiny.CHAT_TEMPLATE.replace("assistant\n{% endif %}", "assistant\n<think>\n{% endif %}")


@pytest.fixture(scope="module")
def made() -> Iterator[ChatTemplate]:
    template = ChatTemplate(tiny.make_tokenizer())
    yield template
    template.close()


def of(text: str, seconds: float = 1.0) -> ChatTemplate:
    tokenizer = tiny.make_tokenizer()
    tokenizer.chat_template = text
    return ChatTemplate(tokenizer, seconds)


def children() -> set[psutil.Process]:
    """Those that render templates; other tests' apps in this process start engines at any time."""
    found = set()
    for one in psutil.Process().children():
        with suppress(psutil.Error):  # it has ended just now
            if PROGRAM in one.cmdline():
                found.add(one)
    return found


def test_a_conversation_becomes_the_text_that_transformers_makes(made: ChatTemplate):
    tokenizer = tiny.make_tokenizer()
    assert made.render(HELLO) == rendered(tokenizer, HELLO)
    assert prompt_ids(tokenizer, made.render(HELLO)) == prompt_ids(tokenizer, HELLO)
    started = Prompt(messages=(*HELLO.messages, {"role": "assistant", "content": "Once"}), continue_last=True)
    assert made.render(started) == rendered(tokenizer, started)
    assert made.render(started).text.endswith("Once")


def test_a_text_to_continue_needs_no_template(made: ChatTemplate):
    assert made.render(Prompt(text="Once")) == Prompt(text="Once")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LOOP, "more than 1 seconds"),
        ("{% for a in range(99999) %}{{ 'x' * 100000 }}{% endfor %}", "seconds|memory|MemoryError"),
        ("{{ 'x' * 10**12 }}", "memory|MemoryError"),
        ("{{ 'x' * 30000000 }}", "30,000,000 characters"),
        ("{{ 9 ** (9 ** 9) }}", "seconds|memory"),
        ("{{ raise_exception('system first') }}", "refused this conversation: system first"),
        ("{% if %}", "refused this conversation"),
    ],
)
def test_what_a_template_does_costs_its_own_conversation_a_sentence(text: str, why: str):
    template = of(text, seconds=1 if "seconds" in why else 60)
    template.start()
    with pytest.raises(BadInput, match=why):
        template.render(HELLO)
    template.close()


def test_a_loop_leaves_no_process_and_the_next_conversation_has_a_new_one():
    before = children()
    template = of("{% if messages[0]['content'] == 'loop' %}" + LOOP + "{% endif %}" + tiny.CHAT_TEMPLATE)
    with pytest.raises(BadInput, match="seconds"):
        template.render(Prompt(messages=({"role": "user", "content": "loop"},)))
    assert children() <= before
    assert "Hello" in template.render(HELLO).text
    template.close()
    assert children() <= before


def test_stop_is_heard_while_a_template_loops_and_while_another_is_waited_for():
    template, stop, ended = of(LOOP, seconds=60), threading.Event(), []

    def ask() -> None:
        with pytest.raises(Cancelled):
            template.render(HELLO, stop.is_set)
        ended.append(1)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert len(ended) == 3


def test_a_model_without_a_template_says_what_it_can_do():
    with pytest.raises(BadInput, match="Complete"):
        ChatTemplate(tiny.make_tokenizer(chat=False)).render(HELLO)


def test_a_template_that_begins_the_reasoning_is_noticed():
    tokenizer = tiny.make_tokenizer()
    assert not opens_reasoning(rendered(tokenizer, HELLO))
    tokenizer.chat_template = OPENS
    assert opens_reasoning(rendered(tokenizer, HELLO))
    assert not opens_reasoning(Prompt(text="What does <think>"))
