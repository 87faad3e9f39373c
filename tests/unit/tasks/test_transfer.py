"""Export loses nothing, and an import can't break a page."""

import json
from pathlib import Path

import pytest

from components.errors import BadInput
from components.messages import Said, counted, from_text, to_text
from components.store import NewMessage, Store
from components.tasks.transfer import from_json, to_html, to_json, to_markdown

USAGE = {"prompt_tokens": 1, "new_tokens": 2, "first_token_seconds": 0.1, "tokens_per_second": 9.5}


def with_usage(whole: dict, **figures) -> dict:
    return whole | {"messages": [whole["messages"][0] | {"usage": USAGE | figures}]}


def with_file(whole: dict, **file) -> dict:
    return whole | {"messages": [whole["messages"][0] | {"attachments": [{"name": "a", "text": "b"} | file]}]}


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(f"sqlite:///{tmp_path}/w.db", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def chat(store: Store) -> str:
    made = store.create("chat", "Foxes 🦊", "m", {"temperature": 0.5})
    user = store.add(made, NewMessage(None, "user", "Hi <b>", attachments=[{"name": "a.txt", "text": "A"}]))
    store.add(made, NewMessage(user, "assistant", "Old", model_id="m", rating=0))
    store.add(made, NewMessage(user, "assistant", "New ![x](y)", model_id="m", state="stopped", usage=USAGE))
    return made


def test_an_exported_conversation_comes_back_with_all_branches(store: Store, chat: str):
    copy = from_json(store, to_json(store.conversation(chat)).encode())
    assert copy != chat

    def shape(one: str):
        conversation = store.conversation(one)
        rows = conversation.messages.values()
        return (
            conversation.title,
            conversation.settings,
            [(m.role, m.text, m.state, m.rating, m.usage, m.attachments) for m in rows],
            [m.text for m in conversation.path()],
        )

    assert shape(copy) == shape(chat)


def test_notes_and_what_was_left_out_are_exported_in_english(store: Store):
    left_out = Said("Pictures: only text is read.")
    chat = store.create("chat", "Pictures", "m")
    file = {"name": "a.docx", "text": "A", "left_out": to_text(left_out)}
    user = store.add(chat, NewMessage(None, "user", "Hi", attachments=[file]))
    note = counted("{count} turn was not read.", "{count} turns were not read.", 2)
    store.add(chat, NewMessage(user, "assistant", "Yes.", note=note))
    data = to_json(store.conversation(chat))
    exported = json.loads(data)["messages"]
    assert exported[0]["attachments"][0]["left_out"] == "Pictures: only text is read."
    assert exported[1]["note"] == "2 turns were not read."
    copy = store.conversation(from_json(store, data.encode()))
    assert copy.path()[-1].note == "2 turns were not read."


def test_markdown_has_the_branch_that_is_shown(store: Store, chat: str):
    text = to_markdown(store.conversation(chat), {"m": "The model"})
    assert "# Foxes 🦊" in text
    assert "**The model**\n\nNew" in text
    assert "*Stopped. What was written is kept.*" in text
    assert "Old" not in text


def test_a_file_to_hand_over_keeps_the_lines_of_a_message_and_speaks_the_readers_language(store: Store):
    chat = store.create("chat", "Two [lines]", "m")
    asked = store.add(chat, NewMessage(None, "user", "First\n  second\n\n# third"))
    note = counted("{count} turn was not read.", "{count} turns were not read.", 2)
    store.add(chat, NewMessage(asked, "assistant", "*Yes*", "failed", model_id="m_1_x", note=note))
    conversation = store.conversation(chat)
    page = to_html(conversation, {}, lambda message: f"<{message}>", "zh-CN")
    assert '<html lang="zh-CN">' in page
    assert "First\n  second\n\n# third</div>" in page
    assert "<em>Yes</em>" in page
    for told in ("You", "2 turns were not read."):
        assert f"&lt;{told}&gt;" in page
    assert "m_1_x" in page
    assert "First  \n  second\n\n# third" in to_markdown(conversation, {})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: "nonsense", "not JSON"),
        (lambda w: b"\xff\xfe\x00", "not JSON"),
        (lambda w: [1], "no conversations that can be read"),
        (lambda w: w | {"format": "other"}, "no conversations that can be read"),
        (lambda w: w | {"version": 99}, "version 99"),
        (lambda w: w | {"kind": "x"}, "kind"),
        (lambda w: w | {"messages": "x"}, "messages"),
        (lambda w: w | {"title": None}, "title"),
        (lambda w: w | {"messages": [w["messages"][0] | {"text": 1}]}, "Message 1 .* text"),
        (lambda w: w | {"messages": [w["messages"][0] | {"role": "system"}]}, "role"),
        (lambda w: w | {"messages": [w["messages"][0] | {"state": "streaming"}]}, "state"),
        (lambda w: w | {"messages": [w["messages"][0] | {"parent_id": 77}]}, "answers a message"),
        (lambda w: w | {"messages": [w["messages"][0], w["messages"][0]]}, "Message 2 .* no id"),
        (lambda w: w | {"messages": [w["messages"][0] | {"attachments": [1]}]}, "attached file"),
        (lambda w: w | {"messages": [w["messages"][0] | {"rating": 5}]}, "rating"),
        (lambda w: w | {"messages": [w["messages"][0] | {"usage": "x"}]}, "usage"),
        (lambda w: w | {"messages": [w["messages"][0] | {"usage": {"new_tokens": "a"}}]}, "usage"),
        (lambda w: w | {"messages": [w["messages"][0] | {"parent_id": [1]}]}, "answers a message"),
        (lambda w: w | {"leaf_id": [1]}, "leaf_id"),
        (lambda w: w | {"settings": {"temperature": "hot"}}, "temperature"),
        (lambda w: w | {"settings": {"stop": 3}}, "stop strings"),
        (lambda w: w | {"title": "\ud800"}, "not valid Unicode"),
        (lambda w: w | {"settings": {"system": {"a": 1}}}, "system"),
        (lambda w: w | {"settings": {"top_k": True}}, "top_k"),
        (lambda w: w | {"messages": [w["messages"][0] | {"settings": {"pair": [1]}}]}, "Message 1 .* pair"),
        (lambda w: with_usage(w, context="abc"), "figures"),
        (lambda w: with_usage(w, context=[1]), "figures"),
        (lambda w: with_usage(w, context=-5), "figures"),
        (lambda w: with_usage(w, context=True), "figures"),
        (lambda w: with_usage(w, prompt_tokens=float("inf")), "figures"),
        (lambda w: with_usage(w, prompt_tokens=-100), "figures"),
        (lambda w: with_usage(w, new_tokens=1.5), "figures"),
        (lambda w: with_usage(w, new_tokens=10**400), "figures"),
        (lambda w: with_usage(w, tokens_per_second=float("nan")), "figures"),
        (lambda w: with_usage(w, first_token_seconds=-1), "figures"),
        (lambda w: with_usage(w, finish={"a": 1}), "figures"),
        (lambda w: with_usage(w, exact="no"), "figures"),
        (lambda w: with_file(w, left_out=5), "left_out"),
        (lambda w: with_file(w, left_out=None), "left_out"),
        (lambda w: with_file(w, text=None), "attached file"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused_with_the_place(store: Store, chat: str, change, words):
    whole = json.loads(to_json(store.conversation(chat)))
    changed = change(whole)
    data = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
    if changed == "nonsense":
        data = b"{nonsense"
    before = len(store.headings())
    with pytest.raises(BadInput, match=words):
        from_json(store, data)
    assert len(store.headings()) == before


def imported(store: Store, chat: str, **changed):
    """The first message of an export, changed, after its import."""
    whole = json.loads(to_json(store.conversation(chat)))
    whole["messages"] = [whole["messages"][0] | changed]
    return store.conversation(from_json(store, json.dumps(whole).encode())).path()[0]


def test_dates_are_kept(store: Store, chat: str):
    whole = json.loads(to_json(store.conversation(chat)))
    whole["created_at"] = "2024-02-29T12:00:00+00:00"
    for number, row in enumerate(whole["messages"], start=1):
        row["created_at"] = f"2024-03-0{number}T08:30:00+00:00"
    copy = store.conversation(from_json(store, json.dumps(whole).encode()))
    again = json.loads(to_json(copy))
    assert again["created_at"] == whole["created_at"]
    assert [row["created_at"] for row in again["messages"]] == [
        row["created_at"] for row in whole["messages"]
    ]


@pytest.mark.parametrize("date", ["x", None, 5, "9999-99-99", "0001-01-01T00:00:00", [1]])
def test_a_date_that_cannot_be_read_is_that_of_the_conversation(store: Store, chat: str, date):
    about = store.conversation(chat).created_at
    assert imported(store, chat, created_at=date).created_at <= about + 1


@pytest.mark.parametrize(
    "text", ['{"said": "{x:>999999999}", "values": {"x": 1}}', '{"said": "Answer"}', '{"said": ', "Answer"]
)
def test_a_note_of_a_file_is_never_read_as_a_message_of_the_app(store: Store, chat: str, text: str):
    file = {"name": "a", "text": "b", "left_out": text}
    message = imported(store, chat, note=text, attachments=[file])
    assert message.note == text
    assert from_text(message.attachments[0]["left_out"]) == text


def test_only_known_settings_short_titles_and_texts_that_every_database_takes_are_kept(
    store: Store, chat: str
):
    whole = json.loads(to_json(store.conversation(chat)))
    whole |= {"title": "word " * 20_000, "settings": {"evil": "x" * 1000, "seed": None, "top_k": 7}}
    whole["messages"][0]["text"] = "a\0b"
    copy = store.conversation(from_json(store, json.dumps(whole).encode("utf-16")))
    assert len(copy.title) <= 121
    assert copy.title.endswith("word…")
    assert copy.settings == {"top_k": 7}
    assert copy.messages[min(copy.messages)].text == "a\ufffdb"
    whole["title"] = "  "
    copy = store.conversation(from_json(store, json.dumps(whole).encode()))
    assert copy.title == "Imported conversation"


def test_the_branch_that_a_file_shows_is_shown(store: Store, chat: str):
    whole = json.loads(to_json(store.conversation(chat)))
    old = next(row for row in whole["messages"] if row["text"] == "Old")
    copy = store.conversation(from_json(store, json.dumps(whole | {"leaf_id": old["id"]}).encode()))
    assert copy.path()[-1].text == "Old"
