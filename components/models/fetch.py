"""A program: brings models here without the page, for machines that are set up by a script.

    python -m components.models.fetch NAME …

NAME is a model of the built-in list (its id), or one of the hub: owner/name, perhaps with :Q4_K_M, which is
added to the list. Without a NAME it prints the ids. What a download that broke off has brought is used.
"""

import sys

from components.config import Config, read_config
from components.errors import AppError, BadInput
from components.messages import Message
from components.models import memory
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.sources import hub, model_choices, reference
from components.models.sources.added_models import AddedModels, spec_of
from components.models.sources.model_choices import Machine
from components.models.spec import ModelSpec


def main(names: list[str]) -> int:
    config = read_config()
    added = AddedModels(config.data_dir)
    catalog = Catalog(config.models_dir, added=added)
    if not names:
        for spec in catalog.all():
            if spec.downloads:
                print(f"{spec.id:48} {spec.download_bytes / 1e9:6.1f} GB  {spec.title}")
        return 0
    for name in names:
        try:
            spec = _spec(name, config, catalog, added)
            folder = Library(config).download(spec, _show)
        except AppError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        print(f"\n{spec.title}: {folder}")
    return 0


def _spec(name: str, config: Config, catalog: Catalog, added: AddedModels) -> ModelSpec:
    """Raises BadInput, or Unavailable with the reason why it can't be had."""
    known = {spec.id: spec for spec in catalog.all() if spec.downloads}
    if name in known:
        return known[name]
    wanted = reference.read(name, hub.endpoint())
    if wanted is None:
        raise BadInput("There is no model {name}. Without a name, all that there are are listed.", name=name)
    ram = memory.ram().total
    found = model_choices.find(wanted, Machine(ram, ram, "float32", 0.0, config.max_context))
    if found.model.refusal:
        raise BadInput("{name} can't be used. {why}", name=name, why=found.model.refusal)
    choice = found.choices[found.best]
    spec = spec_of(found.model, choice.variant)
    if spec.refusal:
        raise BadInput("{name} can't be used. {why}", name=name, why=spec.refusal)
    added.add(spec)
    return spec


def _show(note: Message, share: float) -> None:
    print(f"\r{share:4.0%}  {note}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
