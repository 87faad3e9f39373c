"""Fine-tune: data are uploaded, checked, repaired and come back."""

import json
import threading
import time

import pytest

from components.access import LOCAL, Person, browser_owner, identity_owner
from tests.pages.conftest import button, texts

PAGE = "pages/fine_tune.py"
SIGNED_IN = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "42", "name": "Bob"}
GOOD = [{"prompt": f"What comes after {n}?", "completion": f"After {n} comes {n + 1}."} for n in range(40)]


def jsonl(rows) -> bytes:
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows).encode()


def checked(app, data: bytes, name: str = "rows.jsonl"):
    test = app(PAGE)
    test.file_uploader[0].upload(name, data, "application/octet-stream").run()
    button(test, "Check data").click().run()
    assert not test.exception
    return test


def headings(test):
    return [one.value for one in test.header] + [one.value for one in test.title]


def metrics(test):
    return {one.label: one.value for one in test.metric}


def test_labels(app):
    test = app(PAGE)
    assert headings(test) == ["Fine-tune"]
    assert test.file_uploader[0].label == "Training data"
    assert "Base model" in [one.label for one in test.selectbox]
    button(test, "Check data").click().run()
    assert "Upload a file" in texts(test)


def test_clean_data_is_ready_at_once_and_stays(app):
    test = checked(app, jsonl(GOOD))
    assert set(headings(test)) >= {"Fine-tune", "Data report", "What the model will see"}
    assert (
        metrics(test).items()
        >= {
            "Rows": "40",
            "Bad rows": "0",
            "To train on": "32",
            "Held out": "8",
            "Language": "English",
        }.items()
    )
    assert "Ready: 32 rows to train on, 8 held out" in texts(test)
    test.switch_page("pages/models.py").run()
    test.switch_page(PAGE).run()
    assert "Ready: 32 rows" in texts(test)


def test_bad_rows_are_named_and_dropped_in_one_click(app):
    rows = [*GOOD[:3], "{not json", {"prompt": "Why?"}, *GOOD[3:], GOOD[0]]
    test = checked(app, jsonl(rows))
    table = test.dataframe[0].value
    assert list(zip(table["Line"], table["Problem"], strict=True)) == [
        (4, "Not JSON"),
        (5, "Missing field"),
        (43, "Duplicate"),
    ]
    assert metrics(test)["Bad rows"] == "3"
    assert "Ready:" not in texts(test)
    button(test, "Drop bad rows").click().run()
    assert not test.exception
    assert metrics(test)["Dropped"] == "3"
    assert "Ready: 32 rows to train on, 8 held out" in texts(test)


@pytest.mark.slow
def test_placeholders_are_filled_in_and_thinking_is_taken_out(app):
    rows = [
        row | {"completion": f"<think>One more.</think>{row['completion']} So says [NAME]."} for row in GOOD
    ]
    test = checked(app, jsonl(rows))
    assert "Ready:" not in texts(test)
    button(test, "Take the thinking out").click().run()
    field = next(one for one in test.text_input if "NAME" in one.label)
    field.set_value("Ann")
    button(test, "Fill in").click().run()
    assert not test.exception
    assert "Ready: 32 rows to train on, 8 held out" in texts(test)
    assert "Filled in: Ann for" in texts(test)
    button(test, "Undo the changes inside of rows").click().run()
    assert "Ready:" not in texts(test)


@pytest.mark.slow
def test_two_columns_are_asked_about(app):
    table = "topic,words\n" + "".join(f"the number {n},it comes before {n + 1}\n" for n in range(20))
    test = checked(app, table.encode(), "table.csv")
    assert "Ready:" not in texts(test)
    by_label = {one.label: one for one in test.selectbox}
    assert (by_label["Prompt"].value, by_label["Answer"].value) == ("topic", "words")
    button(test, "Use these columns").click().run()
    assert not test.exception
    assert "Ready: 12 rows" in texts(test)


@pytest.mark.slow
def test_of_a_chat_the_person_chooses_who_is_the_assistant(app):
    chat = "".join(
        f"12/03/24, 10:{n:02} - Ann: Where is {n}?\n12/03/24, 10:{n:02} - Bob: {n} is in house {n}.\n"
        for n in range(30)
    )
    test = checked(app, chat.encode(), "chat.txt")
    assert "The turns are by Ann, Bob" in texts(test)
    assert "Ready:" not in texts(test)
    chosen = next(one for one in test.selectbox if one.label == "Assistant")
    assert chosen.value == "Bob"
    button(test, "Use these columns").click().run()
    assert "Ready: 22 rows to train on, 8 held out" in texts(test)
    next(one for one in test.selectbox if one.label == "Assistant").set_value("Ann")
    button(test, "Use these columns").click().run()
    assert metrics(test)["Rows"] == "31"  # what Ann asks first and what Bob says last are rows by themselves


