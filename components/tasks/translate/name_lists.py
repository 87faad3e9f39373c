"""Names in a list of such: one by itself may be a word, as Como or Grant. Knows neither towns nor people."""

from collections.abc import Callable, Sequence

NEAR = 4  # texts between two names of a list, at most


def in_lists(texts: Sequence[str], is_name: Callable[[str], bool]) -> frozenset[str]:
    """The texts that are names with two others near each of them."""
    names = [text if is_name(text) else "" for text in texts]
    return frozenset(
        name
        for at, name in enumerate(names)
        if name and len({*names[max(0, at - NEAR) : at + NEAR + 1]} - {name, ""}) > 1
    )
