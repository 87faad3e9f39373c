"""What a page costs the wire: first paint, idle pages, and an answer while it streams; beside a plain chat.

    python -m benchmarks.page --out FILE.json [--idle 60] [--pages chat,models]

In a real browser: seconds and bytes until a page is drawn in a fresh browser; bytes and frames a second of
the websocket while nobody touches it, once models are loaded and everything is at rest; bytes per token
while an answer streams, in its first and its last third (an answer shouldn't cost more the longer it gets).
The baseline is a chat of twenty lines of Streamlit that writes 400 words, fifty a second.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks import new_file
from benchmarks.first_answer import LONGEST, _wait_for, fresh_server
from components.config import ROOT
from tests.browser.chromium import FLAGS, find

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
QUESTION = "Write a long story about a clock that stopped, a bicycle and a lighthouse keeper."
QUIET, MOST_WAITED = 4, 90  # seconds without a reply that count as rest; the most that is waited for it
PLAIN = """
import time
import streamlit as st

st.title("Chat")
st.session_state.setdefault("said", [])
for role, text in st.session_state.said:
    st.chat_message(role).write(text)
if asked := st.chat_input("Message"):
    st.session_state.said.append(("user", asked))
    st.chat_message("user").write(asked)

    def words():
        for number in range(400):
            time.sleep(0.02)
            yield f"word{number} "

    with st.chat_message("assistant"):
        answer = st.write_stream(words())
    st.session_state.said.append(("assistant", answer))
    st.caption("400 new tokens")
"""


@dataclass
class Wire:
    """What came over a page's websockets and answers: time, bytes."""

    frames: list[tuple[float, int]] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)  # when the whole page began to be drawn
    loaded: int = 0  # bytes of files, as they came

    def watch(self, page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framereceived", self._note))
        page.on("response", lambda response: self._note_size(response))

    def _note(self, payload: str | bytes) -> None:
        size = len(payload.encode() if isinstance(payload, str) else payload)
        self.frames.append((time.perf_counter(), size))
        message = ForwardMsg.FromString(payload) if isinstance(payload, bytes) else ForwardMsg()
        if message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
            self.drawn.append(time.perf_counter())

    def _note_size(self, response: Any) -> None:
        self.loaded += int(response.headers.get("content-length", 0))

    def between(self, start: float, end: float) -> tuple[int, int]:
        """Bytes and frames."""
        found = [size for at, size in self.frames if start <= at < end]
        return sum(found), len(found)


@contextmanager
def plain_server() -> Iterator[str]:
    """The baseline, on a port of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "plain.py")
        script.write_text(PLAIN, encoding="utf-8")
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", "8597"]
        process = subprocess.Popen(
            [*command, "--server.headless", "true"], cwd=folder, stdout=subprocess.DEVNULL
        )
        try:
            _wait_for("http://127.0.0.1:8597/_stcore/health")
            yield "http://127.0.0.1:8597/"
        finally:
            process.kill()
            process.wait()


def painted(browser: Browser, url: str) -> dict[str, float]:
    """Seconds and bytes until the title of a page is drawn, in a browser without anything kept."""
    context = browser.new_context()
    page, wire = context.new_page(), Wire()
    wire.watch(page)
    start = time.perf_counter()
    page.goto(url)
    page.get_by_role("heading", level=1).first.wait_for(timeout=LONGEST)
    seconds = time.perf_counter() - start
    messages, _frames = wire.between(start, time.perf_counter())
    context.close()
    return {"seconds": round(seconds, 2), "bytes": wire.loaded + messages}


def idle(browser: Browser, urls: Mapping[str, str], seconds: float) -> dict[str, dict[str, float]]:
    """Bytes and frames a second of pages that nobody touches, each in a window of its own, side by side."""
    opened = {}
    for name, url in urls.items():
        page, wire = browser.new_context().new_page(), Wire()
        wire.watch(page)
        page.goto(url)
        page.get_by_role("heading", level=1).first.wait_for(timeout=LONGEST)
        opened[name] = page, wire
    last = next(reversed(opened.values()))[0]
    until = time.perf_counter() + MOST_WAITED
    while time.perf_counter() < until:
        last.wait_for_timeout(1000 * QUIET)
        now = time.perf_counter()
        if all(wire.between(now - QUIET, now)[0] < QUIET * 2000 for _page, wire in opened.values()):
            break
    start = time.perf_counter()
    for page, _wire in opened.values():
        page.wait_for_timeout(1000 * seconds / len(opened))
    end = time.perf_counter()
    found = {}
    for name, (page, wire) in opened.items():
        size, frames = wire.between(start, end)
        took = end - start
        found[name] = {"bytes_a_second": round(size / took), "frames_a_second": round(frames / took, 1)}
        page.context.close()
    return found


def streamed(browser: Browser, url: str) -> dict[str, float]:
    """Bytes per token of an answer, in its first and its last third; and of the page drawn at its end."""
    context = browser.new_context()
    page, wire = context.new_page(), Wire()
    wire.watch(page)
    page.goto(url)
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for(timeout=LONGEST)
    box.fill(QUESTION)
    box.press("Enter")
    words = "[data-testid=stChatMessage]:nth-of-type(n) [data-testid=stMarkdownContainer] p"
    page.wait_for_function(f"document.querySelectorAll({json.dumps(words)}).length > 0", timeout=LONGEST)
    start = time.perf_counter()
    end = page.get_by_text("new tokens").first
    end.wait_for(timeout=LONGEST)
    over = time.perf_counter()
    stop = next((at for at in reversed(wire.drawn) if at > start), over)
    told = end.inner_text().partition(" new tokens")[0].split()[-1]
    tokens, third = max(int(told.replace(",", "")), 1), (stop - start) / 3
    first, _frames = wire.between(start, start + third)
    last, _frames = wire.between(stop - third, stop)
    whole, _frames = wire.between(start, stop)
    page_after, _frames = wire.between(stop, over)
    context.close()
    return {
        "tokens": tokens,
        "seconds": round(stop - start, 1),
        "bytes_a_token": round(whole / tokens),
        "first_third": round(3 * first / tokens),
        "last_third": round(3 * last / tokens),
        "page_after": page_after,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=new_file)
    parser.add_argument("--idle", type=float, default=60.0)
    parser.add_argument("--pages", default=",".join(PAGES))
    arguments = parser.parse_args()
    path = find()
    if path is None:
        sys.exit("There is no Chromium here: python -m tests.browser.chromium installs it.")
    found: dict[str, Any] = {"idle": {}}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with plain_server() as url:
            found["plain"] = {"first": painted(browser, url)}
            found["plain"] |= {"idle": idle(browser, {"plain": url}, arguments.idle)["plain"]}
            found["plain"]["answer"] = streamed(browser, url)
        print(json.dumps({"plain": found["plain"]}), flush=True)
        with fresh_server("auto") as url:
            found["first"] = painted(browser, f"{url}/chat")
            found["answer"] = streamed(browser, f"{url}/chat")
            print(json.dumps({"first": found["first"], "answer": found["answer"]}), flush=True)
            pages = {name: f"{url}/{name}" for name in arguments.pages.split(",")}
            found["idle"] = idle(browser, pages, arguments.idle)
            print(json.dumps(found["idle"]), flush=True)
        browser.close()
    if arguments.out:
        arguments.out.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
