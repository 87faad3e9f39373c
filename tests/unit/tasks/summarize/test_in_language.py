"""Summaries in another language."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from components.errors import EngineFailed
from components.models.translation import Translated
from components.tasks.summarize.ledger import Ledger
from components.tasks.summarize.maker import Maker
from components.tasks.summarize.part_reader import Read
from components.tasks.summarize.passages import passages
from components.tasks.summarize.summarizer import (
    summarize,
)
from components.tasks.summarize.summary import Line
from components.tasks.summarize.summary_settings import Length, Settings
from tests.unit.tasks.summarize.fakes import BOTH, TEXT, TOPICS, FakeModels, document, echo, english, spec


def test_a_model_that_fails_while_translating_leaves_the_summary_untranslated_and_says_why():
    def sometimes(text: str) -> str:
        if text.startswith("Translate"):
            raise EngineFailed("The server team went away.")
        return echo(text)

    settings = replace(BOTH, language="fr")
    made = summarize([document(TEXT)], settings, FakeModels(sometimes).tools(languages=("en", "fr")))[0]
    assert made.lines
    assert "It could not be translated into French: The server team went away." in english(made.notes)


def test_another_language_keeps_the_sources_of_the_original():
    settings = Settings(method="both", length=Length(words=80), model_id="writer", language="fr")

    def translate(text: str) -> str:
        return "Bonjour le monde entier." if text.startswith("Translate") else echo(text)

    made = summarize([document(TEXT)], settings, FakeModels(translate).tools(languages=("en", "fr")))[0]
    assert all(line.text == "Bonjour le monde entier." for line in made.lines)
    assert all(line.sources and line.original for line in made.lines)


COUNCIL = """
The council of Harrow approved a budget of 45 million euros for 2026 on 3 March 2025 in the old town hall.
The railway line to Norton will be repaired by June and cost 3.5 million euros according to the engineers.
Residents asked for 40 more buses during the winter months because the trains were often late last year.
The museum reopens in May with an exhibition about the flood of 1987 and the people who lost their homes.
"""


def in_portuguese(translate):
    """A summary of the council's news by a model that translates with this function."""

    def answer(text: str) -> str:
        return translate(text.split("\n", 1)[1]) if text.startswith("Translate") else echo(text)

    settings = replace(BOTH, length=Length(words=50), language="pt")
    return summarize([document(COUNCIL)], settings, FakeModels(answer).tools(languages=("en", "pt")))[0]


def test_a_translation_is_marked_where_it_has_numbers_dates_and_names_of_its_own():
    made = in_portuguese(
        lambda line: (
            "O conselho de Londres aprovou 99 milhões de euros em 7 de agosto de 2029, disse Carlos Mendes."
        )
    )
    marks = {mark for line in made.lines for mark in english(line.missing)}
    assert {"number 99 milhões", "date 7 de agosto de 2029", "name Carlos Mendes"} <= marks


def test_a_faithful_translation_has_no_marks():
    said = {
        "The council": "O conselho de Harrow aprovou 45 milhões de euros para 2026 em 3 de março de 2025.",
        "The railway": "A linha para Norton será reparada até junho e custa 3,5 milhões de euros.",
        "Residents": "Os moradores pediram mais 40 autocarros no inverno.",
        "The museum": "O museu reabre em maio com uma exposição sobre a cheia de 1987.",
    }
    made = in_portuguese(lambda line: next(text for start, text in said.items() if line.startswith(start)))
    assert made.lines
    assert not any(line.missing for line in made.lines)


def test_a_city_with_another_name_in_the_other_language_is_not_marked():
    text = COUNCIL.replace("Harrow", "London")
    settings = replace(BOTH, length=Length(words=20), language="pt")

    def answer(text: str) -> str:
        return "É a vez do conselho de Londres." if text.startswith("Translate") else COUNCIL.split("\n")[1]

    models = FakeModels(lambda prompt: answer(prompt).replace("Harrow", "London"))
    made = summarize([document(text)], settings, models.tools(languages=("en", "pt")))[0]
    assert [line.missing for line in made.lines] == [()]


@pytest.mark.parametrize(
    ("language", "source", "said", "marks"),
    [
        ("pt", "The plan was made by Anna Lopez in London.", "O plano é de Carlos Mendes em Londres.", ["Carlos Mendes"]),
        ("pt", "The plan was made in Lisbon last year.", "O plano foi feito em Madrid no ano passado.", ["Madrid"]),
        ("de", "The plan was made by Anna Lopez last year.", "Der Plan kam von Carlos Mendes im Jahr zuvor.", ["Carlos Mendes"]),
        ("zh", "The plan was made by Anna Lopez last year.", "该计划由Carlos Mendes制定。", ["Carlos Mendes"]),
        ("zh", "The plan was made by Anna Lopez last year.", "该计划由Anna Lopez制定。", []),
        ("de", "The plan was made by Anna Lopez in Vienna.", "Der Plan kam von Anna Lopez aus Wien.", []),
        ("de", "The plan was made in Cologne and Vienna.", "Der neue Plan entstand in Wien. Neue Regeln und Ideen.", []),
        ("pt", "The plan was made in Germany with the World Bank.", "Na Alemanha, o Banco Mundial fez o plano.", []),
        ("es", "US and NATO officials met in London.", "Estados Unidos y la OTAN se reunieron en Londres.", []),
        ("fr", "The plan was made in the United States.", "Le plan vient des États-Unis. Bonjour.", []),
        ("pt", "The plan was made in Spain and Italy.", "Segundo eles, o plano vem da Espanha e da Itália.", []),
    ],
)  # fmt: skip
def test_a_name_that_came_in_with_a_translation_is_marked_and_a_translated_name_is_not(
    language, source, said, marks
):
    text = document(source)
    read = Read(tuple(passages(text)), None, Ledger(()), "en", 10)
    line = Line(source, "written")
    made = Maker(read, [text], BOTH, None).translated(line, said, language)
    assert [mark for mark in english(made.missing) if mark.startswith("name")] == [
        f"name {name}" for name in marks
    ]


