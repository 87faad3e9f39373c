"""A classifier, or kinds that were learned, as a ZIP to hand on: numbers, settings, a card; and back,
checked.

Knows both kinds by their packings; not where they are kept. The examples, which are a person's texts, stay
here.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from components.documents.errors import CorruptFile
from components.documents.limits import Limits
from components.documents.zip_archive import Archive
from components.errors import BadInput, Unavailable
from components.kept import read
from components.tasks.classify import classifier_file, tagger_file
from components.tasks.classify.classifier_file import CARD, SETTINGS, WEIGHTS, About
from components.tasks.classify.tagger_file import TagAbout, is_tagger

LONGEST_NAME = 80
ENCODER = "encoder"  # the folder of a tuned encoder in the ZIP
OF_AN_ENCODER = (".json", ".safetensors", ".txt", ".model")
NOT_OF_IT = ("wordbench.json", "head.safetensors")  # the app's own; what the classifier's matrix is
MOST_SETTINGS = 4_000_000  # bytes


@dataclass(frozen=True)
class Brought:
    """An export that was read and can be kept."""

    name: str
    about: dict[str, Any]
    weights: bytes
    encoders: tuple[str, ...]  # that it was made with
    encoder: Mapping[str, bytes] | None = field(default=None, repr=False)  # files of the one tuned for it
    base: str = ""  # id of the model that this one was tuned from


def exported(
    name: str, version: int, plain: Any, data: bytes, encoder: Path | None = None, base: str = ""
) -> bytes:
    """The ZIP. `encoder`: the folder of the model that was tuned for it, which goes along, from the model
    `base`. Raises Unavailable for a damaged one.
    """
    if is_tagger(plain):
        tagger, found = tagger_file.unpacked(plain, data)
        told = read(TagAbout, plain)
        bare = replace(told, report=replace(told.report, misses=()) if told.report else None)
        settings, card = bare.to_json(), tagger_file.card(name, version, tagger, found)
    else:
        classifier, report = classifier_file.unpacked(plain, data)
        settings, card = read(About, plain).to_json(), classifier_file.card(name, version, classifier, report)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(WEIGHTS, data)
        own = {"name": name, "version": version, **settings, "run": "", "base": base}
        files.writestr(SETTINGS, json.dumps(own, ensure_ascii=False, indent=1))
        files.writestr(CARD, card)
        for path in sorted(encoder.iterdir()) if encoder else ():
            if path.suffix in OF_AN_ENCODER and path.name not in NOT_OF_IT:
                files.write(path, f"{ENCODER}/{path.name}", zipfile.ZIP_STORED)
    return out.getvalue()


def imported(data: bytes, name: str, limits: Limits) -> Brought:
    """The inverse; of a fine-tuned one with its encoder, for `tuned_import`. Raises BadInput for anything but
    an export that can be used.
    """
    try:
        archive = Archive(data, name, limits)
        settings, weights = archive.read(SETTINGS), archive.read(WEIGHTS)
        plain = json.loads(settings) if len(settings) <= MOST_SETTINGS else None
    except (CorruptFile, ValueError, RecursionError) as error:
        raise _no_export(name) from error
    if not isinstance(plain, dict):
        raise _no_export(name)
    encoder: dict[str, bytes] | None = None
    try:
        if is_tagger(plain):
            encoders: tuple[str, ...] = (tagger_file.unpacked(plain, weights)[0].encoder,)
            about = read(TagAbout, plain).to_json()
        else:
            classifier = classifier_file.unpacked(plain, weights)[0]
            encoders = tuple(classifier.heads)
            about = replace(read(About, plain), run="").to_json()
            if classifier.way == "tuned":
                encoder = _encoder(archive)
                if len(encoders) != 1:
                    raise _no_export(name)
    except (Unavailable, CorruptFile) as error:
        raise _no_export(name) from error
    called, told = plain.get("name"), plain.get("base")
    base = told if isinstance(told, str) else ""
    title = " ".join(called.split())[:LONGEST_NAME] if isinstance(called, str) else ""
    return Brought(
        title or name.rpartition(".")[0][:LONGEST_NAME] or name, about, weights, encoders, encoder, base
    )


def _encoder(archive: Archive) -> dict[str, bytes]:
    """The files below the encoder's folder that are of a model, by their names."""
    files = {}
    for stored in archive.names.values():
        folder, _, file = stored.partition("/")
        if folder == ENCODER and Path(file).name == file and file.endswith(OF_AN_ENCODER):
            files[file] = archive.read(stored)
    return files


def _no_export(name: str) -> BadInput:
    return BadInput(
        "“{name}” is no classifier that this app has exported, or it was changed since: it should have "
        "{settings} and {weights} in it, which belong together.",
        name=name,
        settings=SETTINGS,
        weights=WEIGHTS,
    )
