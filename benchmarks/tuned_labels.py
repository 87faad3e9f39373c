"""An encoder tuned on labels, beside labels by name and by example on the same held-out rows.

    python -m benchmarks.tuned_labels FILE.csv… [--rows N] [--epochs N] [--folder FOLDER]

The files have a text and a label column; they are one data set. Everything is as the page does it: a fifth is
held out, the two ways that train no encoder are measured on it, and the training program tunes MiniLM with
the app's own settings. Prints the verdict's table and sentence. With `--folder`, the run is kept there, and
one that was cut off goes on from its last checkpoint.
"""

import argparse
import random
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.classify import opened, rows_of
from benchmarks.fine_tune import run
from components.config import Config
from components.messages import from_json
from components.models.library import Library
from components.tasks.classify import tuning
from components.tasks.classify.examples import Example, Examples
from components.training import label_rows
from components.training.folder import RunFolder
from components.training.run_plan import fill_for_labels


def begin(folder: RunFolder, given: argparse.Namespace) -> None:
    """Measures the two other ways, and puts rows and plan into the run's folder."""
    rows = [row for path in given.files for row in rows_of(path)]
    if given.rows:
        rows = random.Random(0).sample(rows, min(given.rows, len(rows)))
    examples = Examples(tuple(Example(text, (label,)) for text, label in rows))
    with opened(given.work) as (_, encoders):
        data = tuning.prepared(examples, given.files[0].stem, encoders)
        spec = encoders.for_language("en")
    config = Config(data_dir=given.work)
    base = Library(config).folder(spec)
    if base is None:
        raise SystemExit(f"{spec.title} isn't installed.")
    settings = label_rows.settings_for(len(rows))
    if given.epochs:
        settings = replace(settings, epochs=given.epochs)
    folder.path.mkdir(parents=True)
    fill_for_labels(folder, data, spec, base, "benchmark", settings, config)


def measure(folder: RunFolder, given: argparse.Namespace) -> None:
    if not (folder.path / "valid.jsonl").exists():
        begin(folder, given)
    run(folder, "train")
    run(folder, "evaluate")
    report, plan = folder.report, folder.plan()
    ways = report and report["labels"]
    if not report or not ways:
        raise SystemExit("The report was not written.")
    print(f"{plan.rows[0]:,} rows learned from, {plan.rows[1]:,} held out; {plan.settings.epochs:g} epochs")
    print("| way | accuracy | macro F1 | seconds of learning |\n|---|---:|---:|---:|")
    for way in ways["ways"]:
        share = way["accuracy"]
        told = f"{share['value']:.1%} ({share['low']:.0%} to {share['high']:.0%})"
        print(f"| {way['name']} | {told} | {way['macro_f1']:.1%} | {way['seconds']:,.1f} |")
    print(f"\n{report['verdict']}: {from_json(report['sentence'])}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--rows", type=int, default=0, help="drawn at random; 0: all")
    parser.add_argument("--epochs", type=float, default=0.0, help="0: as many as the app proposes")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data"), help="a data folder with the models")
    given = parser.parse_args()
    if given.folder:
        measure(RunFolder(given.folder), given)
        return
    with tempfile.TemporaryDirectory() as place:
        measure(RunFolder(Path(place) / "run"), given)


if __name__ == "__main__":
    main()
