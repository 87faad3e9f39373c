"""With the Chinese interface, what people named themselves is shown as they named it: nothing of it is translated."""

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.access import LOCAL
from components.models.catalog import Catalog
from components.tasks.tables.table_jobs import KIND as TABLE
from components.training.runs import TrainingRuns
from components.training.stories import stories
from components.ui import language, resources
from components.ui.locales import catalogues
from components.ui.look_inside import inputs
from tests.pages.conftest import looked, texts, translation

# Words of the interface that have a translation, and kinds of values that a template could take for a field.
WORDS = ("Answer", "Models", "Settings", "Prompt", "Source", "Delete", "number", "row")


@pytest.fixture
def chinese(settings: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    settings.setattr(language, "code", lambda: "zh_CN")
    return settings


def translated(word: str) -> str:
    return catalogues.translations("zh_CN").gettext(word)


def labelled(test: AppTest, label: str) -> Any:
    return next(one for one in test.button if one.label == translated(label))


def test_the_words_of_this_test_are_words_of_the_interface():
    assert sum(translated(word) != word for word in WORDS) >= 5


def test_columns_named_like_the_interface_keep_their_names(chinese: Any, app: Callable[..., AppTest]):
    rows = [{"number": f"What is {n} and {n}, please?", "Answer": f"It is {2 * n}."} for n in range(30)]
    rows[3]["Answer"] = ""
    test = app("pages/fine_tune.py")
    data = "\n".join(map(json.dumps, rows)).encode()
    test.file_uploader[0].upload("Models.jsonl", data, "application/octet-stream").run()
    labelled(test, "Check data").click().run()
    assert not test.exception
    options = {option for box in test.selectbox for option in box.options}
    assert {"number", "Answer"} <= options
    assert "Models.jsonl" in texts(test).replace("\\", "")


def test_conversations_named_like_the_interface_keep_their_names(chinese: Any, app: Callable[..., AppTest]):
    app()
    for word in WORDS:
        resources.store().create("chat", word, "local-tiny-chat")
    test = app()
    assert not test.exception
    assert set(WORDS) <= {one.label for one in test.button}


def test_a_file_named_like_the_interface_keeps_its_name(chinese: Any, app: Callable[..., AppTest]):
    test = app("pages/summarize.py")
    test.file_uploader[0].upload("Answer.txt", b"Too short.", "text/plain").run()
    labelled(test, "Summarize").click().run()
    assert not test.exception
    assert "Answer.txt" in texts(test).replace("\\", "")


def test_a_model_titled_like_a_page_keeps_its_title(
    chinese: Any, app: Callable[..., AppTest], tiny_models, tmp_path
):
    folder = tmp_path / "models"
    shutil.copytree(tiny_models / "tiny-chat", folder / "Models")
    shutil.copytree(tiny_models / "tiny-chat", folder / "Answer")
    chinese.setenv("WORDBENCH_MODELS_DIR", str(folder))
    chinese.setenv("WORDBENCH_DEFAULT_MODEL", "local-models")
    test = app("pages/models.py")
    assert not test.exception
    listed = {str(cell) for table in test.dataframe for cell in table.value.to_numpy().ravel()}
    assert {"Models", "Answer"} <= listed


def test_a_glossary_term_named_like_the_interface_is_used_as_it_is(chinese: Any, app: Callable[..., AppTest]):
    test = app("pages/translate.py")
    resources.translations().set_terms(LOCAL.id, "en-pt", [("dashboard", "Delete")])
    for label, code in (("From", "en"), ("To", "pt")):
        next(box for box in test.selectbox if box.label == translated(label)).set_value(code)
    test.run()
    test.text_area[0].set_value("The dashboard is very broken.")
    labelled(test, "Translate").click().run()
    assert not test.exception
    assert "Delete" in translation(test)


def test_what_is_kept_under_a_word_of_the_interface_is_listed_by_it(
    chinese: Any, app: Callable[..., AppTest]
):
    app()
    for word in WORDS:
        resources.row_work().create(TABLE, word, {}, 1)
        resources.classifiers().keep(word, {}, {}, b"")
        document, _ = resources.shelf().add(word, word, f"{word}s")
        resources.shelf().update(document, state="done")
    for page in ("pages/tables.py", "pages/classify.py"):
        test = app(page)
        assert not test.exception
        assert set(WORDS) <= {one.label for one in test.button}
    test = app("pages/ask.py")
    assert not test.exception
    assert test.multiselect(key="ask_collections").options == sorted(f"{word}s" for word in WORDS)
    assert set(WORDS) <= {option for box in test.multiselect for option in box.options}


@pytest.mark.slow
def test_a_model_from_scratch_and_its_text_keep_their_names(chinese: Any, app: Callable[..., AppTest]):
    chinese.setattr(TrainingRuns, "keep_working", lambda self: None)
    test = app("pages/from_scratch.py")
    test.radio(key="scratch_source").set_value("own").run()
    test.file_uploader[0].upload("Models.txt", stories(500).encode(), "text/plain").run()
    assert translated("Model of {text}").format(text="Models.txt") in [one.value for one in test.text_input]
    test.text_input(key="scratch_name_Models.txt").set_value("Answer")
    labelled(test, "Start training").click().run()
    assert not test.exception
    (run,) = resources.training_runs().records.of(LOCAL.id)
    log = resources.training_runs().folder(run.id).log()
    log.write("start", step=0, steps=100)
    log.write("samples", step=5, samples=[{"prompt": "Prompt", "text": "Source", "copied": [[0, 6]]}])
    test.run()
    assert not test.exception
    assert (run.name, run.data_name) == ("Answer", "Models.txt")
    assert "Answer" in {one.label for one in test.button}
    said = texts(test).replace("\\", "")
    assert "**Answer** · Models.txt" in said
    assert ":orange-background[Source]" in said


def test_what_is_looked_into_keeps_its_names(
    chinese: Any, app: Callable[..., AppTest], tiny_models, tmp_path
):
    folder = tmp_path / "models"
    for name in ("Models", "Answer"):
        shutil.copytree(tiny_models / "tiny-chat", folder / name)
    chinese.setenv("WORDBENCH_MODELS_DIR", str(folder))
    found = {spec.title: spec.id for spec in Catalog(folder).all()}
    chinese.setenv("WORDBENCH_DEFAULT_MODEL", found["Models"])
    test = app("pages/look_inside.py")
    test.session_state[inputs.SOURCE] = ("c", "Settings")
    test.session_state[inputs.PROMPT], test.session_state[inputs.TEXT] = "Source", "Delete"
    test = looked(test)
    assert not test.exception
    assert test.selectbox(key=inputs.MODEL).options[0] == "Models"
    assert "Answer" in test.selectbox(key="inside_second").options
    assert "**Models**" in texts(test)
    assert [one.value for one in test.text_area] == ["Source", "Delete"]
    link = translated("From the conversation {title}").format(title="Settings")
    assert link in {str(one.proto.label) for one in test.get("page_link")}
    cut = next(table.value for table in test.dataframe if translated("Token") in table.value)
    assert "".join(map(str, cut[translated("Token")])) == "Delete"


@pytest.mark.slow
@pytest.mark.parametrize("page", ["pages/tables.py", "pages/evaluate.py", "pages/classify.py"])
def test_columns_and_files_of_the_newer_pages_keep_their_names(
    page: str, chinese: Any, app: Callable[..., AppTest]
):
    rows = "number,Answer,Settings\n" + "".join(f"What is {n} and {n}?,{2 * n},row\n" for n in range(12))
    test = app(page)
    labels = [translated(label) for label in ("Table", "Questions")]
    uploader = next((one for one in test.file_uploader if one.label in labels), test.file_uploader[0])
    uploader.upload("Models.csv", rows.encode(), "text/csv").run()
    assert not test.exception
    options = {option for box in (*test.selectbox, *test.multiselect) for option in box.options}
    said = texts(test).replace("\\", "")
    assert all(name in options or name in said for name in ("number", "Answer", "Settings"))
    if page != "pages/classify.py":
        assert "Models.csv" in said
