"""Classify in a browser: labels that are typed, a text, and its label."""

import pytest
from playwright.sync_api import expect

from components.models.catalog import package_file
from tests.browser.steps import EMBEDDING, LONG, press

pytestmark = pytest.mark.skipif(
    package_file(EMBEDDING) is None, reason="no embedding model is installed: see requirements-models.txt"
)


@pytest.fixture
def server(tiny_server):
    return tiny_server


def test_a_text_gets_one_of_three_labels_that_are_typed(person, server):
    page = person(f"{server.url}/classify")
    page.get_by_role("textbox", name="Text to classify").fill(
        "The parcel never arrived, I want my money back."
    )
    labels = page.get_by_role("textbox", name="Labels")
    labels.fill("sports news\ncomplaint about a delivery\nrecipe")
    labels.blur()
    press(page, "Classify")
    found = page.get_by_role("heading", name="complaint about a delivery", exact=True)
    expect(found).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Certainty")).to_be_visible()
