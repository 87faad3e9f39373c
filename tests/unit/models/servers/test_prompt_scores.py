"""How likely a text is to a model on a server: told where the server repeats it, else said that it isn't."""

import pytest

from components.models.options import Prompt
from components.models.scores import NoScores, Scored
from tests.fake_server import Answer, FakeServer, refuse
from tests.unit.models.servers.asking import HELLO, connect

WORDS = ["Once", " upon", " a", " time", ","]
CHANCES = [None, -1.5, -0.25, -2.0, -0.5]
TOP = [None, {" upon": -1.5, " more": -1.6}, {" a": -0.25}, {" day": -1.0, " time": -2.0}, {",": -0.5}]


def told(words: list[str] = WORDS) -> Answer:
    logprobs = {"tokens": words, "token_logprobs": CHANCES[-len(words) :], "top_logprobs": TOP[-len(words) :]}
    choice = {"index": 0, "text": "".join(words), "logprobs": logprobs, "finish_reason": "length"}
    return lambda handler: handler.send_json({"id": "1", "choices": [choice]})


def test_each_token_of_a_text_has_its_chance_and_what_the_server_wrote_after_it_has_none(fake: FakeServer):
    fake.answers = [told()]
    [found] = connect(fake.url).scores([Scored("Once upon a time")], top=2)
    assert [(one.text, one.logprob) for one in found.tokens] == list(zip(WORDS[:4], CHANCES[:4], strict=True))
    assert [one.text for one in found.tokens[3].top] == [" day", " time"]
    assert found.logprob == -3.75
    asked = fake.requests[-1]
    assert (asked["prompt"], asked["echo"], asked["logprobs"]) == ("Once upon a time", True, 2)


def test_what_is_before_a_text_is_read_and_not_scored(fake: FakeServer):
    fake.answers = [told()]
    [found] = connect(fake.url).scores([Scored("n a time", Prompt(text="Once upo"))])
    assert [one.text for one in found.tokens] == ["n", " a", " time"]


@pytest.mark.parametrize("answer", [told([","]), refuse(400), refuse(404), refuse(422)])
def test_a_server_that_repeats_nothing_is_not_taken_for_one_that_tells(fake: FakeServer, answer: Answer):
    fake.answers = [answer]
    with pytest.raises(NoScores, match="not how likely a given text is"):
        connect(fake.url).scores([Scored("Once upon a time")])


def test_an_answer_to_a_conversation_is_not_guessed_at(fake: FakeServer):
    with pytest.raises(NoScores, match="renders a conversation itself"):
        connect(fake.url).scores([Scored("Hi", HELLO)])
    assert not fake.requests
