"""A run of a part of a page that isn't shown any more would leave the window white."""

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from components.ui import stale_runs


def test_a_part_of_the_page_before_is_not_run_over_the_page_that_is_shown(monkeypatch):
    ran: list[RerunData] = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda self, asked: ran.append(asked))
    stale_runs.install()

    class Pages:
        current_page_script_hash = "models"

    class Runner:
        _pages_manager = Pages()

    whole_other = RerunData(page_script_hash="chat")
    part = RerunData(page_script_hash="models", fragment_id_queue=["badge"])
    stale = RerunData(page_script_hash="chat", fragment_id_queue=["badge"])
    for asked in (whole_other, stale, part):
        ScriptRunner._run_script(Runner(), asked)
    assert ran == [whole_other, part]
