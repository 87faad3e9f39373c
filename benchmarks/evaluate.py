"""The Evaluate page as a program: the same questions to several models, scores with intervals, reports.

    python -m benchmarks.evaluate --data FILE ... --models ID ... --out FOLDER [--rows 50] [--seed 0]

`--data` takes what the page takes (tables, TMX, pairs of sentences, the held-out rows of a run, a folder of
documents with their references), or the name of a set that comes with the app, such as Facts. The folder gets
a report of each set as HTML, Markdown, JSON and CSV, and `summary.md` with the score that decides of all.
Models are those of the app's settings and catalogue, each with every temperature that is given.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from components.config import read_config
from components.documents import Limits
from components.errors import AppError, BadInput
from components.jobs import Job, Jobs
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.row_work import RowWork
from components.store import Store
from components.tasks.evaluate import bias, bundled_sets, evaluation_files, question_columns, saying, verdicts
from components.tasks.evaluate.evaluation import Evaluation
from components.tasks.evaluate.evaluation_jobs import Evaluating, Models
from components.tasks.evaluate.metrics import METRICS
from components.tasks.evaluate.question_files import DOCUMENTS, Brought, is_table, of_documents, open_table
from components.tasks.evaluate.questions import Questions, drawn
from components.tasks.evaluate.score_table import Scores, score
from components.tasks.evaluate.setups import Settings, Setup
from components.tasks.over_rows import OverRows

OWNER = "local"
POLL_SECONDS = 2.0
# Of answers, in tokens; else 64
LENGTHS = {"summary": 200, "open": 200, "rule": 256, "number": 256, "continuation": 32}


def read(name: str) -> Questions:
    """A bundled set by its name, a file, or a folder of documents. Raises AppError."""
    if name in bundled_sets.SAMPLES:
        return bundled_sets.questions(name)
    path = Path(name)
    try:
        if path.is_dir():
            files = [one for one in sorted(path.iterdir()) if one.suffix.lower().lstrip(".") in DOCUMENTS]
            return of_documents([Brought(one.name, one.read_bytes()) for one in files], Limits())
        brought = Brought(path.name, path.read_bytes())
    except OSError as error:
        raise BadInput("{name} can't be read: {why}", name=name, why=error.strerror or error) from error
    if not is_table(path.name):
        return of_documents([brought], Limits())
    raw = open_table(brought, Limits())
    if bias.is_pairs(raw):
        return bias.questions_of(raw)
    return question_columns.questions_of(raw, question_columns.guess(raw))


def setups_of(given: argparse.Namespace, catalog: Catalog, tokens: int) -> list[Setup]:
    """Every model with each of the temperatures; a translation model, which has none, once."""
    made = []
    for one in given.models:
        spec = catalog.get(one)
        heats = given.temperature[:1] if spec.task == "translate" else given.temperature
        made += [Setup(one, spec.title, Settings(given.system, heat, 1.0, tokens)) for heat in heats]
    return made


def run(
    evaluating: Evaluating, questions: Questions, setups: Sequence[Setup], given: argparse.Namespace
) -> Evaluation:
    """Asks all of them. Raises AppError where the work failed."""
    work_id = evaluating.start(questions, setups, given.seed, given.likelihood)
    works = evaluating.over.works
    work = works.get(work_id)
    assert work
    job: Job | None = evaluating.over.job(work)
    while job and not job.wait(POLL_SECONDS):
        print(f"  {job.note}", end="\r", file=sys.stderr, flush=True)
    work = works.get(work_id)
    assert work
    if work.state == "failed":
        raise AppError(work.note)
    return evaluating.load(work)


def write(folder: Path, found: Evaluation, scores: Scores, taken: set[str]) -> None:
    """The four reports. Two sets of one name, as `a/test.csv` and `b/test.csv`, have reports of their own."""
    title = evaluation_files.file_name(Path(found.title).stem)
    name = next(one for at in count(1) if (one := title if at == 1 else f"{title}-{at}") not in taken)
    taken.add(name)
    (folder / f"{name}.md").write_text(evaluation_files.to_markdown(found, scores, {}), "utf-8")
    (folder / f"{name}.html").write_text(evaluation_files.to_html(found, scores, {}), "utf-8")
    (folder / f"{name}.json").write_text(evaluation_files.to_json(found, scores, {}), "utf-8")
    (folder / f"{name}.csv").write_bytes(evaluation_files.to_csv(found, scores, {}))


def summary(made: Sequence[tuple[Evaluation, Scores, float]]) -> str:
    """A line for each set and model: the score that decides, with its interval."""
    lines = [
        "| Set | Questions | Score | Model | Value (95%) | Failed | Seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for found, scores, seconds in made:
        metric = scores.metrics[0]
        for setup, name in enumerate(found.names):
            one = scores.of(metric, setup)
            value = str(verdicts.between(one.interval, metric)) if one.interval else "–"
            cells = [
                *(
                    Path(found.title).stem,
                    str(len(found.questions.items)),
                    str(METRICS[metric].title),
                    name,
                    value,
                ),
                *(str(scores.failed[setup]), f"{seconds:.0f}" if setup == 0 else ""),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        *(f"- {Path(found.title).stem}: {saying.headline(found, scores)[0]}" for found, scores, _ in made),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument(
        "--data", nargs="+", required=True, help="files, folders of documents, or names of bundled sets"
    )
    parser.add_argument("--models", nargs="+", required=True, help="ids as on the Models page")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--rows", type=int, default=50, help="of each set, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--tokens", type=int, default=0, help="maximum of an answer; 0: by the kind of questions"
    )
    parser.add_argument("--temperature", type=float, nargs="+", default=[0.0], help="several are compared")
    parser.add_argument("--system", default="", help="a system prompt")
    parser.add_argument("--likelihood", action="store_true", help="perplexity of the expected answers too")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    config = read_config()
    catalog = Catalog(config.models_dir)
    library = Library(config)
    manager = ModelManager(catalog, EngineLoader(config, library), config)
    embedders = tuple(spec for spec in catalog.all() if spec.task == "embed" and library.folder(spec))
    made: list[tuple[Evaluation, Scores, float]] = []
    taken: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/evaluate.db", Path(folder))
        over = OverRows(Jobs(), RowWork(store, Path(folder)))
        models = Models(manager.lease, catalog.get, OWNER, next(iter(embedders), None), embedders)
        evaluating = Evaluating(over, models)
        for name in given.data:
            questions = read(name)
            questions = replace(questions, items=drawn(questions.items, given.rows, given.seed))
            tokens = given.tokens or LENGTHS.get(questions.form, 64)
            print(f"{name}: {len(questions.items)} of them, {questions.form}", file=sys.stderr)
            began = time.monotonic()
            found = run(evaluating, questions, setups_of(given, catalog, tokens), given)
            scores = score(found)
            made.append((found, scores, time.monotonic() - began))
            write(given.out, found, scores, taken)
            (given.out / "summary.md").write_text(summary(made), "utf-8")
        store.close()
    print(summary(made))


if __name__ == "__main__":
    try:
        main()
    except AppError as error:
        sys.exit(str(error))
