"""A program: a run's model as one GGUF file, compared with the merged model before anybody gets it.

    python -m components.training.program.to_gguf RUN FILE KIND NAME [BASE]

BASE is the GGUF file that the run's base came out of. Prints one JSON object per line, as `conversion` does:
{"stage", "share"}, then {"compared": …} or {"error", "detail"}. Knows torch and llama.cpp's engine.
"""

import errno
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components import lifeline
from components.errors import AppError, BadInput
from components.messages import Message, Said, to_json
from components.models.engines.gguf_kinds import kind_of
from components.models.engines.gguf_writer import write
from components.models.gguf_families import why_not
from components.models.gguf_header import read_gguf
from components.priority import step_aside
from components.training.folder import RunFolder
from components.training.gguf_export import Compared
from components.training.program import merge
from components.training.program.batches import Example, examples_of, spread
from components.training.program.row_tokens import NOT_TRAINED
from components.training.program.subject import general_examples
from components.training.program.tokenizer import load_limited
from components.training.program.train import instruction_for

ROWS, LENGTH = 32, 256  # that both are compared on; tokens of one
TOKENS = 400  # whose chances are compared, in all
LEAST = 20
ROW_KINDS = ("chat", "pair", "text")


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def stage(message: Message, share: float) -> None:
    say(stage=to_json(message), share=share)


def main(argv: Sequence[str] | None = None) -> int:
    run, file, kind, name, *base = list(sys.argv[1:] if argv is None else argv)
    try:
        found = make(RunFolder(Path(run)), Path(file), kind, name, Path(base[0]) if base else None)
    except AppError as error:
        say(error="refused", detail=to_json(error.message))
        return 1
    except Exception as error:  # noqa: BLE001 - the last line of a program: every failure is reported
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        why = Said("the disk is full") if full else str(error)[:300] or type(error).__name__
        say(error="failed", detail=to_json(Said("The GGUF file could not be made: {why}", why=why)))
        return 1
    say(compared=found.to_json())
    return 0


def make(folder: RunFolder, file: Path, kind: str, name: str, base: Path | None) -> Compared:
    """Writes `file` and compares it. Raises BadInput for a model that can't be written, or lost too much."""
    plan = folder.plan()
    if why := why_not(Path(plan.base_folder), base):
        raise BadInput("There is no GGUF file of this model: {why}.", why=why)
    with tempfile.TemporaryDirectory(dir=folder.path, prefix=".merged-") as place:
        merged = Path(place)
        stage(Said("merging"), 0.05)
        merge.merge(folder, merged)
        stage(Said("writing"), 0.3)
        stored = kind_of(kind)
        write(merged, file, stored, name, base)
        stage(Said("comparing it with the merged model"), 0.5)
        examples = _examples(folder, merged)
        wanted = _by_torch(merged, examples)
    found = _by_llama(file, examples)
    return _compared(stored.name, wanted, found)


def _examples(folder: RunFolder, merged: Path) -> list[Example]:
    """Held-out rows where the run has some of the usual kinds, else the general text."""
    plan, tokenizer = folder.plan(), load_limited(folder.plan().base_folder)
    held: list[Example] = []
    if plan.kind in ROW_KINDS:
        held = examples_of(
            folder.rows("valid"), tokenizer, LENGTH, False, instruction_for(tokenizer, plan, False)
        )
    chosen, tokens = [], 0
    for one in spread(held or general_examples(tokenizer), ROWS):
        chosen.append(one)
        tokens += sum(label != NOT_TRAINED for label in one.labels[1:])
        if tokens >= TOKENS:
            break
    return chosen


def _by_torch(merged: Path, examples: Sequence[Example]) -> list[list[float | None]]:
    """The log-probability of each token of the rows in float32; None of the first."""
    import torch
    from transformers import AutoModelForCausalLM

    options = {"local_files_only": True, "trust_remote_code": False, "use_safetensors": True}
    model: Any = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.float32, **options).eval()
    found: list[list[float | None]] = []
    with torch.no_grad():
        for one in examples:
            ids = torch.tensor([one.input_ids])
            chances = model(ids).logits[0, :-1].log_softmax(-1)
            found.append([None, *chances.gather(1, ids[0, 1:, None])[:, 0].tolist()])
    return [
        [chance if label != NOT_TRAINED else None for chance, label in zip(row, one.labels, strict=True)]
        for row, one in zip(found, examples, strict=True)
    ]


def _by_llama(file: Path, examples: Sequence[Example]) -> list[list[float | None]]:
    """The same by the file as llama.cpp runs it."""
    from components.models.engines.llama import LlamaEngine
    from components.models.engines.llama_host import cores

    longest = max(len(one.input_ids) for one in examples) + 1
    engine = LlamaEngine(read_gguf(file), longest, 2 * longest)
    engine.load(cores())
    found = []
    for number, one in enumerate(examples):
        stage(Said("comparing it with the merged model"), 0.6 + 0.4 * number / len(examples))
        found.append(engine.chances(one.input_ids, [label != NOT_TRAINED for label in one.labels]))
    return found


Chances = Sequence[Sequence[float | None]]  # of each row's tokens


def _compared(kind: str, wanted: Chances, found: Chances) -> Compared:
    both = [
        (one, other)
        for row, beside in zip(wanted, found, strict=True)
        for one, other in zip(row, beside, strict=True)
        if one is not None and other is not None
    ]
    if len(both) < LEAST:
        raise BadInput(
            "The GGUF file could not be compared with the merged model: there is too little held-out text."
        )
    merged, file = (math.exp(-sum(side) / len(both)) for side in zip(*both, strict=True))
    return Compared(kind, merged, file, len(both))


if __name__ == "__main__":
    lifeline.hold()
    step_aside()
    sys.exit(main())
