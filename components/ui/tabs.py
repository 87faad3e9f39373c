"""The tabs of a page, one of which the page can turn to by itself. Knows no page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.language import _


@dataclass(frozen=True)
class Tabs:
    """Tabs in their order. `name` begins the keys of their state in the session."""

    name: str
    labels: Mapping[str, str]  # by what a page calls each; as marked, in English

    def show(self, tab: str) -> None:
        """Turns to a tab the next time that they are drawn."""
        st.session_state[f"{self.name}_wanted"] = tab

    @property
    def shown(self) -> str:
        """The tab that is shown, or is about to be."""
        first = next(iter(self.labels))
        return str(
            st.session_state.get(f"{self.name}_wanted", st.session_state.get(f"{self.name}_shown", first))
        )

    @property
    def turning(self) -> bool:
        """Whether another tab is to be shown than the one that is."""
        return f"{self.name}_wanted" in st.session_state

    def draw(self) -> Sequence[DeltaGenerator]:
        labels = {tab: _(label) for tab, label in self.labels.items()}
        # Also after a change of the language, which gives the tabs other names.
        if self.turning or st.session_state.get(self.name) not in labels.values():
            st.session_state[self.name] = labels[self.shown]
        st.session_state.pop(f"{self.name}_wanted", None)
        tabs = st.tabs(list(labels.values()), key=self.name, on_change="rerun")
        for name, tab in zip(labels, tabs, strict=True):
            if tab.open:
                st.session_state[f"{self.name}_shown"] = name
        return tabs
