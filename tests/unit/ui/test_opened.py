"""What a tab has open: in the URL and in the session, and closed once it is gone."""

from types import SimpleNamespace

import pytest

from components.ui import notices, opened
from components.ui.opened import Opened

OPENED = Opened("thing_id", "t")
THINGS = {"a": "Anna's", "b": "Ben's"}


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    made = SimpleNamespace(session_state={}, query_params={}, said=[])
    monkeypatch.setattr(opened, "st", made)
    monkeypatch.setattr(notices, "later", made.said.append)
    return made


def test_what_is_opened_is_in_the_url_and_comes_back_after_a_refresh(tab: SimpleNamespace):
    OPENED.open("a")
    assert tab.query_params == {"t": "a"}
    tab.session_state.clear()
    assert OPENED.find(THINGS.get) == "Anna's"
    assert tab.session_state == {"thing_id": "a"}


def test_it_comes_back_after_a_visit_to_another_page_which_clears_the_url(tab: SimpleNamespace):
    OPENED.open("a")
    tab.query_params.clear()
    assert OPENED.find(THINGS.get) == "Anna's"
    assert tab.query_params == {"t": "a"}


def test_the_url_goes_before_what_was_open(tab: SimpleNamespace):
    OPENED.open("a")
    tab.query_params["t"] = "b"
    assert OPENED.find(THINGS.get) == "Ben's"
    assert OPENED.id == "b"


def test_what_is_gone_is_closed_and_said_once(tab: SimpleNamespace):
    OPENED.open("c")
    assert OPENED.find(THINGS.get, "It is gone.") is None
    assert OPENED.find(THINGS.get, "It is gone.") is None
    assert tab.said == ["It is gone."]
    assert tab.query_params == {}


def test_nothing_is_looked_up_where_nothing_is_open(tab: SimpleNamespace):
    assert OPENED.find(lambda id_: pytest.fail("looked up"), "It is gone.") is None
    assert tab.said == []
