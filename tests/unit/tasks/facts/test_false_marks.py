"""What a document says in another form must not be marked in a summary, and what it doesn't say still must."""

import pytest

from components.tasks.facts.fact_index import Index


def marks(said: str, text: str, language: str = "en") -> list[str]:
    return [fact.text for fact in Index([said], language).missing(text, language)]


def doubts(said: str, text: str, language: str = "en") -> list[str]:
    return [fact.text for fact in Index([said], language).doubts(text, language)]


# Months that are verbs


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("The drug lowers pressure and can cause headaches.", "It lowers pressure and may cause headaches."),
        ("They went north.", "They continued to march north."),
        ("They went north.", "They went on a march north. All of may be so."),
        ("Troops go 10 km, 20 of them return.", "Troops march 10 km and may 20 of them return."),
        ("Of 10 patients 3 died.", "3 may die, all 10 may die."),
        ("El barco salió con 7 personas.", "El barco salió a mar abierto con 7 personas."),
        ("Un groupe de 7 personnes.", "Un groupe de sept personnes."),
    ],
)
def test_a_person_is_not_warned_of_a_date_where_a_verb_is_spelt_like_a_month(said, text):
    assert marks(said, text) == []
    assert doubts(said, text) == []


def test_a_heading_in_capitals_has_no_date_where_it_has_a_verb():
    index = Index(["It went north and can cause pain."])
    missing = index.missing("Troops to March North. Drug Lowers Pressure and May Cause Pain.")
    assert [fact.text for fact in missing if fact.kind == "date"] == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("The work lasts from April to May.", "May"),
        ("The work ends in March.", "March"),
        ("The work ends between April and March.", "March"),
        ("The work ends on 20 May.", "20 May"),
        ("The work ends on March 10, in the evening.", "March 10"),
        ("The work ends on 10 may 2024.", "10 may 2024"),
        ("La obra termina en mayo.", "mayo"),
        ("Les travaux finissent en mai.", "mai"),
    ],
)
def test_an_invented_may_or_march_is_still_marked(text, missing):
    assert marks("The work began in April 2021 on day 10. Les travaux. La obra.", text) == [missing]


def test_a_document_in_small_letters_has_its_dates():
    assert marks("we meet on 5 may and on march 7", "They meet on 5 May and on March 7.") == []


def test_a_day_that_ends_like_another_leaves_no_number_behind():
    assert marks("They met on 5 May and on 15 May 2021 in Rome.", "They met on 5 May and 15 May 2021.") == []


# Apostrophes


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Patrick O’Brien met D’Angelo.", "Yes, O'Brien met D'Angelo."),
        ("Patrick O'Brien met D'Angelo.", "Yes, O’Brien met D’Angelo."),
        ("She said I’m here, and I am.", "She said that I'm here."),
        ("She said I'm here, and it is so.", "She said I’m here, and It’s so, and he said We’re here."),
        ("Anna OʼNeil left.", "Yes, O'Neil left."),
        ("Rock’n’Roll by O’Neil-Smith.", "It is by O'Neil-Smith, with O’Neil and Smith."),
        ("He left.", "He’ll leave. She’d agree. We’ve left. That’s so. Don’t go."),
    ],
)
def test_a_name_is_found_whichever_apostrophe_it_is_typed_with(said, text):
    assert marks(said, text) == []
    assert doubts(said, text) == []


def test_an_invented_name_with_an_apostrophe_is_marked_as_it_stands():
    assert marks("Patrick O'Brien left.", "Yes, O’Connor left.") == ["O’Connor"]


