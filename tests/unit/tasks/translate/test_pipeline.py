"""An engine that misbehaves in each named way must be noticed, tried again once, and marked."""

from dataclasses import replace

import pytest

from components.errors import Cancelled, EngineFailed
from components.tasks.translate.glossary import Term
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from tests.unit.tasks.translate.fakes import FailingEngine, FakeEngine

GOOD = "O gato preto dormiu na cadeira velha da cozinha."


SOURCE = "The black cat slept on the old chair in the kitchen."


def one(engine, text=SOURCE, terms=(), kept=()):
    return Translator(engine, "en", "pt", terms).all([Request(text, kept)])[0]


def kinds(outcome):
    return {finding.kind for finding in outcome.findings}


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (SOURCE, "untranslated"),
        ("", "failed"),
        ("O gato", "truncated"),
        ("O gato preto dormiu na na na na na na na na cadeira velha da cozinha.", "repeated"),
        ("O gato preto dormiu na cadeira velha da cozinha. " * 4, "length"),
    ],
)
def test_a_bad_sentence_is_tried_again_once_and_marked_if_it_stays_bad(bad, kind):
    engine = FakeEngine(lambda text: bad)
    outcome = one(engine)
    assert kind in kinds(outcome)
    assert outcome.retried
    assert [options.careful for _, options in engine.calls] == [False, True]


@pytest.mark.parametrize("word", ["hotel", "Internet", "Wi-Fi", "Total: {n}"])
def test_a_word_that_is_the_same_in_both_languages_is_asked_twice_and_not_marked(word):
    engine = FakeEngine(lambda text: text)
    outcome = one(engine, word)
    assert (outcome.findings, outcome.same, len(engine.calls)) == ((), True, 2)


@pytest.mark.parametrize(
    "text",
    [
        "Good morning",
        "Good Morning",
        "Thank you",
        "Delete account",
        "Annual report",
        "About us",
        "Hello",
        "Save",
    ],
)
def test_a_short_text_that_came_back_as_it_was_is_marked_and_is_no_word_of_both_languages(text):
    outcome = one(FakeEngine(lambda text: text), text)
    assert (kinds(outcome), outcome.translated, outcome.same) == ({"untranslated"}, False, False)


@pytest.mark.parametrize("text", ["João Silva", "iPhone 15", "openSUSE Leap", "BBC News"])
def test_a_name_that_came_back_as_it_was_is_not_marked(text):
    assert not kinds(one(FakeEngine(lambda text: text), text))


def test_a_text_without_spaces_that_came_back_as_it_was_is_marked():
    engine = FakeEngine(lambda text: text)
    assert kinds(Translator(engine, "zh", "en").all([Request("你好")])[0]) == {"untranslated"}
    assert not kinds(Translator(engine, "zh", "ja").all([Request("東京")])[0])


def test_a_sentence_that_is_in_the_target_language_already_is_left_alone():
    outcome = one(FakeEngine(lambda text: "x"), "O gato preto dormiu na cadeira velha da cozinha.")
    assert (outcome.skipped, outcome.target) == (True, outcome.source)


def test_a_number_that_was_changed_is_held_fast_the_second_time():
    outcome = one(
        FakeEngine(lambda text: "Custa XQ1." if "XQ1" in text else "Custa 1,234,56."), "It costs 1,234.56."
    )
    assert (outcome.target, outcome.findings) == ("Custa 1.234,56.", ())


def test_a_smiley_is_not_lost():
    outcome = one(FakeEngine(lambda text: "Olá amigo"), "Hello friend 👋🏽")
    assert outcome.target == "Olá amigo 👋🏽"


def test_a_translation_without_a_word_is_marked():
    assert "truncated" in kinds(one(FakeEngine(lambda text: "- ()"), "Goodbye, cruel world."))


