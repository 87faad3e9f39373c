"""A typed text after it was translated: other wordings, and one sentence once more."""

from components.models.catalog import CATALOGUE
from components.store import Store
from components.tasks.translate import typed_texts
from components.tasks.translate.asked import memory
from components.tasks.translate.glossary import Term
from components.tasks.translate.routes import routes
from components.tasks.translate.typed_texts import TextRequest
from components.translations import Translations
from tests.unit.tasks.translate.fakes import FakeEngine, FakeManager

ROUTE = routes([spec for spec in CATALOGUE if spec.id == "bergamot-en-pt"], "en", "pt")[0]


class Quiet:
    def say(self, note, share=None):
        pass

    def cancelled(self):
        return False


def asked(text, terms=()):
    return TextRequest(text, "en", "pt", ROUTE, "me", terms)


def test_other_wordings_obey_the_glossary():
    made = {"The XQ1 is red.": "XQ1 é vermelho.", "The panel is red.": "O quadro é vermelho."}
    terms = [Term("panel", "painel")]
    engine = FakeManager(FakeEngine(made.__getitem__))
    found = typed_texts.alternatives("The panel is red.", asked("", terms), engine, lambda: False)
    assert found == ["Painel é vermelho."]
    assert typed_texts.alternatives("The panel is red.", asked(""), engine, lambda: False) == [
        "O quadro é vermelho."
    ]


def test_a_sentence_that_is_translated_again_is_the_engines_and_no_longer_the_corrected_one(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    translations = Translations(store)
    said = {"Good morning.": "Bom dia.", "The house is red.": "A casa é vermelha."}
    manager = FakeManager(FakeEngine(said.__getitem__))
    request = asked("Good morning. The house is red.")
    memory(request, translations).correct("The house is red.", "A residência é vermelha.", "Good morning.")
    body = typed_texts.translate_text(request, manager, translations, Quiet())
    assert typed_texts.whole(body, "pt") == "Bom dia. A residência é vermelha."
    body = typed_texts.again(1, body, request, manager, translations)
    assert typed_texts.whole(body, "pt") == "Bom dia. A casa é vermelha."
    assert not body["sentences"][1]["remembered"]
    assert typed_texts.whole(
        typed_texts.translate_text(request, manager, translations, Quiet()), "pt"
    ).endswith(" casa é vermelha.")
    store.close()
