"""What a failing server is said to have done, what is kept of its answer, and when an answer is whole."""

import pytest

from components.errors import BadInput, EngineFailed, Unavailable
from tests.fake_server import FakeServer, deltas, events, hang, refuse, stream
from tests.unit.models.servers.asking import KEY, WORDS, answer, connect, failing


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, Unavailable, "doesn't accept the key"),
        (404, Unavailable, "doesn't have this model"),
        (400, BadInput, "refused the request"),
        (500, EngineFailed, "failed (500)"),
        (418, EngineFailed, "status 418"),
    ],
)
def test_what_a_server_refuses_is_said_plainly_and_never_with_the_key(fake: FakeServer, status, kind, words):
    fake.answers = [refuse(status, {"error": {"message": f"bad key {KEY}, you see"}})]
    error = failing(connect(fake.url))[1]
    assert isinstance(error, kind)
    assert words in str(error)


def test_an_answer_cut_in_the_middle_keeps_its_text_and_the_server_is_asked_anew(fake: FakeServer):
    fake.answers = [stream("Half", " an", finish=None)]
    engine = connect(fake.url)
    text, error = failing(engine)
    assert text == "Half an"
    assert "in the middle of the answer" in str(error)
    assert not engine.alive
    assert len(fake.requests) == 1  # never asked again after the first token


@pytest.mark.parametrize(
    "end", ["[DONE]", {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}]
)
def test_an_answer_is_whole_where_a_server_gives_no_reason_for_its_proper_end(fake: FakeServer, end):
    fake.answers = [events(*WORDS, end)]
    text, generation = answer(connect(fake.url), max_new_tokens=50)
    assert (text, generation.usage.finish) == ("Hello there", "stop")


def test_without_a_reason_an_answer_of_as_many_tokens_as_were_asked_for_was_cut_by_the_limit(
    fake: FakeServer,
):
    counted = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}
    fake.answers = [events(*WORDS, counted, "[DONE]"), events(*WORDS, "[DONE]")]
    engine = connect(fake.url)
    assert answer(engine, max_new_tokens=2)[1].usage.finish == "length"
    assert answer(engine, max_new_tokens=2)[1].usage.finish == "length"


def test_usage_in_every_piece_does_not_make_a_broken_answer_whole(fake: FakeServer):
    first = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 0}}
    fake.answers = [
        events(*(word | {"usage": {"completion_tokens": 1}} for word in WORDS)),
        events(first, *WORDS),
    ]
    engine = connect(fake.url)
    assert "in the middle of the answer" in str(failing(engine)[1])
    assert "in the middle of the answer" in str(failing(engine)[1])


@pytest.mark.parametrize("reason", ["abort", "error"])
def test_an_answer_that_the_server_gave_up_is_not_whole(fake: FakeServer, reason: str):
    fake.answers = [deltas({"content": "Half"}, finish=reason)]
    text, error = failing(connect(fake.url))
    assert text == "Half"
    assert "in the middle of the answer" in str(error)


@pytest.mark.parametrize(
    ("pieces", "reason", "finish"),
    [
        ([], "stop", "stop"),
        ([], None, "stop"),
        (
            [{"tool_calls": [{"index": 0, "id": "1", "function": {"name": "f", "arguments": "{}"}}]}],
            "stop",
            "tools",
        ),
        ([{"role": "assistant", "content": None}], "tool_calls", "tools"),
        ([], "content_filter", "filtered"),
        ([{"reasoning_content": "Hm"}], "MAX_TOKENS", "length"),
    ],
)
def test_why_there_is_no_answer_is_told_by_how_it_ended(fake: FakeServer, pieces, reason, finish):
    fake.answers = [deltas(*pieces, finish=reason)]
    text, generation = answer(connect(fake.url), max_new_tokens=1)
    assert generation.usage.finish == finish
    assert text in ("", "<think>Hm</think>\n\n")


@pytest.mark.parametrize(
    "said",
    [
        {"error": "CUDA died"},
        {"error": {"message": "CUDA died", "code": 500}},
        {"object": "error", "message": "CUDA died", "type": "InternalServerError", "code": 500},
        {"message": "CUDA died"},
    ],
)
def test_a_failure_inside_of_a_stream_is_said_in_the_servers_words_and_the_answer_is_not_whole(fake, said):
    fake.answers = [events(*WORDS, said, "[DONE]")]
    text, error = failing(connect(fake.url))
    assert text == "Hello there"
    assert isinstance(error, EngineFailed)
    assert "CUDA died. What was written is kept." in str(error)


def test_a_piece_that_cannot_be_read_in_the_middle_is_not_blamed_on_the_url(fake: FakeServer):
    fake.answers = [events(*WORDS, '{"choices": [{"delta"')]
    text, error = failing(connect(fake.url))
    assert text == "Hello there"
    assert "unreadable" in str(error)


def test_a_model_that_vanished_after_it_was_listed_is_looked_for_again(fake: FakeServer):
    fake.answers = [refuse(404, {"error": {"message": "model 'm' not found"}})]
    engine = connect(fake.url)
    assert "model 'm' not found" in str(failing(engine)[1])
    assert not engine.alive


def test_an_error_inside_of_a_stream_keeps_the_text(fake: FakeServer):
    good = {"id": "1", "choices": [{"index": 0, "delta": {"content": "Half"}}]}
    fake.answers = [events(good, {"error": {"message": f"CUDA died {KEY}"}})]
    text, error = failing(connect(fake.url))
    assert text == "Half"
    assert "CUDA died" in str(error)


@pytest.mark.parametrize(
    "nonsense",
    [
        events("{not json"),
        events(),
        events({"choices": "?"}),
        lambda handler: handler.send_json("<html>Hi</html>"),
    ],
)
def test_what_is_no_stream_of_this_kind_is_said_so(fake: FakeServer, nonsense):
    fake.answers = [nonsense]
    error = failing(connect(fake.url))[1]
    assert "OpenAI-compatible" in str(error)
    assert "servers.box.url" in str(error)


def test_a_server_that_says_nothing_runs_into_the_time_limit(fake: FakeServer):
    fake.answers = [hang(3)]
    error = failing(connect(fake.url, timeout=0.4))[1]
    assert "said nothing for too long" in str(error)
    assert "0.4 s" in str(error)