def test_a_sentence_that_comes_back_empty_is_tried_in_halves():
    def usual(text):
        return "" if text == SOURCE else "O gato preto dormiu na" if text.startswith("The") else "cozinha."

    outcome = one(FakeEngine(usual))
    assert (outcome.target, outcome.findings) == ("O gato preto dormiu na cozinha.", ())


def test_a_sentence_that_stays_empty_is_marked_and_is_not_the_source():
    outcome = one(FakeEngine(lambda text: ""))
    assert (outcome.target, kinds(outcome), outcome.translated) == ("", {"failed"}, False)


def test_a_second_way_that_works_replaces_the_bad_sentence_and_is_not_marked():
    outcome = one(FakeEngine(lambda text: SOURCE, lambda text: GOOD))
    assert (outcome.target, outcome.findings, outcome.retried) == (GOOD, (), True)


def test_a_second_way_that_is_worse_does_not_replace_the_first():
    outcome = one(FakeEngine(lambda text: GOOD.replace("preto", "1 preto 2"), lambda text: ""))
    assert "preto" in outcome.target


def test_a_changed_number_is_not_handed_over_in_silence():
    outcome = one(FakeEngine(lambda text: "Custa 45 euros em 2019."), "It costs 42 euros in 2019.")
    assert [str(f.text) for f in outcome.findings] == ["The number 42 is not in the translation."]


def test_numbers_in_the_other_languages_style_are_not_called_wrong():
    outcome = one(FakeEngine(lambda text: "Custa 1.234,56 às 15h."), "It costs 1,234.56 at 3 pm.")
    assert not outcome.findings


def test_a_number_that_lost_its_minus_is_held_fast_the_second_time_with_it():
    engine = FakeEngine(lambda text: "São XQ1 graus." if "XQ1" in text else "São 1.234,5 graus.")
    outcome = one(engine, "It is -1,234.5 degrees.")
    assert (outcome.target, outcome.findings) == ("São -1.234,5 graus.", ())


@pytest.mark.parametrize(
    "piece",
    [
        "{n, plural, one {# file} other {# files}}",
        "example.org/a",
        "/etc/hosts",
        "{name}",
        "%s",
        "https://example.com/a?b=1",
        "a.b@example.com",
        "`rm -rf`",
        "<b>",
        "${HOME}",
    ],
)
def test_a_placeholder_that_the_engine_drops_comes_back_by_translating_around_it(piece):
    def drops_names(text):
        return (
            "Escreva para"
            if "XQ" in text
            else {"Write to": "Escreva para", "today.": "hoje."}.get(text, text)
        )

    outcome = one(FakeEngine(drops_names), f"Write to {piece} today.")
    assert outcome.target == f"Escreva para {piece} hoje."
    assert outcome.retried
    assert not {"placeholder", "tag"} & kinds(outcome)


@pytest.mark.parametrize(
    "text",
    ["{n, plural, one {# file} other {# files}}", "You have {n, plural, one {# file} other {# files}} left"],
)
def test_a_message_whose_forms_stay_in_the_source_language_is_marked(text):
    engine = FakeEngine(lambda text: text.replace("You have", "Você tem").replace("left", "restantes"))
    outcome = one(engine, text)
    assert (kinds(outcome), outcome.skipped, outcome.translated) == ({"untranslated"}, False, False)
    assert "{n, plural, one {# file} other {# files}}" in outcome.target
    assert not kinds(one(engine, "{n, plural, one {#} other {#}}"))


def test_a_placeholder_is_not_shown_to_the_engine_as_words():
    engine = FakeEngine(
        lambda text: text.replace("Hello", "Olá").replace("you have new mail", "há correio novo")
    )
    outcome = one(engine, "Hello {name}, you have new mail")
    assert engine.calls[0][0] == ["Hello XQ1, you have new mail"]
    assert outcome.target == "Olá {name}, há correio novo"


