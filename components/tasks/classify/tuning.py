"""An encoder that is tuned on a person's labels: what goes into the run, and the classifier that comes out.

Knows examples, the two other ways and a run's folder; how an encoder is trained is in `training/program`.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from components.access import Person
from components.classifiers import Classifiers
from components.errors import BadInput, Unavailable
from components.kept import DAMAGED
from components.messages import N_, Message, Said
from components.tasks.classify import by_name, classifier_file, judge
from components.tasks.classify.by_example import as_truth, folds
from components.tasks.classify.classifier import Classifier, Head, Verdict, logistic, softmax
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.learner import Say, learn
from components.tasks.classify.quality import Report, measured
from components.training.folder import RunFolder
from components.training.label_rows import LabelData, LabelFacts, LabelRow, OtherWay, facts_of
from components.training.rows import read_rows
from components.training.run_records import Run

LEAST, WORTH = 60, 1_000  # rows: refused below; from here on it may be worth it
MOST_HELD = 1_000  # rows that are held out
HEAD, HELD_OUT = "head.safetensors", "held_out.safetensors"  # of a run, as its program writes them
BY_NAMES, BY_EXAMPLE = N_("Measuring labels by name"), N_("Measuring labels by example")


def divided(examples: Examples) -> tuple[list[Example], list[Example]]:
    """Rows to learn from, and a fifth that is held out: of each label as many as can be, and of none all of
    its rows. Raises BadInput where there are too few.
    """
    rows, names = examples.rows, [label.name for label in examples.labels]
    if len(rows) < LEAST:
        raise BadInput(
            "Fine-tuning needs {least} rows with labels at least, and there are {rows}. Learn by example: "
            "press Classify.",
            least=LEAST,
            rows=len(rows),
        )
    part = folds(as_truth([row.labels for row in rows], names))[0]
    part = part[:: max(1, -(-len(part) // MOST_HELD))]
    left = Counter(label for row in rows for label in row.labels)
    held: set[int] = set()
    for at in map(int, part):
        if all(left[label] > 1 for label in rows[at].labels):
            held.add(at)
            left.subtract(rows[at].labels)
    return [row for at, row in enumerate(rows) if at not in held], [rows[at] for at in sorted(held)]


def prepared(
    examples: Examples,
    name: str,
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
) -> LabelData:
    """What a run is made of: the rows' two sides, and what the two ways without a run find in the held-out
    side. Raises BadInput for too few rows, and what a lease raises.
    """
    learned, held = divided(examples)
    labels, several = examples.labels, examples.several
    place = {label.name: at for at, label in enumerate(labels)}
    texts = [row.text for row in held]

    def numbers(verdicts: list[Verdict]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(place[label] for label in one.labels if label in place) for one in verdicts)

    def waiting(note: Message) -> None:
        say(note, None)

    ways = []
    if all(label.speaks for label in labels):
        say(Said(BY_NAMES), 0.1)
        began = time.monotonic()
        one = by_name.classifier(labels, several, none=several)
        found, _ = judge.classify(one, texts, encoders, cancelled, waiting)
        ways.append(OtherWay("names", numbers(found), time.monotonic() - began))
    say(Said(BY_EXAMPLE), 0.4)
    began = time.monotonic()
    trained = learn(Examples(tuple(learned), several=several), encoders, cancelled, lambda what, share: None)
    seconds = time.monotonic() - began
    found, _ = judge.classify(trained.classifier, texts, encoders, cancelled, waiting)
    ways.append(OtherWay("examples", numbers(found), seconds))
    facts = LabelFacts(
        tuple(label.name for label in labels), tuple(label.sentence for label in labels), several, tuple(ways)
    )
    sides = [
        tuple(LabelRow(text=row.text, labels=[place[label] for label in row.labels]) for row in side)
        for side in (learned, held)
    ]
    return LabelData(name, facts, *sides)


def keep(classifiers: Classifiers, run: Run, folder: RunFolder) -> None:
    """Keeps what a run has learned as its owner's classifier, or replaces it after another comparison."""
    classifier, report, held = result_of(run, folder)
    told = replace(classifier_file.about(classifier, report), run=run.id)
    mine = classifiers.for_person(Person(run.owner))
    examples = classifier_file.kept_examples(held)
    mine.keep_of_run(run.id, run.name, told.to_json(), examples, classifier_file.weights(classifier))


def result_of(run: Run, folder: RunFolder) -> tuple[Classifier, Report | None, Examples]:
    """The classifier of a run, its report on the held-out rows (None before the comparison), and these rows.

    Raises Unavailable where something of it is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    facts = facts_of(folder.plan().options)
    labels = tuple(map(Label, facts.labels, facts.sentences))
    try:
        head = load_file(folder.model / HEAD)
        scores = load_file(folder.path / HELD_OUT)["scores"] if (folder.path / HELD_OUT).exists() else None
        made = Head(head["weights"], head["bias"])
    except (OSError, SafetensorError, KeyError) as error:
        raise Unavailable(DAMAGED) from error
    classifier = Classifier(
        labels, {run.tuned_id: made}, "tuned", facts.several, 0.5 if facts.several else 0.0
    )
    rows = read_rows(folder.path / "valid.jsonl", LabelRow)
    held = tuple(Example(row["text"], tuple(facts.labels[at] for at in row["labels"])) for row in rows)
    examples = Examples(held, several=facts.several)
    if scores is None:
        return classifier, None, examples
    chances = logistic(scores) if facts.several else softmax(scores)
    truth = as_truth([row.labels for row in held], facts.labels)
    seconds = sum(event["seconds"] for event in folder.log().read() if event["kind"] == "step")
    names = next((one.found for one in facts.ways if one.name == "names"), None)
    by_names = -1.0
    if names is not None:
        places = [tuple(int(at) for at in np.flatnonzero(row)) for row in truth]
        by_names = float(np.mean([set(one) == set(own) for one, own in zip(names, places, strict=True)]))
    found = measured(chances, truth, facts.labels, facts.several, by_names, False)
    return classifier, replace(found, seconds=float(seconds)), examples
