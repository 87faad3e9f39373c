"""Prompts of one's own: their blanks, who finds them, and that a file brings them back once."""

from pathlib import Path

import pytest

from components.access import Person
from components.errors import BadInput
from components.prompts import Prompts, blanks, filled
from components.store import Store


@pytest.fixture
def prompts(tmp_path: Path) -> Prompts:
    return Prompts(Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)).for_person(Person("ann"))


def test_blanks_are_names_in_one_pair_of_braces_and_code_is_left_alone():
    text = 'Write to {name} in {target language}, {name}. Keep {{this}}, {"a": 1}, {} and {x + y}. 给{客户}。'
    assert blanks(text) == ["name", "target language", "客户"]
    said = filled(text, {"name": "{name}", "客户": "王芳"})
    assert said.startswith("Write to {name} in {target language}, {name}. Keep {{this}}")
    assert said.endswith("给王芳。")


def test_a_prompt_is_kept_changed_deleted_and_brought_back_for_one_person_alone(prompts: Prompts):
    made = prompts.keep("message", "  A  letter ", "To {name}")
    prompts.keep("system", "Short", "Answer in a sentence.")
    assert [(one.name, one.kind) for one in prompts.listed()] == [
        ("A letter", "message"),
        ("Short", "system"),
    ]
    prompts.keep("message", "A letter", "Dear {name}", made)
    assert [one.text for one in prompts.listed("message")] == ["Dear {name}"]
    bob = prompts.for_person(Person("bob"))
    bob.delete(made)
    assert bob.listed() == []
    assert len(prompts.listed()) == 2
    prompts.delete(made)
    assert [one.name for one in prompts.listed()] == ["Short"]
    prompts.restore(made)
    assert len(prompts.listed()) == 2


@pytest.mark.parametrize(("name", "text"), [("", "x"), ("x", " "), ("x", "y" * 30_000)])
def test_a_prompt_without_a_name_or_a_text_or_too_long_is_refused(prompts: Prompts, name: str, text: str):
    with pytest.raises(BadInput):
        prompts.keep("message", name, text)


def test_a_file_brings_them_to_somebody_else_and_none_twice(prompts: Prompts):
    prompts.keep("message", "A letter", "Dear {name}")
    bob, data = prompts.for_person(Person("bob")), prompts.to_json().encode()
    assert bob.bring(data) == 1
    assert bob.bring(data) == 0
    assert [(one.name, one.text) for one in bob.listed()] == [("A letter", "Dear {name}")]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"format": "wordbench-prompts", "prompts": [{"kind": "x"}]}', b"[" * 100_000],
)
def test_another_file_is_refused(prompts: Prompts, data: bytes):
    with pytest.raises(BadInput):
        prompts.bring(data)
