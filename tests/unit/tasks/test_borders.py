"""Where sentences end, in many languages. A `|` is where a border must be, and nowhere else."""

import random
from itertools import pairwise

import pytest

from components.tasks.borders import borders

# fmt: off
SENTENCES = [
    ("de", "In der 89. Minute fiel das Tor. |Am 3. Oktober war das, z. B. in Berlin. |Er wohnt im 2. Stock. |Die Wohnung Hauptstraße 5, 2. OG, ist frei."),
    ("de", "Die Fa. Huber und Prof. Dr. h. c. Schmidt kamen. |Es galt u. a. für Äpfel, d. h. für Obst. |Das war 1990. |Gut."),
    ("de", "Er sagte: „Das ist gut.“ |Dann ging er. |„Nein!“ rief sie. |Das Treffen ist am 5. |Der Rat tagt."),
    ("fr", "M. Yuan a dit non. |Mme. Curie et J.-P. Sartre aussi. |Voir no. 3 et art. 5."),
    ("fr", "Il a dit : « Bonjour. » |Puis il est parti. |« Non ! » cria-t-il. |Est-ce vrai ? |« Oui. |Je suis là."),
    ("en", "J. K. Rowling paid $3.50. |Wait... what? |See https://example.com/a.b?c=d. |It is good, e.g. for you."),
    ("en", 'He said "Go!" and left. |"Is it true?" he asked. |It was May. |He left at 5 p.m. |Really?! |Yes… Perhaps.'),
    ("es", "¿Qué es esto? |¡No lo sé! |D. José y la Sra. López vinieron. |Vea la pág. 5. |Cuesta 3.500 euros."),
    ("es", "Luego se fue. |“Solo están. Ya van.” |«¿Vienes?», preguntó."),
    ("pt", "O Exmo. Sr. Presidente e a Dra. Ana chegaram. |Nasceu no séc. XX em Lisboa. |Veja a pág. 5 do art. 3."),
    ("zh", "他来了。|2005年他走了。|真的吗？|“你好！”他说。|他说：“好。”|然后走了。|价格是3.5元。"),
    ("ja", "彼は来た。|2005年に行った。|「そうです。」と彼は言った。|本当ですか？|はい！"),
    ("ru", "А. С. Пушкин родился в 1799 г. в Москве. |См. рис. 3. |Правда? |Да!"),
    ("hi", "वह आया। |डॉ. शर्मा आए। |क्या यह सच है? |हाँ!"),
    ("nl", "Dhr. Jansen en mevr. Smit waren er. |Zie blz. 5."),
    ("pl", "Pan dr. Nowak przyszedł. |Np. to jest dobre."),
    ("en", "He left at 5 p.m. Monday. |The call is at 3 p.m. ET today. |It ended at 5 p.m. |The crowd went home."),
    ("en", "Cllr. Finch and Sgt. Cole left. |Hmm. |Alice asked Nolan Ltd. |The bid was low."),
    ("en", "Ms. Brown read Ch. IV and Eq. (4). |She is at 5 Main St. |It is near St. James Park. |Is it? – he asked."),
    ("pt", "Em 70 d.C. Tito venceu. |Roma caiu em 476 d.C. |Depois disso, nada. |Mora no bl. C, apto. 5."),
    ("pt", "Obs. O Cel. Souza saiu. |Obs.: não esqueça. |– Vens? – perguntou ela. |– Não!"),
    ("de", "Hr. Schmidt, Dipl.-Ing., siehe Abb. 3. |Gut."),
    ("ru", "— Правда? — спросил он. |Это ул. Ленина в г. Москва. |Он ушёл."),
    ("it", "Perché? |Non lo vedo. |Disse: «Sì.» |Poi andò a pag. 5."),
]
# fmt: on


def cut(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *borders(text, language)])]


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_a_sentence_is_not_torn_apart_and_two_are_not_one(language: str, text: str):
    assert cut(text.replace("|", ""), language) == text.split("|")


@pytest.mark.parametrize("mark", ['"', "“", "« "])
def test_a_quotation_that_goes_on_in_the_next_paragraph_keeps_its_opening_mark(mark: str):
    assert cut(f"He left the house. {mark}They play. They go.", "en") == [
        "He left the house. ",
        f"{mark}They play. ",
        "They go.",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We met on Mon. Dec. 4 in Rome. |It rained on Mon. |We stayed."),
        ("pt", "“Vens?” – Perguntou ela. |“Vou.” |Saiu."),
        ("en", "“Really?” – He asked. |“Yes!” |– “No!”"),
    ],
)
def test_days_before_dates_and_speakers_after_quotations_belong_to_the_sentence(language, text):
    plain = text.replace("|", "")
    assert "|".join(plain[a:b] for a, b in pairwise([0, *borders(plain, language)])) == text


def test_a_saint_is_no_end_of_a_sentence_in_portuguese():
    text = "Ele mora em St. Louis. Ela não."
    assert borders(text, "pt") == [23, len(text)]


def test_a_line_with_a_small_letter_after_an_empty_line_stands_by_itself():
    assert cut("It was late.\n\nnotes of the day", "en")[-1] == "notes of the day"


def test_a_closing_mark_with_a_space_before_it_and_a_dash_after_a_sentence_stay_where_they_are():
    assert (
        cut('It means " build the tree . "\nBen: Then we go.', "en")[0] == 'It means " build the tree . "\n'
    )
    assert cut("She shut her eyes.--Tell me the reason.", "en") == [
        "She shut her eyes.",
        "--Tell me the reason.",
    ]


def test_words_of_a_transcript_in_small_letters_have_borders():
    assert cut("All of them . they are small .", "en") == ["All of them . ", "they are small ."]


@pytest.mark.parametrize("space", ["\x85", "\xa0", "\u2009", "\u202f", "\u3000", "\u2028"])
def test_no_kind_of_white_space_between_a_letter_and_its_full_stop_ends_the_work(space: str):
    assert cut(f"We take plan A{space}. It is good.", "en") == [f"We take plan A{space}. ", "It is good."]


def test_the_borders_of_any_text_are_in_it_and_in_order():
    pieces = [
        *" .!?…。！？।\"'“”«»„「」\n\t\xa0\u2028\x85-()",
        "A",
        "b",
        "中",
        "ह",
        "5",
        "M.",
        "May. ",
        "。2",
        "🙂",
        "\r\n",
    ]
    chance = random.Random(7)
    for _ in range(3000):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 30)))
        found = borders(text, chance.choice(["en", "de", "fr", "zh", "ja", "ru", "hi", "xx", ""]))
        assert found == sorted(set(found))
        assert found[-1] == len(text)
        assert found[0] >= 0
