"""Preference training measured: accuracy on held-out pairs before and after, beside trl called directly.

    python -m benchmarks.preference --pairs FILE [--valid FILE] --out FILE.json [--steps N] [--shuffle]

The file goes through the doctor, both sides train the same model on the same pairs with the same settings:
the app's program, and trl's own trainer with its own tokenization, in one process. The two take turns step by
step, so that a change in the machine's speed affects both alike.
`--shuffle` swaps the two answers of every other pair by chance: the report must then say "not better".
"""

import argparse
import json
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import new_file
from components.config import Config
from components.models.catalog import Catalog
from components.models.library import Library
from components.training import bases
from components.training.doctor import checks
from components.training.doctor.checks import Upload
from components.training.folder import RunFolder
from components.training.hyperparameters import PREFERENCE_RATE, TrainingSettings
from components.training.rows import Row
from components.training.run_plan import make_plan


def shuffled(rows: Sequence[Row], seed: int) -> list[Row]:
    """The same pairs, each the other way round with a chance of one half."""
    chance = random.Random(seed)
    swapped = [row | {"chosen": row["rejected"], "rejected": row["chosen"]} for row in rows]
    return [other if chance.random() < 0.5 else row for row, other in zip(rows, swapped, strict=True)]


def prepare(given: argparse.Namespace, config: Config, folder: RunFolder) -> None:
    """The run's folder, as the app makes it."""
    spec, library = Catalog(None).get(given.model), Library(config)
    base = library.prepare(spec, lambda text, share: None)
    paths = [given.pairs, *([given.valid] if given.valid else [])]
    request = bases.request(spec, library, lambda text, share: None)
    uploads = [Upload(path.name, path.read_bytes()) for path in paths]
    check = checks.start(config, "benchmark", uploads, request, spec.id)
    prepared = checks.prepare(config, check, ())
    settings = TrainingSettings(
        learning_rate=given.rate,
        batch=2,
        accumulation=given.accumulation,
        length=given.length,
        max_steps=given.steps,
        epochs=given.epochs,
        patience=0,
        evaluate_rows=1_000,
        evaluate_every=1_000_000,
        threads=given.threads,
    )
    folder.path.mkdir(parents=True)
    folder.write_plan(make_plan("benchmark", "benchmark", spec, base, prepared, settings, config))
    for part, path in (("train", prepared.train), ("valid", prepared.valid)):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        rows = shuffled(rows, given.seed) if given.shuffle else rows
        (folder.path / f"{part}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")


def turns(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as trl's own conversational layout has them."""
    return [
        {
            "prompt": row["messages"],
            "chosen": [{"role": "assistant", "content": row["chosen"]}],
            "rejected": [{"role": "assistant", "content": row["rejected"]}],
        }
        for row in rows
    ]


def plain_trl(folder: RunFolder, steps: int) -> Any:
    """trl as its documentation calls it, with the run's settings."""
    from datasets import Dataset
    from peft import LoraConfig, TaskType
    from trl import DPOConfig, DPOTrainer

    from components.training.program.model_builder import load_base
    from components.training.program.tokenizer import load_tokenizer
    from components.training.program.trainer import argument_values

    plan = folder.plan()
    settings, values = plan.settings, argument_values(plan, folder, steps)
    values |= {"eval_strategy": "no", "eval_on_start": False, "save_strategy": "no", "report_to": []}
    values |= {"load_best_model_at_end": False, "output_dir": str(folder.path / "plain")}
    return DPOTrainer(
        model=load_base(plan),
        args=DPOConfig(
            **values,
            beta=settings.beta,
            max_length=settings.length,
            gradient_checkpointing=settings.checkpointing,
        ),
        train_dataset=Dataset.from_list(turns(folder.rows("train"))),
        eval_dataset=Dataset.from_list(turns(folder.rows("valid"))),
        processing_class=load_tokenizer(plan.base_folder),
        peft_config=LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules="all-linear",
            task_type=TaskType.CAUSAL_LM,
        ),
    )


