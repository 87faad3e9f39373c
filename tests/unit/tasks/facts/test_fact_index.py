"""What a text states that its document doesn't have, and what the document says in another form."""

import pytest

from components.tasks.facts.fact_index import Index, facts

DOCUMENT = "On 5 January 2024 Ivy Hendricks paid 1,200 euros in Berlin. Three ships left; sales rose 12.5%."

COUNCIL = (
    "The council met on Monday. Mayor Anna Lopez said that repairs would cost 4 million euros. Twelve members "
    "voted in March 2025, on 05/06/2025 and on 3 January 2024. Between 6 and 7 million people came."
)


@pytest.mark.parametrize(
    "text",
    [
        "Hendricks paid 1200 euros on January 5.",
        "On 2024-01-05 she paid 1.200 euros.",
        "In January 2024 3 ships left Berlin.",
        "Sales rose 12.50%.",
    ],
)
def test_facts_that_the_document_has_in_another_form_are_found(text):
    assert Index([DOCUMENT]).missing(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("She paid 1,300 euros.", "number"),
        ("She paid on 6 January.", "date"),
        ("In January 2023 she paid.", "date"),
        ("She paid Strike in cash.", "name"),
    ],
)
def test_an_invented_number_date_or_name_is_marked(text, kind):
    assert [fact.kind for fact in Index([DOCUMENT]).missing(text)] == [kind]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Fifteen members agreed.", "Fifteen"),
        ("It costs five million euros.", "five million"),
        ("It costs 4 billion euros.", "4 billion"),
        ("It costs 4 euros.", "4"),
        ("Lopez resigned on Saturday.", "Saturday"),
        ("The work begins in April.", "April"),
        ("Napoleon signed the contract.", "Napoleon"),
        ("Paris agreed.", "Paris"),
    ],
)
def test_what_is_invented_in_words_is_marked_too(text, missing):
    assert [fact.text for fact in Index([COUNCIL]).missing(text)] == [missing]


@pytest.mark.parametrize(
    "text",
    [
        "It costs 4,000,000 euros, or four million: €4m.",
        "On Monday 12 members voted in March.",
        "On Wednesday, 3 January, they met; one of them spoke in May, another in June.",
        "Some 6 to 7 million came, or 6 million.",
        "Voters agreed. Costs rose. Local police agreed. Send the report.",
        "They voted and may march again.",
    ],
)
def test_what_the_document_says_in_another_way_is_not_marked(text):
    assert Index([COUNCIL]).missing(text) == []


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "On 3 March 2024 they met.", "They met on 03.03.2024, or 3/3/2024."),
        ("pt", "Foi em 12 de março de 2024.", "Foi em 12/03/2024."),
        ("en", "On the third of March they met.", "They met on 3 March."),
        ("en", "The meeting is at 3 p.m.", "The meeting is at 15:00."),
        ("en", "The meeting is at 15:00.", "The meeting is at 3 pm."),
        ("de", "Es kostet 5'000 Franken und 6’000 Euro.", "Es kostet 5000 Franken und 6000 Euro."),
        ("fr", "Il y avait 10\u202f000 personnes.", "Il y avait 10 000 personnes."),
        ("en", "It cost 12,50,000 rupees.", "It cost 1,250,000 rupees."),
        ("en", "Between 2019 and 2021 it rose.", "In 2019–21 it rose."),
        ("de", "Es kamen zwölf Leute, dann dreiundzwanzig.", "Es kamen 12 Leute, dann 23."),
        ("pt", "Vinte e três pessoas.", "23 pessoas."),
        ("fr", "Soixante-dix-sept ans, vingt et un jours.", "77 ans, 21 jours."),
        ("es", "Treinta y dos años, veintitrés días.", "32 años, 23 días."),
        ("it", "Ventuno anni, trentadue giorni.", "21 anni, 32 giorni."),
        ("en", "It was built in the nineteenth century.", "It is from the 19th century."),
        ("en", "It was built in the 19th century.", "It is from the nineteenth century."),
        ("en", "It fell in Q3.", "It fell in the third quarter."),
        ("en", "The United States signed.", "In May the US signed; in June the WHO, the World Health body."),
    ],
)
def test_what_stands_there_in_another_form_is_not_marked(language, said, text):
    index = Index([said, "May and June. The World Health Organization. World Health body."], language)
    assert [fact.text for fact in index.missing(text, language)] == []


@pytest.mark.parametrize(
    ("said", "text", "missing"),
    [
        ("Signed on 12/03/2024. Due on 07/05/2023.", "It was signed on 07/03/2024.", "07/03/2024"),
        ("Founded on 3 March 1987; rebuilt 12 May 2024.", "Founded on 12/03/2024.", "12/03/2024"),
        ("It was built in the 19th century.", "It is from the eighteenth century.", "eighteenth century"),
        ("He came 3rd.", "He came in second place.", "second place"),
        ("It fell in the third quarter.", "It fell in Q4.", "4"),
    ],
)
def test_a_date_or_rank_put_together_from_others_is_marked(said, text, missing):
    assert [fact.text for fact in Index([said]).missing(text)] == [missing]


