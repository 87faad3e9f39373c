"""Makes the pictures of the documentation: a real server, a real model, a real browser.

`make screenshots` runs it, and again with `--all`: every page in its states (`states.py`), light and dark, at
three sizes, in English and Chinese, into build/screenshots/pages, to be looked at.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from states import take_all  # noqa: E402

from tests.browser.chatting import set_number  # noqa: E402
from tests.browser.chromium import FLAGS, find  # noqa: E402
from tests.browser.steps import go  # noqa: E402

PORT = 8599
URL = f"http://127.0.0.1:{PORT}"


def ask(page: Page, text: str) -> None:
    page.get_by_placeholder("Message").fill(text)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Regenerate").wait_for(timeout=120_000)


def take(page: Page, name: str) -> None:
    page.wait_for_timeout(1500)
    page.screenshot(path=HERE / f"{name}.png")


def summarize(page: Page) -> None:
    go(page, "Summarize")
    page.get_by_text("Report", exact=True).click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Summarize", exact=True).click()
    page.get_by_role("heading", name="Sources").wait_for(timeout=180_000)
    page.get_by_role("button", name="Source of sentence 2", exact=True).click()
    page.get_by_text("Sentence 2 of").wait_for(timeout=30_000)
    take(page, "summarize")


def look_inside(page: Page) -> None:
    page.goto(URL)
    page.locator(".st-key-try_look_inside").get_by_role("button").click(timeout=60_000)
    page.get_by_text("Read by").wait_for(timeout=180_000)
    take(page, "look-inside")


def translate(page: Page) -> None:
    go(page, "Translate")
    area = page.get_by_label("Text to translate", exact=True)
    area.fill("Good morning. The meeting was moved to Thursday at 10:30. Please bring the report.")
    page.get_by_role("button", name="Translate", exact=True).click()
    page.wait_for_timeout(8000)
    take(page, "translate")


def fine_tune(page: Page) -> None:
    things = ["bowl", "cup", "lamp", "door", "coat", "chair", "letter", "kettle"]
    rows = [
        {"prompt": f"Where is the {thing} number {n}?", "completion": f"The {thing} is on shelf {n}."}
        for n in range(1, 11)
        for thing in things
    ]
    rows[6]["completion"] = ""
    rows[20]["prompt"] = "Where is {{thing}}?"
    rows[33] = dict(rows[32])
    data = "\n".join(map(json.dumps, rows)).replace(json.dumps(rows[50]), '{"prompt": "Where is')
    go(page, "Fine-tune")
    page.get_by_role(
        "heading", name="Fine-tune", exact=True
    ).wait_for()  # the page before has a file box, too
    file = {"name": "shelves.jsonl", "mimeType": "application/json", "buffer": data.encode()}
    page.locator('input[type="file"]').first.set_input_files([file])
    page.get_by_text("shelves.jsonl").first.wait_for()
    page.wait_for_timeout(3000)  # the upload moves the button
    page.get_by_role("button", name="Check data", exact=True).click()
    heading = page.get_by_role("heading", name="Data report")
    heading.wait_for(timeout=180_000)
    page.wait_for_timeout(3000)
    heading.evaluate("e => e.scrollIntoView(true)")
    take(page, "fine-tune")


def tour(page: Page) -> None:
    """A picture of each step, when what it shows is there."""
    page.goto(URL)
    page.get_by_role("button", name="Start the tour").click()
    for number in range(1, 9):
        page.get_by_text(f"{number} of 8", exact=False).first.wait_for(timeout=60_000)
        page.wait_for_timeout(12_000)
        if number == 8:
            better = page.get_by_role("heading", name="Is it better?")
            better.wait_for(timeout=900_000)
            page.wait_for_timeout(3000)
        take(page, f"demo-{number}")
        if number == 8:
            better.evaluate("e => e.scrollIntoView(true)")
            take(page, "verdict")
        if number < 8:
            page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Reset", exact=True).first.click()


def documentation(browser: Browser) -> None:
    """The pictures of README and docs."""
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 860})
        page = context.new_page()
        page.goto(f"{URL}/chat")
        set_number(page, "Seed", 4)
        ask(page, "Give me three tips for a good night's sleep.")
        take(page, f"chat-{scheme}")
        go(page, "Models")
        page.get_by_role("heading", name="Catalogue").wait_for()
        take(page, f"models-{scheme}")
        page.goto(URL)
        page.get_by_role("button", name="Try it").first.wait_for()
        page.wait_for_timeout(40_000)  # the figures get a history
        take(page, f"home-{scheme}")
        if scheme == "light":
            summarize(page)
            look_inside(page)
            translate(page)
            fine_tune(page)
            tour(page)
        context.close()
    phone = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    phone.goto(f"{URL}/chat")
    phone.get_by_placeholder("Message").wait_for()
    take(phone, "chat-phone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--all", action="store_true", help="every page in every state and look, instead of the pictures"
    )
    given = parser.parse_args()
    data = ROOT / "build" / "screenshots"
    environment = os.environ | {"WORDBENCH_DATA_DIR": os.environ.get("WORDBENCH_DATA_DIR", str(data))}
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(PORT)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            _wait()
            if given.all:
                take_all(browser, URL, data / "pages")
            else:
                documentation(browser)
            browser.close()
    finally:
        server.kill()


def _wait() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{URL}/_stcore/health", timeout=1)
            return
        except OSError:
            time.sleep(0.2)


if __name__ == "__main__":
    main()
