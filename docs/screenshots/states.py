"""Every page in its states and looks: as it opens, at work, with its result, and refusing an input.

A page's own work (`tests/browser/main_buttons`) is done in English, in each theme and size; what has an
address then is opened in Chinese as well.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.main_buttons import WORK, Work, main

SIZES = ((1366, 768), (1920, 1080), (390, 844))
THEMES = ("light", "dark")
SETTLED = 1500  # milliseconds until what was drawn has its place
LONG = 300_000

BROKEN = {"mimeType": "application/octet-stream", "buffer": b"\x00\x01 not what its name says \xff" * 40}


def upload(name: str, button: str = "") -> Callable[[Page], None]:
    """A file that can't be read, under a name that the page takes."""

    def give(page: Page) -> None:
        page.get_by_test_id("stMain").locator('input[type="file"]').first.set_input_files(
            [BROKEN | {"name": name}]
        )
        page.wait_for_timeout(SETTLED)
        if button:
            main(button)(page).click()

    return give


def short(placeholder: str, button: str) -> Callable[[Page], None]:
    """A text that is too short for the page."""

    def give(page: Page) -> None:
        page.get_by_placeholder(placeholder).fill("Hello.")
        page.wait_for_timeout(SETTLED)
        main(button)(page).click()

    return give


REFUSED: dict[str, Callable[[Page], None]] = {
    "ask": upload("report.pdf"),
    "summarize": short("Paste", "Summarize"),
    "tables": upload("costs.xlsx"),
    "fine_tune": upload("rows.parquet", "Check data"),
    "evaluate": upload("questions.xlsx"),
}


def take_all(browser: Browser, url: str, folder: Path) -> None:
    """The pictures, as PAGE-STATE-THEME-LANGUAGE-WIDTH.png in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py"))
    addresses: dict[str, str] = {}
    for locale in ("en-US", "zh-CN"):
        for theme in THEMES:
            for width, height in SIZES:
                context = browser.new_context(
                    color_scheme=theme, viewport={"width": width, "height": height}, locale=locale
                )
                page = context.new_page()

                def take(name: str, page: Page = page, look: str = f"{theme}-{locale[:2]}-{width}") -> None:
                    page.wait_for_timeout(SETTLED)
                    page.screenshot(path=folder / f"{name}-{look}.png")

                for name in names:
                    _open(page, f"{url}/{name}")
                    take(f"{name}-open")
                    if locale == "en-US" and name in WORK:
                        addresses[name] = _work(page, name, WORK[name], take)
                    elif addresses.get(name, "").count("?"):
                        _open(page, addresses[name])
                        take(f"{name}-result")
                    if locale == "en-US" and name in REFUSED:
                        _open(page, f"{url}/{name}")
                        REFUSED[name](page)
                        page.get_by_test_id("stAlert").last.wait_for(timeout=LONG)
                        take(f"{name}-refused")
                context.close()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("heading", level=1).first.wait_for(timeout=LONG)
    page.wait_for_timeout(SETTLED)


def _work(page: Page, name: str, work: Work, take: Callable[[str], None]) -> str:
    """Does a page's work; the address that it has then."""
    work.prepare(page)
    work.button(page).click()
    take(f"{name}-at-work")
    work.result(page).wait_for(timeout=LONG)
    take(f"{name}-result")
    address = page.url
    work.leave(page)
    return address
