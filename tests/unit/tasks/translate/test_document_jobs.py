"""A document's life: begun, stopped, taken up by another server, finished, deleted."""

import threading

from components.documents import Limits
from components.jobs import Jobs
from components.models.catalog import CATALOGUE
from components.store import Store
from components.tasks.translate.document_jobs import DocumentRequest, DocumentTranslator
from components.tasks.translate.receipt import Receipt
from components.tasks.translate.routes import routes
from components.translations import Translations
from tests.unit.tasks.translate.fakes import FakeEngine, FakeManager

ROUTE = routes([spec for spec in CATALOGUE if spec.id == "bergamot-en-pt"], "en", "pt")[0]
SETTINGS = {"source": "en", "target": "pt", "route": ROUTE.id, "columns": [], "bilingual": False}
TEXT = "\n\n".join(f"The house number {n} is very old." for n in range(200))


def server(folder, engine):
    """The parts of one running app on a data folder."""
    store = Store(f"sqlite:///{folder / 'w.db'}", folder)
    translations, jobs = Translations(store), Jobs()
    return (
        translations,
        DocumentTranslator(translations, jobs, FakeManager(engine), folder / "documents", Limits()),
    )


def said(text):
    return text.replace("The house number", "A casa número").replace("is very old", "é muito velha")


def test_a_stopped_document_goes_on_from_where_it_was_also_on_another_server(tmp_path):
    made, started, begun = [], [], threading.Event()

    def until_stopped(text):
        begun.wait(60)
        made.append(text)
        if len(made) == 100:
            started[0].cancel()
        return said(text)

    translations, documents = server(tmp_path, FakeEngine(until_stopped))
    found = documents.add(TEXT.encode(), "houses.txt", "me", SETTINGS)
    started.append(documents.start(DocumentRequest(found, "en", "pt", ROUTE, "me")))
    begun.set()
    assert started[0].wait(60)
    assert translations.get(found).state == "stopped"
    assert documents.result(found) is None
    translations, documents = server(tmp_path, FakeEngine(said))
    assert documents.start(DocumentRequest(found, "en", "pt", ROUTE, "me")).wait(60)
    ended = translations.get(found)
    assert (ended.state, ended.body["segments"], ended.body["from memory"]) == ("done", 200, 128)
    assert documents.result(found).decode() == said(TEXT)
    documents.delete(found)
    assert (translations.get(found), documents.result(found)) == (None, None)
    assert not (tmp_path / "documents" / found).exists()


def test_what_the_engine_leaves_empty_is_named_in_the_report(tmp_path):
    translations, documents = server(tmp_path, FakeEngine(lambda text: "" if "7" in text else said(text)))
    found = documents.add(
        b"The house number 7 is very old.\n\nThe house number 8 is very old.", "a.txt", "me", SETTINGS
    )
    assert documents.start(DocumentRequest(found, "en", "pt", ROUTE, "me")).wait(60)
    body = translations.get(found).body
    assert (body["segments"], body["translated"], body["flagged"]) == (2, 1, 1)
    assert str(Receipt.from_json(body).marked[0].findings[-1]) == "The source was left in its place."
    first, second = documents.sides(found)
    assert (len(first.why), second.why, second.target) == (1, (), "A casa número 8 é muito velha.")
