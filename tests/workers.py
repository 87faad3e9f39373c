"""One run on several workers (pytest-xdist): who runs which tests, and what they tell at the end.

What they share is made once (tests/once.py). Plain `pytest` has no workers, and none of this is asked.
"""

from typing import Any

import pytest

from tests.figures import FIGURES

# The browser's tests are in three rooms that run beside each other. Those that start servers of their own share
# none with the others; the other two rooms have the shared servers once each.
APART = ("hostile", "killed", "offline", "sign_in", "adding", "ask", "tables")
CHATS = ("chat", "answers", "tabs", "window", "uploads", "evaluate")


def together(nodeid: str) -> str:
    """Tests with the same answer run on one worker, in their order: a module, or all that share a server."""
    module = nodeid.split("::", 1)[0]
    if not module.startswith("tests/browser/"):
        return module
    name = module.removeprefix("tests/browser/test_")
    return (
        "browser apart"
        if name.startswith(APART)
        else "browser chats"
        if name.startswith(CHATS)
        else "browser"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    config.option.loadscopereorder = False  # the browser's tests come first: they take the longest
    return ByModule(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["figures"] = FIGURES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    FIGURES.extend(getattr(node, "workeroutput", {}).get("figures", ()))
