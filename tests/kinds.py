"""The end of a run: what the tests counted, and the tests by kind (how many, how long, what was skipped and why)."""

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


def _reason(report: pytest.TestReport) -> str:
    given = report.longrepr
    text = str(given[2]) if isinstance(given, tuple) else str(given)
    return text.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("Figures")
        for figure in FIGURES:
            terminalreporter.write_line(figure)
    found = [report for reports in terminalreporter.stats.values() for report in reports]
    if lines := summary(report for report in found if isinstance(report, pytest.TestReport)):
        terminalreporter.section("Tests by kind")
        for line in lines:
            terminalreporter.write_line(line)
