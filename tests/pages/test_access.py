"""Every page with another person's ids, in every mode. Pages and their parameters are found by themselves."""

import importlib
import pkgutil
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

import components.ui
from components import access
from components.access import Person
from components.ui import person, resources
from components.ui.opened import Opened
from tests.pages.conftest import PAGES, button, texts
from tests.pages.models_page import opened
from tests.unit.people import ALICE, dump, rows_for

App = Callable[..., AppTest]
SECRET = "secret-alice"
CLAIMS = {
    "is_logged_in": True,
    "iss": "https://id",
    "sub": "bob",
    "email": "bob@example.org",
}


OPENS = {  # what a page opens by a parameter; checks of data and jobs have no table
    "a": "results",
    "c": "conversations",
    "check": "results",
    "classifier": "classifiers",
    "data": "results",
    "document": "translations",
    "e": "results",
    "model": "training_runs",
    "run": "training_runs",
    "s": "results",
    "table": "row_work",
    "text": "translations",
    "translating": "translations",
}


def parameters() -> set[str]:
    """Every query parameter that a page opens something by."""
    found: set[str] = set()
    for module in pkgutil.walk_packages(components.ui.__path__, "components.ui."):
        opened = vars(importlib.import_module(module.name)).values()
        found |= {one.parameter for one in opened if isinstance(one, Opened)}
    return found


def hers() -> dict[str, str]:
    """By table: the id of a row of Alice's, of which there is one in every table."""
    keys = rows_for(resources._store(), ALICE)
    return {table: key for table, key in keys.items() if isinstance(key, str)}


def open_as_bob(monkeypatch: pytest.MonkeyPatch, mode: str, **claims: object) -> None:
    monkeypatch.setenv("WORDBENCH_MODE", mode)
    monkeypatch.setattr(person, "_cookie", lambda: "b" * 32)
    monkeypatch.setattr(person, "_claims", lambda: CLAIMS | {"exp": time.time() + 600} | claims)
    monkeypatch.setattr("components.ui.door._has_provider", lambda: True)
    st.cache_resource.clear()  # a server of its own, with these settings


@pytest.mark.parametrize("mode", ["open", "signed in"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_or_changes_what_is_another_persons(app: App, settings, page: str, mode: str):
    walk(app, settings, page, mode, every_kind=False)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["open", "signed in"])
@pytest.mark.parametrize("page", PAGES)
def test_an_id_of_any_kind_opens_nothing_of_another_persons(app: App, settings, page: str, mode: str):
    walk(app, settings, page, mode, every_kind=True)


def walk(app: App, settings: pytest.MonkeyPatch, page: str, mode: str, every_kind: bool) -> None:
    """Opens a page with ids of Alice's as Bob: by each parameter one of its own kind, or one of every kind."""
    open_as_bob(settings, mode)
    test = app(f"pages/{page}")
    ids = hers()
    before = dump(resources._store(), ALICE)
    assert SECRET in before
    assert parameters() == set(OPENS)
    own = {name: ids[table] for name, table in OPENS.items()}
    for given in [dict.fromkeys(OPENS, key) for key in ids.values()] if every_kind else [own]:
        for name, key in given.items():
            test.query_params[name] = key
        test.run()
        shown = (
            texts(test)
            + repr([one.label for one in test.button])
            + repr([one.value for one in test.text_area])
        )
        assert SECRET not in shown
        assert not test.exception
    assert dump(resources._store(), ALICE) == before


def test_an_open_server_lists_nothing_across_browsers_and_keeps_ones_own(app: App, settings):
    open_as_bob(settings, "open")
    test = app()
    mine = resources._store().for_person(Person(access.browser_owner("b" * 32)))
    opened = mine.create("chat", "Only mine", "local-tiny-chat")
    assert "Only mine" in repr([one.label for one in test.run().button])
    assert "Only mine" in repr([one.label for one in app("", c=opened).button])  # a refresh
    settings.setattr(person, "_cookie", lambda: "a" * 32)
    other = app("", c=opened)
    assert "Only mine" not in repr([one.label for one in other.button])
    assert "doesn't exist any more" in texts(other).replace("\\", "")


def test_only_an_administrator_loads_downloads_and_deletes_models(app: App, settings):
    open_as_bob(settings, "open")
    test = app("pages/models.py")
    labels = {one.label for one in test.button}
    labels |= {one.label for one in opened(test, "local-tiny-chat").button}
    assert not labels & {"Load", "Unload", "Pin", "Download", "Delete from the store"}
    settings.setenv("WORDBENCH_ADMINISTRATORS", "bob@example.org")
    open_as_bob(settings, "signed in")
    test = app("pages/models.py")
    for model_id, label in (("local-tiny-endless", "Load"), ("gpt2", "Download")):
        assert label in {one.label for one in opened(test, model_id).button}


def test_nobody_gets_past_the_sign_in_page(app: App, settings):
    open_as_bob(settings, "signed in", is_logged_in=False)
    for page in ("", *(f"pages/{name}" for name in PAGES)):
        test = app(page)
        assert [one.label for one in test.button] == ["Sign in"]
        assert not test.text_area
        assert not test.chat_input


def test_an_expired_sign_in_and_a_refused_domain_say_so(app: App, settings):
    open_as_bob(settings, "signed in", exp=time.time() - 1)
    assert "Your sign-in has ended" in texts(app()).replace("\\", "")
    settings.setenv("WORDBENCH_ALLOWED_DOMAINS", "example.com")
    open_as_bob(settings, "signed in")
    test = app()
    assert "Accounts of example.org may not use this server" in texts(test).replace("\\", "")
    assert [one.label for one in test.button] == ["Sign out"]


def test_a_server_for_one_person_refuses_to_be_on_a_network(app: App, settings):
    settings.setattr("streamlit.get_option", lambda name: "0.0.0.0")
    test = app()
    assert "0.0.0.0, where others can reach it" in texts(test).replace("\\", "")
    assert not test.chat_input


def test_delete_my_data_deletes_everything_of_mine_and_nothing_else(app: App, settings, tmp_path):
    open_as_bob(settings, "open")
    app()
    bob = Person(access.browser_owner("b" * 32))
    store = resources._store()
    rows_for(store, ALICE)
    before = dump(store, ALICE)
    mine = rows_for(store, bob)
    folder = tmp_path / "data" / "translations" / str(mine["translations"])
    folder.mkdir(parents=True)
    (folder / "source").write_bytes(b"x" * 1000)
    test = app("pages/your_data.py")
    assert "Conversations" in repr(test.dataframe[0].value)
    test.checkbox[0].check().run()
    button(test, "Delete my data").click().run()
    assert "Deleted:" in texts(test).replace("\\", "")
    assert not folder.exists()
    assert dump(store, ALICE) == before
    with store.engine.connect() as connection:
        for table in access.owned_tables():
            left = sa.select(sa.func.count()).select_from(table).where(access.mine(table, bob))
            assert connection.execute(left).scalar_one() == 0
