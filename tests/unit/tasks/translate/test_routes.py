"""Which engines can do a pair of languages, the best first."""

from dataclasses import replace

from components.models.catalog import CATALOGUE
from components.tasks.translate.routes import made_for, routes


def test_english_to_portuguese_is_ready_without_a_download():
    found = routes([m for m in CATALOGUE if m.source == "packaged"], "en", "pt")
    assert found[0].id == "bergamot-en-pt"


def test_a_pair_that_no_model_does_goes_through_english_and_says_so():
    models = [m for m in CATALOGUE if m.id in ("bergamot-en-pt", "opus-mt-en-zh", "opus-mt-zh-en")]
    found = routes(models, "pt", "zh")[0]
    assert [(s.source, s.target) for s in found.steps] == [("pt", "en"), ("en", "zh")]
    assert "English" in str(found.title)
    assert made_for(found)


def test_chinese_is_in_the_catalogue_with_a_permissive_licence():
    for pair in ("en-zh", "zh-en"):
        model = next(m for m in CATALOGUE if m.id == f"opus-mt-{pair}")
        assert model.directions == (pair,)
        assert model.licence in ("Apache-2.0", "CC-BY-4.0")


def test_a_chat_model_without_the_languages_is_offered_last():
    chat = replace(next(m for m in CATALOGUE if m.task == "chat"), parameters=7 * 10**9, languages=("en",))
    found = routes([chat, *(m for m in CATALOGUE if m.id == "bergamot-en-pt")], "en", "pt")
    assert found[0].id == "bergamot-en-pt"
    assert not made_for(found[-1])


def test_a_small_chat_model_is_no_engine_for_languages_that_it_was_not_made_for():
    chat = replace(next(m for m in CATALOGUE if m.task == "chat"), parameters=135 * 10**6, languages=("en",))
    assert routes([chat], "de", "en") == []


def test_a_refused_model_is_not_offered():
    model = replace(CATALOGUE[0], refusal="no")
    assert routes([model], "en", "pt") == []
