"""What is in a training file is text on the page, whatever it looks like; and it is there after a refresh."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import at_rest
from tests.browser.steps import check_data, upload

HOSTILE = {
    "prompt": "<img src=http://evil.test/a.png onerror=alert(1)> ![x](http://evil.test/b.png) :red[no] $x$",
    "completion": "<script>document.title = 'owned'</script>\n[click](javascript:alert(1)) {{name}}",
}
GOOD = [{"prompt": f"What comes after {n}?", "completion": f"After {n} comes {n + 1}."} for n in range(20)]


@pytest.mark.slow
def test_hostile_training_data_is_shown_as_text_and_is_there_after_a_refresh(person, tiny_server):
    page = person(f"{tiny_server.url}/fine_tune")
    rows = "".join(json.dumps(row) + "\n" for row in [HOSTILE, *GOOD, "not an object"])
    page.get_by_label("Base model").wait_for()
    upload(page, "<b>rows</b>.jsonl", rows)
    check_data(page)
    seen = page.get_by_role("group", name="Line 2 as tokens")
    expect(seen).to_contain_text("After 0 comes 1.")
    expect(seen.locator("mark")).to_have_text(["After 0 comes 1.", "<|im_end|>"])
    expect(page.get_by_text("Placeholder left in (1): line 1")).to_be_visible()
    expect(page.get_by_text("Not an object (1): line 22")).to_be_visible()
    for kept in ("Placeholder left in (1)", "About a picture or a sound that isn't there (1)"):
        page.get_by_text(kept, exact=True).first.click()
        at_rest(page)
    page.get_by_role("button", name="Drop bad rows").click()
    expect(page.get_by_text("Ready: 13 rows to train on, 8 held out.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Ready: 13 rows to train on, 8 held out.")).to_be_visible()
    assert "owned" not in page.title()
