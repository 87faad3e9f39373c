"""The samples of a page: written for the project, in English and in Chinese, those in the interface's
language first. Knows names and languages, not what a page does with them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import streamlit as st

from components.ui.language import _, code, language_name


@dataclass(frozen=True)
class Sample:
    """One of them. Two with the same name are the same thing in two languages."""

    name: str
    path: Path
    language: str = "en"

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


S = TypeVar("S", bound=Sample)


def draw(samples: Mapping[str, Sample], key: str, on_change: Callable[[], None]) -> None:
    """The row to choose one of them from; its key is in the session under `key`."""
    st.segmented_control(
        _("Try a sample"),
        ordered(samples),
        format_func=lambda one: label(samples[one]),
        key=key,
        on_change=on_change,
        help=_("Written for this page"),
    )


def ordered(samples: Mapping[str, S]) -> list[str]:
    """Their keys, those in the interface's language first."""
    return sorted(samples, key=lambda one: samples[one].language != spoken())


def label(sample: Sample) -> str:
    """Its name; of one in another language than the interface's, with that."""
    if sample.language == spoken():
        return _(sample.name)
    return _("{name} ({language})").format(name=_(sample.name), language=language_name(sample.language))


def here(samples: Mapping[str, S], name: str) -> str:
    """The key of the sample with this name in the interface's language, else of the first with this name."""
    named = [key for key in ordered(samples) if samples[key].name == name]
    return named[0]


def spoken() -> str:
    """The language of the interface."""
    return (code() or "en").split("_")[0]
