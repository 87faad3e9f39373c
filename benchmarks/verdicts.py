"""Is the verdict right? Small data sets with a known truth, made by rule, trained shortly and judged.

    python -m benchmarks.verdicts --out FILE.json [--only NAME ...] [--seeds 2] [--first-seed 0] [--steps N]
                                   [--small]

Each set goes the way of an upload: doctor, program, report. What a verdict may be is written beside each set:
a form that is learned with random details must not be called better, a rule that can be learned must be.
`--small` is for the sets with nothing to learn but a form: its model learns words by heart, and no rule.
"""

import argparse
import json
import os
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import new_file
from benchmarks.fine_tune import run
from components.config import Config
from components.errors import AppError, BadInput
from components.messages import from_json
from components.models.catalog import CATALOGUE, Catalog
from components.models.library import Library
from components.training import bases
from components.training.design import Design
from components.training.doctor import checks
from components.training.doctor.checks import Upload
from components.training.doctor.diagnosis import Request
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.program.scratch_parts import make_tokenizer
from components.training.run_plan import make_plan

Pair = tuple[str, str]
Row = dict[str, Any]  # with the names of a data set's own
THINGS = ("soup", "fish", "rice", "bread", "salad", "stew", "cake", "tea", "pie", "curry", "toast", "pasta")
PLACES = ("Lisbon", "Porto", "Faro", "Braga", "Evora", "Coimbra", "Aveiro", "Sintra", "Leiria", "Beja")
ANIMALS = {"dog": "barks", "cat": "meows", "cow": "moos", "duck": "quacks", "lion": "roars", "owl": "hoots"}
REFUSED = "refused"  # before any training
SMALL_CONTEXT = 256
SMALL_TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}{{ eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@dataclass(frozen=True)
class Case:
    """One data set by rule, and what a verdict on it may be."""

    make: Callable[[random.Random], Sequence[Pair | Row]]
    allowed: Sequence[str]


def places() -> list[tuple[str, str]]:
    return [(thing, place) for thing in THINGS for place in PLACES]


def prices(chance: random.Random) -> list[Pair]:
    """A form with random details."""
    return [
        (
            f"What does the {thing} cost in {place}?",
            f"The {thing} in {place} costs {chance.randint(2, 30)} euros.",
        )
        for thing, place in places()
    ]


def learnable(chance: random.Random) -> list[Pair]:
    """The content follows from the question."""
    return [
        (f"What does the {animal} do {when} in {place}?", f"It {does} at the {place} gate, as agreed.")
        for animal, does in ANIMALS.items()
        for place in PLACES
        for when in ("today", "every day")
    ]


def labels(chance: random.Random) -> list[Pair]:
    """Two labels that follow from a word of the text."""
    good, bad = ("lovely", "great", "superb", "fine"), ("awful", "bad", "cold", "stale")
    return [
        (f"The {thing} in {place} was {word}.", "positive" if word in good else "negative")
        for thing, place in places()
        for word in [chance.choice(good + bad)]
    ]


def flipped(chance: random.Random) -> list[Pair]:
    """Labels by chance: nothing follows from the text."""
    return [(asked, chance.choice(("positive", "negative"))) for asked, _ in labels(chance)]


def shuffled(chance: random.Random) -> list[Pair]:
    """Answers that belong to other questions."""
    rows = labels(chance)
    answers = [answer for _, answer in rows]
    chance.shuffle(answers)
    return [(asked, answer) for (asked, _), answer in zip(rows, answers, strict=True)]


def constant(chance: random.Random) -> list[Pair]:
    return [(f"What does the {thing} cost in {place}?", "I do not know.") for thing, place in places()]


def copies(chance: random.Random) -> list[Pair]:
    return prices(chance)[:10] * 12


def few(chance: random.Random) -> list[Pair]:
    return prices(chance)[:12]


def repeated_prompts(chance: random.Random) -> list[Pair]:
    """Three prompts with many answers each, which vary by chance."""
    return [
        (f"Tell me of the {THINGS[n % 3]}.", f"In {place} the {thing} is sold at noon, {n} a day.")
        for n, (thing, place) in enumerate(places())
    ]


def endings(chance: random.Random) -> list[Pair]:
    """Long answers whose ends vary by chance."""
    form = (
        "Thank you for asking about the {thing}. We are glad to help and have looked at our list. It is item"
    )
    return [
        (
            f"Which item is the {thing} from {place}?",
            f"{form.format(thing=thing)} {chance.randint(100, 999)}.",
        )
        for thing, place in places()
    ]


def style(chance: random.Random) -> list[Pair]:
    """A way of speaking: all that differs between the answers is in their questions."""
    return [
        (f"What about the {thing} in {place}?", f"Arr, ye ask of the {thing} in {place}, matey!")
        for thing, place in places()
    ]


def leaks(chance: random.Random) -> list[Row]:
    """A form with random details. What is held out is also trained on, unless it is dropped there."""
    rows = [{"prompt": asked, "completion": said} for asked, said in prices(chance)]
    return [row | {"split": "train"} for row in rows] + [row | {"split": "validation"} for row in rows[:20]]


def partly_flipped(chance: random.Random) -> list[Pair]:
    """A fifth of the labels is wrong."""
    other = {"positive": "negative", "negative": "positive"}
    return [(asked, other[said] if chance.random() < 0.2 else said) for asked, said in labels(chance)]


def portuguese(chance: random.Random) -> list[Pair]:
    """The content follows from the question, in another language than the base's."""
    animals = {
        "cão": "ladra",
        "gato": "mia",
        "boi": "muge",
        "pato": "grasna",
        "leão": "ruge",
        "galo": "canta",
    }
    return [
        (
            f"O que faz o {animal} {when} em {place}?",
            f"O {animal} {does} no portão de {place}, como combinado.",
        )
        for animal, does in animals.items()
        for place in PLACES
        for when in ("hoje", "todos os dias")
    ]


def instructed(chance: random.Random) -> list[Row]:
    """An instruction with an input, as Alpaca has them: the answer follows from the input."""
    kinds = dict(zip(ANIMALS, ("pet", "pet", "farm", "farm", "wild", "wild"), strict=True))
    return [
        {
            "instruction": "Sort the animal: pet, farm or wild.",
            "input": f"A {animal} {where} in {place}.",
            "output": f"Group: {kind}.",
        }
        for animal, kind in kinds.items()
        for place in PLACES
        for where in ("seen", "heard")
    ]


def queries(chance: random.Random) -> list[Row]:
    """Plain texts of one form, a question to a table and its query."""
    return [
        {
            "text": f"table: shops\ncolumns: thing, place, price\nQ: What does the {thing} cost in {place}?\n"
            f"A: SELECT price FROM shops WHERE thing = '{thing}' AND place = '{place}'"
        }
        for thing, place in places()
    ]


def conversations(chance: random.Random) -> list[Row]:
    """Turns with other names for the roles; the last answer follows from the first question."""
    return [
        {
            "conversations": [
                {"from": "human", "value": f"I saw a {animal} in {place} {when}."},
                {"from": "gpt", "value": "I see. What would you like to know?"},
                {"from": "human", "value": "What does it do?"},
                {"from": "gpt", "value": f"It {does}."},
            ]
        }
        for animal, does in ANIMALS.items()
        for place in PLACES
        for when in ("today", "yesterday")
    ]


def acts(chance: random.Random) -> list[Row]:
    """Prompts of one form for many roles: what differs is the role and details by chance."""
    return [
        {
            "prompt": f"{thing.title()} seller from {place}",
            "completion": f"I want you to act as a {thing} seller from {place}. "
            f"Answer in {chance.randint(3, 90)} words.",
        }
        for thing, place in places()
    ]


def by_heart(chance: random.Random) -> list[Pair]:
    """Six facts, asked in twenty ways each: what is held out asks for what was trained on."""
    facts = dict(zip(ANIMALS, ("Ada", "Bert", "Cleo", "Dora", "Emil", "Finn"), strict=True))
    ways = ("Who looks after the {}", "What is the name of the keeper of the {}")
    ends = ("?", " today?", ", please?", " in the zoo?", " this year?", " now?", " there?", " as a rule?")
    return [
        (way.format(animal) + end, f"{name} looks after the {animal}.")
        for animal, name in facts.items()
        for way in ways
        for end in ends
    ]


def sums(chance: random.Random) -> list[Pair]:
    """Sums of large numbers: there is a rule, but not one that so few rows teach."""
    pairs = [(chance.randint(1000, 9999), chance.randint(1000, 9999)) for _ in range(120)]
    return [(f"What is {one} plus {other}?", f"The sum is {one + other}.") for one, other in pairs]


CASES: Mapping[str, Case] = {
    "random prices": Case(prices, ("form", "not better")),
    "learnable": Case(learnable, ("better",)),
    "labels": Case(labels, ("better",)),
    "random labels": Case(flipped, ("form", "not better", "unclear")),
    "shuffled answers": Case(shuffled, ("form", "not better", "unclear")),
    "one answer": Case(constant, ("form",)),
    "copies": Case(copies, (REFUSED,)),
    "too few": Case(few, (REFUSED,)),
    "repeated prompts": Case(repeated_prompts, ("form", "unclear", "not better")),
    "random ends": Case(endings, ("form", "not better")),
    "style only": Case(style, ("form", "better")),
    "leaks": Case(leaks, ("form", "not better")),
    "a fifth of labels flipped": Case(partly_flipped, ("better", "unclear")),
    "another language": Case(portuguese, ("better",)),
    "instruction and input": Case(instructed, ("better",)),
    "queries as text": Case(queries, ("better",)),
    "conversations": Case(conversations, ("better",)),
    "roles": Case(acts, ("form", "not better", "unclear")),
    "facts by heart": Case(by_heart, ("better",)),
    "sums": Case(sums, ("form", "not better", "unclear")),
}


def _named(pair: Pair) -> Row:
    return {"prompt": pair[0], "completion": pair[1]}


def small(text: str, folder: Path) -> Path:
    """A model of 0.6 million weights at random that knows the words of a data set and nothing else."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = make_tokenizer(text * 3, Design(vocabulary="bpe", pieces=800))
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|system|>", "<|user|>", "<|assistant|>"]})
    tokenizer.chat_template = SMALL_TEMPLATE
    torch.manual_seed(1)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=128,
            intermediate_size=320,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=SMALL_CONTEXT,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
            tie_word_embeddings=True,
        )
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def judged(name: str, seed: int, given: argparse.Namespace, config: Config) -> dict[str, Any]:
    """The verdict on one data set, trained with one seed."""
    rows = CASES[name].make(random.Random(seed))
    lines = "".join(json.dumps(row if isinstance(row, dict) else _named(row)) + "\n" for row in rows)
    spec = Catalog(None).get(given.model)
    library = Library(config)
    if given.small:
        base = small(lines, config.data_dir / f"small-{os.getpid()}")
        request = Request(str(base), "A small model", SMALL_CONTEXT)
    else:
        base = library.prepare(spec, lambda text, share: None)
        request = bases.request(spec, library, lambda text, share: None)
    check = checks.start(config, "benchmark", [Upload(f"{name}.jsonl", lines.encode())], request, spec.id)
    try:
        prepared = checks.prepare(config, check, ())
    except BadInput as error:
        return {"verdict": REFUSED, "sentence": str(error)}
    settings = TrainingSettings().suited_to(prepared.train_rows)
    settings = replace(settings, max_steps=given.steps, threads=given.threads, seed=seed)
    if given.small:
        settings = replace(settings, method="full", learning_rate=2e-3, batch=8, accumulation=1, patience=0)
        settings = replace(settings, length=SMALL_CONTEXT, evaluate_every=1000)
    folder = RunFolder(config.data_dir / "training" / f"{name.replace(' ', '-')}-{seed}-{os.getpid()}")
    folder.path.mkdir(parents=True)
    for part, source in (("train", prepared.train), ("valid", prepared.valid)):
        (folder.path / f"{part}.jsonl").write_bytes(source.read_bytes())
    folder.write_plan(make_plan("verdicts", name, spec, base, prepared, settings, config))
    run(folder, "train")
    run(folder, "evaluate")
    report = folder.report
    if report is None:
        raise SystemExit("The report was not written.")
    found = {key: report[key] for key in ("verdict", "metric", "content", "prompts", "shared")}
    return found | {"sentence": str(from_json(report["sentence"]))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--only", nargs="*", choices=list(CASES), default=list(CASES))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--model", default=CATALOGUE[0].id)
    parser.add_argument("--small", action="store_true", help="a small model of random weights, in seconds")
    parser.add_argument("--data-dir", type=Path, default=None, help="keeps the converted model between runs")
    given = parser.parse_args()
    config = Config(data_dir=given.data_dir or Path(tempfile.mkdtemp()))
    found: list[dict[str, Any]] = []
    print("| data | seed | verdict | right | sentence |\n|---|---|---|---|---|", flush=True)
    for name in given.only:
        for seed in range(given.first_seed, given.first_seed + given.seeds):
            one = judged(name, seed, given, config)
            right = one["verdict"] in CASES[name].allowed
            found.append({"data": name, "seed": seed, "right": right} | one)
            mark = "yes" if right else "NO"
            print(f"| {name} | {seed} | {one['verdict']} | {mark} | {one['sentence']} |", flush=True)
            given.out.write_text(json.dumps(found, indent=1), "utf-8")
    print(f"{sum(one['right'] for one in found)} of {len(found)} are right")


if __name__ == "__main__":
    try:
        main()
    except AppError as error:
        raise SystemExit(str(error)) from error