def test_code_of_a_document_stays_letter_by_letter():
    outcome = one(
        FakeEngine(lambda text: text.replace("Run", "Execute").replace("now", "já")),
        "Run foo bar now",
        kept=("foo bar",),
    )
    assert outcome.target == "Execute foo bar já"


def test_a_glossary_term_that_the_engine_ignores_is_put_in_the_second_time():
    engine = FakeEngine(
        lambda text: text.replace("The panel is", "O quadro é").replace("The XQ1 is", "O XQ1 é")
    )
    outcome = one(engine, "The panel is XL5", [Term("panel", "painel")])
    assert outcome.target == "O painel é XL5"
    assert outcome.retried


def test_a_glossary_term_at_the_start_has_a_capital_and_the_pronoun_us_is_no_country():
    engine = FakeEngine(lambda text: {"Invoice 7 came.": "Conta 7 veio."}.get(text, "XQ1 7 veio."))
    assert one(engine, "Invoice 7 came.", [Term("invoice", "fatura")]).target == "Fatura 7 veio."
    assert not one(FakeEngine(lambda text: "Dê para nós."), "Give it to us.", [Term("US", "EUA")]).flagged


def test_a_glossary_violation_that_stays_is_marked():
    outcome = one(
        FakeEngine(lambda text: "O quadro está quebrado"), "The panel is broken", [Term("panel", "painel")]
    )
    assert "glossary" in kinds(outcome)


def test_an_engine_error_never_returns_the_source_as_if_it_were_the_translation():
    with pytest.raises(EngineFailed):
        one(FailingEngine(EngineFailed("It broke.")))


def test_an_answer_that_reached_the_engines_limit_is_marked():
    assert "truncated" in kinds(one(FakeEngine(lambda text: GOOD, lambda text: GOOD + " {", cut=True)))


def test_the_same_sentence_is_translated_once():
    engine = FakeEngine(lambda text: GOOD)
    outcomes = Translator(engine, "en", "pt").all([Request(SOURCE)] * 5)
    assert [o.target for o in outcomes] == [GOOD] * 5
    assert engine.calls[0][0] == [SOURCE]


def test_text_without_words_is_left_alone_and_counted_as_skipped():
    engine = FakeEngine(lambda text: "x")
    outcomes = Translator(engine, "en", "pt").all(
        [Request(t) for t in ("42", "https://a.bc/d", "{x}", "README.md")]
    )
    assert [o.target for o in outcomes] == ["42", "https://a.bc/d", "{x}", "README.md"]
    assert all(o.skipped for o in outcomes)
    assert not engine.calls


def test_stop_keeps_the_sentences_that_were_done():
    done = []
    kept: list = []

    class Memory:
        def find(self, texts):
            return {}

        def keep(self, outcomes):
            kept.extend(outcomes)

    engine = FakeEngine(lambda text: f"Frase {text[9:]}")
    translator = Translator(engine, "en", "pt", memory=Memory(), cancelled=lambda: bool(done))
    with pytest.raises(Cancelled):
        for _, outcome in translator.outcomes([Request(f"Sentence number {n} is here") for n in range(200)]):
            done.append(outcome)
    assert len(kept) == len(done) == 64


@pytest.mark.parametrize(
    ("text", "second", "marked"),
    [
        ("Franca", "France", set()),
        ("Foz do Iguaçu", "Niagara Falls", set()),
        ("Prados", "Meadows", {"untranslated"}),  # too small to be known
    ],
)
def test_a_name_that_was_copied_is_not_made_another_one_by_the_second_try(text, second, marked):
    engine = FakeEngine(lambda text: text, lambda text: second)
    outcome = Translator(engine, "pt", "en").all([Request(text)])[0]
    assert (outcome.target, outcome.alternatives) == (text, (second,))
    assert kinds(outcome) == marked


@pytest.mark.parametrize("name", ["Rio de Janeiro", "Vincent van Gogh", "Leonardo da Vinci"])
def test_a_foreign_name_with_small_words_that_came_back_as_it_was_is_not_marked(name):
    assert not kinds(one(FakeEngine(lambda text: text), name))


