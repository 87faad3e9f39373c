"""From scratch: a text becomes a run in the queue, and the page shows what it learns and copies."""

from components.access import LOCAL
from components.training.folder import write_json
from components.ui import resources
from tests.pages.conftest import button, texts

PAGE = "pages/from_scratch.py"


def test_labels_and_a_run_that_is_started_is_shown(app, settings):
    from components.training.runs import TrainingRuns

    settings.setattr(TrainingRuns, "keep_working", lambda self: None)
    test = app(PAGE)
    assert [one.value for one in test.title] == ["From scratch"]
    button(test, "Start training").click().run()
    assert not test.exception
    (run,) = resources.training_runs().records.of(LOCAL.id)
    assert (run.state, run.base_id, run.data_name) == ("queued", "from-scratch", "little stories")
    folder = resources.training_runs().folder(run.id)
    assert folder.rows("train")[0]["text"].count("\n") > 1_000
    button(test, "Stop training").click().run()
    assert button(test, "Resume")
    folder.log().write("start", step=0, steps=100)
    for step in range(1, 6):
        bits = 3.0 - step / 5 if step < 4 else 2.4 + step / 10
        folder.log().write("evaluation", step=step, loss=bits * 0.69, bits=bits)
    folder.log().write("baselines", ngrams={"3": 2.6, "5": 2.3})
    folder.log().write(
        "samples", step=5, samples=[{"prompt": "Once", "text": "Once upon a *time", "copied": [[0, 9]]}]
    )
    test.run()
    assert not test.exception
    assert ":orange-background[Once upon]" in texts(test)
    assert "only memorises" in texts(test)
    write_json(folder.path / "report.json", {})
    resources.training_runs().records.move(run.id, ("stopped",), "done")
    test.run()
    assert not test.exception


def test_stories_are_there_in_chinese_and_a_text_that_is_too_short_is_refused_in_words(app):
    test = app(PAGE)
    test.radio(key="scratch_source").set_value("stories zh").run()
    assert test.text_input(key="scratch_beginning_zh").value == "从前"
    assert "从前有一只" in texts(test)
    test.radio(key="scratch_source").set_value("own").run()
    assert button(test, "Start training").disabled
    test.file_uploader[0].upload("short.txt", b"Too short.\n", "text/plain").run()
    assert "The text has 10 characters" in texts(test)
    assert "by heart" not in texts(test)
    button(test, "Start training").click().run()
    assert not test.exception
    assert "can be learned from" in texts(test)
