"""What is kept or handed on as JSON: made of a dataclass, and read again with every field checked.

Knows types and messages; not what is kept where. A file, a row or a process says anything: what isn't what a
dataclass says of itself is refused here, in a sentence, before it can break a page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from annotated_types import Interval

from components.errors import Unavailable
from components.messages import Language, Message, Said, to_json

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
DAMAGED = Said("This entry is damaged in the database. Delete it, or restore a backup.")
Count = Annotated[int, Interval(ge=0, le=2**53)]  # of things; more can't be drawn in a table
Amount = Annotated[float, Interval(ge=0)]  # of bytes, seconds
Seconds = Annotated[float, Interval(ge=0, le=4e10)]  # since 1970; a later one is no date of any calendar here
# What a checker raises: its own error, or one of a `Formerly`
_REFUSED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Kept:
    """A frozen dataclass that is kept as JSON: its fields by their names."""

    def to_json(self) -> dict[str, Any]:
        """Plain mappings, lists, texts and numbers; `from_json` makes the same of them."""
        return {one.name: plain(getattr(self, one.name)) for one in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, given: Any) -> Self:
        """Fields that are not known are left out: they may be a newer version's. Raises Unavailable."""
        return read(cls, given)


@dataclass(frozen=True)
class Formerly:
    """Beside the type of a field: makes what an earlier version kept into what this one keeps.

    place: Annotated[Place, Formerly(from_label)]
    """

    renewed: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.renewed, handler(source))


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    match value:
        case Kept():
            return value.to_json()
        case Said() | Language():
            return to_json(value)  # type: ignore[arg-type]
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value


def read(kind: type[T], given: Any, damaged: Message = DAMAGED) -> T:
    """What JSON holds as a dataclass or a TypedDict; raises Unavailable saying `damaged` if it isn't one."""
    checker: TypeAdapter[tuple[T]] = _checker_of(cast(Any, kind))
    try:
        found: T = checker.validate_python((given,))[0]
    except _REFUSED as error:
        raise Unavailable(damaged) from error
    return found


def mended(kind: type[T], given: Mapping[str, Any]) -> tuple[T, frozenset[str]]:
    """The same for an entry of a list, which shows all it can: with the names of what could not be read."""
    from pydantic import ValidationError

    checker: TypeAdapter[tuple[T]] = _checker_of(cast(Any, kind))
    try:
        return checker.validate_python((given,))[0], frozenset()
    except ValidationError as error:
        bad = frozenset(
            str(one["loc"][1]) for one in error.errors(include_input=False) if len(one["loc"]) > 1
        )
    types = get_type_hints(kind)
    return read(kind, {**given, **{name: _neutral(types[name]) for name in bad}}), bad


@cache
def _checker_of(kind: Any) -> "TypeAdapter[tuple[Any]]":
    """In a tuple, so that its rules are those of all that is inside too: no infinite numbers."""
    # Not at the start: the processes that read documents only write, and begin sooner without it.
    from pydantic import ConfigDict, TypeAdapter
    from typing_extensions import is_typeddict

    loose = all(map(is_typeddict, get_args(kind) or (kind,)))
    extra: Literal["allow", "ignore"] = "allow" if loose else "ignore"
    checked: Any = tuple[kind]
    return TypeAdapter(checked, config=ConfigDict(allow_inf_nan=False, extra=extra))


def _neutral(kind: Any) -> Any:
    """What takes the place of a value that can't be read: empty, 0, and of choices "failed" or the first."""
    origin, choices = get_origin(kind) or kind, get_args(kind)
    if origin is Literal:
        return "failed" if "failed" in choices else choices[0]
    if origin in (Union, UnionType):
        return None if type(None) in choices else ""
    if isinstance(origin, type) and (origin in (str, int, float, bool, tuple) or is_dataclass(origin)):
        return origin()
    return {} if isinstance(origin, type) and issubclass(origin, Mapping) else ()