# The first word of a sentence


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "Anna Silva spoke in Rome.", "Meanwhile Anna Silva spoke. Yesterday Anna Silva spoke."),
        ("en", "Anna Silva spoke in Rome.", "Under Anna Silva it grew. Critics Anna Silva met agreed."),
        ("en", "Anna Silva spoke in Rome.", "Meanwhile Silva spoke. Unlike Silva, they left. Eventually Silva left."),
        ("en", "The Bank of England spoke.", "Meanwhile the Bank of England spoke. Unlike Bank of England staff."),
        ("fr", "Emmanuel Macron a parlé.", "Selon Emmanuel Macron, oui. Hier Macron a parlé. D’après Macron, non."),
        ("es", "Pedro Sánchez habló.", "Según Pedro Sánchez, sí. Ayer Sánchez habló."),
        ("it", "Giorgia Meloni ha parlato.", "Secondo Giorgia Meloni, sì. Ieri Meloni ha parlato."),
        ("pt", "Ana Silva falou.", "Segundo Ana Silva, sim. Ontem Silva falou."),
        ("nl", "Mark Rutte sprak.", "Volgens Mark Rutte was het zo."),
    ],
)  # fmt: skip
def test_a_known_name_is_not_doubted_for_the_word_that_begins_its_sentence(language, said, text):
    assert marks(said, text, language) == []
    assert doubts(said, text, language) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Carla Silva spoke.", "Carla Silva"),
        ("Google and Anna Silva agreed.", "Google and Anna Silva"),
        ("Bob Miller and Anna Silva agreed.", "Bob Miller and Anna Silva"),
        ("Meanwhile Bob Miller spoke.", "Bob Miller"),
        ("Under Carla Silva it grew.", "Carla Silva"),
        ("Beijing Silva agreed.", "Beijing Silva"),
    ],
)
def test_an_invented_name_at_the_beginning_of_a_sentence_is_still_marked(text, missing):
    assert marks("Anna Silva spoke in Rome. Jane Miller agreed.", text) == [missing]
    assert doubts("Anna Silva spoke in Rome. Jane Miller agreed.", text) == [missing]


# Dates in other forms


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "It runs March 5-7, 2021.", "It begins on March 5, 2021 and ends on March 7, 2021."),
        ("en", "It runs March 5-7, 2021.", "It runs March 5–7, 2021, or 5 to 7 March 2021."),
        ("en", "It runs March 5 to 7.", "It runs March 5–7: it ends on 7 March."),
        ("en", "It ran from 12 to 14 May 2023.", "It opened on 12 May 2023 and closed on May 14."),
        ("en", "They met on 12 and 14 May 2023.", "They met on 12 May 2023."),
        ("en", "It ran from 28 May to 3 June 2024.", "It opened on 28 May 2024 and closed on 3 June 2024."),
        ("en", "It ran May 28 – June 3, 2024.", "It opened on May 28, 2024."),
        ("en", "It opened on 12 May 2023 and closed on 14 May 2023.", "It ran 12–14 May 2023."),
        ("de", "Vom 12. bis 14. Mai 2023, dann 3.–5. Juni.", "Am 12. Mai 2023 und am 3. Juni."),
        ("fr", "Du 12 au 14 mai 2023.", "Le 12 mai 2023."),
        ("es", "Del 12 al 14 de mayo de 2023.", "El 12 de mayo de 2023."),
        ("it", "Dal 12 al 14 maggio 2023.", "Il 12 maggio 2023."),
        ("pt", "De 12 a 14 de maio de 2023.", "Em 12 de maio de 2023."),
        ("zh", "2023年5月12日至14日。", "2023年5月14日。"),
        ("en", "Due 05-Mar-2024, paid 5-May, sent 7/Jun/2023.", "Due 5 March 2024, paid 5 May, sent 7 June 2023."),
        ("en", "Due 05-Mar-24.", "It is due on 5 March 2024."),
        ("en", "Due Mar-05-2024 or 2024-Jun-07.", "It is due on 5 March 2024 or 7 June 2024."),
        ("en", "Due on 5 March 2024.", "It is due on 05-Mar-2024."),
    ],
)  # fmt: skip
def test_a_day_is_found_in_a_range_of_days_and_between_hyphens(language, said, text):
    assert marks(said, text, language) == []
    assert doubts(said, text, language) == []


