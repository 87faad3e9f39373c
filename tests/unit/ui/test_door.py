"""Settings with which nobody could be let in."""

import pytest
import streamlit as st

from components.ui import door


class Secrets(dict):
    def load_if_toml_exists(self) -> bool:
        return True


@pytest.mark.parametrize("auth", [3, "on", ["a"]])
def test_an_auth_that_is_no_section_ends_the_start_with_a_sentence(auth, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(st, "secrets", Secrets(auth=auth))
    with pytest.raises(SystemExit, match=r"it has to be a section, \[auth\]"):
        door.check_secrets()
