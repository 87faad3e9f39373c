"""Labels by name and by example, beside what is usually done.

    python -m benchmarks.classify DATA [--sizes 1 5 10 20] [--seeds 0] [--setfit 1 5] [--prompt 100]
    python -m benchmarks.classify DATA --sentiment

DATA has banking77_train.csv and banking77_test.csv (text, label) and, for --sentiment,
uci_sentiment_*.csv. In one run: TF-IDF with logistic regression, the app's classifier, SetFit's procedure
(Tunstall et al. 2022: the same encoder tuned on pairs of texts with the same or another label, then
logistic regression; the package `setfit` where it is installed, else the same in plain torch), and the
packaged chat model asked by prompt. `--labels` takes a part of the labels, `--steps` ends SetFit's training
early: on a CPU the whole takes hours. Accuracy, macro F1, seconds of training,
memory. `--sentiment` trains the sentiment classifier from the project's sentences, measures it on the
reviews, and writes it where the app reads it.
"""

import argparse
import csv
import json
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from components.config import Config
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.tasks.classify import by_name, classifier_file, judge, sentiment
from components.tasks.classify.by_example import Data, as_truth, held_out
from components.tasks.classify.by_example import right as right_ones
from components.tasks.classify.encoders import ENGLISH, Encoders, language_of
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.learner import learn
from components.tasks.classify.quality import macro_f1

CHAT = "smollm2-135m-instruct"
PAIRS = 20  # SetFit's own default: pairs of either kind for each text
Rows = list[tuple[str, str]]


@contextmanager
def opened(data_dir: Path) -> Iterator[tuple[ModelManager, Encoders]]:
    config = Config(data_dir=data_dir)
    library = Library(config)
    loader = EngineLoader(config, library)
    manager = ModelManager(Catalog(None), loader, config)
    ready = tuple(spec for spec in manager.catalog.all() if spec.task == "embed" and library.folder(spec))
    with ExitStack() as ends:
        ends.callback(loader.process.close)
        yield manager, Encoders(partial(manager.lease, long=True), ready)


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["label"]) for row in csv.DictReader(file)]


def drawn(rows: Rows, size: int, seed: int) -> Rows:
    """So many of each label."""
    by_label: dict[str, Rows] = defaultdict(list)
    for row in rows:
        by_label[row[1]].append(row)
    chance = random.Random(seed)
    return [one for found in by_label.values() for one in chance.sample(found, min(size, len(found)))]


def judged(found: Sequence[str], test: Rows) -> tuple[float, float]:
    """Accuracy and macro F1."""
    names = sorted({label for _, label in test} | set(found))
    place = {name: at for at, name in enumerate(names)}
    truth, made = (np.zeros((len(test), len(names)), bool) for _ in range(2))
    for at, ((_, label), one) in enumerate(zip(test, found, strict=True)):
        truth[at, place[label]] = made[at, place[one]] = True
    return float((truth & made).any(axis=1).mean()), macro_f1(truth, made)


def by_words(train: Rows, test: Rows) -> tuple[list[str], float]:
    """TF-IDF of words and pairs of words, and logistic regression; the best of three strengths."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    began, best = time.perf_counter(), ([""], -1.0)
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    made = vectors.fit_transform([text for text, _ in train])
    for hold in (1.0, 10.0, 100.0):
        fitted = LogisticRegression(C=hold, max_iter=300).fit(made, [label for _, label in train])
        found = list(map(str, fitted.predict(vectors.transform([text for text, _ in test]))))
        best = max(best, (found, judged(found, test)[0]), key=lambda one: one[1])
    return best[0], (time.perf_counter() - began) / 3


def by_examples(train: Rows, test: Rows, encoders: Encoders) -> tuple[list[str], float]:
    """The app's own, cross-validation and all."""
    began = time.perf_counter()
    made = learn(Examples(tuple(Example(text, (label,)) for text, label in train)), encoders)
    seconds = time.perf_counter() - began
    verdicts, _ = judge.classify(made.classifier, [text for text, _ in test], encoders)
    return [one.label for one in verdicts], seconds


def by_names(labels: Sequence[str], test: Rows, encoders: Encoders) -> list[str]:
    one = by_name.classifier(tuple(map(Label, labels)), none=False)
    return [verdict.label for verdict in judge.classify(one, [text for text, _ in test], encoders)[0]]


