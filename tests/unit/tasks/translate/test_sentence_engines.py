"""Chat models and two engines in a row behave like an engine made for translation."""

import pytest

from components.config import Config
from components.errors import Cancelled
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import Usage
from components.models.translation import TranslationOptions
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.routes import routes
from components.tasks.translate.sentence_engines import Instructed, Pivot, leased, request
from tests.unit.tasks.translate.fakes import FakeEngine

EN_PT = TranslationOptions("en", "pt")


class FakeGeneration:
    def __init__(self, text, finish):
        self._text, self.usage = text, Usage(1, 1, 0.0, 0.0, finish)

    def __iter__(self):
        yield from self._text


class FakeChat:
    def __init__(self, answer, finish="stop"):
        self._answer, self._finish = answer, finish
        self.prompts = []

    def count(self, prompts):
        return [len(prompt.text) for prompt in prompts]

    def generate(self, prompt, options, cancelled):
        self.prompts.append(prompt.messages[0]["content"])
        return FakeGeneration(self._answer, self._finish)


def test_a_chat_model_sees_the_sentences_around_and_its_chatter_is_cut():
    chat = FakeChat("Sure! Here is the translation: Bom dia.")
    found = list(Instructed(chat).translate(["First.", "Good morning.", "Last."], EN_PT, lambda: False))
    assert [one.texts for one in found] == [("Bom dia.",)] * 3
    assert "First." in chat.prompts[1]
    assert "Last." in chat.prompts[1]


def test_a_chat_model_that_ran_out_of_room_is_noticed():
    found = list(Instructed(FakeChat("Bom", "length")).translate(["Good morning."], EN_PT, lambda: False))
    assert found[0].cut


def test_the_prompt_names_both_languages():
    assert "English" in request("x", "", EN_PT)
    assert "Portuguese" in request("x", "", EN_PT)


def test_two_steps_keep_the_order_of_sentences():
    first = FakeEngine(lambda text: f"{text} (en)")
    second = FakeEngine(lambda text: f"{text} (zh)")
    options = TranslationOptions("pt", "zh")
    found = {
        one.index: one.texts[0]
        for one in Pivot(first, second, "en").translate(["a", "b", "c"], options, lambda: False)
    }
    assert [found[i] for i in range(3)] == ["a (en) (zh)", "b (en) (zh)", "c (en) (zh)"]
    assert first.calls[0][1].target == second.calls[0][1].source == "en"


def test_nothing_in_the_middle_is_not_made_up_by_the_second_engine():
    second = FakeEngine(lambda text: "made up")
    pivot = Pivot(FakeEngine(lambda text: "" if text == "b" else text), second, "en")
    found = {one.index: one.texts for one in pivot.translate(["a", "b"], EN_PT, lambda: False)}
    assert found == {0: ("made up",), 1: ("",)}


def test_half_a_sentence_of_a_stopped_chat_model_is_no_translation():
    with pytest.raises(Cancelled):
        list(Instructed(FakeChat("Bom")).translate(["Good morning."], EN_PT, lambda: True))


@pytest.mark.slow
def test_a_real_chat_model_through_the_manager_is_checked_like_any_other(tiny_models, tmp_path):
    config = Config(data_dir=tmp_path, models_dir=tiny_models, engine="transformers")
    loader = EngineLoader(config, Library(config))
    manager = ModelManager(Catalog(tiny_models), loader, config)
    route = routes([manager.catalog.get("local-tiny-endless")], "en", "pt")[0]
    text = "The quick brown fox jumps over the lazy dog."
    with leased(manager.lease, route, "me", lambda: False, lambda text: None) as engine:
        outcome = Translator(engine, "en", "pt").all([Request(text)])[0]
    loader.process.close()
    assert outcome.findings  # its text is nonsense, and never ends
    assert outcome.target != text
