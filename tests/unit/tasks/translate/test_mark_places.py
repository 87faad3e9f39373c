"""Bold words, links and notes are found again in the translation."""

import pytest

from components.documents.rewriting.units import Mark, Unit
from components.tasks.translate.mark_places import find_span, phrases, place
from components.tasks.translate.sentences import split


@pytest.mark.parametrize(
    ("source", "span", "target", "phrase", "wanted"),
    [
        ("The red car stopped.", "red", "O carro vermelho parou.", "vermelho", "vermelho"),
        (
            "Read the documentation first.",
            "documentation",
            "Leia a documentação primeiro.",
            "",
            "documentação",
        ),
        ("Maria Silva wrote it.", "Maria Silva", "Foi escrito por Maria Silva.", "", "Maria Silva"),
        ("Press (Save) now.", "(Save)", "Agora pressione (Salvar).", "(Salvar)", "(Salvar)"),
        ("Click Cancel.", "Cancel", "Clique em Cancelar.", "", "Cancelar"),
        (
            "The tenant pays on the 3rd of each month, and the landlord repairs the heating in 14 days.",
            "landlord",
            "O locatário paga no 3º de cada mês, e o proprietário repara o aquecimento em 14 dias.",
            "senhorio",
            "proprietário",
        ),
        ("The 3rd of the Standard.", "rd", "O 3º do Standard.", "", "º"),
        ("On the 1st of May.", "st", "No dia 1 de maio.", "", ""),
        ("The word important is here.", "por", "A palavra importante está aqui.", "", "importante"),
        ("H2O is water.", "2", "A água é H2O.", "", "2"),
        ("There is one.", "T", "Há um.", "", "H"),
        ("All of it.", "All of it.", "Tudo isso.", "", "Tudo isso."),
        (
            "Bold and italic, here.",
            "Bold and italic",
            "Bold e italic, aqui.",
            "Negrito e itálico",
            "Bold e italic",
        ),
    ],
)
def test_a_span_is_found_by_what_it_says(source, span, target, phrase, wanted):
    start = source.index(span)
    low, high = find_span(source, start, start + len(span), target, phrase)
    assert target[low:high] == wanted


def test_an_index_stays_in_its_formula_where_its_figure_is_a_word_elsewhere():
    source, target = "H2O at 10 m, step 2.", "H2O a 10 m, etapa 2."
    assert find_span(source, 1, 2, target, "") == (1, 2)


def placed(text, marks, targets, known):
    unit = Unit(text, marks)
    lead, sentences = split(text, "en")
    return place(unit, lead, sentences, targets, True, known)


def test_each_sentence_keeps_its_own_marks():
    text = "The red car. A big house."
    marks = (Mark(0, 4, 7), Mark(1, 15, 18))
    found = placed(
        text, marks, ["O carro vermelho.", "Uma casa grande."], {"red": "vermelho", "big": "grande"}
    )
    assert [found.text[m.start : m.end] for m in found.marks] == ["vermelho", "grande"]


def test_a_footnote_number_stays_after_its_word():
    found = placed(
        "The Senate(1) met.".replace("(1)", ""), (Mark(0, 10, 10, "point"),), ["O Senate reuniu-se."], {}
    )
    assert found.marks[0].start == len("O Senate")


def test_a_footnote_number_is_not_put_inside_of_a_name_of_several_words():
    source, target = (
        "Text with a footnote and inline math.",
        "Texto com nota de rodapé e matemática em linha.",
    )
    found = placed(source, (Mark(0, 20, 20, "point"),), [target], {})
    assert target[: found.marks[0].start] == "Texto com nota de rodapé"


def test_kept_code_is_where_the_translation_has_it():
    text = "Run pip install now."
    found = placed(text, (Mark(0, 4, 15, "keep"),), ["Agora execute pip install."], {})
    assert found.text[found.marks[0].start : found.marks[0].end] == "pip install"


def test_kept_texts_that_are_equal_have_each_its_place():
    marks = (Mark(0, 5, 6, "keep"), Mark(1, 10, 11, "keep"))
    found = placed("Page 2 of 2", marks, ["Página 2 de 2"], {})
    assert [(mark.start, mark.end) for mark in found.marks] == [(7, 8), (12, 13)]


def test_a_format_over_two_sentences_covers_both():
    text = "One two. Three four."
    found = placed(text, (Mark(0, 0, len(text)),), ["Um dois.", "Três quatro."], {})
    assert (found.marks[0].start, found.marks[0].end) == (0, len(found.text))


def test_only_parts_of_sentences_are_translated_by_themselves():
    text = "The red car. All bold."
    unit = Unit(text, (Mark(0, 4, 7), Mark(1, 13, 22)))
    assert phrases(unit, split(text, "en")[1]) == ["red"]


def test_what_stands_before_the_first_space_or_after_the_last_one_stays_there():
    marks = (Mark(0, 0, 0, "point"), Mark(1, 10, 10, "point"))
    found = placed(" red cars ", marks, ["carros vermelhos"], {})
    assert found.text == " carros vermelhos "
    assert [mark.start for mark in found.marks] == [0, len(found.text)]


def test_a_picture_at_the_end_of_a_sentence_keeps_the_space_before_it():
    (mark,) = placed("Read it and see .", (Mark(0, 16, 16, "point"),), ["Leia e veja ."], {}).marks
    assert mark.start == len("Leia e veja ")