@pytest.mark.slow
def test_a_choice_of_fields_can_be_changed_and_keeps_what_belongs_to_the_rows(app):
    rows = [{"instruction": f"Add {n}.", "input": f"1 + {n}", "output": f"{n + 1}"} for n in range(20)]
    test = checked(app, jsonl(rows))
    by_label = {one.label: one for one in test.selectbox}
    assert (by_label["Instruction"].value, by_label["Answer"].value) == ("instruction", "output")
    button(test, "Use these columns").click().run()
    assert not test.exception
    assert "“instruction”, “input”, “output”" in texts(test)
    assert "Use these columns" in [one.label for one in test.button]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(100), b"PK\x03\x04broken"])
def test_a_file_that_cannot_be_read_is_a_sentence(app, data):
    test = checked(app, data, "rows.jsonl")
    assert len(test.error) == 1
    assert headings(test) == ["Fine-tune"]


def test_another_person_does_not_get_it_and_deleting_ones_data_deletes_it(app, settings, tmp_path):
    settings.setenv("WORDBENCH_MODE", "open")
    settings.setattr("components.ui.person._cookie", lambda: "a" * 32)
    test = checked(app, jsonl(GOOD))
    found = test.query_params["data"]
    found = found if isinstance(found, str) else found[0]
    settings.setattr("components.ui.person._cookie", lambda: "b" * 32)
    assert headings(app(PAGE, data=found)) == ["Fine-tune"]
    settings.setattr("components.ui.person._cookie", lambda: "a" * 32)
    assert "Data report" in headings(app(PAGE, data=found))
    test = app("pages/your_data.py")
    assert "Training data" in list(test.dataframe[0].value["What"])
    test.checkbox[0].check().run()
    button(test, "Delete my data").click().run()
    assert not test.exception
    assert headings(app(PAGE, data=found)) == ["Fine-tune"]
    assert not (tmp_path / "data" / "datasets" / found).exists()


def test_too_few_rows_are_a_sentence(app):
    test = checked(app, jsonl(GOOD[:9]))
    assert "9 usable rows are too few" in texts(test)
    assert "Ready:" not in texts(test)


def test_data_sets_are_listed_opened_and_deleted(app):
    test = checked(app, jsonl(GOOD))
    button(test, "New data set").click().run()
    assert "Data report" not in headings(test)
    button(test, "rows\\.jsonl").click().run()
    assert "Data report" in headings(test)
    button(test, "Delete the data set").click().run()
    assert not test.exception
    assert "Data report" not in headings(test)
    assert "Your data sets will be listed here" in texts(test)


def test_settings_and_start_are_there_once_the_data_are_ready(app):
    test = checked(app, jsonl(GOOD))
    assert {"Start training", "Estimate"} <= {one.label for one in test.button}
    labels = {one.label for one in test.number_input}
    assert {"Rank", "Alpha", "Dropout", "Learning rate", "Epochs", "Batch", "Accumulation"} <= labels
    assert {"Length", "Warm-up", "Weight decay", "Patience", "Seed"} <= labels
    [method] = [one for one in test.radio if one.label == "Method"]
    assert method.options == ["LoRA", "Full", "Last layers only"]
    assert "QLoRA needs an NVIDIA card, and there is none" in texts(test)


def test_an_interrupted_run_is_shown_with_its_chart_and_can_be_resumed(app, tiny_models):
    from components.training.hyperparameters import TrainingSettings
    from components.ui import resources
    from tests.unit.training.making import make_run

    test = checked(app, jsonl(GOOD))
    runs = resources.training_runs()
    owner = LOCAL.id
    run_id = runs.records.create(owner, "Mine", "local-tiny-chat", "rows.jsonl", TrainingSettings())
    runs.records.move(run_id, ("queued", "running"), "interrupted", note="The server went down.")
    folder = make_run(runs.folder(run_id).path, tiny_models / "tiny-chat", TrainingSettings())
    for step in (1, 2):
        facts = {"loss": 3.0 / step, "rate": 1e-3, "norm": 1.0, "tokens": 10, "seconds": 0.1, "left": 5.0}
        folder.log().write("step", step=step, steps=4, **facts)
    folder.log().write("evaluation", step=2, loss=2.5)
    test.run()
    assert not test.exception
    assert {"Progress", "Runs"} <= set(headings(test))
    assert metrics(test)["Step"] == "2 of 4"
    assert "The server went down" in texts(test)
    assert "Resume" in {one.label for one in test.button}


