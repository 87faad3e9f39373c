"""Names in sentences that others have marked: what the app finds without training, by seqeval's F1.

    python -m benchmarks.entities DATA [--sentences 300]
    python -m benchmarks.entities DATA --learned
    python -m benchmarks.entities DATA --train

DATA has CoNLL files, a token and its BIO tag on a line. A name counts if it begins and ends where the
marked one does and is of the same kind; beside it, how many are found if the kind doesn't count, and a
baseline that calls every name a person. `--learned` teaches the kinds of each file from four fifths of its
sentences, as the page does, and measures on the others. `--train` makes the classifier of names that the
app ships.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.classify import opened
from components.tasks.classify import classifier_file, entities, marked_files, name_kinds
from components.tasks.classify.encoders import Encoders, language_of
from components.tasks.classify.learner import learn
from components.tasks.classify.marks import MarkedTexts
from components.tasks.classify.sentiment import SAMPLES
from components.tasks.classify.tag_learner import learn_tags

KINDS = {"PER": "person", "LOC": "place", "ORG": "organisation"}
KINDS |= {"location": "place", "group": "organisation", "corporation": "organisation"}
Sentence = list[tuple[str, str]]


def sentences(path: Path) -> list[Sentence]:
    found: list[Sentence] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        token, _, tag = line.partition("\t")
        if not line.strip():
            found.append([])
        else:
            found[-1].append((token, as_kind(tag)))
    return [one for one in found if one]


def as_kind(tag: str) -> str:
    begin, _, kind = tag.partition("-")
    known = KINDS.get(kind, kind)
    return f"{begin}-{known}" if known in entities.NAMES else "O"


def found_tags(sentence: Sentence, glue: str, find: Callable[[str], Sequence[entities.Entity]]) -> list[str]:
    """The tags that the app gives to the tokens of a sentence, as the text that they were."""
    text, places = "", []
    for token, _ in sentence:
        text += glue if text else ""
        places.append((len(text), len(text) + len(token)))
        text += token
    tags = ["O"] * len(sentence)
    for one in find(text):
        inside = [at for at, (start, end) in enumerate(places) if start < one.end and end > one.start]
        for number, at in enumerate(inside):
            tags[at] = f"{'I' if number else 'B'}-{one.kind}"
    return tags


def measure(path: Path, encoders: Encoders, most: int) -> None:
    from seqeval.metrics import f1_score, precision_score, recall_score

    some = sentences(path)[:most]
    glue = "" if "_zh" in path.stem else " "
    language = language_of(" ".join(token for one in some[:20] for token, _ in one))

    def typed(text: str) -> list[entities.Entity]:
        found = entities.find(text, language, lambda names: name_kinds.kinds(names, encoders))
        return [one for one in found if one.kind in entities.NAMES]

    def baseline(text: str) -> list[entities.Entity]:
        found = entities.find(text, language, lambda names: ["person"] * len(names))
        return [one for one in found if one.kind in entities.NAMES]

    truth = [[tag for _, tag in one] for one in some]
    ours = [found_tags(one, glue, typed) for one in some]
    plain = [found_tags(one, glue, baseline) for one in some]
    both = [
        [[tag[:2].rstrip("-") + "-name" if tag != "O" else tag for tag in row] for row in rows]
        for rows in (truth, ours)
    ]
    scores = f1_score(truth, ours), precision_score(truth, ours), recall_score(truth, ours)
    row = " | ".join(f"{value:.1%}" for value in (*scores, f1_score(*both), f1_score(truth, plain)))
    print(f"| {path.stem} | {len(some)} | {row} |", flush=True)


def learned(path: Path, encoders: Encoders) -> None:
    """The kinds of a file as a person would teach them, by seqeval's way of counting."""
    found = marked_files.conll(path.read_text(encoding="utf-8"))
    assert found
    marked = MarkedTexts(path.name, tuple(marked_files.tidy(found[0])))
    report = learn_tags(marked, encoders).report
    shares = " | ".join(
        f"{one.value:.1%} ({one.low:.0%} to {one.high:.0%})"
        for one in (report.f1, report.precision, report.recall)
    )
    row = f"{report.texts} | {report.held_out} | {len(marked.kinds)} | {shares} | {report.seconds:.0f}"
    print(f"| {path.stem} | {row} |", flush=True)


def train(encoders: Encoders) -> None:
    made = learn(name_kinds.examples(), encoders)
    about = classifier_file.about(made.classifier).to_json()
    (SAMPLES / name_kinds.ABOUT).write_text(json.dumps(about, ensure_ascii=False), "utf-8")
    (SAMPLES / name_kinds.NUMBERS).write_bytes(classifier_file.weights(made.classifier))
    print(f"{made.report.texts} names; held out: {made.report.accuracy}, macro F1 {made.report.macro_f1}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data"), help="a data folder with the models")
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--learned", action="store_true")
    parser.add_argument("--train", action="store_true")
    given = parser.parse_args()
    with opened(given.work) as (_, encoders):
        if given.train:
            train(encoders)
            return
        if given.learned:
            print("| set | sentences | held out | kinds | F1 | precision | recall | seconds |")
            print("|---|---:|---:|---:|---:|---:|---:|---:|")
            for path in sorted(given.data.glob("*.conll")):
                learned(path, encoders)
            return
        print("| set | sentences | F1 | precision | recall | F1, any kind | F1, all people |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for path in sorted(given.data.glob("*.conll")):
            if "train" not in path.stem:
                measure(path, encoders, given.sentences)


if __name__ == "__main__":
    main()
