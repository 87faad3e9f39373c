"""Which words of a quote are marked as those that answer."""

import pytest

from components.tasks.ask.kinds import has, kind_of, spans


@pytest.mark.parametrize(
    ("kind", "text", "language", "marked"),
    [
        ("how much", "The old one was sold for two million in March 2019.", "en", ["two million"]),
        ("how much", "In 2019 there were 3.", "en", ["3"]),
        ("how much", "新馆于2023年9月开馆，费用为三千二百万元。", "zh", ["三千二百万"]),
        ("how much", "It began in 2019.", "en", ["2019"]),
        ("when", "新馆于2023年9月开馆。", "zh", ["2023年9月"]),
        ("when", "会议定于5月3日召开。", "zh", ["5月3日"]),
        ("where", "新馆由建筑师王丽设计，位于人民路十八号。", "zh", ["人民路十八号"]),
    ],
)
def test_the_words_that_answer_are_marked_and_not_the_figures_beside_them(
    kind, text: str, language: str, marked: list[str]
) -> None:
    assert [text[start:end] for start, end in spans(kind, text, language)] == marked


def test_a_chinese_sentence_without_a_place_does_not_answer_a_question_for_one() -> None:
    assert has("where", "图书馆位于人民路十八号。", "zh")
    assert has("where", "他曾在北京大学任教。", "zh")
    assert not has("where", "图书馆不向读者收取办证费用。", "zh")


@pytest.mark.parametrize(
    ("question", "language", "answer", "another"),
    [
        ("What does the trip cost?", "en", "It is 265 CHF per child.", "The trip takes 3 days."),
        ("Was kostet die Fahrt?", "de", "Sie kostet 265 Franken pro Kind.", "Sie geht vom 21. bis 25. Mai."),
        ("Was kostet der Eintritt?", "de", "Der Eintritt ist kostenlos.", "Der Eintritt ist am Tor 2."),
        ("门票多少钱？", "zh", "门票三十元。", "门票在3号窗口出售。"),
    ],
)
def test_a_question_for_a_price_is_answered_by_money(
    question: str, language: str, answer: str, another: str
) -> None:
    assert kind_of(question, language) == "price"
    assert has("price", answer, language)
    assert not has("price", another, language)


@pytest.mark.parametrize(
    ("question", "language", "text", "marked"),
    [
        ("Which phone number do I call?", "en", "Call Mr Okafor on 01454 555 019.", []),
        ("What is the phone number?", "en", "Call Mr Okafor on 01454 555 019.", ["01454 555 019"]),
        ("How much is the rent?", "en", "It is 940 pounds; call 01454 555 019.", ["940 pounds"]),
        ("甲方有多少员工？", "zh", "负责人为周敏，电话为0512-66018822。", []),
        ("电话是多少？", "zh", "负责人为周敏，电话为0512-66018822。", ["0512-66018822"]),
        ("Wie lautet die Nummer?", "de", "Tel. 03641 88 210", []),
        ("什么时候支付？", "zh", "甲方应在每月十日之前支付。", ["每月十日"]),
        (
            "When is it open?",
            "en",
            "Tuesday to Sunday, 10 am to 5 pm.",
            ["Tuesday", "Sunday", "10 am", "5 pm"],
        ),
    ],
)
def test_telephone_numbers_are_no_amounts_and_days_of_the_week_are_dates(
    question: str, language: str, text: str, marked: list[str]
) -> None:
    kind = kind_of(question, language)
    assert [text[start:end] for start, end in spans(kind, text, language, question)] == marked


def test_a_telephone_number_answers_no_question_for_an_amount() -> None:
    assert not has("how much", "负责人为周敏，电话为0512-66018822。", "zh", "甲方有多少员工？")
    assert has("how much", "电话为0512-66018822。", "zh", "电话是多少？")


def test_what_speaks_of_days_may_answer_when_and_a_term_of_days_is_no_date() -> None:
    assert has("when", "It is paid on the first working day of each month.", "en") is None
    assert has("when", "须在三十日内支付。", "zh") is None
    assert has("when", "Pets are not allowed.", "en") is False


def test_all_sums_of_a_sentence_are_money_in_whatever_currency() -> None:
    text = "The stand costs 20 dinars and the banner 3 dollars."
    assert [text[a:b] for a, b in spans("price", text, "en")] == ["20 dinars", "3 dollars"]
    assert has("price", "Il coûte 15 francs suisses.", "fr")
    assert not has("price", "Il est valable 3 jours.", "fr")


@pytest.mark.parametrize(
    ("question", "language", "answer", "marked", "another"),
    [
        (
            "How long does it keep?",
            "en",
            "It keeps for three days.",
            "three days",
            "It takes 800 g of flour.",
        ),
        ("What does it weigh?", "en", "Its mass is 4.8 kilograms.", "4.8 kilograms", "It lasts 3 hours."),
        ("How hot should it be?", "en", "Heat it to 190 degrees.", "190 degrees", "Wait for ten minutes."),
        (
            "Wie groß ist die Wohnung?",
            "de",
            "Sie hat 74 Quadratmeter.",
            "74 Quadratmeter",
            "Sie kostet 610 Euro.",
        ),
        ("Wie lange dauert es?", "de", "In zwei Tagen ist es fertig.", "zwei Tagen", "Es wiegt 2 kg."),
        ("租期多长？", "zh", "租期为两年，从2026年9月1日起。", "两年", "建筑面积68平方米。"),
    ],
)
def test_what_is_measured_is_answered_by_a_number_with_such_a_unit(
    question: str, language: str, answer: str, marked: str, another: str
) -> None:
    assert kind_of(question, language) == "how much"
    assert has("how much", answer, language, question)
    assert [answer[a:b] for a, b in spans("how much", answer, language, question)] == [marked]
    assert has("how much", another, language, question) is False
    assert has("how much", "In 2026 there are 28.", language, question) is None  # of what isn't told


def test_sums_to_do_are_no_money() -> None:
    assert not has("price", "There are 5 sums to do.", "en")
