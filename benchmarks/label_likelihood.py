"""Labels without an example: by what a model that writes finds likely, by their vectors, and by both.

    python -m benchmarks.label_likelihood DATA [--texts 100] [--labels 0] [--sets NAME …] [--model FOLDER]

For each text and each label: the mean log-probability of the label's tokens after the text, less what it is
after an empty text (the calibration of Zhao et al. 2021), so that a label isn't chosen for being common or
long. *Both* adds the two after each is brought to mean 0 and deviation 1 over the labels of a text. DATA has
banking77_test.csv, sib200_*.csv and uci_sentiment_*.csv; the same texts for all three ways.
"""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.classify import CHAT, Rows, opened, rows_of
from components.config import Config
from components.models.library import Library
from components.tasks.classify import by_name
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.labels import Label

Array = npt.NDArray[np.float64]
BATCH = 48  # labels of one pass
SETS = ("uci_sentiment_*.csv", "sib200_*.csv", "banking77_test.csv")
ASKED = "Text: {text}\nThis text is about"
FEELING = "Review: {text}\nThe feeling of this review is"


def likelihoods(model: Any, tokenizer: Any, texts: Sequence[str], labels: Sequence[str], asked: str) -> Array:
    """Texts × labels: mean log-probability of a label's tokens, less that after an empty text."""
    ids = [tokenizer(f" {label}", add_special_tokens=False)["input_ids"] for label in labels]
    rows = [_of_labels(model, tokenizer, asked.format(text=text), ids) for text in ("", *texts)]
    return np.stack(rows[1:]) - rows[0]


def _of_labels(model: Any, tokenizer: Any, before: str, labels: Sequence[list[int]]) -> Array:
    """The prompt is read once; its cache is repeated for each batch of labels."""
    import torch

    prompt = torch.tensor([tokenizer(before)["input_ids"][-1000:]])
    found: list[float] = []
    with torch.inference_mode():
        read = model(input_ids=prompt, use_cache=True)
        first = read.logits[0, -1].float().log_softmax(-1)
        for start in range(0, len(labels), BATCH):
            some = labels[start : start + BATCH]
            width = max(map(len, some))
            padded = torch.tensor([[*one, *[0] * (width - len(one))] for one in some])
            cache = model(input_ids=prompt, use_cache=True).past_key_values if start else read.past_key_values
            cache.batch_repeat_interleave(len(some))
            out = model(input_ids=padded, past_key_values=cache).logits.float().log_softmax(-1)
            for at, one in enumerate(some):
                each = [float(first[one[0]])]
                each += [float(out[at, place, token]) for place, token in enumerate(one[1:])]
                found.append(sum(each) / len(each))
    return np.array(found)


def vectors(encoders: Encoders, texts: Sequence[str], labels: Sequence[str]) -> Array:
    """Texts × labels: the similarity that the app's labels by name have."""
    model = encoders.for_text(texts[0])
    rows = by_name.vectors(tuple(map(Label, labels)), lambda some: encoders.encode(model, some))
    made: Array = (encoders.encode(model, texts) @ rows.T).astype(np.float64)
    return made


def standard(scores: Array) -> Array:
    """Each row with mean 0 and deviation 1."""
    made: Array = (scores - scores.mean(1, keepdims=True)) / np.maximum(scores.std(1, keepdims=True), 1e-9)
    return made


def measured(name: str, rows: Rows, encoders: Encoders, model: Any, tokenizer: Any, most: int) -> None:
    labels = list(dict.fromkeys(label for _, label in rows))
    some = random.Random(0).sample(rows, min(most, len(rows)))
    texts, wanted = [text for text, _ in some], np.array([labels.index(label) for _, label in some])
    words = [Label(label).words for label in labels]
    began = time.perf_counter()
    by_vectors = vectors(encoders, texts, labels)
    between = time.perf_counter()
    likely = likelihoods(model, tokenizer, texts, words, FEELING if "sentiment" in name else ASKED)
    ended = time.perf_counter()
    ways = (by_vectors, likely, standard(by_vectors) + standard(likely))
    shares = " | ".join(f"{float((one.argmax(1) == wanted).mean()):.1%}" for one in ways)
    each = (between - began) / len(texts), (ended - between) / len(texts)
    print(f"| {name} | {len(texts)} | {len(labels)} | {shares} | {each[0]:.2f} | {each[1]:.2f} |", flush=True)


def main() -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data"), help="a data folder with the models")
    parser.add_argument("--model", type=Path, help="a model's folder; without it, the packaged one")
    parser.add_argument("--texts", type=int, default=100, help="of each set")
    parser.add_argument("--labels", type=int, default=0, help="of each set, at most; 0: all")
    parser.add_argument("--sets", nargs="*", default=SETS, help="files, with stars")
    given = parser.parse_args()
    with opened(given.work) as (manager, encoders):
        place = given.model or Library(Config(data_dir=given.work)).folder(manager.catalog.get(CHAT))
        tokenizer = AutoTokenizer.from_pretrained(place)
        model = AutoModelForCausalLM.from_pretrained(place).eval()
        print("| set | texts | labels | vectors | likelihood | both | s a text, vectors | s, likelihood |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        for path in (path for name in given.sets for path in sorted(given.data.glob(name))):
            rows = rows_of(path)
            labels = sorted({label for _, label in rows})
            if 0 < given.labels < len(labels):
                labels = random.Random(0).sample(labels, given.labels)
            some = [row for row in rows if row[1] in labels]
            measured(path.stem, some, encoders, model, tokenizer, given.texts)


if __name__ == "__main__":
    main()
