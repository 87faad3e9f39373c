"""Messages wait for the place of a page that they belong to."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    from components.ui import notices

    notices.later("Added", where="adapters")
    notices.later("Stopped", where="progress")
    notices.toast("progress")  # a part that reruns by itself comes first
    notices.draw("adapters")


def test_a_part_that_reruns_by_itself_leaves_what_belongs_elsewhere():
    app = AppTest.from_function(page).run()
    assert [one.value for one in app.toast] == ["Stopped"]
    assert [one.value for one in app.info] == ["Added"]
