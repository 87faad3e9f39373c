"""The chat page as a person meets it: streaming, Stop, refresh, two people, a crash."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.store import NewMessage
from tests.browser.chatting import (
    WRITTEN,
    answer_text,
    finished,
    more,
    send,
    set_number,
    settings,
    stop_button,
    writing,
)
from tests.browser.conftest import Server, at_rest
from tests.browser.steps import go, link_to
from tests.data import needs_data, sample


def test_a_first_answer_streams_from_the_packaged_model_and_says_what_it_took(
    smol_server: Server, person: Callable[..., Page]
):
    page = person(smol_server.chat)
    expect(page).to_have_title("Chat · Wordbench")
    set_number(page, "Maximum new tokens", 120)
    send(page, "Tell me a short story about a fox.")
    expect(stop_button(page)).to_be_visible()
    lengths = set()
    deadline = time.monotonic() + 90
    while stop_button(page).count() and time.monotonic() < deadline:
        lengths.add(len(answer_text(page)) if page.get_by_test_id("stChatMessage").count() > 1 else 0)
        time.sleep(0.1)
    finished(page)
    assert len(lengths) > 2, "the answer came all at once"
    expect(
        page.get_by_text(re.compile(r"prompt tokens · \d+ new tokens · first token .* tokens/s"))
    ).to_be_visible()
    with settings(page):
        expect(page.get_by_text(re.compile(r"Context: \d+ of 8,192 tokens"))).to_be_visible()


def test_stop_ends_the_answer_and_keeps_what_was_written(tiny_server: Server, person: Callable[..., Page]):
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 1900)
    send(page, "Hello")
    writing(page)
    stop_button(page).click()
    expect(page.get_by_text("Stopped. What was written is kept.")).to_be_visible()
    kept = answer_text(page)
    assert len(kept) > 30
    page.wait_for_timeout(1000)
    assert answer_text(page) == kept
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


@pytest.mark.slow
def test_a_click_elsewhere_another_page_and_a_refresh_lose_nothing(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 1500)
    send(page, "Hello there")
    writing(page)
    with settings(page):
        page.get_by_text("Sampling").click()
        page.get_by_label("Top-k", exact=True).fill("40")
        page.get_by_label("Top-k", exact=True).press("Enter")
    go(page, "Models")
    go(page, "Chat")
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("Hello there")
    expect(page.get_by_test_id("stChatMessage").nth(1).locator(WRITTEN).first).to_contain_text(
        re.compile(r"\S")
    )
    begun = answer_text(page)[:20]
    page.reload()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("Hello there")
    finished(page)
    assert answer_text(page).startswith(begun)
    expect(page.get_by_text("1,500 new tokens")).to_be_visible()


@pytest.mark.parametrize(
    "address",
    ["/chat", "/models", "/"],
)
@pytest.mark.slow
def test_any_address_works_first_on_a_cold_server(
    serve: Callable[..., Server], person: Callable[..., Page], tiny_models: Path, address: str
):
    server = serve(models_dir=tiny_models, default_model="")
    page = person(server.url + address)
    title = {"/chat": "Chat", "/models": "Models", "/": "Language models on your own machine"}[address]
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(link_to(page, "Models")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    server.kill()


@pytest.mark.slow
def test_two_people_at_once_each_get_their_own_text(tiny_server: Server, person: Callable[..., Page]):
    pages = [person(tiny_server.chat) for _ in range(2)]
    for number, page in enumerate(pages):
        set_number(page, "Maximum new tokens", 900)
        set_number(page, "Seed", number + 1)
    for number, page in enumerate(pages):
        send(page, f"I am person {number}")
    for page in pages:
        writing(page)
    assert all(stop_button(page).count() for page in pages), "both should be streaming at the same time"
    for page in pages:
        finished(page)
    both = [answer_text(page) for page in pages]
    for number, page in enumerate(pages):
        alone = person(tiny_server.chat)
        set_number(alone, "Maximum new tokens", 900)
        set_number(alone, "Seed", number + 1)
        send(alone, f"I am person {number}")
        finished(alone)
        assert _words(answer_text(alone)) == _words(both[number])
        expect(page.get_by_test_id("stChatMessage").first).to_contain_text(f"I am person {number}")
        assert f"person {1 - number}" not in "".join(page.get_by_test_id("stChatMessage").all_inner_texts())


def _words(text: str) -> str:
    """Without the line of numbers, which differ from run to run."""
    return "\n".join(line for line in text.split("\n") if "tokens/s" not in line)


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_an_answer_keeps_what_was_written(
    serve: Callable[..., Server], person: Callable[..., Page], slow_server: Server
):
    models = slow_server.environment["WORDBENCH_MODELS_DIR"]
    server = serve(models_dir=models, default_model="local-tiny-slow")
    page = person(server.chat)
    set_number(page, "Maximum new tokens", 1900)
    send(page, "Hello")
    writing(page)
    page.wait_for_timeout(1000)
    address = page.url
    server.kill()
    server.start()
    page = person(address)
    expect(page.get_by_text("Interrupted: the app ended while this was written.")).to_be_visible()
    assert len(answer_text(page)) > 20
    page.get_by_role("button", name="Continue").click()
    expect(stop_button(page)).to_be_visible()
    stop_button(page).click()
    server.kill()


@pytest.mark.slow  # tests/pages shows it without a browser
def test_an_edit_and_a_regeneration_keep_the_versions_before_them(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 20)
    send(page, "First version")
    finished(page)
    page.get_by_role("button", name="Regenerate").click()
    expect(page.get_by_text("2 / 2")).to_be_visible()
    finished(page)
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Edit message").fill("Second version")
    page.get_by_label("Edit message").press(
        "Control+Enter"
    )  # else the text arrives with the click, and moves it
    at_rest(page)
    page.get_by_role("button", name="Send", exact=True).click()
    # The form has this text, too, and the answer before this one its own versions and "Regenerate".
    expect(page.get_by_label("Edit message")).to_have_count(0)
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("Second version")
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("2 / 2")
    expect(page.get_by_test_id("stChatMessage").nth(1)).not_to_contain_text("2 / 2")
    finished(page)
    at_rest(page)
    page.get_by_test_id("stChatMessage").first.get_by_role("button", name="Previous version").click()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("First version")
    page.get_by_role("radio", name="Thumbs up").first.click()
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copy").first).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "First version"
    page.reload()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("First version")


@pytest.mark.slow  # tests/pages shows it without a browser
def test_compare_shows_two_answers_and_goes_on_with_the_chosen_one(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 30)
    page.get_by_text("Compare", exact=True).click()
    with settings(page, second=True):
        expect(page.get_by_label("Seed (second answer)", exact=True)).to_be_visible()
    set_number(page, "Maximum new tokens (second answer)", 30)
    send(page, "Which one?")
    expect(page.get_by_role("button", name="Continue with this answer")).to_be_visible()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(3)
    page.get_by_role("button", name="Continue with this answer").click()
    page.get_by_text("Compare", exact=True).click()
    send(page, "And then?")
    finished(page)
    expect(page.get_by_test_id("stChatMessage")).to_have_count(4)


@pytest.mark.slow  # tests/pages shows it without a browser
def test_complete_goes_on_in_the_text_and_can_be_undone(tiny_server: Server, person: Callable[..., Page]):
    page = person(tiny_server.chat)
    page.get_by_text("Complete", exact=True).click()
    box = page.get_by_label("Text", exact=True)
    box.fill("Once upon a time in a faraway land,")
    set_number(page, "Maximum new tokens", 30)
    page.get_by_role("button", name="Complete", exact=True).last.click()
    expect(page.get_by_text("30 new tokens")).to_be_visible()
    text = box.input_value()
    assert text.startswith("Once upon a time in a faraway land,")
    assert len(text) > 50
    page.reload()
    expect(box).to_have_value(text)
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("Once upon a time in a faraway land,")
    page.get_by_role("button", name="Redo").click()
    expect(box).to_have_value(text)


def test_a_conversation_is_found_renamed_deleted_and_brought_back(
    tiny_server: Server, person: Callable[..., Page]
):
    store = tiny_server.store()
    store.create("chat", "ПРИВЕТ, Über-Café", "local-tiny-chat")
    for number in range(200):
        store.create("chat", f"One of many, {number}", "local-tiny-chat")
    store.close()
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 5)
    send(page, "Zebra crossing *rules*")
    finished(page)
    row = page.get_by_role("button", name="Zebra crossing *rules*")
    expect(row).to_be_visible()
    more(page)
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Title").fill("Striped horses")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Striped horses")).to_be_visible()
    search = page.get_by_placeholder("Search conversations")
    for typed in ("привет", "uber-cafe"):
        search.fill(typed)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="ПРИВЕТ, Über-Café")).to_be_visible()
        expect(page.get_by_role("button", name="Striped horses")).to_have_count(0)
    search.fill("zebra")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Striped horses")).to_be_visible()
    more(page)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Striped horses")).to_be_visible()


@pytest.mark.slow
def test_an_attached_file_is_kept_and_a_bad_one_loses_no_text(
    tiny_server: Server, person: Callable[..., Page], tmp_path: Path
):
    (tmp_path / "note.txt").write_text("The sea is blue.", encoding="utf-16")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 5)
    chooser = page.get_by_test_id("stChatInput").locator("input[type=file]")
    chooser.set_input_files(tmp_path / "bad.txt")
    at_rest(page)
    send(page, "My long question")
    expect(page.get_by_text(re.compile("bad.txt"))).to_be_visible()
    expect(page.get_by_placeholder("Message")).to_have_value("My long question")
    chooser.set_input_files(tmp_path / "note.txt")
    expect(page.get_by_role("button", name="Remove note.txt")).to_be_visible()
    at_rest(page)  # the browser sends nothing while the file is on its way
    send(page, "My long question")
    finished(page)
    page.get_by_text("note.txt").click()
    expect(page.get_by_text("The sea is blue.")).to_be_visible()


@needs_data
@pytest.mark.slow
def test_a_message_whose_file_is_being_read_is_still_being_sent_after_a_refresh(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(tiny_server.chat)
    files = page.get_by_test_id("stChatInput").locator("input[type=file]")
    files.set_input_files(sample("ocr", "linn_four_directions.pdf"))
    expect(page.get_by_test_id("stFileChip")).to_have_count(1)
    at_rest(page)  # the browser sends nothing while the file is on its way
    send(page, "My long question")
    expect(page.get_by_role("button", name="Stop reading")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Stop reading")).to_be_visible()
    expect(page.get_by_placeholder("Message")).to_have_value("")
    other = page.context.new_page()
    other.goto(tiny_server.chat)
    expect(other.get_by_placeholder("Message")).to_be_visible()
    expect(other.get_by_role("button", name="Stop reading")).to_have_count(0)
    page.get_by_role("button", name="Stop reading").click()
    expect(page.get_by_placeholder("Message")).to_have_value("My long question")


@pytest.mark.slow
def test_a_file_that_is_refused_is_named_beside_the_box(
    tiny_server: Server, person: Callable[..., Page], tmp_path: Path
):
    page = person(tiny_server.chat)
    (tmp_path / "odd.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "large.txt").write_bytes(b"word " * 6_000_000)  # over upload_mb: the browser refuses it
    files = page.get_by_test_id("stChatInput").locator("input[type=file]")
    files.set_input_files([tmp_path / "odd.bin"])
    expect(page.get_by_test_id("stFileChip")).to_have_count(1)
    at_rest(page)  # the browser sends nothing while the file is on its way
    send(page, "What is in this?")
    alert = page.get_by_test_id("stBottom").get_by_test_id("stAlert")
    expect(alert).to_contain_text("odd.bin")
    expect(page.get_by_placeholder("Message")).to_have_value("What is in this?")
    files.set_input_files([tmp_path / "large.txt"])
    expect(page.get_by_test_id("stFileChip")).to_have_attribute("aria-invalid", "true")
    page.get_by_placeholder("Message").press("Enter")
    refused = page.get_by_text("Not sent with your message")
    expect(refused).to_contain_text("large.txt")
    finished(page)
    expect(refused).to_contain_text("large.txt")
    send(page, "Next")
    expect(refused).to_be_hidden()


@pytest.mark.slow
def test_export_and_import_bring_a_conversation_back(
    tiny_server: Server, person: Callable[..., Page], tmp_path: Path
):
    page = person(tiny_server.chat)
    set_number(page, "Maximum new tokens", 5)
    send(page, "Keep this")
    finished(page)
    more(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    file = tmp_path / "chat.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["title"] == "Keep this"
    before = page.url
    (tmp_path / "broken.json").write_text("{")
    uploader = page.get_by_test_id("stFileUploader").locator("input[type=file]")
    uploader.set_input_files(tmp_path / "broken.json")
    expect(page.get_by_text(re.compile("This file is not JSON"))).to_be_visible()
    expect(uploader).to_have_count(1)  # the one that was used goes
    uploader.set_input_files(file)
    page.wait_for_url(lambda url: url != before)
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("Keep this")


EVIL = """<script>document.title='owned'</script><img src="http://evil.test/a.png" onerror="document.title='owned'">
![x](http://evil.test/b.png) ![y][r]

[r]: http://evil.test/c.png

<style>body{display:none}</style> <iframe src="http://evil.test"></iframe> [link](javascript:document.title='owned')
:material/home: a:b[c] | $\\href{javascript:alert(1)}{x}$"""


@pytest.mark.slow  # test_hostile shows it for more texts
def test_html_and_images_in_any_text_are_shown_as_text_and_never_fetched(
    tiny_server: Server, person: Callable[..., Page]
):
    store = tiny_server.store()
    chat = store.create("chat", EVIL, "local-tiny-chat")
    user = store.add(chat, NewMessage(None, "user", EVIL, attachments=[{"name": EVIL[:60], "text": EVIL}]))
    store.add(
        chat,
        NewMessage(
            user,
            "assistant",
            EVIL + "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\n```",
            note=EVIL,
        ),
    )
    store.close()
    page = person(f"{tiny_server.chat}?c={chat}")
    answer = page.get_by_test_id("stChatMessage").nth(1)
    expect(answer).to_contain_text("<script>")
    expect(answer.locator("table")).to_be_visible()
    expect(answer.get_by_test_id("stCode")).to_contain_text("x = 1")
    expect(answer).to_contain_text("a:b[c]")
    found = (
        answer.get_by_test_id("stMarkdown")
        .locator("img, iframe, script, style")
        .evaluate_all("all => all.map(e => e.outerHTML)")
    )
    assert found == []
    more(page)
    page.wait_for_timeout(1000)
    expect(page).to_have_title(re.compile("Wordbench$"))  # which the script would have changed


@pytest.mark.slow
def test_a_conversation_of_300_messages_stays_usable(tiny_server: Server, person: Callable[..., Page]):
    store = tiny_server.store()
    chat, parent = store.create("chat", "Long", "local-tiny-endless"), None
    for number in range(150):
        parent = store.add(chat, NewMessage(parent, "user", f"Question {number}"))
        parent = store.add(
            chat, NewMessage(parent, "assistant", f"Answer {number} " * 30, model_id="local-tiny-endless")
        )
    store.close()
    page = person(f"{tiny_server.chat}?c={chat}")
    expect(page.get_by_text("Question 149")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("earlier messages"))).to_have_count(1)
    set_number(page, "Maximum new tokens", 10)
    send(page, "One more")
    expect(page.get_by_text(re.compile("oldest turns were not read"))).to_be_visible()
    page.get_by_role("button", name=re.compile("earlier messages")).click()
    expect(page.get_by_text("Question 125", exact=True)).to_be_attached()


@pytest.mark.slow
def test_an_address_of_no_conversation_opens_a_new_one_with_a_word(
    tiny_server: Server, person: Callable[..., Page]
):
    page = person(f"{tiny_server.chat}?c=nothing")
    expect(page.get_by_text("This conversation doesn't exist any more.")).to_be_visible()
    expect(page.get_by_placeholder("Message")).to_be_visible()
