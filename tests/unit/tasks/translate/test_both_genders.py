"""Words that name both genders in one form."""

import pytest

from components.models.translation import Translated
from components.tasks.translate.both_genders import differ, each
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator


@pytest.mark.parametrize(
    ("text", "men", "women"),
    [
        ("Os(As) alunos(as) chegam.", "Os alunos chegam.", "As alunas chegam."),
        ("Prezado(a) Senhor(a),", "Prezado Senhor,", "Prezada Senhora,"),
        ("o(a)s aluno(a)s", "os alunos", "as alunas"),
        ("O/a professor/a", "O professor", "a professora"),
        ("ao(à) diretor(a)", "ao diretor", "à diretora"),
        ("Se o(a) Sr.(a) quiser", "Se o Sr. quiser", "Se a Sra. quiser"),
        ("professores(as)", "professores", "professoras"),
    ],
)
def test_both_forms_are_told(text, men, women):
    assert each(text, ("pt", "en")) == (men, women)


@pytest.mark.parametrize(
    "text", ["a função f(a) e g(as)", "item(s)", "alínea (a)", "km/h e/ou S/A", "um texto", "o valor de x(a)"]
)
def test_brackets_of_other_kinds_stay(text):
    assert each(text, ("pt", "en")) is None


def test_a_language_with_genders_keeps_the_form():
    assert each("alunos(as)", ("pt", "fr")) is None
    assert each("members(s)", ("en", "pt")) is None


def test_other_small_words_are_no_other_translation():
    assert not differ("Students must arrive.", "The students should arrive.", "en")
    assert differ("My son is here.", "My daughter is here.", "en")
    assert not differ("The teacher", "", "en")


KNOWN = {
    "Os alunos chegam.": "The students arrive.",
    "As alunas chegam.": "The students arrive.",
    "O filho chega.": "The son arrives.",
    "A filha chega.": "The daughter arrives.",
}


class Engine:
    """Knows four sentences."""

    def translate(self, texts, options, cancelled):
        yield from (Translated(at, (KNOWN[text],)) for at, text in enumerate(texts))


def test_a_translation_for_both_is_kept_and_one_for_men_alone_is_marked_with_the_other_beside_it():
    outcomes = Translator(Engine(), "pt", "en").all(
        [Request("Os(As) alunos(as) chegam."), Request("O(A) filho(a) chega.")]
    )
    assert [outcome.target for outcome in outcomes] == ["The students arrive.", "The son arrives."]
    assert not outcomes[0].flagged
    assert "The daughter arrives." in str(outcomes[1].findings[0].text)
    assert outcomes[1].alternatives == ("The daughter arrives.",)