@pytest.mark.parametrize(
    ("said", "text", "missing"),
    [
        ("It runs March 5-7, 2021.", "It ends on March 8, 2021.", "March 8, 2021"),
        ("It runs March 5-7, 2021.", "It runs March 5-8, 2021.", "March 5-8, 2021"),
        ("It runs March 5-7, 2021.", "It begins on March 5, 2022.", "March 5, 2022"),
        ("It ran from 12 to 14 May 2023.", "It ran from 11 to 14 May 2023.", "11 to 14 May 2023"),
        ("It ran from 12 to 14 May 2023.", "It ran from 11 to 15 May 2023.", "11 to 15 May 2023"),
        ("Due 05-Mar-2024.", "It is due on 05-Apr-2024.", "05-Apr-2024"),
        ("It ran from 28 May to 3 June 2024.", "It opened on 28 May 2023.", "28 May 2023"),
    ],
)
def test_an_invented_day_of_a_range_is_marked(said, text, missing):
    assert marks(said, text) == [missing]
    assert doubts(said, text) == [missing]


# Times and weekdays


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "We start at 9.30 am on Mon 3 June.", "It starts at 9:30 a.m. on Monday."),
        ("en", "We start at 9:30 a.m.", "It starts at 9.30 am."),
        ("en", "We end at 4.05 pm.", "It ends at 16:05."),
        ("de", "Beginn um 9.30 Uhr.", "Es beginnt um 9:30 Uhr."),
        ("en", "Open Mon–Fri, closed Sun.", "It is open from Monday to Friday."),
        ("en", "Open Tues. and Thurs., on Sat. too", "It is open on Tuesday, Thursday and Saturday."),
        ("en", "Call me on Wed, 5 June (Thu 6 June)", "The call is on Wednesday or Thursday."),
        ("de", "Mo., 3. Juni; Di–Fr", "Am Montag; Dienstag bis Freitag."),
        ("fr", "Jeu. 6 juin, sam. 8 juin", "Le jeudi et le samedi."),
    ],
)
def test_a_time_and_a_weekday_are_found_in_their_short_forms(language, said, text):
    assert marks(said, text, language) == []
    assert doubts(said, text, language) == []


@pytest.mark.parametrize(
    ("said", "text", "missing"),
    [
        ("The Sun shone, he sat. The cat wed.", "It was on Sunday.", ["Sunday"]),
        ("It starts at 9.30 am.", "It starts at 9:45 a.m.", ["45"]),
        ("It grew by 9.30 percent.", "It starts at 9:30.", ["9", "30"]),
        ("We meet on Mon 3 June.", "They meet on Tuesday.", ["Tuesday"]),
    ],
)
def test_an_invented_time_or_weekday_is_marked(said, text, missing):
    assert marks(said, text) == missing


# Numbers


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "In 2019 300 people died.", "In 2019, 300 people died."),
        ("en", "In 2019, 300 people died.", "In 2019 300 people died."),
        ("en", "It cost 12 300 euros, or 1 012 300.", "It cost 12,300 euros, or 1,012,300."),
        ("de", "Zweihundert Menschen und dreitausend Euro.", "200 Menschen und 3000 Euro."),
        ("de", "Hundertfünfzig kamen, einhunderteins gingen.", "150 kamen, 101 gingen."),
        ("de", "Zweitausendvierundzwanzig; neunzehnhundertneunzig.", "Im Jahr 2024; 1990."),
        ("de", "Dreihunderttausend, tausendzweihundert und fünfundzwanzigtausend.", "300.000, 1.200 und 25.000."),
        ("de", "Fünf Millionen Euro, zwölf Leute.", "5 Millionen Euro, 12 Leute."),
        ("en", "Two hundred people, five million euros.", "200 people, 5 million euros."),
    ],
)  # fmt: skip
def test_a_number_is_found_next_to_a_year_and_in_words_above_a_hundred(language, said, text):
    assert marks(said, text, language) == []
    assert doubts(said, text, language) == []


@pytest.mark.parametrize(
    ("said", "text", "missing"),
    [
        ("Zweihundert Menschen und dreitausend Euro.", "300 Menschen und 3000 Euro.", ["300"]),
        ("Das Jahrhundert, Hunderte, Tausende, hundertprozentig.", "Es waren 100.", ["100"]),
        ("Jahr 2019, 300 Menschen.", "Es waren 2.019.300.", ["2.019.300"]),
    ],
)
def test_an_invented_number_is_marked_beside_german_words(said, text, missing):
    assert marks(said, text, "de") == missing
