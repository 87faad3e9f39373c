"""The translation memory is searched as conversations are: capitals and accents make no difference."""

from pathlib import Path

import pytest

from components.store import Store
from components.translations import Remembered, Translations


@pytest.mark.parametrize("typed", ["привет", "UBER", "über uns", "Привет"])
def test_the_memory_is_found_however_its_letters_are_written(tmp_path: Path, typed: str):
    store = Store(f"sqlite:///{tmp_path}/w.db", tmp_path)
    translations = Translations(store)
    made = [Remembered("Über uns: Привет", "About us", {}), Remembered("Other", "Another", {})]
    translations.remember("local", "de-en", "r", made)
    assert [one.target for one in translations.memory("local", typed)] == ["About us"]
    assert len(translations.memory("local")) == 2
    assert len(translations.memory("local", limit=1)) == 1
    store.close()
