"""What a person corrected comes back in every translation; what was marked or is only a draft never does."""

from pathlib import Path

import pytest

from components.store import Store
from components.tasks.translate.glossary import Term
from components.tasks.translate.outcome import Outcome, Request
from components.tasks.translate.sentence_checks import Finding
from components.tasks.translate.translation_memory import BY_HAND, REVISION, StoredMemory
from components.translations import Remembered, Translations


@pytest.fixture
def translations(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    yield Translations(store)
    store.close()


def found(memory: StoredMemory, text: str, before: str = "") -> Outcome | None:
    return memory.find([Request(text, before=before)]).get(Request(text, before=before))


def test_a_draft_is_not_used_again_and_a_correction_of_it_is(translations: Translations):
    drafts = StoredMemory(translations, "me", "ru-pt", "engine", draft=True)
    others = StoredMemory(translations, "me", "ru-pt", "engine")
    drafts.keep([Outcome("Да.", "Talvez.")])
    assert found(others, "Да.") is None
    others.keep([Outcome("Да.", "Talvez.")])
    assert found(drafts, "Да.") is None
    drafts.correct("Да.", "Sim.")
    assert found(drafts, "Да.").target == "Sim."


def test_what_was_marked_is_translated_again(translations: Translations):
    memory = StoredMemory(translations, "me", "en-pt", "engine")
    memory.keep([Outcome("It costs 42.", "Custa 45.", (Finding("number", "42 is missing"),))])
    assert found(memory, "It costs 42.") is None
    older = Remembered("It costs 42.", "Custa 45.", {"findings": [["number", "42 is missing"]]})
    translations.remember("me", "en-pt", f"engine#{REVISION}", [older])
    assert found(memory, "It costs 42.") is None


def test_a_correction_comes_back_first_where_the_sentence_before_is_the_same(translations: Translations):
    memory = StoredMemory(translations, "me", "en-pt", "engine")
    memory.correct("Open", "Aberto", "State")
    memory.correct("Open", "Abrir", "File menu")
    assert (found(memory, "Open", "State").target, found(memory, "Open", "State").elsewhere) == (
        "Aberto",
        False,
    )
    other = found(memory, "Open", "Door")
    assert (other.target, other.elsewhere, other.alternatives) == ("Abrir", True, ("Aberto",))


def test_a_sentence_that_is_forgotten_is_translated_again(translations: Translations):
    terms = [Term("door", "porta")]
    memory = StoredMemory(translations, "me", "en-pt", "engine", terms)
    memory.keep([Outcome("The door is open.", "A porta é aberta."), Outcome("Yes", "Sim")])
    memory.correct("The door is open.", "A porta está aberta.")
    memory.forget("The door is open.")
    assert found(memory, "The door is open.") is None
    assert found(memory, "Yes").target == "Sim"


def test_a_new_glossary_term_asks_for_another_translation_also_of_its_plural(translations: Translations):
    StoredMemory(translations, "me", "en-pt", "engine").keep([Outcome("Two doors.", "Dois portões.")])
    assert found(StoredMemory(translations, "me", "en-pt", "engine"), "Two doors.")
    assert not found(
        StoredMemory(translations, "me", "en-pt", "engine", [Term("door", "porta")]), "Two doors."
    )


def test_what_was_made_before_engines_were_asked_in_another_way_is_translated_again(
    translations: Translations,
):
    memory = StoredMemory(translations, "me", "pt-en", "engine")
    translations.remember("me", "pt-en", "engine", [Remembered("cidade", "Oranjestad city", {})])
    translations.remember(
        "me", "pt-en", f"engine#{REVISION - 1}", [Remembered("cidade", "Oranjestad city", {})]
    )
    assert found(memory, "cidade") is None
    translations.remember("me", "pt-en", BY_HAND, [Remembered("cidade", "town", {"after": {"": "town"}})])
    assert found(memory, "cidade").target == "town"
