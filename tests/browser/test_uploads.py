"""Files sent to the upload address without a page: a shared server holds only so many of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.steps import go, upload

SEND = """async ([address, megabytes, times]) => {
  const token = document.cookie.split("; ").find((one) => one.startsWith("_streamlit_xsrf="))?.split("=")[1]
  const answers = []
  for (let number = 0; number < times; number++) {
    const form = new FormData()
    form.append("file", new Blob([new Uint8Array(megabytes * 1000000)]), "a.txt")
    const headers = { "X-Xsrftoken": decodeURIComponent(token ?? "") }
    const address_ = address.replace(/[^/]+$/, `direct${number}`)
    answers.push((await fetch(address_, { method: "PUT", body: form, headers, credentials: "include" })).status)
  }
  return answers
}"""


@pytest.mark.slow
def test_uploads_that_pass_no_page_do_not_fill_the_memory(open_server: Server, person: Callable[..., Page]):
    page = person(open_server.chat)
    go(page, "Summarize")
    with page.expect_request(lambda request: request.method == "PUT") as sent:
        upload(page, "notes.txt", "A short text about foxes.")
    address = sent.value.url
    expect(page.get_by_text("notes.txt").first).to_be_visible()
    answers = page.evaluate(SEND, [address, 2, 12])
    assert answers[:4] == [204] * 4
    assert answers[-4:] == [429] * 4
    assert page.evaluate(SEND, [address, 4, 1]) == [413]
