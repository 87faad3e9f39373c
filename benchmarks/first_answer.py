"""A fresh install: how long the first answer takes, in a real browser, from the first message on.

    python -m benchmarks.first_answer --out FILE.json [--engine NAME] [--times 3]

Each time the app is started with an empty data folder, a page is opened, and a question is sent as soon as
the page takes one. Reported, in seconds from sending: the first text of the answer, and its end; from opening
the page: when it took a question; and how many tokens were written, since answers are sampled and differ.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import new_file
from components.config import ROOT
from tests.browser.chromium import FLAGS, find

QUESTION = "What is the capital of France?"
LONGEST = 300_000  # milliseconds


@contextmanager
def fresh_server(engine: str) -> Iterator[str]:
    """The address of an app that nobody has used yet."""
    with tempfile.TemporaryDirectory() as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        own = {"DATA_DIR": data, "CONFIG": str(Path(data, "none.toml")), "ENGINE": engine}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WORDBENCH_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env=clean | {f"WORDBENCH_{name}": value for name, value in own.items()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/_stcore/health")
            yield url
        finally:
            process.kill()
            process.wait()


def _wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("The app did not start.")


def ask(page: Page, url: str) -> dict[str, float]:
    """One fresh page and its first answer."""
    started = time.perf_counter()
    page.goto(f"{url}/chat")
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for(timeout=LONGEST)
    box.fill(QUESTION)
    box.press("Enter")
    sent = time.perf_counter()
    # An answer's text, not the note on what it waits for
    page.wait_for_function(
        "() => { const all = document.querySelectorAll('[data-testid=stChatMessage]'); "
        "return all.length > 1 && all[1].querySelector('[data-testid=stMarkdownContainer] p') }",
        timeout=LONGEST,
        polling=20,
    )
    first = time.perf_counter()
    figures = page.get_by_text("new tokens").first
    figures.wait_for(timeout=LONGEST)
    whole = time.perf_counter() - sent
    written = re.search(r"([\d,]+) new tokens", figures.inner_text())
    tokens = float(written[1].replace(",", "")) if written else 0.0
    return {"page": sent - started, "first": first - sent, "whole": whole, "tokens": tokens}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=new_file)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    path = find()
    if path is None:
        sys.exit("There is no Chromium here: python -m tests.browser.chromium installs it.")
    runs: list[dict[str, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for _ in range(arguments.times):
            with fresh_server(arguments.engine) as url:
                page = browser.new_page()
                runs.append(ask(page, url))
                page.close()
            print(json.dumps(runs[-1]), flush=True)
        browser.close()
    found: dict[str, Any] = {name: median(run[name] for run in runs) for name in runs[0]}
    print("Medians, in seconds:", json.dumps(found))
    if arguments.out:
        whole = {"engine": arguments.engine, "medians": found, "runs": runs}
        arguments.out.write_text(json.dumps(whole, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
