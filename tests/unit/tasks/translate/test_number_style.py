"""Numbers that an engine copied are written as the target language writes them; what could be two things stays."""

import pytest

from components.tasks.translate.number_style import alone, ambiguous, decimal_sign, of, restyled, spelled
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from tests.unit.tasks.translate.fakes import FakeEngine


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("$26,750", "$26.750"),
        ("$26,750.50", "$26.750,50"),
        ("299,200", "299.200"),
        ("1,234,567", "1.234.567"),
        ("£2.8bn", "£2,8 bilhões"),
        ("$3.75", "$3,75"),
        ("$1.5m", "$1,5 milhões"),
        ("£410m", "£410 milhões"),
        ("₹5,50,000", "₹550.000"),
        ("1.500", "1.500"),  # perhaps a version
        ("3.11", "3.11"),
        ("1.2.3", "1.2.3"),
        ("10.0.0.1", "10.0.0.1"),
        ("1,23", "1,23"),
        ("1,2345", "1,2345"),
        ("A1,234", "A1,234"),
        ("26750", "26750"),
    ],
)
def test_an_english_number_in_portuguese(number, wanted):
    assert restyled(f"It is {number} now", f"É {number} já", "en", "pt") == f"É {wanted} já"


@pytest.mark.parametrize(
    ("number", "wanted"),
    [("299.200", "299,200"), ("R$ 26.750,50", "R$ 26,750.50"), ("€ 3,75", "€ 3.75"), ("3,75", "3,75")],
)
def test_a_portuguese_number_in_english(number, wanted):
    assert restyled(f"Tem {number} hoje", f"It has {number} today", "pt", "en") == f"It has {wanted} today"


def test_groups_are_spaced_in_french_and_stay_between_languages_of_one_style():
    assert restyled("It is 26,750", "C'est 26,750", "en", "fr") == "C'est 26\u00a0750"
    assert restyled("It is 26,750", "是26,750", "en", "zh") == "是26,750"
    assert restyled("São 26.750", "Es sind 26.750", "pt", "de") == "Es sind 26.750"


def test_only_what_the_source_has_is_rewritten_and_code_is_not():
    engine = FakeEngine(lambda text: text.replace("It is", "É"))
    outcome = Translator(engine, "en", "pt").all([Request("It is $26,750 or `f(1,234)` now", ("f(1,234)",))])[
        0
    ]
    assert outcome.target == "É $26.750 or `f(1,234)` now"
    assert restyled("It is 5", "É 26,750", "en", "pt") == "É 26,750"


@pytest.mark.parametrize(
    ("number", "source", "pair", "wanted"),
    [
        ("299,200", "It was 299,200 in May.", ("en", "pt"), "299.200"),
        ("0,99", "Pagaram $0,99.", ("pt", "en"), "0.99"),
        ("7.25", "It was -7.25 then.", ("en", "pt"), "7,25"),
        ("7.5", "It rose 7.5% then.", ("en", "pt"), "7,5"),
        ("7.25", "See section 7.25 there.", ("en", "pt"), "7.25"),  # not told from a number of a section
    ],
)
def test_a_number_that_is_held_fast_is_in_the_target_s_style(number, source, pair, wanted):
    assert of(number, source, *pair) == wanted


def test_the_number_of_a_person_or_of_a_law_is_not_rewritten():
    for text in ("CPF 123.456.789-00", "Law 8.078/1990"):
        assert restyled(text, text, "pt", "en") == text


@pytest.mark.parametrize(
    ("text", "language", "sign"),
    [
        ("It costs 26.750,50 euros.", "en", ","),
        ("It costs 26,750.50 or 2.5.", "en", "."),
        ("It rose by 2,5 %.", "en", ","),
        ("See 1,2 and 3.", "en", ""),
        ("It is 2.5 km, not 26.750,50.", "en", ""),
        ("Custa 2,5.", "pt", ","),
        ("Em 1.234.567 casas", "pt", ","),
    ],
)
def test_the_numbers_of_a_text_say_which_sign_is_before_decimals(text, language, sign):
    assert decimal_sign([text], language) == sign