class Turns:
    """Two trainers in turn, a step each. `seconds`: what each step of each took, without the waiting;
    `tokens`: what the first of them had read after each of its steps.
    """

    def __init__(self, trainers: Sequence[Any]) -> None:
        self.seconds: list[list[float]] = [[] for _ in trainers]
        self.tokens: list[int] = []
        self._trainers = trainers
        self._may_go = [threading.Semaphore(number == 0) for number in range(len(trainers))]
        self._done: set[int] = set()
        self._began = 0.0
        self._failed: list[BaseException] = []

    def run(self) -> None:
        """Trains all to the end."""
        threads = [
            threading.Thread(target=self._train, args=(number,)) for number in range(len(self._trainers))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failed:
            raise self._failed[0]

    def _train(self, number: int) -> None:
        from transformers import TrainerCallback

        turns = self

        class Step(TrainerCallback):
            def on_step_end(self, *given: Any, **named: Any) -> None:
                turns.seconds[number].append(time.perf_counter() - turns._began)
                if number == 0:
                    turns.tokens.append(turns._trainers[0].tokens)
                turns._pass_on(number)

        self._may_go[number].acquire()
        self._began = time.perf_counter()
        try:
            self._trainers[number].add_callback(Step())
            self._trainers[number].train()
        except Exception as error:  # noqa: BLE001  (raised again by `run`)
            self._failed.append(error)
        self._done.add(number)
        self._hand_over(number)

    def _hand_over(self, number: int) -> bool:
        others = [one for one in range(len(self._trainers)) if one != number and one not in self._done]
        for one in others[:1]:
            self._may_go[one].release()
        return bool(others)

    def _pass_on(self, number: int) -> None:
        """Lets the other make a step; the dice, which belong to the process, are as they were afterwards."""
        import torch

        dice = torch.get_rng_state()
        if self._hand_over(number):
            self._may_go[number].acquire()
        torch.set_rng_state(dice)
        self._began = time.perf_counter()


def speeds(turns: Turns) -> dict[str, float]:
    """Tokens a second of both and their ratio, without the first step, before which the app's looks at the
    held-out pairs. Nothing where there was only one.
    """
    mine, theirs = (sum(one[1:]) for one in turns.seconds)
    if not mine:
        return {}
    tokens = turns.tokens[-1] - turns.tokens[0]
    return {
        "tokens/s, app": tokens / mine,
        "tokens/s, trl": tokens / theirs,
        "speed, app over trl": theirs / mine,
    }


def measure(folder: RunFolder) -> dict[str, Any]:
    """Both sides to the end; the report of the app's."""
    import torch

    from components.training.program import examination, preference, train
    from components.training.program.trainer import steps_in

    plan = folder.plan()
    torch.set_num_threads(plan.settings.threads or torch.get_num_threads())
    mine, found, _ = preference.make(plan, folder)
    steps = steps_in(plan, len(found.train))
    theirs = plain_trl(folder, steps)
    turns = Turns((mine, theirs))
    turns.run()
    train.save(mine.model, found.tokenizer, plan, folder)
    examination.report(plan, folder)
    report = folder.report
    assert report is not None
    own = theirs.evaluate()
    return {
        "steps": steps,
        "pairs": [len(found.train), len(found.valid)],
        "held-out accuracy, app": mine.evaluate()["eval_accuracy"],
        "held-out accuracy, trl": own["eval_rewards/accuracies"],
        **speeds(turns),
        "preference": report["preference"],
        "verdict": report["verdict"],
        "sentence": str(report["sentence"]),
    }


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--valid", type=Path)
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--data", type=Path, help="a data folder that is kept; else one for this run")
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--rate", type=float, default=PREFERENCE_RATE)
    parser.add_argument("--accumulation", type=int, default=4)
    parser.add_argument("--length", type=int, default=384)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shuffle", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as place:
        config = replace(Config(), data_dir=given.data or Path(place))
        folder = RunFolder(Path(place) / "run")
        prepare(given, config, folder)
        found = measure(folder)
    given.out.write_text(json.dumps(found, indent=1, default=str), "utf-8")
    for name, value in found.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