@pytest.mark.parametrize("mode", ["local", "open", "signed in"])
def test_a_deleted_run_is_gone_from_the_page_and_from_the_disk(app, settings, tiny_models, mode):
    from components.training.hyperparameters import TrainingSettings
    from components.ui import person, resources
    from tests.unit.training.making import make_run

    settings.setenv("WORDBENCH_MODE", mode)
    settings.setattr("components.ui.door._has_provider", lambda: True)
    settings.setattr(person, "_cookie", lambda: "b" * 32)
    settings.setattr(person, "_claims", lambda: SIGNED_IN | {"exp": time.time() + 600})
    test = app(PAGE)
    runs = resources.training_runs().for_person(Person(owners(mode)))
    run_id = runs.records.create(owners(mode), "Mine", "local-tiny-chat", "rows", TrainingSettings())
    runs.records.move(run_id, ("queued",), "stopped", note="Stopped.")
    folder = make_run(runs.folder(run_id).path, tiny_models / "tiny-chat", TrainingSettings()).path
    test.run()
    assert folder.is_dir()
    assert "Runs" in headings(test)
    button(test, "Delete for good").click().run()
    assert not test.exception
    assert not folder.exists()
    assert runs.records.get(run_id) is None
    assert "Runs" not in headings(test)
    assert "doesn't exist any more" not in texts(test)


def owners(mode: str) -> str:
    """Who the person of these tests is in each mode."""
    match mode:
        case "local":
            return LOCAL.id
        case "open":
            return browser_owner("b" * 32)
        case _:
            return identity_owner(SIGNED_IN["iss"], SIGNED_IN["sub"])


@pytest.mark.slow
def test_rows_that_are_rated_are_asked_about_and_the_bad_ones_left_out(app):
    rows = [row | {"feedback": "bad" if n % 4 == 0 else "good"} for n, row in enumerate(GOOD)]
    test = checked(app, jsonl(rows))
    assert "Ready:" not in texts(test)
    assert "may say which rows are good" in texts(test)
    assert len(test.code) == 3  # rows as the model would see them
    button(test, "Use these columns").click().run()
    assert "Choose which rows are trained on" in texts(test)
    [mark] = [one for one in test.multiselect if "feedback" in one.label]
    mark.set_value(["good"]).run()
    button(test, "Use these columns").click().run()
    assert not test.exception
    assert "Ready: 22 rows to train on, 8 held out" in texts(test)
    assert "10 rows are marked as not to be trained on" in texts(test)


def test_answers_that_may_say_nothing_are_kept_or_dropped_by_the_person(app):
    rows = [row | {"completion": "None"} if n < 2 else row for n, row in enumerate(GOOD)]
    test = checked(app, jsonl(rows))
    assert "Ready:" not in texts(test)
    assert "Some rows may say nothing" in texts(test)
    button(test, "Keep all rows").click().run()
    assert "Ready: 32 rows to train on, 8 held out" in texts(test)
    button(test, "Drop bad rows").click().run()
    assert not test.exception
    assert "Ready: 30 rows to train on, 8 held out" in texts(test)


def test_a_report_marks_what_differs_and_says_what_was_leaked_and_cut(app, tiny_models):
    from components.training.folder import write_json
    from components.training.hyperparameters import TrainingSettings
    from components.ui import resources
    from tests.unit.training.making import REPORT, make_run

    test = checked(app, jsonl(GOOD))
    runs = resources.training_runs()
    run_id = runs.records.create(LOCAL.id, "Mine", "local-tiny-chat", "rows.jsonl", TrainingSettings())
    runs.records.move(run_id, ("queued",), "done", note="")
    folder = make_run(runs.folder(run_id).path, tiny_models / "tiny-chat", TrainingSettings())
    folder.model.mkdir()
    (folder.model / "config.json").write_text("{}")
    write_json(folder.path / "report.json", REPORT)
    test.query_params["run"] = run_id
    test.run()
    assert not test.exception
    shown = texts(test)
    assert "Learned the form" in shown
    assert "It costs :red-background[**14**] euros\\." in shown
    assert "also trained on: 3" in shown
    assert "Different prompts among the held-out rows: 8" in shown
    assert shown.count("only its beginning was asked for") == 1
    assert button(test, "Make the GGUF file")
    folder.gguf.mkdir()
    (folder.gguf / "F16.gguf").write_bytes(b"GGUF")
    compared = {"kind": "F16", "merged": 10.0, "file": 10.04, "tokens": 300}
    write_json(folder.gguf / "F16.json", compared)
    test.run()
    assert "perplexity 10.04 in llama.cpp, 10.00 of the merged model" in texts(test)
    assert "(+0.4%)" in texts(test)
    test.selectbox(key=f"gguf_kind_{run_id}").set_value("Q8_0").run()
    made = threading.Event()
    job = resources.jobs().start(f"gguf {run_id}", LOCAL.id, lambda job: made.wait(30))
    test.run()
    assert not [box for box in test.selectbox if box.label == "Kind"]  # while the file is made
    made.set()
    job.wait(30)
    test.run()
    assert test.selectbox(key=f"gguf_kind_{run_id}").value == "Q8_0"


