"""Whether a name is a person's, a place's or an organisation's: by the meaning of the name alone.

Knows vectors and a classifier that learned from names written for the project (`samples/names.tsv`), and from
countries and cities that Babel names. `python -m benchmarks.entities --train` makes its numbers again.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache

from babel import Locale

from components.messages import Message
from components.tasks.classify import classifier_file
from components.tasks.classify.classifier import Classifier
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.judge import classify
from components.tasks.classify.sentiment import SAMPLES

NUMBERS, ABOUT, NAMES = "names.safetensors", "names.json", "names.tsv"
OTHER = "other"  # a word with a capital that is nobody's name


def examples() -> Examples:
    """Names with their kinds: every second country, and the cities that clocks are set by."""
    lines = (SAMPLES / NAMES).read_text(encoding="utf-8").splitlines()[1:]
    rows = [Example(text, (kind,)) for kind, text in (line.split("\t", 1) for line in lines)]
    return Examples(tuple({row.text: row for row in [*rows, *map(_place, _places())]}.values()))


def _place(name: str) -> Example:
    return Example(name, ("place",))


def _places() -> list[str]:
    english = Locale.parse("en")
    countries = [name for code, name in english.territories.items() if code.isalpha()]
    cities = [str(zone["city"]) for zone in english.time_zones.values() if "city" in zone]
    cities += [str(zone).rpartition("/")[2].replace("_", " ") for zone in english.time_zones]
    return sorted(set(countries))[::2] + sorted(set(cities))[::4]


@cache
def _classifier() -> Classifier:
    about = json.loads((SAMPLES / ABOUT).read_text(encoding="utf-8"))
    return classifier_file.unpacked(about, (SAMPLES / NUMBERS).read_bytes())[0]


def kinds(
    names: Sequence[str],
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    on_wait: Callable[[Message], None] = lambda message: None,
) -> list[str]:
    """ "person", "place", "organisation" or "" for each. Raises what a lease raises."""
    verdicts, _ = classify(_classifier(), names, encoders, cancelled, on_wait)
    return ["" if verdict.label == OTHER else verdict.label for verdict in verdicts]
