"""Days and months by themselves, which engines take for words."""

import pytest

from components.tasks.translate import calendar_names
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from tests.unit.tasks.translate.fakes import FakeEngine


@pytest.mark.parametrize(
    ("text", "source", "target", "day"),
    [
        ("Qua", "pt", "en", "Wed"),
        ("Ter.", "pt", "en", "Tue."),
        ("Sáb", "pt", "en", "Sat"),
        ("Mar", "pt", "en", "Mar"),
        ("Thu", "en", "pt", "Qui"),
        ("Monday", "en", "pt", "Segunda-feira"),
        ("Sept", "en", "pt", ""),
        ("House", "en", "pt", ""),
        ("qua", "pt", "en", ""),
        ("Mi", "de", "en", "Wed"),
    ],
)
def test_a_name_is_what_it_is_called_there(text, source, target, day):
    assert calendar_names.called(text, source, target) == day


def test_days_of_a_list_need_no_engine():
    engine = FakeEngine(lambda text: "x")
    texts = ["Seg", "Ter", "Qua", "Reunião"]
    made = [one.target for one in Translator(engine, "pt", "en").all([Request(text) for text in texts])]
    assert made[:3] == ["Mon", "Tue", "Wed"]
    asked = [text for texts, _ in engine.calls for text in texts]
    assert not {"Seg", "Ter", "Qua"} & set(asked)


def test_a_short_day_alone_is_marked_where_it_became_a_word():
    made = Translator(FakeEngine(lambda text: "Have"), "pt", "en").all([Request("Ter")])[0]
    assert (made.target, made.alternatives[0]) == ("Have", "Tue")
    assert [finding.kind for finding in made.findings] == ["unsure"]
    right = Translator(FakeEngine(lambda text: "Tue."), "pt", "en").all([Request("Ter")])[0]
    assert not right.findings
