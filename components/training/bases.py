"""Which models can be trained further, and what the doctor has to know of one.

Knows catalogue and library; not how training is done.
"""

from pathlib import Path

from components.files import read_json
from components.models.catalog import ModelSpec, package_file
from components.models.library import Library, Progress
from components.training.doctor.diagnosis import Request


def trainable(spec: ModelSpec, library: Library) -> bool:
    """Whether it is a language model of transformers that is on this machine; no adapter, no other engine."""
    if spec.refusal or spec.task not in ("chat", "complete", "translate", "summarize"):
        return False
    if spec.source not in ("packaged", "hub", "local"):
        return False
    if folder := library.folder(spec):
        return (folder / "config.json").is_file()
    return spec.gguf and (spec.source == "local" or package_file(spec) is not None)


def seq2seq(folder: Path) -> bool:
    """Whether the model in a folder reads with an encoder and writes with a decoder."""
    return bool(read_json(folder / "config.json").get("is_encoder_decoder"))


def request(spec: ModelSpec, library: Library, on_progress: Progress) -> Request:
    """Brings the model's files where it must. Raises AppError where they can't be used."""
    folder = library.prepare(spec, on_progress)
    context = library.footprint(spec, folder).context
    return Request(str(folder), spec.title, context, seq2seq(folder))