@pytest.mark.parametrize(
    ("text", "second"), [("Good Morning", "Bom Dia"), ("Terms of Use", "Termos de Uso"), ("Hello", "Olá")]
)
def test_a_phrase_in_capitals_takes_the_second_try(text, second):
    outcome = one(FakeEngine(lambda text: text, lambda text: second), text)
    assert (outcome.target, outcome.findings) == (second, ())


def test_a_stand_in_that_is_changed_never_reaches_the_translation():
    def broken(text):
        return text.replace("XQ1", "XQ 1 1")

    outcome = one(FakeEngine(broken), "Welcome to our shop, {name}, my friend.")
    assert "XQ" not in outcome.target
    assert outcome.flagged or "{name}" in outcome.target


def test_a_draft_of_an_engine_that_was_not_made_for_the_languages_is_marked_everywhere():
    translator = Translator(FakeEngine(lambda text: GOOD), "en", "pt", draft=True)
    made, skipped = translator.all([Request(SOURCE), Request("12.5")])
    assert kinds(made) == {"draft"}
    assert made.target == GOOD
    assert not made.retried
    assert skipped.findings == ()


def test_a_second_try_that_says_something_else_is_offered_and_does_not_count():
    source = "The old ship was sold in Boston for 12 coins in May."
    first, second = (
        "O velho navio foi vendido em Boston por moedas em maio.",
        "As pessoas de lá gostam muito de 12 festas.",
    )
    outcome = one(FakeEngine(lambda text: first, lambda text: second), source)
    assert (outcome.target, outcome.alternatives) == (first, (second,))
    assert "number" in kinds(outcome)
    without_name = "O velho navio foi vendido em Bordéus por 12 moedas em maio."
    assert one(FakeEngine(lambda text: first, lambda text: without_name), source).target == first
    good = "O velho navio foi vendido em Boston por 12 moedas em maio."
    assert one(FakeEngine(lambda text: first, lambda text: good), source).target == good


@pytest.mark.parametrize(
    ("source", "made", "target", "marked"),
    [
        ("Mail", "Correio (em", "Correio", set()),
        ("Will", "Vontade (o)", "Vontade", set()),
        ("Elm Lodge", "Hotéis em Elm Lodge", "Hotéis em Elm Lodge", {"length"}),
        ("Santa Monica", "Hotéis em Santa Monica", "Santa Monica", set()),
        (
            "The house is red today.",
            "A casa (azul) é vermelha hoje.",
            "A casa (azul) é vermelha hoje.",
            {"sign"},
        ),
    ],
)
def test_what_an_engine_adds_is_left_out_or_marked(source, made, target, marked):
    outcome = one(FakeEngine(lambda text: made), source)
    assert (outcome.target, kinds(outcome)) == (target, marked)


def test_a_word_in_capitals_is_tried_as_a_word_and_an_abbreviation_is_not():
    engine = FakeEngine(lambda text: {"Stop": "Pare"}.get(text, text))
    assert one(engine, "STOP").target == "PARE"
    assert (one(engine, "NASA").target, one(engine, "NASA").flagged) == ("NASA", False)


def test_names_of_the_target_language_do_not_leave_a_sentence_untranslated():
    engine = FakeEngine(lambda text: text.replace(" and ", " e "))
    outcome = one(engine, "Folha de S.Paulo, O Globo and Valor Econômico")
    assert outcome.target == "Folha de S.Paulo, O Globo e Valor Econômico"


def test_signs_of_money_are_not_taken_for_a_language():
    outcome = Translator(
        FakeEngine(lambda text: "The price rose from R$ 3.50 to R$ 1,234.56 per liter."), "pt", "en"
    ).all([Request("O preço subiu de R$ 3,50 para R$ 1.234,56 por litro.")])[0]
    assert not outcome.flagged


