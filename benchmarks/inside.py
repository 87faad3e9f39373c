"""What looking inside takes: *How sure* on 300 tokens, and noting scores while an answer is written.

    python -m benchmarks.inside [--rounds N] [--out FILE.json]

The packaged model. Noting is compared with the same answer without it, in turns, so that other work on the
machine slows both alike; the figures are medians. Beside the clock there are seconds of CPU, of this process
and its engine's, which other work disturbs least (with WORDBENCH_THREADS=1: threads that wait for each other
spin).
"""

import argparse
import json
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from statistics import median

import psutil

from components.config import Wanted, read_config
from components.models.catalog import CATALOGUE, Catalog
from components.models.engine import Engine
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.scores import Scored
from components.tasks.chat import CANDIDATES

SMOL = CATALOGUE[0]
TOKENS, NEW = 300, 96
SHOWN = 8  # candidates in the page
STORY = "A fox learned to read from a lost newspaper, and told the hens what the weather would be like. " * 20
QUESTION = Prompt(messages=({"role": "user", "content": "Tell me a long story about a fox who reads."},))


def manager_for(engine: Wanted) -> tuple[ModelManager, EngineLoader]:
    config = replace(read_config(), engine=engine, prepare_openvino=False)
    loader = EngineLoader(config, Library(config))
    return ModelManager(Catalog(), loader, config), loader


def cpu() -> float:
    """Seconds of CPU that this process and those that it started have used."""
    me = psutil.Process()
    spent = 0.0
    for one in (me, *me.children(recursive=True)):
        with suppress(psutil.Error):
            times = one.cpu_times()
            spent += times.user + times.system
    return spent


def sure(rounds: int) -> dict[str, float]:
    """Seconds for the scores of a text of 300 tokens, the model loaded."""
    manager, loader = manager_for("transformers")
    with manager.lease(SMOL.id, on_torch=True) as engine:
        words = STORY.split(" ")
        while engine.count([Prompt(text=" ".join(words))])[0] > TOKENS:
            words.pop()
        text = Scored(" ".join(words))
        taken: list[float] = []
        spent: list[float] = []
        for number in range(rounds + 1):
            began, before = time.perf_counter(), cpu()
            [found] = engine.scores([text], SHOWN)
            if number:
                taken.append(time.perf_counter() - began)
                spent.append(cpu() - before)
    loader.process.close()
    return {
        "tokens": len(found.tokens),
        "seconds": median(taken),
        "best_seconds": min(taken),
        "cpu_seconds": median(spent),
    }


def noting(engine_name: Wanted, rounds: int) -> dict[str, object]:
    """Tokens/s with and without noting, and how much longer a token takes with it, also as long as nobody has
    looked at an answer.
    """
    manager, loader = manager_for(engine_name)
    with manager.lease(SMOL.id) as engine:
        written(engine, 0)
        pairs, unseen = [], []
        for _ in range(rounds):
            pairs.append((written(engine, 0), written(engine, CANDIDATES)))
            unseen.append(written(engine, CANDIDATES, if_free=True)[0] / pairs[-1][0][0])
        ran = engine.info.engine
    if loader.process.pid:
        loader.process.close()
    return {
        "engine": ran,
        "plain_tokens_per_second": 1 / median(plain[0] for plain, _ in pairs),
        "noting_tokens_per_second": 1 / median(noted[0] for _, noted in pairs),
        "cost_while_nobody_looks": median(unseen) - 1,
        "cost": median(noted[0] / plain[0] for plain, noted in pairs) - 1,
        "cpu_cost": sum(noted[1] for _, noted in pairs) / sum(plain[1] for plain, _ in pairs) - 1,
    }


def written(engine: Engine, scores: int, if_free: bool = False) -> tuple[float, float]:
    """Seconds of a token, and seconds of CPU for the whole answer."""
    options = GenerationOptions(temperature=0, max_new_tokens=NEW, scores=scores, scores_if_free=if_free)
    before = cpu()
    generation = engine.generate(QUESTION, options, lambda: False)
    for _piece in generation:
        pass
    usage = generation.usage
    assert usage is not None
    return usage.decode_seconds / max(usage.new_tokens - 1, 1), cpu() - before


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--out", type=Path)
    asked = arguments.parse_args()
    found: dict[str, object] = {"how_sure": sure(asked.rounds)}
    engines: tuple[Wanted, ...] = ("llama.cpp", "openvino", "transformers")
    found["noting"] = [noting(one, asked.rounds) for one in engines]
    said = json.dumps(found, indent=2)
    print(said)
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(said + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
