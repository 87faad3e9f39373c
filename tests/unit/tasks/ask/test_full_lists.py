"""Questions about all: what belongs to the list."""

import pytest

from components.retrieval.index import Found
from components.retrieval.shelf import Sentence
from components.tasks.ask.full_lists import listed, narrowed, subject_of
from components.tasks.ask.kinds import kind_of

MINUTES = (
    "The pump failed on 2 February 2026.",
    "Tom Fisk promised to fetch three offers by 20 March 2026.",
    "Priya Nair will write a letter to the owners before the end of March.",
    "A shed may be 2.5 metres high.",
)
LEASE = (
    "Die Miete beginnt am 1. Mai 2025.",
    "Die Kaution ist bis zum 15. Mai 2025 zu zahlen.",
    "Die Kündigungsfrist beträgt drei Monate.",
)
DEPOSIT = ("Die Anzahlung von 80 Euro ist bis zum 15. Mai zu zahlen.", "Die Fahrt geht vom 21. bis 25. Mai.")
TRIP = ("Die Fahrt geht vom 21. bis 25. September.", "Die Anmeldung muss bis zum 12. Juni abgegeben werden.")
TALK = ("孙磊负责联系作家，须在4月25日前完成。", "钱芳将在5月10日之前设计海报。", "预算为八千元。")
CONTRACT = ("店铺面积为八十五平方米。", "会议于2025年5月2日召开。", "押金须在2025年6月20日之前支付。")


def found(question: str, language: str, said: tuple[str, ...]) -> list[int]:
    sentences = tuple(Sentence(0, 0, len(one), one) for one in said)
    chunk = Found(1, "a", 0, (), sentences, None)
    subject = subject_of(question, language, None)
    rows = narrowed(subject, list(listed(subject, 0, [chunk], language)))
    return [said.index(one.sentence.text) for one in rows]


@pytest.mark.parametrize(
    ("question", "language", "said", "numbers"),
    [
        ("Which deadlines are there?", "en", MINUTES, [1, 2]),
        ("Which dates are mentioned?", "en", MINUTES, [0, 1, 2]),
        ("What did each person promise?", "en", MINUTES, [1, 2]),
        ("Which deadlines are there for the offers?", "en", MINUTES, [1]),
        ("Which deadlines are there?", "en", MINUTES[:1], [0]),  # none is named one: the dates
        ("Welche Fristen gibt es?", "de", LEASE, [1, 2]),
        (
            "Welche Fristen gibt es?",
            "de",
            DEPOSIT,
            [0],
        ),  # "von 80 Euro … bis" is no time from then until then
        ("有哪些截止日期？", "zh", CONTRACT, [2]),
        ("Welche Fristen gibt es?", "de", TRIP, [1]),  # a time from then until then is none
        ("每个人承诺了什么？", "zh", TALK, [0, 1]),
        ("有哪些日期？", "zh", CONTRACT, [1, 2]),
    ],
)
def test_a_list_has_all_that_belongs_to_it_and_no_more(
    question: str, language: str, said: tuple[str, ...], numbers: list[int]
) -> None:
    assert kind_of(question, language) == "list"
    assert found(question, language, said) == numbers
