"""A file that is too long for a model: what matters is read, and the note says which passages."""

from dataclasses import replace
from typing import Any

from components.store import StoredMessage
from components.tasks.attached_passages import LEFT_OUT, shortened

TEXT = "\n\n".join(
    f"Chapter {n} tells of the weather in town number {n}, and of its streets. " * 9 for n in range(40)
)
NEEDLE = "The ferry to Zanzibar leaves at seven in the morning from the northern pier. " * 8


def message(text: str, files: list[dict[str, str]]) -> StoredMessage:
    empty: dict[str, Any] = {"settings": {}, "usage": None, "rating": None, "note": "", "job_id": ""}
    return StoredMessage(1, None, "user", text, "done", "m", attachments=files, created_at=0.0, **empty)


def test_the_passage_that_matters_is_kept_and_the_note_names_its_page() -> None:
    text = f"{TEXT}\n\n{NEEDLE}\n\n{TEXT}"
    at = text.index(NEEDLE)
    file = {"name": "trip.pdf", "text": text, "pages": f"0:1,{at - 5}:9,{at + len(NEEDLE)}:10"}
    found = shortened(
        [message("When does the ferry to Zanzibar leave?", [file])], lambda path: _size(path) < 3000
    )
    assert found is not None
    kept = found.path[0].attachments[0]["text"]
    assert "Zanzibar leaves at seven" in kept
    assert LEFT_OUT in kept
    assert found.used < found.of
    assert "9" in str(found.note)
    assert "trip.pdf" in str(found.note)


def test_without_files_or_room_nothing_is_made_up() -> None:
    assert shortened([message("Hello", [])], lambda path: True) is None
    full = message("Hello", [{"name": "a.txt", "text": TEXT}])
    assert shortened([full], lambda path: False) is None


def test_other_turns_stay_as_they_are() -> None:
    other = replace(message("Before", []), id=2)
    found = shortened(
        [other, message("weather", [{"name": "a", "text": TEXT}])], lambda path: _size(path) < 2000
    )
    assert found is not None
    assert found.path[0] is other


def _size(path: Any) -> int:
    return sum(len(file["text"]) for one in path for file in one.attachments)