def test_a_number_alone_is_in_the_style_of_the_language_and_an_identifier_as_it_was():
    texts = ["$26,750", "5 × 3 = 15", "v1.2.3", "1,234.50 {x}", "+1 (555) 123-4567"]
    outcomes = Translator(FakeEngine(lambda text: "x"), "en", "pt").all([Request(text) for text in texts])
    assert [o.target for o in outcomes] == [
        "$26.750",
        "5 × 3 = 15",
        "v1.2.3",
        "1.234,50 {x}",
        "+1 (555) 123-4567",
    ]


def test_an_ellipsis_stays_one_sign():
    assert one(FakeEngine(lambda text: "Espere... o quê?"), "Wait… what?").target == "Espere… o quê?"


@pytest.mark.parametrize(
    "text",
    [
        "这是一个关于城市的长句子，里面没有英文。",
        "これは都市についての長い文です。",
        "Всех, кто стар и кто молод",
    ],
)
def test_a_sentence_of_another_language_stays_and_is_marked(text):
    outcome = one(FakeEngine(lambda text: text), text)
    assert (outcome.target, kinds(outcome)) == (text, {"untranslated"})


@pytest.mark.parametrize(
    ("text", "made", "languages"),
    [
        ("São Paulo", "São Paulo", ("pt", "en")),
        ("Fortaleza", "Fortaleza", ("pt", "en")),
        ("Londres", "London", ("pt", "en")),
        ("Mexico City", "Cidade do México", ("en", "pt")),
        ("Netherlands", "Países Baixos", ("en", "pt")),
    ],
)
def test_a_city_or_country_by_itself_is_called_as_it_is_called_and_not_asked(text, made, languages):
    engine = FakeEngine(lambda text: "St Paul 's")
    assert Translator(engine, *languages).all([Request(text)])[0].target == made
    assert not engine.calls


def test_a_glossary_knows_better_what_a_city_is_called():
    engine = FakeEngine(lambda text: text)
    terms = [Term("London", "Londrina")]
    Translator(engine, "en", "pt", terms).all([Request("London")])
    assert engine.calls


@pytest.mark.parametrize(
    ("text", "said", "made"),
    [
        ("Pears", "as peras", "As peras"),
        ("iPhones are sold", "iPhones são vendidos", "iPhones são vendidos"),
        ("pears", "as peras", "as peras"),
        ("The readme.txt file is new", "readme.txt é um arquivo novo", "readme.txt é um arquivo novo"),
    ],
)
def test_a_translation_begins_with_a_capital_where_its_source_does(text, said, made):
    assert one(FakeEngine(lambda asked: said), text).target == made


def test_a_line_of_code_stays_and_no_engine_sees_it():
    engine = FakeEngine(lambda text: "x")
    outcome = one(engine, "SELECT name FROM users WHERE age > 30;")
    assert (outcome.target, outcome.skipped, engine.calls) == (outcome.source, True, [])


def test_a_comma_behind_a_placeholder_stays_where_the_sentence_is_cut_there():
    said = {"Hello": "Olá", "you have mail.": "Você tem correio."}
    engine = FakeEngine(lambda text: "Olá, você tem correio.", lambda text: said[text])
    assert one(engine, "Hello {name}, you have mail.").target == "Olá {name}, você tem correio."


def test_short_ways_to_write_numbers_are_asked_as_engines_know_them():
    engine = FakeEngine(lambda text: text)
    one(engine, "It is rising to .75% now.")
    assert engine.calls[0][0] == ["It is rising to 0.75% now."]
    other = FakeEngine(lambda text: text)
    Translator(other, "pt", "en").all([Request("O lucro foi de US$ 300 mi, disse ela.")])
    assert other.calls[0][0] == ["O lucro foi de US$ 300 milhões, disse ela."]


