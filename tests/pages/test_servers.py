"""Models on a server, through the pages: listed, chosen, answering, failing with a sentence."""

import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from components.ui import resources
from tests import fake_server
from tests.fake_server import FakeServer, deltas, refuse, stream
from tests.pages.conftest import button, settle, texts, translation
from tests.pages.models_page import opened, table

App = Callable[..., AppTest]
KEY = "sk-page-secret"


@pytest.fixture
def server(settings: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    settings.setenv("WORDBENCH_DEFAULT_MODEL", "server:team/m")
    with fake_server.running() as fake:
        settings.setenv("WORDBENCH_SERVER_TEAM_URL", fake.url)
        settings.setenv("WORDBENCH_SERVER_TEAM_KEY", KEY)
        yield fake


def listed(test: AppTest) -> AppTest:
    deadline = time.monotonic() + 20
    while resources.servers().states()[0].state == "asking":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return test.run()


def said(test: AppTest) -> str:
    return texts(test).replace("\\", "")


def test_a_model_on_a_server_answers_and_the_failure_of_one_is_a_sentence(server: FakeServer, app: App):
    test = listed(app("pages/chat.py"))
    assert (
        test.selectbox(key=next(s.key for s in test.selectbox if s.label == "Model")).value == "server:team/m"
    )
    test.chat_input[0].set_value("Hello").run()
    settle(test)
    assert "Hello there." in said(test)
    assert "7 prompt tokens" in said(test)
    server.answers = [stream("Half of it", finish=None)]
    test.chat_input[0].set_value("More").run()
    settle(test)
    assert "Half of it" in said(test)
    assert "in the middle of the answer" in said(test)
    server.answers = [refuse(401, {"error": {"message": f"no {KEY}"}})]
    button(test, "Regenerate").click().run()
    settle(test)
    assert "doesn't accept the key" in said(test)
    assert KEY not in str(test)
    assert not test.exception


def test_an_answer_of_reasoning_alone_is_shown_with_why_there_is_no_more_and_can_be_asked_again(
    server: FakeServer, app: App
):
    server.answers = [deltas({"reasoning_content": "The person greets."}, finish="stop"), stream("Hello.")]
    test = listed(app("pages/chat.py"))
    test.chat_input[0].set_value("Hello").run()
    settle(test)
    assert "The person greets." in said(test)
    assert "only its reasoning. Try again" in said(test)
    button(test, "Regenerate").click().run()
    settle(test)
    assert "Hello." in said(test)
    assert not test.exception


def test_the_models_page_lists_servers_and_what_is_on_them(
    server: FakeServer, app: App, settings: pytest.MonkeyPatch
):
    settings.setenv("WORDBENCH_DEFAULT_MODEL", "")
    test = listed(app("pages/models.py"))
    assert server.url in said(test)
    assert "It can be reached and has 1 model." in said(test)
    assert "m on team" in table(test).index
    opened(test, "server:team/m")
    next(one for one in test.button if one.key == "Load_server:team/m").click().run()
    deadline = time.monotonic() + 20
    while "server team" not in said(test) and time.monotonic() < deadline:
        time.sleep(0.1)
        test.run()
    assert "900 tokens of context, as the server says" in said(test)
    assert resources.loader().process.pid is None  # nothing was loaded here
    assert KEY not in str(test)


def test_a_server_that_is_not_there_is_one_sentence_and_slows_no_page(settings: pytest.MonkeyPatch, app: App):
    settings.setenv("WORDBENCH_SERVER_TEAM_URL", "http://127.0.0.1:9")
    settings.setenv("WORDBENCH_SERVER_TEAM_MODELS", "m")
    test = app("pages/models.py")
    started = time.monotonic()
    test.run()
    assert time.monotonic() - started < 5
    deadline = time.monotonic() + 20
    while "connection refused" not in said(test) and time.monotonic() < deadline:
        time.sleep(0.2)
        test.run()
    assert "The server team (http://127.0.0.1:9) can't be reached" in said(test)
    assert "m on team" in table(test).index
    next(one for one in test.button if one.key == "ask_server_team").click().run()
    assert not test.exception


def test_a_text_is_translated_by_a_model_on_a_server(server: FakeServer, app: App):
    test = listed(app("pages/translate.py"))
    server.answers = [stream("Bom dia do servidor.")]
    next(one for one in test.selectbox if one.label == "From").set_value("en").run()
    next(one for one in test.selectbox if one.label == "Engine").set_value("server:team/m").run()
    next(one for one in test.text_area if one.label == "Text to translate").set_value("Good morning, server.")
    button(test, "Translate").click().run()
    deadline = time.monotonic() + 20
    while "Bom dia do servidor." not in translation(test) and time.monotonic() < deadline:
        time.sleep(0.2)
        test.run()
    assert "Bom dia do servidor." in translation(test)


def test_two_models_answer_side_by_side_one_of_them_on_a_server(
    server: FakeServer, app: App, settings: pytest.MonkeyPatch
):
    settings.setenv("WORDBENCH_SERVER_TEAM_MODELS", "other")
    test = listed(app("pages/chat.py"))
    next(one for one in test.toggle if one.label == "Compare").set_value(True).run()
    second = [one for one in test.selectbox if "odel" in one.label][-1]
    second.set_value("server:team/other").run()
    test.chat_input[0].set_value("Hello").run()
    settle(test)
    assert {sent["model"] for sent in server.requests} == {"m", "other"}
    assert said(test).count("Hello there.") == 2