@pytest.mark.parametrize(
    ("said", "text", "missing"),
    [
        ("It fell to -5 degrees.", "It fell to 5 degrees.", ["5"]),
        ("It fell to −5 degrees.", "It was 5 degrees.", ["5"]),
        ("It fell to minus 5 degrees.", "It was 5 degrees.", ["5"]),
        ("It was 5 degrees.", "It was -5 degrees.", ["-5"]),
        ("It was 5 degrees.", "It was 5 degrees below zero.", ["5"]),
        ("A margin of -2.5 million.", "A margin of 2.5 million.", ["2.5 million"]),
        ("气温降到-5度。", "气温是5度。", ["5"]),
    ],
)
def test_a_number_that_lost_or_got_a_minus_is_marked(said, text, missing):
    assert [fact.text for fact in Index([said]).missing(text)] == missing


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("It fell to -5 degrees.", "It fell to −5 degrees, minus 5, minus five, 5 degrees below zero."),
        ("It was minus five degrees, 零下7度.", "It was –5 or -7 degrees."),
        ("Growth: -5%. Result: -$3 million.", "Sales fell by 5%, with a loss of $3 million."),
        ("Sales fell by 5%.", "Growth was -5%."),
        ("In 3-5 days. Covid-19 in 2019-20, pages 7 – 9.", "5 days; 3 days; Covid 19; 2019 and 20; 9 pages."),
        ("5 days, 19 rooms, 2020.", "It takes 3-5 days: Covid-19 in 2019-20.".replace("3-5", "5")),
        ("The F-16 and the 歼-20 of group B-2.", "F16, 歼20, B2."),
        ("-5 apples\n-6 pears", "5 apples and 6 pears."),
    ],
)
def test_a_minus_in_another_form_and_a_hyphen_that_is_none_are_not_marked(said, text):
    assert [fact.text for fact in Index([said, "2019"]).missing(text) if fact.kind == "number"] == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("The path is 1,500 metres long.", "The path is 1.5 kilometres, or 1.5 km, long."),
        ("The path is 1.5 km long.", "The path is 1500 m long, 1,500-metre in all."),
        ("It is 12 cm wide and weighs 2.5 kg.", "It is 120 mm wide and weighs 2,500 grams."),
        ("They used 3,000 kg of salt and 500 ml of oil.", "They used 3 tonnes and 0.5 litres."),
        ("It is 3,000 to 4,000 metres away.", "It is 3 to 4 km away."),
        ("It holds 2 million litres.", "It holds 2,000,000,000 ml."),
        ("Der Weg ist 1.500 Meter lang, der Kilometer neu.", "Der Weg ist 1,5 Kilometer lang."),
        ("全长1500米。", "全长1.5公里。"),
        ("It is five kilometres away.", "It is 5,000 metres away."),
    ],
)
def test_the_same_quantity_in_another_unit_is_not_marked(said, text):
    assert [fact.text for fact in Index([said]).missing(text)] == []


def test_another_quantity_is_marked_whatever_its_unit():
    index = Index(["The path is 1,500 metres long, the field has 1,500 m²."])
    assert [fact.text for fact in index.missing("It is 1.6 kilometres long.")] == ["1.6"]
    assert [fact.text for fact in index.missing("It weighs 1.5 kg.")] == ["1.5"]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("共有三千五百人和两百辆车。", "共有3500人和200辆车。"),
        ("共有3,500人和200辆车。", "共有三千五百人和两百辆车，即三千五和二百。"),
        ("增长了百分之十二。", "增长了12%。"),
        ("增长了12%，后来5.5%。", "增长了百分之十二，后来百分之五点五。"),
        ("投入1.5万元和3亿元。", "投入15000元和300000000元，即一万五千元和三亿元。"),
        ("投入一万五千元和三亿元。", "投入1.5万元和3亿元。"),
        ("Costs of 1.5 trillion and 120 million.", "花费1.5万亿和1亿2000万，即一亿二千万。"),
        ("建于1998年，有三千零五人。", "建于一九九八年，有3005人。"),
        ("3家公司，12人。", "三家公司，十二人。"),
        ("他很高兴。", "他十分高兴，千万别忘了，万一一起去四川，星期三，三月五日，三三两两，七八十人。"),
    ],
)
def test_a_number_in_chinese_characters_is_the_same_in_figures(said, text):
    assert [fact.text for fact in Index([said], "zh").missing(text, "zh") if fact.kind == "number"] == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("共有三千六百人。", "三千六百"),
        ("增长了百分之十三。", "十三"),
        ("五家公司。", "五"),
        ("共4万人。", "4万"),
    ],
)
def test_an_invented_number_in_chinese_characters_is_marked(text, missing):
    index = Index(["共有三千五百人，增长了百分之十二，三家公司。"], "zh")
    assert [fact.text for fact in index.missing(text, "zh")] == [missing]


