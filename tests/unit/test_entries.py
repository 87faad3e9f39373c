"""What a person keeps is found by its title and by what it says, whatever the capitals."""

from pathlib import Path

from components.results import Results
from components.store import Store
from components.tasks.ask import answer
from components.tasks.translate import typed_texts
from components.translations import Translations


def test_a_kept_answer_is_found_by_the_words_of_its_text(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/w.db", tmp_path)
    results = Results(store)
    made = answer.Answer("Who leads it?", "who", True, 0.9, (), ())
    first, second = (results.create("ask", title, {}, []) for title in ("Über uns", "Costs"))
    results.update(first, body=answer.body_of([made]))
    results.update(second, body={"answers": "damaged"})

    def found(search: str) -> list[str]:
        return [one.id for one in results.headings("ask", search, lambda b: " ".join(answer.texts_of(b)))]

    assert found("LEADS") == [first]
    assert found("uber") == [first]
    assert found("cost") == [second]  # damaged, by its title
    assert found("damaged") == []
    assert [one.id for one in results.headings("ask", "leads")] == []
    store.close()


def test_a_translation_is_found_by_both_of_its_languages(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/w.db", tmp_path)
    translations = Translations(store)
    asked = {"source": "en", "target": "pt", "route": "r"}
    made = translations.create("local", "text", "The harbour…", asked, "done")
    row = {"source": "The harbour opens.", "target": "O porto abre às nove.", "after": ""}
    row |= {"findings": [], "retried": False, "remembered": False, "alternatives": [], "edited": False}
    body = {"lead": "", "text": "The harbour opens at nine.", "sentences": [row]}
    translations.update(made, body=body)
    for wanted in ("as nove", "AT NINE"):
        found = translations.headings("local", wanted, words=typed_texts.words_of)
        assert [one.id for one in found] == [made]
    assert translations.headings("local", "as nove") == []
    store.close()
