"""The page Ask, without a browser: a sample, its answer, what isn't there, the shelf."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.models.catalog import CATALOGUE, package_file
from components.store import NewMessage
from components.ui import resources
from tests.pages.conftest import button
from tests.unit.documents import making, pictures

EMBEDDING = [spec for spec in CATALOGUE if spec.task == "embed" and package_file(spec)]
pytestmark = pytest.mark.skipif(not EMBEDDING, reason="needs an embedding model: requirements-models.txt")


def settled(test: AppTest) -> AppTest:
    """Once all jobs have ended."""
    for job in resources._jobs().running():
        job.wait(300)
    return test.run()


def shown(test: AppTest) -> str:
    return "\n".join(one.value for one in (*test.markdown, *test.caption, *test.subheader))


def test_a_sample_is_asked_at_once_and_its_quotes_lead_to_their_place(app: Callable[..., AppTest]) -> None:
    test = app("pages/ask.py")
    assert [one.value for one in test.title] == ["Ask"]
    assert test.chat_input[0].placeholder == "Ask your documents"
    test.segmented_control(key="ask_sample").set_value("Invoices").run()
    settled(test)
    assert not test.exception
    assert {"Answer", "Sources"} <= {one.value for one in test.subheader}
    assert "4 of 8 rows, by the column Amount" in shown(test).replace("\\", "")
    test.chat_input[0].set_value("What is the capital of Mongolia?").run()
    settled(test)
    assert not test.exception
    assert "The documents don't say." in shown(test).replace("\\", "")
    assert "invoices.csv" in "".join(one.label for one in test.button).replace("\\", "")
    test.text_input(key="answers_search").set_value("olsen boats").run()  # in a quote, not in the title
    assert ":orange-background[Olsen" in shown(test)
    assert any(one.label.startswith("How many invoices") for one in test.sidebar.button)


def test_a_document_is_named_sorted_deleted_and_brought_back(app: Callable[..., AppTest]) -> None:
    test = app("pages/ask.py")
    test.segmented_control(key="ask_sample").set_value("Library (Chinese)").run()
    settled(test)
    assert "十点" in shown(test)
    (entry,) = resources.shelf().listed()
    test.text_input(key=f"name_{entry.id}").set_value("Library").run()
    test.text_input(key=f"collection_{entry.id}").set_value("Houses").run()
    test.button(key=f"save_{entry.id}").click().run()
    assert test.multiselect(key="ask_collections").options == ["Houses"]
    test.button(key=f"delete_document_{entry.id}").click().run()
    assert resources.shelf().listed() == []
    next(one for one in test.button if one.label == "Undo").click().run()
    assert [one.name for one in resources.shelf().listed()] == ["Library"]
    assert not test.exception


def test_a_dropped_file_that_is_no_document_says_so_at_once_and_when_it_is_asked(
    app: Callable[..., AppTest],
) -> None:
    test = app("pages/ask.py")
    test.file_uploader[0].upload("report.pdf", b"\x00\x01 no PDF" * 40, "application/pdf").run()
    settled(test)
    (error,) = [one.value.replace("\\", "") for one in test.error]
    assert "report.pdf" in error
    test.chat_input[0].set_value("What does it say?").run()
    settled(test)
    assert [one.value.replace("\\", "") for one in test.error] == [error]
    assert not test.exception


@pytest.mark.slow
def test_a_locked_document_is_read_with_its_password_and_named_where_it_was_not(
    app: Callable[..., AppTest],
) -> None:
    test = app("pages/ask.py")
    body = "<text:p>The budget of the club is 7,400 euros.</text:p>"
    test.file_uploader[0].upload("club.odt", making.locked_odt(body, "Grüße 1"), "x").run()
    settled(test)
    assert (
        test.warning[0].value
        == '"club\\.odt" is protected with a password\\. Enter its password to read it\\.'
    )
    assert "The field for it is below the uploader" in shown(test)
    field = next(one for one in test.text_input if one.label == "Password for club\\.odt")
    field.set_value("grüße 1")
    settled(button(test, "Open").click().run())
    assert "doesn't open" in test.warning[0].value
    indexed = resources.indexing().add("pier.txt", b"The pier is 90 metres long.")
    resources.jobs().live(resources.shelf().job_id(indexed) or "").wait(60)
    ids = [one.id for one in resources.shelf().listed()]
    test.multiselect(key="ask_documents").set_value(ids).run()
    test.chat_input[0].set_value("How long is the pier?").run()
    settled(test)
    assert "90 metres" in shown(test)
    assert "Not asked, since not read: club.odt" in shown(test).replace("\\", "")
    next(one for one in test.text_input if one.label == "Password for club\\.odt").set_value("Grüße 1")
    settled(button(test, "Open").click().run())
    assert not test.warning
    assert {one.state for one in resources.shelf().listed()} == {"done"}
    assert not test.exception


@pytest.mark.slow  # reads two pictures; tests/unit/documents has them one by one
def test_pictures_inside_are_read_on_wish_and_a_bare_one_is_named(app: Callable[..., AppTest]) -> None:
    letter, bare = pictures.saved(pictures.drawn(), "PNG"), pictures.saved(pictures.drawn(()), "PNG")
    data = making.docx_with_pictures("The harbour opens at nine.", letter, bare)
    test = app("pages/ask.py")
    test.file_uploader[0].upload("plain.docx", data, "x").run()
    test.toggle(key="ask_pictures").set_value(True).run()
    test.file_uploader[0].upload("read.docx", data, "x").run()
    settled(test)
    found = {one.name: resources.shelf().content(one.id) for one in resources.shelf().listed()}
    assert "4,350 euros" not in found["plain.docx"].text
    assert "4,350 euros" in found["read.docx"].text
    assert "The text of 1 picture inside was read too" in shown(test)
    assert "Not in the text: Pictures: there is no text in them" in shown(test).replace("\\", "")
    assert not test.exception


def test_a_file_of_a_chat_is_kept_and_asked_whole(app: Callable[..., AppTest]) -> None:
    test = app()
    store, model = resources.store(), "local-tiny-endless"
    talk = store.create("chat", "Pier", model)
    files = [{"name": "pier.txt", "text": "The pier is 90 metres long. It was built in 1908 by Anna Brandt."}]
    asked = store.add(
        talk, NewMessage(None, "user", "Who built the pier?", attachments=files, model_id=model)
    )
    store.add(talk, NewMessage(asked, "assistant", "I don't know.", usage={"in_passages": True}))
    test = app("pages/chat.py", c=talk)
    button(test, "Keep in your documents").click().run()
    assert [one.name for one in resources.shelf().listed()] == ["pier.txt"]
    assert "is among your documents on the page Ask" in "".join(one.value for one in test.info)
    button(test, "Ask the whole file").click().run()
    test.switch_page("pages/ask.py").run()  # which a browser does by itself
    settled(test)
    assert [one.value for one in test.title] == ["Ask"]
    assert "Anna Brandt" in shown(test)
    assert len(resources.shelf().listed()) == 1
    assert not test.exception