def test_a_table_in_millions_bears_out_its_numbers():
    assert not Index(["In millions of euros", "Costs\t4.2"]).missing("It cost 4.2 million euros.")


def test_a_german_name_is_checked_and_a_noun_is_not():
    index = Index(["Der Stadtrat um Bürgermeisterin Anna Lopez beschloss den Bau einer Brücke."])
    assert [fact.text for fact in index.missing("Laut Anna Silva kam es so.", "de")] == ["Anna Silva"]
    assert not index.missing("Bürgermeister Lopez beschloss mit Unterstützung den Bau. Neue Regeln.", "de")


def test_what_is_only_marked_does_not_cost_a_written_sentence_its_place():
    index = Index([COUNCIL])
    assert not index.doubts("Fifteen members agreed on Tuesday. Napoleon left in April.")
    assert [fact.text for fact in index.doubts("On 4 May she paid Strike 99 euros.")] == [
        "4 May",
        "99",
        "Strike",
    ]


def test_a_name_inside_a_compound_is_found_and_a_heading_in_capitals_is_no_name():
    index = Index(["The New York-based firm hired Ann O'Neil-Smith."])
    assert not index.missing("In New York, Ann O'Neil was hired.")
    assert not index.missing("KEY FACTS: she was hired.")
    assert index.missing("She met Bob Miller.")


@pytest.mark.parametrize(
    "text", ["He saw a war on 'Dobe.", "The Chateau d'Yquem.", "You come, eh? Or\nSmorbrod?"]
)
def test_a_sentence_of_the_document_itself_has_no_mark(text):
    assert Index([text]).missing(text) == []


def test_words_that_only_begin_a_sentence_are_no_names():
    assert facts("However, this is fine. When it rains, nothing happens.") == []


@pytest.mark.parametrize(
    ("document", "text", "found"),
    [
        ("The tickets cost €40 in May.", "The tickets cost $40 in May.", ["$40"]),
        ("The tickets cost 40 euros.", "The tickets cost 40 dollars.", ["40 dollars"]),
        ("Sales rose by 5% in May.", "Sales rose by 5 days in May.", ["5 days"]),
        ("The work takes 3 weeks.", "The work takes 3 months.", ["3 months"]),
        ("We did that once, in 2022.", "We did that twice, in 2022.", ["twice"]),
        ("Sales rose a little.", "Sales doubled last week.", ["doubled"]),
        ("A third of the pupils left.", "A fifth of the pupils left.", ["A fifth"]),
        ("Most of the pupils left.", "Half of the pupils left.", ["Half"]),
        ("A fifth of the pupils left.", "About 20% of the pupils left.", []),
        ("About 20% of the pupils left.", "A fifth of the pupils left.", []),
        ("Sales doubled.", "Sales are twice as high.", []),
        ("About 50 percent of the pupils left.", "Half of the pupils left.", []),
        ("The town has three bridges.", "The town has a third bridge.", []),
        ("The tickets cost 40 euros.", "The tickets cost €40.", []),
        ("The fair cost $4 million.", "The fair cost 4 million dollars.", []),
        ("Sales rose by 5 percent.", "Sales rose by 5%.", []),
        ("Cost in euros: 40", "The tickets cost 40 euros.", []),
        ("The work takes 3 weeks and 3 months.", "The work takes 3 months.", []),
        ("She moved to Zürich.", "She lives in Zurich now.", []),
        ("She moved to Zurich.", "She lives in Zürich now.", []),
        ("The U.S. Senate met.", "A session of the US Senate.", []),
    ],
)
def test_units_currencies_and_ways_to_write_a_name_are_compared(document: str, text: str, found: list[str]):
    assert [fact.text for fact in Index([document]).missing(text)] == found