def test_a_sentence_of_a_third_language_stays_and_is_marked():
    outcome = one(FakeEngine(str.upper), "Bonjour tout le monde, comment allez-vous ?")
    assert (outcome.target, kinds(outcome)) == (outcome.source, {"untranslated"})
    by_words = "Il treno parte alle otto di sera."  # of which a model of letters alone isn't sure
    assert one(FakeEngine(str.upper), by_words).target == by_words
    assert one(
        FakeEngine(str.upper), "She read Le Monde and the Frankfurter Allgemeine there."
    ).target.isupper()


@pytest.mark.parametrize(
    ("source", "made", "target", "marked"),
    [
        ("Come on 12/25/2023.", "Venha em 12/25/2023.", "Venha em 25/12/2023.", set()),
        ("Come on 03/04/2024.", "Venha em 03/04/2024.", "Venha em 03/04/2024.", {"number"}),
        ("Come on 25/12/2023.", "Venha em 25/12/2023.", "Venha em 25/12/2023.", set()),
    ],
)
def test_a_date_that_two_languages_read_otherwise_is_turned_or_marked(source, made, target, marked):
    outcome = one(FakeEngine(lambda text: made), source)
    assert (outcome.target, kinds(outcome)) == (target, marked)


@pytest.mark.parametrize(
    ("source", "made", "target"),
    [
        ("9 a.m.", "9 da manhã.", "9 da manhã"),
        ("9 a.m.", "9 a.m.", "9 a.m."),
        (
            "She came home to us at 9 a.m.",
            "Ela voltou para nós às 9 da manhã.",
            "Ela voltou para nós às 9 da manhã.",
        ),
    ],
)
def test_the_stop_of_an_abbreviation_ends_no_sentence(source, made, target):
    assert one(FakeEngine(lambda text: made), source).target == target


def test_a_small_word_of_the_source_at_the_start_is_told():
    left = Translator(FakeEngine(lambda text: "Às 14h30 on 25 May."), "pt", "en")
    assert "untranslated" in kinds(left.all([Request("Às 14h30 do dia 25 de maio.")])[0])
    name = one(
        FakeEngine(lambda text: "The Guardian escreveu sobre isso hoje."),
        "The Guardian wrote about it today.",
    )
    assert not name.findings


def test_what_is_counted_once_is_one_for_the_engine():
    engine = FakeEngine(lambda text: text)
    made = Translator(engine, "en", "pt").all([Request("in %d minute"), Request("in %d minutes")])
    assert engine.calls[0][0] == ["in 1 minute", "in 47 minutes"]
    assert [outcome.target for outcome in made] == ["in %d minute", "in %d minutes"]


def test_a_street_is_out_of_the_engines_sight():
    engine = FakeEngine(lambda text: text.replace("Moro na", "I live in"))
    made = Translator(engine, "pt", "en").all(
        [Request("Moro na Rua XV de Novembro, 12 com ela."), Request("Rua das Flores, 120")]
    )
    assert [outcome.target for outcome in made] == [
        "I live in Rua XV de Novembro, 12 com ela.",
        "Rua das Flores, 120",
    ]
    assert made[1].skipped


class ReturningEngine(FakeEngine):
    """Says what it translates back to."""

    def translate(self, texts, options, cancelled):
        for made in super().translate(texts, options, cancelled):
            yield replace(made, returned="Sewage")


def test_a_few_words_that_are_translated_back_to_something_else_are_marked_and_asked_once():
    engine = ReturningEngine(lambda text: "Aspectos do tipo")
    outcome = one(engine, "Kind regards")
    assert (outcome.target, kinds(outcome)) == ("Aspectos do tipo", {"unsure"})
    assert "Sewage" in str(outcome.findings[0].text)
    assert len(engine.calls) == 1


def test_words_of_the_glossary_are_sure():
    outcome = one(
        ReturningEngine(lambda text: "Cordialmente"), "Kind regards", [Term("Kind regards", "Cordialmente")]
    )
    assert not outcome.flagged
