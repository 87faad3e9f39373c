"""How much an answer repeats itself, by repetition penalty: the share of its word 4-grams that it had before,
and how often the app would have stopped it (`components.tasks.repetition`).

    python -m benchmarks.repetition QUESTIONS.jsonl [--most 16] [--tokens 320] [--penalties 1.0 1.1 1.2]

Each line of the file has a `text` or `turns` with a question. The packaged model answers each with the
settings of its card but for the penalty; the same seed for all.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from components.config import Config
from components.models.catalog import CATALOGUE, Catalog
from components.models.library import Library, default_options
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.tasks.repetition import Watch

SMOL, WORDS, SEED = CATALOGUE[0], 4, 7


def had_before(text: str) -> float:
    """The share of a text's runs of four words that stand earlier in it; 0 for a short one."""
    words = text.split()
    runs = [tuple(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def questions(path: Path, most: int) -> list[str]:
    """Evenly from the whole file, which may be in order of subjects."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    texts = [str(row.get("text") or row.get("question") or (row.get("turns") or [""])[0]) for row in rows]
    step = max(1, len(texts) // most)
    return texts[::step][:most]


def measured(manager: ModelManager, asked: Sequence[str], options: GenerationOptions) -> dict[str, float]:
    """Of all answers: repeated runs of words, how many were stopped or ended by themselves, tokens."""
    shares, stopped, tokens, ended = [], 0, [], 0
    with manager.lease(SMOL.id) as engine:
        for text in asked:
            watch, written = Watch(), ""
            made = engine.generate(
                Prompt(messages=({"role": "user", "content": text},)), options, lambda: False
            )
            for piece in made:
                written += piece
                watch.see(piece)
            assert made.usage is not None
            shares.append(had_before(written))
            stopped += watch.found
            tokens.append(made.usage.new_tokens)
            ended += made.usage.finish == "stop"
    return {
        "repeated": round(mean(shares), 3),
        "most": round(max(shares), 3),
        "stopped": stopped / len(asked),
        "tokens": round(mean(tokens)),
        "ended": ended / len(asked),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--most", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=320)
    parser.add_argument("--penalties", type=float, nargs="+", default=[1.0, 1.1, 1.2])
    parser.add_argument("--data", type=Path, help="a data folder in which the model is converted already")
    given = parser.parse_args()
    asked = questions(given.questions, given.most)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data_dir=given.data or Path(folder))
        library = Library(config)
        loader = EngineLoader(config, library)
        manager = ModelManager(Catalog(), loader, config)
        usual = default_options(SMOL, library.folder(SMOL))
        for penalty in given.penalties:
            options = GenerationOptions(max_new_tokens=given.tokens, seed=SEED, **usual)
            options = replace(options, repetition_penalty=penalty)
            row = {"penalty": penalty, **measured(manager, asked, options)}
            print(json.dumps(row), flush=True)
        loader.process.close()


if __name__ == "__main__":
    main()
