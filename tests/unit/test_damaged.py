"""What is kept and was damaged since: each part of it, at any depth, in many ways. All of it is either refused
in a sentence or can be used; nothing else may come out of reading it."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components.documents import Document
from components.errors import Unavailable
from components.kept import DAMAGED, read
from components.messages import in_words
from components.tasks.evaluate.evaluation import Plan
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import Questions, asked
from components.tasks.evaluate.rules import passes, told
from components.tasks.summarize import summary_files
from components.tasks.summarize.summary_jobs import summaries_of
from components.tasks.summarize.summary_settings import Settings
from components.tasks.translate import typed_texts
from components.tasks.translate.receipt import Receipt, exported
from components.training import model_card, training_report
from components.training.doctor.report import Report
from components.training.folder import RunFolder, at_work, write_json
from components.training.hyperparameters import TrainingSettings
from components.training.reported import Report as Comparison
from tests.unit.damaging import (
    ANSWER,
    DEEP,
    DOCUMENT,
    EVALUATION,
    EVENTS,
    ODD,
    QUESTIONS,
    RECEIPT,
    SUMMARY_BODY,
    SUMMARY_SETTINGS,
    TEXT,
    damaged,
    damaged_file,
)
from tests.unit.training.fakes import REPORT
from tests.unit.training.making import make_run


def use_summaries(body: Any) -> None:
    for summary in summaries_of(body):
        assert isinstance(summary_files.to_markdown("t", {}, [summary]), str)
        assert in_words(summary.ledger.headline)
        assert all(in_words(part.message) for part in summary.ledger.parts)
        assert all(in_words(source.where) for line in summary.lines for source in line.sources)


def use_document(plain: Any) -> None:
    found = Document.from_json(plain)
    assert isinstance(found.markdown, str)
    assert all(map(str, found.left_out))


def use_questions(plain: Any) -> None:
    found = Questions.from_json(plain)
    for item in found.items:
        assert asked(item, found.instruction) or not item.prompt
        assert all(
            in_words(told(check)) and passes(check, "Tea, please.") in (True, False) for check in item.checks
        )


def use_text(body: Any) -> None:
    found = typed_texts.body_of(SimpleNamespace(body=body))
    assert isinstance(typed_texts.whole(found, "pt"), str)
    assert found["sentences"] == [] or json.dumps(typed_texts.edited(found, 0, "x"))


def use_settings(plain: Any) -> None:
    assert isinstance(summary_files.to_markdown("t", Settings.from_json(plain).to_json(), []), str)


KEPT: dict[str, tuple[Any, Callable[[Any], object]]] = {
    "summaries": (SUMMARY_BODY, use_summaries),
    "document": (DOCUMENT.to_json(), use_document),
    "settings": (SUMMARY_SETTINGS, use_settings),
    "text": (TEXT, use_text),
    "receipt": (RECEIPT.to_json(), lambda plain: exported(Receipt.from_json(plain), "a.txt")),
    "training": (
        TrainingSettings().to_json(),
        lambda plain: json.dumps(TrainingSettings.from_json(plain).to_json()),
    ),
    "comparison": (REPORT, lambda plain: json.dumps(model_card.told(read(Comparison, plain)))),
    "evaluation": (EVALUATION.to_json(), lambda plain: json.dumps(Plan.from_json(plain).to_json())),
    "questions": (QUESTIONS.to_json(), use_questions),
    "answer": (ANSWER.to_json(), lambda plain: str(Answer.from_json(plain).why)),
    "data report": (Report(9).to_json(), lambda plain: json.dumps(Report.from_json(plain).to_json())),
}


@pytest.mark.parametrize("kind", KEPT)
def test_what_is_damaged_is_refused_in_a_sentence_or_can_be_used(kind: str):
    value, use = KEPT[kind]
    use(value)
    said = set()
    for one in damaged(value, [*ODD, json.loads(DEEP[2500:-2500])]):
        if kind in ("summaries", "text") and not isinstance(one, dict):
            continue  # a row's body is a mapping, or the row is damaged
        try:
            use(one)
        except Unavailable as error:
            said.add(str(error))
    assert said == {str(DAMAGED)}


def test_a_damaged_line_of_a_log_is_left_out_alone(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    for at, event in enumerate(EVENTS):
        odd = [json.dumps(one) for one in damaged(event, ODD)]
        lines = [*map(json.dumps, EVENTS), *odd, "{", DEEP, json.dumps(EVENTS[at])]
        path.write_text("\n".join(lines), "utf-8")
        found = RunFolder(tmp_path).log().read()
        assert at_work(found) in ("", "train")
        assert found[-1]["kind"] == event["kind"]
        for one in found:
            if one["kind"] == "step":
                assert f"{one['loss']:.3f}{one['left']:.0f}{one['tokens'] + one['seconds']}"
            if one["kind"] == "estimate":
                assert all(in_words(text) for text in one["fitted"])


@pytest.mark.parametrize("name", ["run.json", "report.json"])
def test_a_damaged_file_of_a_run_is_named_or_can_be_used(tmp_path: Path, name: str):
    folder = make_run(tmp_path, tmp_path, TrainingSettings())
    write_json(tmp_path / "report.json", REPORT)
    said = set()
    for text in list(damaged_file(tmp_path / name, ODD)):
        (tmp_path / name).write_text(text, "utf-8")
        try:
            assert model_card.card(folder, "mine")
            assert training_report.to_html(folder, "mine", rows=True)
        except Unavailable as error:
            said.add(str(error))
    assert len(said) == (name == "run.json")
    assert (
        ("damaged" in model_card.card(folder, "mine")) if name == "report.json" else "damaged" in said.pop()
    )
