"""What people added in the page: models of the hub, and folders of models. Kept over restarts, in one file.

Knows files and who may change them; neither the hub nor what is in the folders.
"""

import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.access import Scoped, require_administrator
from components.errors import BadInput
from components.files import read_json, replace_json
from components.messages import Message, Said
from components.models.languages import LANGUAGES, language_code
from components.models.sources.hub import HubModel, Variant
from components.models.spec import ModelSpec

FILE = "added_models.json"  # below the data folder
_PLAIN = ("id", "title", "task", "location", "parameters", "context", "revision", "size", "weight_bytes")
_LISTS = ("languages", "files", "directions")
MANY_LANGUAGES = ("m2m_100", "mbart", "nllb-moe")  # model types whose languages are those that can be chosen


class AddedModels(Scoped):
    """Open once per process and safe to use from any thread. Only an administrator adds and removes."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._lock = threading.Lock()  # guards the file

    def specs(self) -> list[ModelSpec]:
        found = (_spec(one) for one in _list(read_json(self._path).get("models")))
        return [one for one in found if one]

    def folders(self) -> list[Path]:
        return [Path(one) for one in _list(read_json(self._path).get("folders")) if isinstance(one, str)]

    def add(self, spec: ModelSpec) -> None:
        """Lists a model; one with the same id is replaced. Raises NotAllowed or Unavailable."""
        plain = {name: getattr(spec, name) for name in (*_PLAIN, *_LISTS)}
        kept = plain | {"licence": spec.licence if isinstance(spec.licence, str) else ""}
        self._change(lambda models, folders: ([*_without(models, spec.id), kept], folders))

    def remove(self, model_id: str) -> None:
        self._change(lambda models, folders: (_without(models, model_id), folders))

    def add_folder(self, text: str) -> Path:
        """Lists the models of a folder. Raises BadInput for what is no folder here, NotAllowed."""
        require_administrator(self._person)
        path = Path(text.strip().strip("\"'")).expanduser()
        if not text.strip() or not path.is_absolute():
            raise BadInput("Type the whole path of the folder, such as {example}.", example=str(Path.home()))
        if not path.is_dir():
            raise BadInput("There is no folder {path} on the machine that Wordbench runs on.", path=path)
        if not os.access(path, os.R_OK | os.X_OK):
            raise BadInput(
                "The folder {path} can't be read by Wordbench: its permissions forbid it.", path=path
            )
        path = path.resolve()
        self._change(lambda models, folders: (models, list(dict.fromkeys([*folders, str(path)]))))
        return path

    def remove_folder(self, path: Path) -> None:
        """Forgets a folder; nothing in it is deleted."""
        self._change(lambda models, folders: (models, [one for one in folders if one != str(path)]))

    def _change(self, change: "Callable[[list[Any], list[Any]], tuple[list[Any], list[Any]]]") -> None:
        require_administrator(self._person)
        with self._lock:
            kept = read_json(self._path)
            models, folders = change(_list(kept.get("models")), _list(kept.get("folders")))
            replace_json(self._path, {"models": models, "folders": folders})


def spec_of(model: HubModel, variant: Variant) -> ModelSpec:
    """The catalogue's entry for one variant of a repository."""
    name = model.repo.rsplit("/", 1)[-1]
    short = re.sub(r"[-_.]?GGUF$", "", name, flags=re.IGNORECASE) or name
    slug = re.sub(r"[^a-z0-9._-]+", "-", f"{model.repo.replace('/', '--')}-{variant.name}".lower()).strip(
        "-."
    )
    directions, languages, refusal = _languages(model)
    spec = ModelSpec(
        id=f"hub-{slug}",
        title=f"{short} {variant.name}" if variant.files else short,
        task=model.task,
        source="hub",
        location=model.repo,
        revision=model.commit,
        parameters=model.parameters,
        context=model.context,
        licence=model.licence or Said("licence not stated"),
        languages=languages,
        directions=directions,
        files=variant.files,
        size=variant.size,
        refusal=refusal,
        added=True,
    )
    return replace(spec, refusal=model.refusal or refusal)


def _languages(model: HubModel) -> tuple[tuple[str, ...], tuple[str, ...], Message]:
    """Directions and languages; for a translation model of which they aren't known, why it can't be used."""
    if model.task == "embed":
        return (), model.languages, Said("It turns texts into vectors, and writes none.")
    if model.task != "translate":
        return (), model.languages, ""
    if model.architecture == "marian":
        pair = re.search(r"-([a-zA-Z]{2,3})-([a-zA-Z]{2,3})$", model.repo)
        source, target = (language_code(code) for code in pair.groups()) if pair else ("", "")
        if source and target:
            return (f"{source}-{target}",), (source, target), ""
        return (), (), Said("Its two languages are not known from its name, like opus-mt-en-de.")
    if model.architecture in MANY_LANGUAGES or "madlad" in model.repo.lower():
        return (), tuple(LANGUAGES), ""
    return (), (), Said("It is a model that turns one text into another, of a kind that isn't known here.")


def _spec(kept: Any) -> ModelSpec | None:
    """An entry of the file; None for what isn't one any more."""
    if not isinstance(kept, Mapping):
        return None
    try:
        plain: dict[str, Any] = {name: kept[name] for name in _PLAIN}
        lists: dict[str, Any] = {name: tuple(map(str, kept[name])) for name in _LISTS}
        texts = ("id", "title", "task", "location", "revision")
        if not all(isinstance(plain[n], str if n in texts else int) for n in _PLAIN):
            return None
        licence = str(kept.get("licence") or "") or Said("licence not stated")
        return ModelSpec(**plain, **lists, source="hub", licence=licence, added=True)
    except (KeyError, TypeError):
        return None


def _without(models: list[Any], model_id: str) -> list[Any]:
    return [one for one in models if not (isinstance(one, Mapping) and one.get("id") == model_id)]


def _list(kept: Any) -> list[Any]:
    return kept if isinstance(kept, list) else []
