"""What a person corrected comes back in every translation; what is only a draft never does by itself."""

from pathlib import Path

from components.store import Store
from components.tasks.translate.memory import StoredMemory
from components.tasks.translate.pipeline import Outcome
from components.translations import Translations


def test_a_draft_is_not_used_again_and_a_correction_of_it_is(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    drafts = StoredMemory(Translations(store), "me", "ru-pt", "engine", draft=True)
    others = StoredMemory(Translations(store), "me", "ru-pt", "engine")
    drafts.keep([Outcome("Да.", "Talvez.")])
    assert others.find(["Да."]) == {}
    others.keep([Outcome("Да.", "Talvez.")])
    assert drafts.find(["Да."]) == {}
    drafts.correct("Да.", "Sim.")
    assert drafts.find(["Да."])["Да."].target == "Sim."
    store.close()
