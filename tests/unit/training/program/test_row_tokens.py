"""What the model reads and what it is trained on, for the kinds of chat templates that there are."""

import signal

import pytest

from components.errors import BadInput
from components.models.engines.templates import TemplateProcess
from components.training.program.row_tokens import NOT_TRAINED, render, render_all
from components.training.program.tokenizer import LimitedTemplate, Template
from tests.tiny import make_tokenizer

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
DEFAULT_SYSTEM = (
    "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nBe kind.<|im_end|>\n{% endif %}" + CHATML
)
MARKED = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if m['role'] == 'assistant' %}{% generation %}"
    "{{ m['content'] }}<|im_end|>\n{% endgeneration %}{% else %}{{ m['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MARKED_WITHOUT_END = MARKED.replace(
    "<|im_end|>\n{% endgeneration %}{% else %}", "{% endgeneration %}<|im_end|>\n{% else %}"
)
STRIPS = CHATML.replace("{{ m['content'] }}", "{{ m['content'] | trim }}")
# As Qwen3's does: only the last answer has room for reasoning in front of it.
LAST_DIFFERS = CHATML.replace(
    "{{ m['content'] }}",
    "{% if loop.last and m['role'] == 'assistant' %}<think>\n\n</think>\n\n{% endif %}{{ m['content'] }}",
)
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    + CHATML
)
NO_END = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
TURNS = [
    {"role": "user", "content": "Hello?"},
    {"role": "assistant", "content": "I am fine."},
    {"role": "user", "content": "Are you?"},
    {"role": "assistant", "content": " Yes, a fox. "},
]


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer()


def learnt(rendered, tokenizer):
    """The stretches that are trained on, as text."""
    found, before = [], NOT_TRAINED
    for label in rendered.labels:
        if label != NOT_TRAINED:
            found = [*found, []] if before == NOT_TRAINED else found
            found[-1].append(label)
        before = label
    return [tokenizer.decode(ids) for ids in found]


def chat(*turns):
    return {"messages": list(turns)}


@pytest.mark.parametrize("template", [CHATML, DEFAULT_SYSTEM, MARKED, MARKED_WITHOUT_END])
def test_only_the_answers_and_their_end_tokens_are_trained_on(tokenizer, template):
    tokenizer.chat_template = template
    made = render(chat(*TURNS), tokenizer, 512)
    assert learnt(made, tokenizer) == ["I am fine.<|im_end|>", " Yes, a fox. <|im_end|>"]
    assert tokenizer.decode(made.input_ids) == tokenizer.apply_chat_template(TURNS, tokenize=False)
    assert made.ends
    assert not made.cut
    assert made.tokens == len(made.input_ids) == len(made.labels)


def test_a_template_that_strips_texts(tokenizer):
    tokenizer.chat_template = STRIPS
    assert learnt(render(chat(*TURNS), tokenizer, 512), tokenizer) == [
        "I am fine.<|im_end|>",
        "Yes, a fox.<|im_end|>",
    ]


def test_a_template_that_treats_the_last_answer_differently(tokenizer):
    tokenizer.chat_template = LAST_DIFFERS
    assert learnt(render(chat(*TURNS), tokenizer, 512), tokenizer) == [
        "I am fine.<|im_end|>",
        "<think>\n\n</think>\n\n Yes, a fox. <|im_end|>",
    ]


def test_a_template_without_system_messages(tokenizer):
    tokenizer.chat_template = NO_SYSTEM
    made = render(chat({"role": "system", "content": "Be kind."}, *TURNS[:2]), tokenizer, 512)
    assert "Be kind.\n\nHello?" in tokenizer.decode(made.input_ids)
    assert learnt(made, tokenizer) == ["I am fine.<|im_end|>"]


def test_a_template_without_an_end_token_gets_one(tokenizer):
    tokenizer.chat_template = NO_END
    made = render(chat(*TURNS[:2]), tokenizer, 512)
    assert learnt(made, tokenizer) == [" I am fine.<|im_end|>"]  # the token " I" begins before the answer
    assert made.ends


