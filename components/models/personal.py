"""The catalogue as one person sees it: everybody's models, and the adapters and models that they made."""

from components.access import Person
from components.models.catalog import Catalog, ModelSpec


def may_use(spec: ModelSpec, person: Person) -> bool:
    """Whether a model is everybody's or this person's own."""
    return person.house or not spec.owner or spec.owner == person.id


class PersonalCatalog(Catalog):
    """Finds no other person's models: a request for one fails as if it didn't exist."""

    def __init__(self, whole: Catalog, person: Person) -> None:
        self._whole, self._person = whole, person

    def all(self) -> list[ModelSpec]:
        return [spec for spec in self._whole.all() if may_use(spec, self._person)]
