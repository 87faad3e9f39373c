"""The catalogue as one person sees it: what is everybody's, and the adapters and models that they made."""

from components.access import Person
from components.models.catalog import Catalog, ModelSpec


def may_use(spec: ModelSpec, person: Person) -> bool:
    """Whether a model is everybody's or this person's own."""
    return person.house or not spec.owner or spec.owner == person.id


class PersonalCatalog(Catalog):
    """Finds no model of anybody else: asked for one, it is as if there were none."""

    def __init__(self, whole: Catalog, person: Person) -> None:
        self._whole, self._person = whole, person

    def all(self) -> list[ModelSpec]:
        return [spec for spec in self._whole.all() if may_use(spec, self._person)]