def test_a_translation_that_is_much_longer_keeps_the_length_that_was_asked_for():
    made = in_portuguese(lambda line: f"{line} E isto e aquilo, disse quem por lá passou. " * 2)
    assert made.words <= 60


@pytest.mark.parametrize("shape", ["paragraph", "key points"])
@pytest.mark.parametrize("share", [0.4, 0.6, 1.5])
def test_a_translation_that_is_much_shorter_or_longer_is_brought_to_the_length_that_was_asked_for(
    shape, share
):
    def answer(text: str) -> str:
        if not text.startswith("Translate"):
            return echo(text)
        words = text.split("\n", 1)[1].split()
        return " ".join((words * 2)[: round(len(words) * share)]).rstrip(".,") + "."

    rows = [" ".join(f"{sign}{kind}{topic}" for sign in "abcdefghijkl") for topic in TOPICS for kind in "xyz"]
    text = "\n".join(f"The plan of {row} was made." for row in rows)
    settings = replace(BOTH, shape=shape, length=Length(words=100), language="pt")
    made = summarize([document(text)], settings, FakeModels(answer).tools(languages=("en", "pt")))[0]
    assert 80 <= made.words <= 120
    assert all(line.original and line.sources for line in made.lines)


def test_one_sentence_that_fails_does_not_cost_the_translation_of_the_others():
    asked: list[str] = []

    def sometimes(line: str) -> str:
        asked.append(line)
        if len(asked) == 2:
            raise EngineFailed("The server team went away.")
        return f"Em português, a frase {len(asked)} do conselho."

    made = in_portuguese(sometimes)
    assert [line.text for line in made.lines if line.original]
    assert [line.text for line in made.lines if not line.original] == [asked[1]]
    assert (
        "1 of 2 sentences could not be translated into Portuguese and stay as they were: "
        "The server team went away." in english(made.notes)
    )


class PortugueseEngine:
    """An engine for translation that knows one sentence of each kind."""

    def translate(self, texts, options, cancelled):
        for index, text in enumerate(texts):
            assert (options.source, options.target) == ("en", "pt")
            yield Translated(index, (PORTUGUESE.get(text, ""),))


PORTUGUESE = dict(
    zip(
        COUNCIL.strip().splitlines(),
        (
            "O conselho de Harrow aprovou um orçamento de 45 milhões de euros para 2026 em 3 de março de 2025 na "
            "antiga prefeitura.",
            "A linha ferroviária para Norton será reparada até junho e custará 3,5 milhões de euros segundo os "
            "engenheiros.",
            "Os moradores pediram mais 40 ônibus durante os meses de inverno porque os trens atrasaram muitas vezes "
            "no ano passado.",
            "O museu reabre em maio com uma exposição sobre a enchente de 1987 e as pessoas que perderam suas casas.",
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("method", ["quote", "both"])
def test_quotes_are_translated_by_an_engine_made_for_it_and_marked_as_translated(method: str):
    models = FakeModels(echo)
    own_lease = models.lease

    @contextmanager
    def lease(model_id, *given, **more):
        if model_id == "engine":
            yield PortugueseEngine()
        else:
            with own_lease(model_id, *given, **more) as engine:
                yield engine

    engine = spec("engine", "translate", languages=("en", "pt"), directions=("en-pt",))
    tools = replace(models.tools(), lease=lease, translators=(engine,))
    settings = replace(BOTH, method=method, length=Length(words=50), language="pt")
    made = summarize([document(COUNCIL)], settings, tools)[0]
    assert made.lines
    assert {line.text for line in made.lines} <= set(PORTUGUESE.values())
    assert all(line.original and not line.missing for line in made.lines)
    note = (
        "Quoted from the document, then translated"
        if method == "quote"
        else "Written in the document's language"
    )
    assert note in " ".join(english(made.notes))


def test_without_an_engine_for_the_languages_quotes_stay_and_say_so():
    settings = replace(BOTH, method="quote", length=Length(words=50), language="pt")
    made = summarize([document(COUNCIL)], settings, FakeModels(echo).tools())[0]
    assert not any(line.original for line in made.lines)
    assert "Quotes stay in the document's language" in " ".join(english(made.notes))
