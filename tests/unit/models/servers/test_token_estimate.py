"""The estimate of tokens is on the safe side, and not absurdly so."""

import pytest

from components.models.options import Prompt
from components.models.servers import token_estimate
from tests.conftest import SMOL

TEXTS = {
    "english": "The committee met on Tuesday to discuss the annual budget, and agreed to postpone the decision "
    "until the figures for March had been checked by an independent auditor. ",
    "german": "Die Geschwindigkeitsbegrenzung auf der Autobahn wurde gestern überraschend aufgehoben. ",
    "portuguese": "A comissão reuniu-se na terça-feira para discutir o orçamento anual e adiar a decisão. ",
    "russian": "Быстрая коричневая лиса перепрыгивает через ленивую собаку. ",
    "chinese": "委员会星期二开会讨论年度预算,并同意推迟决定。",
    "code": "def f(x: int) -> list[int]:\n    return [y ** 2 for y in range(x) if y % 3 == 0]\n",
    "numbers": "2024-03-17: 1,234,567.89 EUR; 98.6%; 0x7fff; ",
    "emoji": "😀👩‍👩‍👧 🇵🇹 ",
}


@pytest.mark.slow
def test_the_estimate_is_not_below_a_real_tokenizer_and_not_twice_as_much(smol_data):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(smol_data / "models" / SMOL.id)
    for name, text in TEXTS.items():
        true = len(tokenizer(text * 5)["input_ids"])
        assert true <= token_estimate.of_text(text * 5) <= 2 * true, name
        message = {"role": "user", "content": text}
        rendered = tokenizer.apply_chat_template([message], add_generation_prompt=True, tokenize=False)
        assert token_estimate.estimate(Prompt(messages=(message,))) >= len(
            tokenizer(rendered)["input_ids"]
        ), name
