"""The page Ask, without a browser: a sample, its answer, what isn't there, the shelf."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.models.catalog import CATALOGUE, package_file
from components.ui import resources

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