@pytest.mark.parametrize("template", [CHATML, MARKED])
def test_a_template_that_loops_ends_the_run_with_a_sentence_and_not_never(monkeypatch, template):
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    tokenizer = make_tokenizer()
    tokenizer.chat_template = loop + template
    monkeypatch.setattr("components.training.program.tokenizer.SECONDS", 0.05)
    with pytest.raises(BadInput, match=r"it took more than 0\.05 seconds"):
        render(chat(*TURNS), tokenizer, 100)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_template_that_refuses_is_said(tokenizer):
    tokenizer.chat_template = "{{ raise_exception('no') }}"
    with pytest.raises(BadInput, match="refuses"):
        render(chat(*TURNS), tokenizer, 512)


def test_a_base_model_reads_prompt_line_end_answer_end():
    tokenizer = make_tokenizer(chat=False)
    made = render(chat(*TURNS[:2]), tokenizer, 512)
    assert tokenizer.decode(made.input_ids) == "Hello?\nI am fine.<|im_end|>"
    assert learnt(made, tokenizer) == ["I am fine.<|im_end|>"]
    assert made.ends


def test_control_tokens_in_a_cell_stay_text(tokenizer):
    tokenizer.chat_template = CHATML
    made = render(chat(TURNS[0], {"role": "assistant", "content": "a<|im_end|>b"}), tokenizer, 512)
    assert made.input_ids.count(tokenizer.eos_token_id) == 2
    assert learnt(made, tokenizer) == ["a<\u200b|im_end|>b<|im_end|>"]


def test_a_cut_row_does_not_end(tokenizer):
    tokenizer.chat_template = CHATML
    whole = render(chat(*TURNS), tokenizer, 512)
    made = render(chat(*TURNS), tokenizer, whole.tokens - 4)
    assert made.cut
    assert not made.ends
    assert made.tokens == whole.tokens
    assert made.input_ids == whole.input_ids[:-4]


def test_plain_text_is_trained_on_whole(tokenizer):
    made = render({"text": "The quick brown fox"}, tokenizer, 512)
    assert learnt(made, tokenizer) == ["The quick brown fox<|im_end|>"]
    assert made.ends
    assert not render({"text": "The quick", "continued": True}, tokenizer, 512).ends
    assert render({"text": "The end<|im_end|>"}, tokenizer, 512).input_ids.count(tokenizer.eos_token_id) == 1


def test_a_pair_becomes_a_question_with_an_instruction(tokenizer):
    tokenizer.chat_template = CHATML
    row = {"source": "Good day", "target": "Bom dia"}
    made = render(row, tokenizer, 512, instruction="Translate to Portuguese.")
    assert "Translate to Portuguese.\n\nGood day<|im_end|>" in tokenizer.decode(made.input_ids)
    assert learnt(made, tokenizer) == ["Bom dia<|im_end|>"]


def test_an_encoder_decoder_model_reads_one_side_and_learns_the_other(tokenizer):
    made = render({"source": "Good day", "target": "Bom dia"}, tokenizer, 512, seq2seq=True)
    assert tokenizer.decode(made.input_ids) == "Good day"
    assert tokenizer.decode(made.labels) == "Bom dia"
    with pytest.raises(BadInput):
        render({"text": "alone"}, tokenizer, 512, seq2seq=True)


def test_many_rows_are_the_same_as_one_by_one(tokenizer):
    tokenizer.chat_template = CHATML
    rows = [chat(*TURNS), {"text": "The fox"}, chat(*TURNS[:2])]
    assert list(render_all(rows, tokenizer, 512)) == [render(row, tokenizer, 512) for row in rows]


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "0.5 seconds"),
        ("{{ 'a' * 50000000000 }}", "refuse|memory"),
        ("{{ 7 ** (7 ** (9 ** 9)) }}", "0.5 seconds|memory"),
    ],
)
def test_the_training_program_renders_templates_that_loop_or_eat_memory_elsewhere(template, why):
    tokenizer = make_tokenizer()
    usual = render(chat(*TURNS), tokenizer, 100)
    process = TemplateProcess(0.5)
    tokenizer.limited_template = LimitedTemplate(Template(tokenizer), process)
    try:
        assert render(chat(*TURNS), tokenizer, 100) == usual
        tokenizer.chat_template = template
        tokenizer.limited_template = LimitedTemplate(Template(tokenizer), process)
        with pytest.raises(BadInput, match=why):
            render(chat(*TURNS), tokenizer, 100)
    finally:
        process.close()
