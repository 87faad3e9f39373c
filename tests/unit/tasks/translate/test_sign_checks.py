"""Signs that a translation lost are named; a currency in words and a sign written another way are there."""

import pytest

from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.sign_checks import foreign_words, lost, lost_pairs, unbalanced
from tests.unit.tasks.translate.fakes import FakeEngine


@pytest.mark.parametrize(
    ("source", "target", "language", "wanted"),
    [
        ("It costs £20.", "Custa 20 euros.", "pt", ["£"]),
        ("It costs £20.", "Custa 20 libras.", "pt", []),
        ("It costs $20.", "Custa US$ 20.", "pt", []),
        ("It costs $20.", "要20美元。", "zh", []),
        ("It costs £20.", "要20美元。", "zh", ["£"]),
        ("It is ± 5 mm.", "É de 5 mm.", "pt", ["±"]),
        ("File → Open", "Arquivo - Abrir", "pt", ["→"]),
        ("If x ≤ 5", "Se x 5", "pt", ["≤"]),
        ("Add ½ cup", "Adicione 1/2 xícara", "pt", []),
        ("Add ½ cup", "Adicione 1 a 2 xícara", "pt", ["½"]),
        ("It is 45°.", "São 45 graus.", "pt", []),
        ("See § 5", "Ver 5", "pt", ["§"]),
        ("3 × 4 m", "3 x 4 m", "pt", []),
        ("C++ & more!", "C++ e mais!", "pt", []),
    ],
)
def test_a_lost_sign_is_told_from_one_that_is_written_another_way(source, target, language, wanted):
    assert lost(source, target, language) == wanted


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("He said “yes” (twice).", "Ele disse sim duas vezes.", ["(", "“"]),
        ("He said “yes” (twice).", "Ele disse «sim» (duas vezes).", []),
        ("He said “yes” (twice).", "他说“是”（两次）。", []),
        ('A 5" pipe', "Um cano de 5 polegadas", []),
    ],
)
def test_lost_quotes_and_brackets_are_seen(source, target, wanted):
    assert lost_pairs(source, target) == wanted


def test_a_lost_sign_is_held_fast_the_second_time():
    engine = FakeEngine(lambda text: text.replace("It costs", "Custa").replace("£", ""))
    outcome = Translator(engine, "en", "pt").all([Request("It costs £20.")])[0]
    assert (outcome.target, outcome.findings, outcome.retried) == ("Custa £20.", (), True)


def test_a_sign_that_stays_lost_is_marked():
    engine = FakeEngine(lambda text: "Custa 20 euros.")
    outcome = Translator(engine, "en", "pt").all([Request("It costs £20.")])[0]
    assert [finding.kind for finding in outcome.findings] == ["sign"]


@pytest.mark.parametrize(
    ("source", "target", "language", "wanted"),
    [
        ("Custa R$ 40.", "It costs $40.", "en", ["R$"]),
        ("Custa R$ 40.", "It costs 40 reais.", "en", []),
        ("Custa R$ 40.", "It costs R$40.", "en", []),
        ("It costs A$5.", "Custa 5 dólares australianos.", "pt", []),
        ("It costs A$5.", "Custa 5 dólares.", "pt", ["A$"]),
        ("It costs US$5.", "Custa 5 dólares.", "pt", []),
        ("You {name it.", "Você nomeia.", "pt", []),
    ],
)
def test_a_dollar_of_one_country_is_not_one_of_another(source, target, language, wanted):
    assert lost(source, target, language) == wanted


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("— Olá — disse ele.", '— Hello," he said.', ['"']),
        ("“Ela disse ‘não’ ontem.”", '"She said ‘no’ yesterday.', ['"']),
        ("Mark", "Mark (em", ["("]),
        ("1) “One” (two)", "1) “Um” (dois)", []),
        ('5" wide', '5" de largura', []),
    ],
)
def test_a_mark_without_its_other_half_is_told(source, target, wanted):
    assert unbalanced(source, target) == wanted


def test_one_sum_of_two_in_another_money_is_told():
    source = "Ele me deve R$ 45, e não R$ 54."
    assert lost(source, "He owes me $45, not R$ 54.", "en") == ["R$"]
    assert lost("R$ 45 ou $ 9", "R$ 45 or $9", "en") == []


@pytest.mark.parametrize(
    ("source", "target", "languages", "wanted"),
    [
        ("The hotel 東京 is near.", "O hotel fica perto.", ("en", "pt"), ["東京"]),
        ("The hotel 東京 is near.", "O hotel 東京 fica perto.", ("en", "pt"), []),
        ("It is α or Œuvre.", "É alfa ou obra.", ("en", "pt"), []),
        ("Отель близко.", "The hotel is near.", ("ru", "en"), []),
    ],
)
def test_a_word_in_another_script_is_missed(source, target, languages, wanted):
    assert foreign_words(source, target, languages) == wanted


def test_a_lost_word_in_another_script_is_held_fast_the_second_time():
    engine = FakeEngine(lambda text: text.replace("東京 ", ""))
    found = Translator(engine, "en", "pt").all([Request("The hotel 東京 is near.")])[0]
    assert "東京" in found.target
