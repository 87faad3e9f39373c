"""The page Look inside through app.py, without a browser, on a small real model."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import button, looked, settle, texts

PAGE = "pages/look_inside.py"
TABS = [
    "Tokens",
    "How sure",
    "The next word",
    "Attention",
    "What caused it",
    "Layer by layer",
    "Near and far",
    "Smaller",
]


def tab(test: AppTest, name: str) -> AppTest:
    test.session_state["look_inside_tab_wanted"] = name
    return looked(test)


def test_the_page_has_its_tabs_in_their_order_and_cuts_the_sample_into_tokens(app):
    test = looked(app(PAGE))
    assert not test.exception
    assert test.title[0].value == "Look inside"
    assert [one.label for one in test.tabs] == TABS
    assert {"Tokens", "Tokens per word"} <= {one.label for one in test.metric}


@pytest.mark.parametrize(
    "name",
    [
        "sure",
        "next",
        pytest.param("attention", marks=pytest.mark.slow),
        pytest.param("layers", marks=pytest.mark.slow),
    ],
)
def test_a_view_shows_what_the_model_says_of_the_text(app, name):
    test = tab(app(PAGE), name)
    assert not test.exception, test.exception
    assert not test.error, [one.value for one in test.error]
    if name == "sure":
        assert any(one.label == "Perplexity" for one in test.metric)
    if name == "next":
        assert test.slider[0].label == "Temperature"
        test.slider(key="inside_top_k").set_value(1).run()
        assert "1 token can be drawn" in texts(test)
    if name == "attention":
        assert "Attention is not a reason" in texts(test)
    if name == "layers":
        assert "After the text the model goes on with" in texts(test)


@pytest.mark.slow
def test_what_caused_it_tells_its_seconds_before_it_begins(app):
    test = tab(app(PAGE), "causes")
    assert "On this machine that takes about" in texts(test)
    test = looked(button(test, "Trace it").click().run())
    assert not test.exception
    assert "Measured in" in texts(test)


@pytest.mark.slow
def test_smaller_copies_are_measured_beside_the_model(app):
    test = tab(app(PAGE), "smaller")
    test = looked(button(test, "Measure").click().run())
    assert not test.exception
    assert not test.error, [one.value for one in test.error]
    assert "Answers to the same prompt" in [one.value for one in test.subheader]


def test_an_empty_text_is_asked_for_in_every_view(app):
    test = looked(app(PAGE))
    test.text_area(key="inside_text").set_value("")
    test.text_area(key="inside_prompt").set_value("")
    for name in ("tokens", "sure", "next", "attention", "causes", "layers", "near", "smaller"):
        test = tab(test, name)
        assert not test.exception, name
        assert not test.error, name


def test_an_answer_in_the_chat_shows_how_sure_the_model_was_while_it_wrote(app):
    test = app("pages/chat.py")
    test.chat_input[0].set_value("Hello").run()
    test = settle(test)
    test = button(test, "How sure was it?").click().run()
    assert not test.exception
    assert any("while it was written" in one.value for one in test.caption)
