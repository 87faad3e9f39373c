"""Numbers with a half in words."""

import pytest

from components.tasks.facts.fact_index import Index


@pytest.mark.parametrize(
    ("language", "source", "said", "missing"),
    [
        ("de", "Der Umbau dauerte anderthalb Jahre.", "Der Umbau dauerte 1,5 Jahre.", []),
        ("de", "Der Umbau dauerte anderthalb Jahre.", "Der Umbau dauerte eineinhalb Jahre.", []),
        (
            "de",
            "Der Umbau dauerte anderthalb Jahre.",
            "Der Umbau dauerte zweieinhalb Jahre.",
            ["zweieinhalb"],
        ),
        ("nl", "Het duurde anderhalf jaar.", "Het duurde 1,5 jaar.", []),
        ("pt", "A obra durou dois anos e meio.", "A obra durou 2,5 anos.", []),
        ("pt", "A obra durou dois anos e meio.", "A obra durou 3,5 anos.", ["3,5"]),
        ("fr", "Cela a duré une heure et demie.", "Cela a duré 1,5 heure.", []),
    ],
)
def test_a_number_and_a_half(language, source, said, missing):
    assert [fact.text for fact in Index([source], language).missing(said, language)] == missing