@pytest.mark.parametrize(
    ("language", "document", "text", "found"),
    [
        ("en", "Two thirds of the harvest was lost.", "About 67% of the harvest was lost.", []),
        ("en", "Two thirds of the harvest was lost.", "Two fifths of the harvest was lost.", ["Two fifths"]),
        ("pt", "Metade dos alunos faltou.", "50% dos alunos faltaram.", []),
        ("de", "Ein Viertel der Bäume ist krank.", "Ein Drittel der Bäume ist krank.", ["Ein Drittel"]),
        ("es", "La producción se duplicó.", "La producción se triplicó.", ["triplicó"]),
        ("es", "Costó 2000 millones de euros.", "Costó 2000 millones de euros.", []),
        ("en", "They waited for two decades.", "They waited for 20 years.", []),
        ("en", "The bridge stood for half a century.", "The bridge stood for a century.", ["a century"]),
        ("en", "It took one and a half hours.", "It took 1.5 hours.", []),
        ("en", "Hundreds of people came.", "Thousands of people came.", ["Thousands of"]),
        ("en", "4,200 people came.", "Thousands of people came.", []),
        ("de", "Es kamen dreiundzwanzig Boote.", "Es kamen vierundzwanzig Boote.", ["vierundzwanzig"]),
        ("de", "Es kostet 3 Mio. Euro.", "Es kostet 3 Millionen Euro.", []),
        ("en", "She came second in the race.", "She came third in the race.", ["came third"]),
        ("en", "Q3 was the best quarter.", "The fourth quarter was the best.", ["fourth quarter"]),
        ("zh", "新桥造价为4000万元。", "新桥造价为4000万美元。", ["4000万美元"]),
        ("fr", "L'Organisation mondiale de la santé a parlé.", "Selon l'OMS, il faut agir.", []),
    ],
)
def test_an_error_in_a_share_or_a_number_in_words_is_marked_and_another_form_is_not(
    language: str, document: str, text: str, found: list[str]
):
    assert [fact.text for fact in Index([document], language).missing(text, language)] == found


@pytest.mark.parametrize(
    ("language", "source", "said"),
    [
        ("en", "It lasted three weeks.", "It lasted three days."),
        ("en", "The 5-year plan began.", "The five-month plan began."),
        ("en", "The tower is 80 m high.", "The tower is 80 ft high."),
        ("en", "Water at 80 °C.", "Water at 80 °F."),
        ("en", "The train leaves at 9:30 pm.", "The train leaves at 9:30 am."),
        ("en", "The train leaves at 21:30.", "The train leaves at 9:30 am."),
        ("en", "The loan costs 3.5% a year.", "The loan costs 3.5% a month."),
        ("en", "Rates rose by 2 percentage points.", "Rates rose by 2 percent."),
        ("en", "They won 3-1.", "They won 1-3."),
        ("en", "The fine is 250 Swiss francs.", "The fine is 250 euros."),
        ("en", "It cost 7.8 million francs.", "It cost 7.8 million dollars."),
        ("de", "Es kostet 2,3 Millionen Schweizer Franken.", "Es kostet 2,3 Millionen Euro."),
        ("en", "She came in fourth.", "She came in third."),
        ("en", "One in five homes has no car.", "One in three homes has no car."),
        ("de", "Das kostet 40 Euro pro Tag.", "Das kostet 40 Euro pro Woche."),
        ("pt", "Ganha 40 reais por hora.", "Ganha 40 reais por dia."),
        ("fr", "Il coûte 40 euros par jour.", "Il coûte 40 euros par semaine."),
        ("zh", "会议于五月三日举行。", "会议于五月四日举行。"),
        ("zh", "十二月三十一日放假", "12月21日放假"),
    ],
)
def test_the_same_number_of_something_else_is_marked(language, source, said):
    assert Index([source], language).missing(said, language)


@pytest.mark.parametrize(
    ("language", "source", "said"),
    [
        ("en", "A three-week strike ended.", "A strike of three weeks ended."),
        ("en", "The tower is 80 m high.", "The tower is 80 metres high."),
        ("en", "They sold 5 m copies.", "They sold 5 million copies."),
        ("en", "The train leaves at 21:30.", "It leaves at 9.30 p.m."),
        ("en", "It earns 40 euros an hour.", "It earns 40 euros per hour."),
        ("en", "40 people a day come.", "Each day 40 people come."),
        ("en", "They won 3-1 and lost 0-2.", "They won 3–1."),
        ("en", "The fine is CHF 250.", "The fine is 250 Swiss francs."),
        ("en", "The fine is 250 Swiss francs.", "The fine of CHF 250 stays."),
        ("en", "20% of homes have no car.", "One in five homes has no car."),
        ("en", "Shops opened, 3 in 12 months.", "There were 3 new shops in 12 months."),
        ("en", "Twenty-five percent was lost.", "A quarter of it was lost."),
        ("en", "They met at noon on 4 July.", "They met at 12 pm on July 4."),
        ("en", "It closed in the nineties.", "It closed in the 1990s."),
        ("en", "Rates fell by 0.5 percentage points.", "Rates fell by half a percentage point."),
        ("zh", "二〇二三年五月三日举行。", "2023年5月3日举行。"),
        ("ja", "会議は五月三日に開かれた。", "会議は5月3日に開かれた。"),
    ],
)
def test_the_same_number_of_the_same_in_another_form_is_not_marked(language, source, said):
    assert not Index([source], language).missing(said, language)
