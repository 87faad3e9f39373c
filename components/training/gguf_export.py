"""A fine-tuned model as a GGUF file, for llama.cpp, Ollama and LM Studio: made once, and offered only after
it was compared with the merged model.

Knows files and the program that makes them (`to_gguf`), neither weights nor pages.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from components.errors import BadInput, EngineFailed
from components.files import read_json
from components.kept import Kept
from components.messages import Message, Said, from_json
from components.models.programs import run
from components.training.folder import RunFolder, write_json

PROGRAM = "components.training.program.to_gguf"
# What can be chosen, and how much more perplexity than the merged model's it may have.
MOST_LOST: Mapping[str, float] = {"F16": 0.01, "Q8_0": 0.01, "4bit": 0.05}
Say = Callable[[Message, float], object]


@dataclass(frozen=True)
class Compared(Kept):
    """Perplexity on held-out rows: of the merged model in transformers, and of the file in llama.cpp."""

    kind: str  # as in the names of files: Q4_K_M
    merged: float
    file: float
    tokens: int  # that both were asked for

    @property
    def lost(self) -> float:
        """How much more perplexity the file has: 0.01 is one percent; less than 0 if it has less."""
        return self.file / self.merged - 1


def made(folder: RunFolder, kind: str) -> tuple[Path, Compared] | None:
    """A file that was made before and may be offered, with its comparison."""
    file, about = _file(folder, kind), _file(folder, kind).with_suffix(".json")
    if not file.exists() or not about.exists():
        return None
    return file, Compared.from_json(read_json(about))


def make(
    folder: RunFolder, kind: str, name: str, base: Path | None, say: Say, cancelled: Callable[[], bool]
) -> Path:
    """Makes the file and compares it. `base`: the GGUF file that the run's base came out of.

    Raises BadInput where there can be no such file or it lost too much, EngineFailed where the program
    failed, Cancelled when it was stopped.
    """
    file = _file(folder, kind)
    file.parent.mkdir(exist_ok=True)
    part = file.with_name(f".{uuid.uuid4().hex}.gguf")
    command = [PROGRAM, str(folder.path), str(part), kind, name, *([str(base)] if base else [])]
    try:
        found = _follow(command, say, cancelled)
        if found.lost > MOST_LOST[kind]:
            raise BadInput(
                "The GGUF file ({kind}) isn't offered: on {tokens:,} held-out tokens its perplexity is "
                "{file:.2f}, and the merged model's is {merged:.2f}. {most:.0%} more is allowed. Choose one "
                "with more bits.",
                kind=found.kind,
                tokens=found.tokens,
                file=found.file,
                merged=found.merged,
                most=MOST_LOST[kind],
            )
        part.replace(file)
        write_json(file.with_suffix(".json"), found.to_json())
        return file
    finally:
        part.unlink(missing_ok=True)


def _follow(command: list[str], say: Say, cancelled: Callable[[], bool]) -> Compared:
    for said in run(command, cancelled):
        if "error" in said:
            why = from_json(said["detail"])
            raise BadInput(why) if said["error"] == "refused" else EngineFailed(why)
        if "stage" in said:
            say(Said("GGUF: {stage}", stage=from_json(said["stage"])), said["share"])
        if "compared" in said:
            return Compared.from_json(said["compared"])
    raise EngineFailed("The GGUF file could not be made: {why}", why=Said("it stopped without a reason"))


def _file(folder: RunFolder, kind: str) -> Path:
    return folder.gguf / f"{kind}.gguf"