@pytest.mark.slow
def test_both_models_answer_held_out_prompts_to_be_rated_blind_where_they_disagree(app, tiny_models):
    from components.tasks.evaluate.evaluation import KIND
    from components.training.folder import write_json
    from components.training.hyperparameters import TrainingSettings
    from components.ui import resources
    from tests.unit.training.making import REPORT, make_run

    test = app(PAGE)
    runs = resources.training_runs()
    run_id = runs.records.create(LOCAL.id, "Mine", "local-tiny-chat", "rows.jsonl", TrainingSettings())
    runs.records.move(run_id, ("queued",), "done", note="")
    runs.records.update(run_id, tuned_id="local-tiny-endless")
    folder = make_run(runs.folder(run_id).path, tiny_models / "tiny-chat", TrainingSettings())
    folder.model.mkdir()
    (folder.model / "config.json").write_text("{}")
    write_json(folder.path / "report.json", REPORT)
    test.query_params["run"] = run_id
    test.run()
    button(test, "Ask for more ratings where they disagree").click().run()
    assert not test.exception
    [heading] = resources.row_work().headings(KIND)
    work = resources.row_work().get(heading.id)
    assert heading.title == "Mine, more ratings"
    assert [one["model_id"] for one in work.settings["setups"]] == ["local-tiny-chat", "local-tiny-endless"]
    assert test.session_state[f"blind_{heading.id}"]
    resources.jobs().stop_all()


def test_a_new_upload_is_never_answered_with_the_old_ones_report(app):
    test = checked(app, jsonl(GOOD))
    test.file_uploader[0].upload("wrong.jsonl", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png").run()
    assert "wrong\\.jsonl wasn't checked yet: the report below is of rows\\.jsonl" in texts(test)
    button(test, "Check data").click().run()
    assert not test.exception
    assert len(test.error) == 1
    assert headings(test) == ["Fine-tune"]


def test_a_run_on_other_data_does_not_stand_below_these(app, tiny_models):
    from components.training.hyperparameters import TrainingSettings
    from components.ui import resources
    from tests.unit.training.making import make_run

    test = checked(app, jsonl(GOOD))
    runs = resources.training_runs()
    run_id = runs.records.create(LOCAL.id, "Mine", "local-tiny-chat", "others.jsonl", TrainingSettings())
    runs.records.move(run_id, ("queued",), "stopped", note="Stopped.")
    make_run(runs.folder(run_id).path, tiny_models / "tiny-chat", TrainingSettings())
    test.run()
    assert not test.exception
    assert "Runs" in headings(test)
    assert "Progress" not in headings(test)
    button(test, "Open").click().run()
    assert "Progress" in headings(test)


def test_ratings_become_a_data_set_that_is_checked_as_an_upload(app):
    from components.store import NewMessage
    from components.ui import resources

    test = app(PAGE)
    store = resources.store()
    conversation = store.create("chat", "Numbers", "tiny-chat")
    for number in range(12):
        ask = store.add(conversation, NewMessage(None, "user", f"What comes after {number}?"))
        store.add(conversation, NewMessage(ask, "assistant", f"{number + 1}.", model_id="m", rating=1))
        store.add(conversation, NewMessage(ask, "assistant", "Nothing.", model_id="m", rating=0))
    assert {"Upload", "From your conversations", "Samples"} <= {one.label for one in test.tabs}
    test.session_state["training_source_wanted"] = "conversations"
    test.run()
    assert not test.exception
    assert metrics(test).items() >= {"Answers that were liked": "12", "Pairs": "12"}.items()
    button(test, "Make a data set").click().run()
    assert not test.exception
    assert metrics(test)["Rows"] == "12"


def test_a_sample_is_checked_in_one_click(app):
    test = app(PAGE)
    test.session_state["training_source_wanted"] = "samples"
    test.run()
    next(one for one in test.button if one.key == "sample_shop_mail.jsonl").click().run()
    assert not test.exception
    assert metrics(test)["Rows"] == "120"
    assert "Ready:" in texts(test)


def test_a_document_becomes_rows_that_are_taken_or_thrown_out_one_by_one(app):
    from tests.unit.tasks.making import TEXT

    test = app(PAGE)
    test.session_state["training_source_wanted"] = "documents"
    test.run()
    uploader = next(one for one in test.file_uploader if one.label == "Documents")
    uploader.upload("library.md", TEXT.encode(), "text/markdown").run()
    button(test, "Make rows").click().run()
    assert not test.exception
    assert "personal data" in texts(test).casefold()
    button(test, "Throw out").click().run()
    button(test, "Take all that have no mark").click().run()
    assert not test.exception
    assert not button(test, "Make a data set").disabled
    button(test, "Make a data set").click().run()
    assert not test.exception
    assert int(metrics(test)["Rows"]) >= 6
