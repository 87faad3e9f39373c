"""The end of a run: what the tests counted, and the tests by kind (how many, how long, what was skipped and why).

Page and browser tests work with a real server's threads and processes on machines that are shared: one that
fails is run again, twice at most, and the end of the run names it, so that nobody takes it for one that always
passes.
"""

from collections import Counter
from collections.abc import Iterable

import pytest

from tests.figures import FIGURES

KINDS = ("unit", "page", "browser")
FOLDERS = {"tests/pages/": "page", "tests/browser/": "browser"}


def kind_of(nodeid: str) -> str:
    return next((kind for folder, kind in FOLDERS.items() if nodeid.startswith(folder)), "unit")


def summary(reports: Iterable[pytest.TestReport]) -> list[str]:
    """A line for each kind, and under it a line for each reason to skip."""
    seconds: Counter[str] = Counter()
    tests: dict[str, set[str]] = {kind: set() for kind in KINDS}
    skipped: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for report in reports:
        kind = kind_of(report.nodeid)
        tests[kind].add(report.nodeid)
        seconds[kind] += report.duration
        if report.skipped:
            skipped[kind][_reason(report)] += 1
    lines = []
    for kind in KINDS:
        if tests[kind]:
            left = sum(skipped[kind].values())
            lines.append(f"{kind:8} {len(tests[kind]):6,} tests {seconds[kind]:7.0f} s {left:5,} skipped")
        lines += [f"{'':9}{count:6,} skipped: {why}" for why, count in skipped[kind].most_common()]
    return lines


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if kind_of(item.nodeid) != "unit":
            item.add_marker(pytest.mark.flaky(reruns=2))


def _reason(report: pytest.TestReport) -> str:
    given = report.longrepr
    text = str(given[2]) if isinstance(given, tuple) else str(given)
    return text.removeprefix("Skipped: ")


def _cause(report: pytest.TestReport) -> str:
    """The line of the test that failed, and the first of what was said there."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(crash.message if crash else report.longrepr).splitlines()
    entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", [])
    lines = [line for entry in entries[:1] for line in entry.lines if line.startswith(">")]
    return " ".join([*lines, said[0]])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("Figures")
        for figure in FIGURES:
            terminalreporter.write_line(figure)
    if again := terminalreporter.stats.get("rerun"):
        terminalreporter.section("Run again")
        for report in again:
            terminalreporter.write_line(f"{report.nodeid}: {_cause(report)}")
    found = [report for reports in terminalreporter.stats.values() for report in reports]
    if lines := summary(report for report in found if isinstance(report, pytest.TestReport)):
        terminalreporter.section("Tests by kind")
        for line in lines:
            terminalreporter.write_line(line)
