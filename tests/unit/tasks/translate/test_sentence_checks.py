"""Each check tells a good translation from a bad one."""

import pytest

from components.tasks.translate import sentence_checks


@pytest.mark.parametrize(
    ("source", "target", "languages", "kind"),
    [
        ("The cat sat on the mat and slept all day.", "猫整天睡在垫子上。", "en-zh", ""),
        ("猫整天睡在垫子上。", "The cat slept on the mat all day.", "zh-en", ""),
        ("The cat sat on the mat and slept all day long here.", "猫", "en-zh", "truncated"),
        ("你好。", "Hello, how are you today, my dear old friend? " * 3, "zh-en", "length"),
        ("The cat slept well.", "猫睡得好好好好好好好好好好。", "en-zh", "repeated"),
        ("Come at 5:30 p.m. on 3 May.", "Venha em 3 de maio às 17:30 às 17:30.", "en-pt", "repeated"),
        ("The cat slept well.", "O gato dormiu bemababababababababababab.", "en-pt", "repeated"),
        ("BBC at the Tony Arena", "BBC 在 Tony Arena 球场", "en-zh", ""),
        ("The small house is red", "The small house is red", "en-zh", "untranslated"),
        ("Open {count} files", "Abrir arquivos", "en-pt", "placeholder"),
        ("Open %(count)d files", "Abrir %(contagem)d arquivos", "en-pt", "placeholder"),
        ("Hi {{user}}", "Oi {{usuário}}", "en-pt", "placeholder"),
        ("In ${HOME} now", "Em $HOME agora", "en-pt", "placeholder"),
        ("See <b>this</b> now", "Veja <b>isto agora", "en-pt", "tag"),
    ],
)
def test_each_check_tells_good_from_bad(source, target, languages, kind):
    found = {
        f.kind for f in sentence_checks.check(sentence_checks.Pair(source, target, *languages.split("-")))
    }
    assert kind in found if kind else not found


def found(source: str, target: str) -> list[str]:
    return [one.kind for one in sentence_checks.check(sentence_checks.Pair(source, target, "en", "pt"))]


def test_one_word_that_became_another_name_is_marked():
    assert found("Houston", "Rio de Janeiro") == ["length"]
    for source, target in (
        ("Munich", "Munique"),
        ("Netherlands", "Países Baixos"),
        ("Overview", "Visão geral"),
    ):
        assert not found(source, target)


def test_a_formula_of_single_letters_is_its_own_translation():
    assert not found("A × B = C ÷ D", "A × B = C ÷ D")


def test_a_sentence_in_another_script_is_marked_and_no_name():
    assert found("日本語の文章です。", "日本語の文章です。") == ["untranslated"]


def test_the_word_before_a_placeholder_that_was_taken_for_a_name_is_marked():
    assert found("Hello {name}, you have # message.", "Hello {name}, você tem # mensagem.") == [
        "untranslated"
    ]
    assert not found("Total {n} of the files", "Total {n} dos arquivos")


def test_a_common_word_that_was_left_is_marked_and_a_title_is_not():
    assert found("It's hot in the summer.", "It's quente no verão.") == ["untranslated"]
    assert not found("He read The Guardian and Band of Brothers.", "Ele leu The Guardian e Band of Brothers.")
    assert not found("Anna's sister likes O'Hara.", "A irmã de Anna gosta de O'Hara.")
