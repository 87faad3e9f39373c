"""Many people at once, against the same requests one after another.

    python -m benchmarks.load --out FILE.json [--people 1,4,16,32] [--soak MINUTES]

Everybody is a thread that leases the model as a page does, and every request has a text of its own, so that
none is found in a cache. *Decode-bound* are questions of 20 tokens with answers of 128; *mixed* is two chats
(40 and 64 tokens) for each long summary (1,500 and 64) and each translation. Reported: tokens/s of all
together, time to the first token (median, 95th percentile), the longest wait for a turn and for an end,
requests that were served, memory. The soak test is mixed work of eight people, round after round.
"""

import argparse
import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median, quantiles
from typing import Any

import psutil

from benchmarks import new_file
from benchmarks.engines import text_of
from components.config import read_config
from components.errors import AppError
from components.models.catalog import CATALOGUE, Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.pair import Pair
from components.models.translation import TranslationOptions

CHAT = CATALOGUE[0].id
TRANSLATOR = next(spec.id for spec in CATALOGUE if spec.task == "translate" and spec.source == "packaged")
SENTENCES = ["The harbour was quiet that morning.", "Nobody had seen the boat leave."] * 10
SIZES = {"question": (20, 128), "chat": (40, 64), "summary": (1500, 64)}  # tokens of prompt and answer
Done = dict[str, float]


class People:
    """All of them share one manager."""

    def __init__(self) -> None:
        config = replace(read_config(), queue_limit=64)
        self.loader = EngineLoader(config, Library(config))
        self.manager = ModelManager(Catalog(), self.loader, config)
        with self.manager.lease(CHAT) as engine:
            self.engine = engine
        if isinstance(engine, Pair):  # what happens when nobody waits
            self.loader.make_ready(CATALOGUE[0])
            self.loader.join(CATALOGUE[0], engine, self.loader.main_memory().free, lambda: False)
            print(engine.info.chosen)
        with self.manager.lease(TRANSLATOR):
            pass
        self._chapters = itertools.count()

    def ask(self, kind: str, person: int, found: list[Done]) -> None:
        """One request; what it took, or an empty dictionary for one that was not served, into `found`."""
        try:
            found.append(self._translate(person) if kind == "translation" else self._write(kind, person))
        except AppError as error:
            print(f"person {person}: {error}", flush=True)
            found.append({})

    def _translate(self, person: int) -> Done:
        started = time.perf_counter()
        with self.manager.lease(TRANSLATOR, f"person {person}", long=True) as engine:
            turn = time.perf_counter() - started
            for _ in engine.translate(SENTENCES, TranslationOptions("en", "pt"), lambda: False):
                pass
        return {"turn": turn, "first": 0.0, "total": time.perf_counter() - started, "tokens": 0}

    def _write(self, kind: str, person: int) -> Done:
        size, new = SIZES[kind]
        text = text_of(size, next(self._chapters), lambda some: self.engine.count([Prompt(text=some)])[0])
        started, first = time.perf_counter(), 0.0
        with self.manager.lease(CHAT, f"person {person}", long=kind == "summary") as engine:
            turn = time.perf_counter() - started
            options = GenerationOptions(temperature=0, max_new_tokens=new)
            generation = engine.generate(Prompt(text=text), options, lambda: False)
            for _ in generation:
                first = first or time.perf_counter() - started
        tokens = generation.usage.new_tokens if generation.usage else 0
        return {"turn": turn, "first": first, "total": time.perf_counter() - started, "tokens": tokens}

    def together(self, kinds: list[str]) -> dict[str, float]:
        found: list[Done] = []
        threads = [threading.Thread(target=self.ask, args=(kind, n, found)) for n, kind in enumerate(kinds)]
        return self._timed(lambda: ([t.start() for t in threads], [t.join() for t in threads]), found)

    def one_after_another(self, kinds: list[str]) -> dict[str, float]:
        found: list[Done] = []
        return self._timed(lambda: [self.ask(kind, n, found) for n, kind in enumerate(kinds)], found)

    def _timed(self, work: Callable[[], Any], found: list[Done]) -> dict[str, float]:
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
        served = [one for one in found if one]
        firsts = [one["first"] for one in served if one["tokens"]]
        return {
            "seconds": seconds,
            "tokens_per_second": sum(one["tokens"] for one in served) / seconds,
            "first_median": median(firsts),
            "first_95": quantiles(firsts, n=20, method="inclusive")[-1] if len(firsts) > 1 else firsts[0],
            "longest_turn": max(one["turn"] for one in served),
            "longest_seconds": max(one["total"] for one in served),
            "served": len(served),
            "asked": len(found),
            "megabytes": self._taken()["megabytes"],
        }

    def _taken(self) -> dict[str, float]:
        """Memory, threads and open files of this process and its children."""
        every = [psutil.Process(), *psutil.Process().children(recursive=True)]
        return {
            "megabytes": sum(p.memory_info().rss for p in every) / 1e6,
            "threads": sum(p.num_threads() for p in every),
            "files": sum(p.num_fds() for p in every),
        }

    def soak(self, minutes: float) -> list[dict[str, float]]:
        """What is taken after each round."""
        ends, seen = time.monotonic() + 60 * minutes, []
        while time.monotonic() < ends:
            done = self.together(mixed(8))
            seen.append(self._taken() | {"served": done["served"], "asked": done["asked"]})
        return seen


def mixed(people: int) -> list[str]:
    return [("chat", "summary", "chat", "translation")[n % 4] for n in range(people)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=new_file)
    parser.add_argument("--people", default="1,4,16,32")
    parser.add_argument("--soak", type=float, default=20, help="minutes; 0: none")
    arguments = parser.parse_args()
    people, result = People(), {}
    print("| work | people | served | tokens/s | one after another | ratio |", end="")
    print(" first token, s | 95% | longest wait for a turn, s | for the end, s | MB |")
    print("|---" * 11 + "|")
    for work, kinds_of in (("decode-bound", lambda n: ["question"] * n), ("mixed", mixed)):
        for count in map(int, arguments.people.split(",")):
            kinds = kinds_of(count)
            alone, all_ = people.one_after_another(kinds[:16]), people.together(kinds)
            ratio = all_["tokens_per_second"] / alone["tokens_per_second"]
            result[f"{work} {count}"] = {"together": all_, "one_after_another": alone, "ratio": ratio}
            cells = [f"{all_['served']} of {all_['asked']}", f"{all_['tokens_per_second']:.0f}"]
            cells += [f"{alone['tokens_per_second']:.0f}", f"{ratio:.1f}"]
            times = ("first_median", "first_95", "longest_turn", "longest_seconds")
            cells += [f"{all_[key]:.2f}" for key in times]
            print(
                f"| {work} | {count} | " + " | ".join([*cells, f"{all_['megabytes']:.0f}"]) + " |", flush=True
            )
    if arguments.soak:
        result["soak"] = people.soak(arguments.soak)
        print("soak, first and last round:", result["soak"][0], result["soak"][-1])
    for model in people.manager.status():
        try:
            people.manager.unload(model.id)
        except AppError as error:
            print(error)
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