def by_prompt(labels: Sequence[str], test: Rows, manager: ModelManager) -> list[str]:
    """The packaged model, asked with all labels; the answer counts as the label that it begins with, or that
    is nearest to it by its letters.
    """
    from difflib import get_close_matches

    shown = {label.replace("_", " "): label for label in labels}
    options = GenerationOptions(max_new_tokens=12, temperature=0.0)
    found = []
    with manager.lease(CHAT) as engine:
        for text, _ in test:
            lines = (
                f"Labels: {', '.join(shown)}.",
                "Which one label fits this text? Answer with the label alone.",
                f"Text: {text}",
            )
            prompt = Prompt(messages=({"role": "user", "content": "\n".join(lines)},))
            answer = "".join(engine.generate(prompt, options, lambda: False)).strip().strip('."').casefold()
            near = [name for name in shown if answer.startswith(name.casefold())]
            near = near or get_close_matches(answer, list(shown), 1, 0.4)
            found.append(shown[near[0]] if near else "")
    return found


def by_package(train: Rows, test: Rows, folder: Path, steps: int) -> tuple[list[str], float]:
    """The package `setfit`, with its own settings but for the number of steps. Raises ImportError without."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    names = list(dict.fromkeys(label for _, label in train))
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        model = SetFitModel.from_pretrained(str(folder))
        given = TrainingArguments(
            output_dir=place,
            batch_size=16,
            num_iterations=PAIRS,
            num_epochs=1,
            max_steps=steps,
            report_to="none",
            save_strategy="no",
        )
        columns = {"text": [text for text, _ in train], "label": [names.index(label) for _, label in train]}
        Trainer(model=model, args=given, train_dataset=Dataset.from_dict(columns)).train()
        seconds = time.perf_counter() - began
        found = model.predict([text for text, _ in test])
    return [names[int(one)] for one in found], seconds


def setfit(train: Rows, test: Rows, folder: Path, most_pairs: int) -> tuple[list[str], float]:
    """SetFit's procedure: pairs, one epoch of cosine loss on the whole encoder, logistic regression."""
    import torch
    from sklearn.linear_model import LogisticRegression
    from transformers import AutoModel, AutoTokenizer

    began = time.perf_counter()
    torch.manual_seed(0)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)

    def vectors(texts: Sequence[str]) -> Any:
        given = tokenizer(list(texts), padding=True, truncation=True, max_length=64, return_tensors="pt")
        states, mask = model(**given).last_hidden_state, given["attention_mask"].unsqueeze(-1).float()
        return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)

    pairs = pairs_of(train, most_pairs)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
    warm = max(1, len(pairs) // 16 // 10)
    model.train()
    for number, start in enumerate(range(0, len(pairs), 16)):
        batch = pairs[start : start + 16]
        a, b = vectors([one[0] for one in batch]), vectors([one[1] for one in batch])
        wanted = torch.tensor([one[2] for one in batch])
        loss = torch.nn.functional.mse_loss((a * b).sum(-1), wanted)
        optimizer.zero_grad()
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = 2e-5 * min(1.0, (number + 1) / warm)
        optimizer.step()
    model.eval()
    with torch.inference_mode():
        made = [vectors([text for text, _ in rows]).numpy() for rows in (train, test)]
    fitted = LogisticRegression(max_iter=300).fit(made[0], [label for _, label in train])
    seconds = time.perf_counter() - began
    return list(map(str, fitted.predict(made[1]))), seconds


def pairs_of(train: Rows, most: int) -> list[tuple[str, str, float]]:
    """For each text, as often as PAIRS: one of the same label (itself, if it is alone), one of another."""
    chance = random.Random(0)
    same: dict[str, list[str]] = defaultdict(list)
    for text, label in train:
        same[label].append(text)
    pairs = []
    for _ in range(PAIRS):
        for text, label in train:
            pairs.append((text, chance.choice(same[label]), 1.0))
            other = chance.choice([one for one in same if one != label])
            pairs.append((text, chance.choice(same[other]), 0.0))
    chance.shuffle(pairs)
    return pairs[:most]


def memory() -> float:
    """The most that this process has taken, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def line(size: str, way: str, found: Sequence[str], test: Rows, seconds: float | None) -> None:
    accuracy, f1 = judged(found, test)
    took = f"{seconds:.1f}" if seconds is not None else ""
    print(f"| {size} | {way} | {accuracy:.1%} | {f1:.1%} | {took} | {memory():,.0f} |", flush=True)


def intents(given: argparse.Namespace, manager: ModelManager, encoders: Encoders) -> None:
    train, test = (rows_of(given.data / f"banking77_{part}.csv") for part in ("train", "test"))
    labels = list(dict.fromkeys(label for _, label in train))
    if given.labels:
        labels = random.Random(0).sample(sorted(labels), min(given.labels, len(labels)))
        train, test = ([row for row in rows if row[1] in labels] for rows in (train, test))
    print("| examples a label | way | accuracy | macro F1 | seconds of training | memory, MB |")
    print("|---|---|---:|---:|---:|---:|")
    part = random.Random(0).sample(test, min(given.prompt, len(test)))
    line("0", "by names", by_names(labels, test, encoders), test, None)
    if part:
        line("0", f"by names, the same {len(part)} texts", by_names(labels, part, encoders), part, None)
        line(
            "0", f"packaged model by prompt, {len(part)} texts", by_prompt(labels, part, manager), part, None
        )
    folder = Library(Config(data_dir=given.work)).folder(encoders.for_language("en"))
    for size in given.sizes:
        for seed in given.seeds:
            some = drawn(train, size, seed)
            for way, made in (
                ("TF-IDF and logistic regression", by_words(some, test)),
                ("by examples", by_examples(some, test, encoders)),
            ):
                line(str(size), way, made[0], test, made[1])
            if size in given.setfit and folder:
                line(str(size), *_setfit_line(some, test, folder, given))


def _setfit_line(train: Rows, test: Rows, folder: Path, given: argparse.Namespace) -> tuple[Any, ...]:
    steps = -(-len(train) * 2 * PAIRS // 16)
    sampled = given.steps if 0 < given.steps < steps else 0
    told = f", {sampled} of {steps} steps" if sampled else ""
    try:
        found, seconds = by_package(train, test, folder, sampled or -1)
        return f"SetFit{told}", found, test, seconds
    except ImportError:
        pairs = min(given.pairs, 16 * sampled) if sampled else given.pairs
        found, seconds = setfit(train, test, folder, pairs)
        return f"SetFit's procedure{told}", found, test, seconds


def in_other_languages(encoders: Encoders) -> tuple[int, int]:
    """Of the project's sentences in other languages, each held out: right, of how many."""
    rows, many = sentiment.examples().rows, encoders.for_language("").id
    labels = sentiment.LABELS
    vectors = encoders.encode(many, [row.text for row in rows])
    names = by_name.vectors(labels, partial(encoders.encode, many))
    truth = as_truth([row.labels for row in rows], [label.name for label in labels])
    hits = right_ones(held_out(Data(vectors, truth, names)), truth)
    foreign = np.array([language_of(row.text) != ENGLISH for row in rows])
    return int(hits[foreign].sum()), int(foreign.sum())


def feelings(given: argparse.Namespace, encoders: Encoders) -> None:
    """Trains, measures and writes the sentiment classifier."""
    made = sentiment.trained(encoders)
    about = classifier_file.about(made.classifier, made.report).to_json()
    (sentiment.SAMPLES / sentiment.ABOUT).write_text(json.dumps(about, ensure_ascii=False), "utf-8")
    (sentiment.SAMPLES / sentiment.NUMBERS).write_bytes(classifier_file.weights(made.classifier))
    print("| set | sentences | accuracy | called neutral | the multilingual model alone |")
    print("|---|---:|---:|---:|---:|")
    right = total = 0
    many = encoders.for_language("").id
    only = replace(made.classifier, heads={many: made.classifier.heads[many]})
    for path in sorted(given.data.glob("uci_sentiment_*.csv")):
        rows = rows_of(path)
        texts = [text for text, _ in rows]
        shares = []
        for one in (made.classifier, only):
            found = [verdict.label for verdict in judge.classify(one, texts, encoders)[0]]
            shares.append(
                (sum(a == b for a, (_, b) in zip(found, rows, strict=True)), found.count("neutral"))
            )
        right, total = right + shares[0][0], total + len(rows)
        name, of = path.stem.removeprefix("uci_sentiment_"), len(rows)
        print(
            f"| {name} | {of} | {shares[0][0] / of:.1%} | {shares[0][1] / of:.1%} | {shares[1][0] / of:.1%} |"
        )
    others, few = in_other_languages(encoders)
    print(f"\nOwn sentences in other languages, held out: {others} of {few}")
    print(
        f"\nRight: {right} of {total} ({right / total:.1%}); own sentences held out: {made.report.accuracy}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data"), help="a data folder with the models")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 5, 10, 20])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--setfit", type=int, nargs="*", default=[1, 5], help="sizes at which it is trained")
    parser.add_argument("--labels", type=int, default=0, help="so many of the labels; 0: all")
    parser.add_argument("--steps", type=int, default=0, help="of SetFit's training, at most; 0: all")
    parser.add_argument("--pairs", type=int, default=10**9, help="of SetFit's pairs, at most")
    parser.add_argument("--prompt", type=int, default=100, help="texts that the model is asked about")
    parser.add_argument("--sentiment", action="store_true")
    given = parser.parse_args()
    with opened(given.work) as (manager, encoders):
        if given.sentiment:
            feelings(given, encoders)
        else:
            intents(given, manager, encoders)


if __name__ == "__main__":
    main()
