"""Keeps a page from being emptied by a run that was asked for on the page before it.

A part of a page that looks again by itself (`heartbeat`, `run_every`) asks under the page that it is on.
Where it asks while the server has just gone on to another page (`st.switch_page`), Streamlit 1.67 runs it
as if the person had gone back: the browser clears the page, and what it gets is one part of it. Where the
part is on both pages, its place isn't there any more, and the browser's program ends: the window is white.
"""

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData


def is_stale(asked: RerunData, shown: str) -> bool:
    """Whether only parts are to run, of another page than the one that is shown (both by their hashes)."""
    return bool(asked.fragment_id_queue and asked.page_script_hash != shown)


def install() -> None:
    """From now on such runs are left out, in this process; the parts of the new page ask for themselves."""
    run = ScriptRunner._run_script
    if run.__name__ == _NAME:
        return

    def unless_stale(self: ScriptRunner, asked: RerunData) -> None:
        if not is_stale(asked, self._pages_manager.current_page_script_hash):
            run(self, asked)

    unless_stale.__name__ = _NAME
    ScriptRunner._run_script = unless_stale  # type: ignore[method-assign, assignment]


_NAME = "unless_stale"