def test_a_number_that_may_be_two_is_left_and_marked_unless_the_text_tells():
    engine = FakeEngine(lambda text: text.replace("He ran", "Ele correu").replace("It is", "Isto é"))
    alone = Translator(engine, "en", "pt").all([Request("He ran 42.195 km.")])[0]
    assert (alone.target, [f.kind for f in alone.findings]) == ("Ele correu 42.195 km.", ["number"])
    told = Translator(engine, "en", "pt").all([Request("He ran 42.195 km."), Request("It is 2.5 km.")])[0]
    assert (told.target, told.findings) == ("Ele correu 42,195 km.", ())
    other = Translator(engine, "en", "pt").all([Request("He ran 42.195 km."), Request("It is 26.750,50.")])[0]
    assert (other.target, other.findings) == ("Ele correu 42.195 km.", ())
    assert ambiguous("It is 1,500.", "É 1,500.", ("en", "pt")) == []
    assert ambiguous("É 1,500 kg.", "It is 1,500 kg.", ("pt", "en")) == ["1,500"]


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("He came 3rd, she 22nd", "Ele veio em 3o, ela 22a", "Ele veio em 3º, ela 22ª"),
        ("The 2ⁿᵈ", "O 2o", "O 2º"),
        ("4.50 € or ± 0.5", "4.50 € ou ± 0.5", "4,50 € ou ± 0,5"),
        ("See 3.11", "Ver 3.11", "Ver 3.11"),
        ("26.750,50", "26.750,50", "26.750,50"),
    ],
)
def test_ordinals_and_decimals_beside_signs_are_in_the_targets_style(source, target, wanted):
    assert restyled(source, target, "en", "pt") == wanted


@pytest.mark.parametrize(
    ("text", "languages", "sign", "wanted"),
    [
        ("3.50", ("en", "pt"), ".", "3,50"),
        ("0.125", ("en", "pt"), ".", "0,125"),
        ("4.2", ("en", "pt"), ".", "4.2"),  # a section
        ("3,50", ("pt", "en"), ",", "3.50"),
        ("3.50", ("en", "pt"), "", "3.50"),
        ("1.2.30", ("en", "pt"), ".", "1.2.30"),
    ],
)
def test_a_decimal_that_stands_alone_is_written_as_the_texts_around_tell(text, languages, sign, wanted):
    assert alone(text, *languages, sign) == wanted


@pytest.mark.parametrize(
    ("text", "language", "made"),
    [
        ("O apartamento nº 100 está vago.", "pt", "O apartamento número 100 está vago."),
        ("Nº 5", "pt", "Número 5"),
        ("N.º de alunos", "pt", "Número de alunos"),
        ("os nºs 3 e 4", "pt", "os números 3 e 4"),
        ("n° 7", "pt", "número 7"),
        ("O artigo 5º, § 2º", "pt", "O artigo 5º, § 2º"),
        ("nº 100", "es", "nº 100"),
    ],
)
def test_the_sign_for_a_number_is_a_word_for_engines(text, language, made):
    assert spelled(text, language) == made


@pytest.mark.parametrize(
    ("source", "target", "made"),
    [
        ("It took 9.58 s and 2.5 kg.", "Levou 9.58 s e 2.5 kg.", "Levou 9,58 s e 2,5 kg."),
        ("Version 2.5 is out.", "A versão 2.5 saiu.", "A versão 2.5 saiu."),
        ("At 2.30 pm", "Às 2.30 pm", "Às 2.30 pm"),
        ("See 4.2 a", "Veja 4.2 a", "Veja 4.2 a"),
    ],
)
def test_a_decimal_before_its_unit_gets_the_sign_of_the_target(source, target, made):
    assert restyled(source, target, "en", "pt") == made


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("CEP 01310-100", "CEP 01310 - 100", "CEP 01310-100"),
        ("The score was 3 - 2.", "A pontuação foi 3 - 2.", "A pontuação foi 3 - 2."),
        ("It has 12.25MB.", "Tem 12.25 MB.", "Tem 12,25 MB."),
        ("It costs $3m now.", "Custa US $ 3m agora.", "Custa US $ 3 milhões agora."),
    ],
)
def test_what_an_engine_has_spread_is_found_again(source, target, wanted):
    assert restyled(source, target, "en", "pt") == wanted


@pytest.mark.parametrize(
    ("text", "language", "made"),
    [
        ("Item № 7 is missing.", "en", "Item number 7 is missing."),
        ("Room No. 10", "en", "Room number 10"),
        ("No. Ten came.", "en", "No. Ten came."),
        ("Moro no apto. 12.", "pt", "Moro no apartamento 12."),
    ],
)
def test_short_forms_of_what_is_numbered_are_words_for_engines(text, language, made):
    assert spelled(text, language) == made
