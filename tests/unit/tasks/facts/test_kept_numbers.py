"""Numbers are found in a translation, however they are written there."""

import pytest

from components.tasks.facts import kept_numbers


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("It is 1,000.5 m.", "São 1.000,5 m.", "en-pt"),
        ("It costs $2.5 million.", "Custa US$ 2.500.000.", "en-pt"),
        ("$2 billion in 2019", "2019年20亿美元", "en-zh"),
        ("1億2,500万ポンド", "£125m", "ja-en"),
        ("2005 年 5 月30日", "May 30, 2005", "zh-en"),
        ("At 4.40 am.", "午後4時40分。", "en-ja"),
        ("It begins at 8:30 pm.", "Começa às 20h30.", "en-pt"),
        ("In the 1980s", "20世纪80年代", "en-zh"),
        ("Pi is 3.14.", "Pi é 3,14.", "en-pt"),
        ("On 05/10/2020", "Em 10/05/2020", "en-pt"),
        ("There are 3 cats.", "Há três gatos.", "en-pt"),
        ("On 05/10/2020", "Em 5 de outubro de 2020", "en-pt"),
        ("2020年9月5日", "Sept. 5, 2020", "zh-en"),
        ("Louis 14", "Luís XIV", "en-pt"),
        ("From 15% to 20%", "De 15 a 20%", "en-pt"),
        ("It grew 15%.", "Cresceu 15 por cento.", "en-pt"),
        ("It grew by 15%.", "增长了百分之十五。", "en-zh"),
        ("It was -5 °C.", "Fazia 5 graus abaixo de zero.", "en-pt"),
        ("It was -5 °C.", "Fazia −5 °C.", "en-pt"),
        ("In 1950-53", "Em 1950-53", "en-pt"),
        ("42 people", "quarenta e duas pessoas", "en-pt"),
        ("250 people", "doscientas cincuenta personas", "en-es"),
        ("2,000 ships", "zweitausend Schiffe", "en-de"),
        ("2 billion", "dos mil millones", "en-es"),
        ("18 years", "achttien jaar", "en-nl"),
        ("3500 people", "三千五百人", "en-zh"),
        ("On 05/10/2020", "5 октября 2020", "en-ru"),
        ("On 05/10/2020", "5 października 2020", "en-pl"),
    ],
)
def test_a_number_in_the_style_of_the_other_language_is_there(source, target, languages):
    assert not kept_numbers.missing(source, target, *languages.split("-"))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It is 1.5 m.", "São 15 m."),
        ("It costs 1,000.5.", "Custa 1.000,6."),
        ("2 million", "2 mil"),
        ("It is $1,234.56.", "São $1,234,56."),
        ("7 of 7", "7"),
        ("The biggest 5 companies left.", "As maiores empresas saíram."),  # no month
        ("It fell to -5 degrees.", "Caiu para 5 graus."),
        ("It costs 15%.", "Custa 15."),
        ("15% of 20% of it", "15 de 20 disso"),
    ],
)
def test_a_number_that_changed_is_missing(source, target):
    assert kept_numbers.missing(source, target, "en", "pt")


def test_a_number_is_not_found_in_words_that_only_look_like_months_or_roman_numerals():
    assert kept_numbers.missing(
        "Ele comprou 12 maçãs e decidiu sair.", "He bought apples and decided.", "pt", "en"
    )
    assert kept_numbers.missing("Ele tem 3 carros no mercado.", "He has cars in the market.", "pt", "en")
    assert kept_numbers.missing("Ele viu 3 carros em março.", "He saw cars in March.", "pt", "en")
    assert kept_numbers.missing("Eu tenho 1 livro.", "I have books.", "pt", "en")
