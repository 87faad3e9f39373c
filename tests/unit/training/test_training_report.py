"""A run to hand over: in the reader's language, with no row of the data unless it is wanted, and no markup."""

import pytest

from components.training import training_report
from components.training.folder import write_json
from components.training.hyperparameters import TrainingSettings
from tests.unit.training.fakes import REPORT
from tests.unit.training.making import make_run

ANSWER = {
    "asked": "What does a <b>tube</b> cost?",
    "wanted": "It costs 8 euros.",
    "base": "I don't know.",
    "tuned": "It costs 3 euros.",
    "cut": ["base"],
    "marked": {
        "wanted": [("It costs ", ""), ("8", "right"), (" euros.", "")],
        "tuned": [("It costs ", ""), ("3", "wrong"), (" euros.", "")],
    },
}
PAIRS = {
    "base": 0.5,
    "tuned": 0.75,
    "change": {"value": 0.25, "low": 0.1, "high": 0.4},
    "moved": {"value": 0.8, "low": 0.7, "high": 0.9},
    "lengths": {"base": 40, "tuned": 42},
}


@pytest.fixture
def folder(tmp_path):
    made = make_run(
        tmp_path / "run", tmp_path / "base", TrainingSettings(), repaired=("All good.",), dropped={"long": 2}
    )
    baselines = [{"name": "frequent", "score": 10.0, "right": 0.25, "beaten": True}]
    write_json(
        made.path / "report.json",
        REPORT
        | {"preference": PAIRS, "baselines": baselines, "prompts": 9, "shared": 1, "answers": [ANSWER]},
    )
    return made


def test_what_the_report_says_itself_is_in_the_readers_language(folder):
    page = training_report.to_html(folder, "Mine", True, lambda message: f"({message})", "zh-CN")
    assert '<html lang="zh-CN">' in page
    assert "<h1>Mine</h1>" in page, "a name is data"
    for said in ("Better: much.", "Is it better?", "Fine-tuned", "The most frequent answer", "Rank"):
        assert f"({said})" in page


def test_the_verdict_its_numbers_and_the_data_are_in_it(folder):
    text = training_report.to_markdown(folder, "Mine", rows=False)
    assert "**Better: much.**\n\nChat with it.\n" in text
    assert "| Chosen answer is the more probable one (%) | 50 | 75 |" in text
    assert "| Pairs moved towards the chosen answer | – | 80% (70% to 90%) |" in text
    assert "-30.0%, between -40.0% and -20.0%" in text
    assert "| The most frequent answer | 25 | yes |" in text
    assert "Held-out rows whose prompt was also trained on: 1." in text
    assert "- Repaired: All good." in text
    assert "- Left out: Longer than the context (rows: 2)" in text


def test_rows_of_the_data_leave_only_where_they_are_wanted(folder):
    assert "tube" not in training_report.to_html(folder, "Mine", rows=False)
    page = training_report.to_html(folder, "Mine", rows=True)
    assert "What does a &lt;b&gt;tube&lt;/b&gt; cost?" in page, "data are no markup"
    assert "It costs 3 ✗ euros." in page
    assert "It costs 8 euros." in page
    assert "✗ where it is wrong" in page
    assert page.count("It goes on; only its beginning was asked for.") == 1


def test_a_run_that_was_not_compared_says_so(folder):
    (folder.path / "report.json").unlink()
    assert "It was not compared with its base yet." in training_report.to_markdown(folder, "Mine", rows=True)
