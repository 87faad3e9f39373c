"""Many people at once, against the same requests one after another.

    python -m benchmarks.load --out FILE.json [--people 1,4,16,32] [--soak MINUTES]

Everybody is a thread that leases the model as a page does. *Decode-bound* are short questions with answers
of 64 tokens; *mixed* is two such questions for each long summary (1,500 tokens of prompt) and each
translation. Reported: tokens/s of all together, time to the first token (median, 95th percentile), the
longest wait, memory.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil

from benchmarks.engines import text_of
from components.config import read_config
from components.errors import AppError
from components.models.catalog import CATALOGUE, Catalog
from components.models.library import Library
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.process import EngineLoader
from components.models.translation import TranslationOptions

CHAT = CATALOGUE[0].id
TRANSLATOR = next(spec.id for spec in CATALOGUE if spec.task == "translate" and spec.source == "packaged")
SENTENCES = ["The harbour was quiet that morning.", "Nobody had seen the boat leave."] * 10
Done = dict[str, float]


class People:
    """All of them share one manager."""

    def __init__(self) -> None:
        config = replace(read_config(), queue_limit=64)
        self.loader = EngineLoader(config, Library(config))
        self.manager = ModelManager(Catalog(), self.loader, config)
        with self.manager.lease(CHAT) as engine:
            self.engine = engine
        with self.manager.lease(TRANSLATOR):
            pass

    def ask(self, kind: str, person: int) -> Done:
        started = time.perf_counter()
        if kind == "translation":
            with self.manager.lease(TRANSLATOR, f"person {person}", long=True) as engine:
                options = TranslationOptions("en", "pt")
                for _ in engine.translate(SENTENCES, options, lambda: False):
                    pass
            return {"first": 0.0, "total": time.perf_counter() - started, "tokens": 0}
        size, new = (1500, 64) if kind == "summary" else (40, 64)
        text = text_of(size, person, lambda some: self.engine.count([Prompt(text=some)])[0])
        started, first = time.perf_counter(), 0.0
        with self.manager.lease(CHAT, f"person {person}", long=kind == "summary") as engine:
            options = GenerationOptions(temperature=0, max_new_tokens=new)
            generation = engine.generate(Prompt(text=text), options, lambda: False)
            for _ in generation:
                first = first or time.perf_counter() - started
        tokens = generation.usage.new_tokens if generation.usage else 0
        return {"first": first, "total": time.perf_counter() - started, "tokens": tokens}

    def together(self, kinds: list[str]) -> dict[str, float]:
        found: list[Done] = []
        threads = [
            threading.Thread(target=lambda k=kind, n=n: found.append(self.ask(k, n)))
            for n, kind in enumerate(kinds)
        ]
        return self._timed(lambda: ([t.start() for t in threads], [t.join() for t in threads]), found)

    def one_after_another(self, kinds: list[str]) -> dict[str, float]:
        found: list[Done] = []
        return self._timed(lambda: found.extend(self.ask(kind, n) for n, kind in enumerate(kinds)), found)

    def _timed(self, work: Callable[[], Any], found: list[Done]) -> dict[str, float]:
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
        firsts = [one["first"] for one in found if one["tokens"]]
        return {
            "seconds": seconds,
            "tokens_per_second": sum(one["tokens"] for one in found) / seconds,
            "first_median": median(firsts),
            "first_95": quantiles(firsts, n=20)[-1] if len(firsts) > 1 else firsts[0],
            "longest_seconds": max(one["total"] for one in found),
            "megabytes": self.megabytes(),
        }

    def megabytes(self) -> float:
        return sum(p.memory_info().rss for p in psutil.Process().children(recursive=True)) / 1e6

    def soak(self, minutes: float) -> list[dict[str, float]]:
        """Mixed work of eight people, again and again; memory, threads and open files after each round."""
        me, ends, seen = psutil.Process(), time.monotonic() + 60 * minutes, []
        while time.monotonic() < ends:
            self.together(mixed(8))
            seen.append({"megabytes": self.megabytes(), "threads": me.num_threads(), "files": me.num_fds()})
        return seen


def mixed(people: int) -> list[str]:
    return [("chat", "summary", "chat", "translation")[n % 4] for n in range(people)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--people", default="1,4,16,32")
    parser.add_argument("--soak", type=float, default=0, help="minutes")
    arguments = parser.parse_args()
    people, result = People(), {}
    print("| work | people | tokens/s | one after another | ratio | first token, s | 95% | longest, s | MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for work, kinds_of in (("decode-bound", lambda n: ["chat"] * n), ("mixed", mixed)):
        for count in map(int, arguments.people.split(",")):
            kinds = kinds_of(count)
            alone, all_ = people.one_after_another(kinds[:16]), people.together(kinds)
            ratio = all_["tokens_per_second"] / alone["tokens_per_second"]
            result[f"{work} {count}"] = {"together": all_, "one_after_another": alone, "ratio": ratio}
            cells = [f"{all_['tokens_per_second']:.0f}", f"{alone['tokens_per_second']:.0f}", f"{ratio:.1f}"]
            cells += [f"{all_[key]:.2f}" for key in ("first_median", "first_95", "longest_seconds")]
            print(
                f"| {work} | {count} | " + " | ".join([*cells, f"{all_['megabytes']:.0f}"]) + " |", flush=True
            )
    if arguments.soak:
        result["soak"] = people.soak(arguments.soak)
        print("soak, first and last round:", result["soak"][1], result["soak"][-1])
    for model in people.manager.status():
        try:
            people.manager.unload(model.id)
        except AppError as error:
            print(error)
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
