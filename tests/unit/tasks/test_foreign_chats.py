"""What other apps exported comes in with its branches, models and dates; what can't is counted."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from components.errors import BadInput
from components.store import Conversation, Store
from components.tasks import foreign_chats, transfer
from tests.data import needs_data, sample


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'wordbench.db'}", tmp_path)


def brought(store: Store, whole: object) -> list[Conversation]:
    found = transfer.bring(store, json.dumps(whole).encode())
    return [conversation for one in found.ids if (conversation := store.conversation(one))]


def said(conversation: Conversation) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in conversation.path()]


def chatgpt(*nodes: dict, current: str, **about: object) -> dict:
    return {"title": "A talk", "create_time": 1000.5, "current_node": current, **about} | {
        "mapping": {node["id"]: node for node in nodes}
    }


def node(id_: str, parent: str | None, role: str, content: object, **about: object) -> dict:
    content = {"content_type": "text", "parts": [content]} if isinstance(content, str) else content
    message = {"author": {"role": role}, "content": content, "create_time": 1001.0, "metadata": {}, **about}
    return {"id": id_, "parent": parent, "message": message}


ROOT = {"id": "root", "parent": None, "message": None}


def test_both_branches_of_an_edited_question_are_kept_and_the_shown_one_is_shown(store: Store):
    talk = chatgpt(
        ROOT,
        node("a", "root", "user", "Old question"),
        node("b", "a", "assistant", "Old answer", metadata={"model_slug": "gpt-4o"}),
        node("c", "root", "user", "New question"),
        node("d", "c", "assistant", "New answer", metadata={"model_slug": "gpt-4o"}),
        current="b",
    )
    (found,) = brought(store, [talk])
    assert said(found) == [("user", "Old question"), ("assistant", "Old answer")]
    assert len(found.messages) == 4
    assert len(found.siblings(found.path()[0])) == 2
    assert (found.title, found.created_at, found.model_id) == ("A talk", 1000.5, "gpt-4o")
    assert {message.created_at for message in found.messages.values()} == {1001.0}


def test_steps_of_tools_and_pictures_are_counted_where_they_were(store: Store):
    picture = {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}, "Look!"]}
    talk = chatgpt(
        ROOT,
        node("a", "root", "user", picture),
        node("b", "a", "assistant", {"content_type": "code", "text": "1+1"}, recipient="python"),
        node("c", "b", "tool", {"content_type": "execution_output", "text": "2"}),
        node("d", "c", "assistant", "It is **2**."),
        current="d",
    )
    found = foreign_chats.bring(store, [talk])
    conversation = store.conversation(found.ids[0])
    assert conversation is not None
    assert said(conversation) == [("user", "Look!"), ("assistant", "It is **2**.")]
    notes = [str(message.note) for message in conversation.path()]
    assert notes == ["Left out on import: 1 picture", "Left out on import: 2 steps of tools"]
    assert "1 picture" in str(found.left_out)


def test_order_is_kept_and_a_second_tag_is_said(store: Store):
    away = chatgpt(ROOT, node("a", "root", "user", "x"), current="a", is_archived=True, is_starred=True)
    turn = {"id": "q", "parentId": None, "role": "user", "content": "Hello", "timestamp": 9}
    chat = {"history": {"messages": {"q": turn}, "currentId": "q"}, "tags": ["boats", "names"]}
    found = foreign_chats.bring(store, [away, {"title": "Tagged", "pinned": True, "chat": chat}])
    first, second = (store.conversation(one) for one in found.ids)
    assert first
    assert second
    assert found.archived == 1
    one, other = sorted((first, second), key=lambda each: each.title)
    assert (one.pinned, one.archived, one.folder) == (1, 1, "")
    assert (other.pinned, other.archived, other.folder) == (1, 0, "boats")
    assert "1 more tag of a conversation" in str(found.left_out)


def test_what_was_spoken_is_text_and_files_and_sources_that_stay_behind_are_said(store: Store):
    spoken = {
        "content_type": "multimodal_text",
        "parts": [{"content_type": "audio_transcription", "text": "How deep is it?"}],
    }
    files = {"attachments": [{"name": "report.pdf"}]}
    talk = chatgpt(
        ROOT,
        node("a", "root", "user", spoken, metadata=files),
        node("b", "a", "assistant", "Nine metres\ue200cite\ue202turn0search1\ue201."),
        current="b",
    )
    (conversation,) = brought(store, [talk])
    assert said(conversation) == [("user", "How deep is it?"), ("assistant", "Nine metres.")]
    assert [str(message.note) for message in conversation.path()] == [
        "Left out on import: 1 file whose text isn't in the export",
        "Left out on import: 1 link to a source",
    ]


def test_texts_of_open_webuis_files_come_along(store: Store):
    files = [
        {"type": "file", "name": "a.txt", "file": {"data": {"content": "Nine people."}}},
        {"type": "image", "url": "data:image/png;base64,AA"},
        {"type": "file", "name": "b.pdf", "file": {"data": None}},
    ]
    turn = {"id": "q", "parentId": None, "role": "user", "content": "Hello", "files": files}
    history = {"messages": {"q": turn}, "currentId": "q"}
    (found,) = brought(store, {"title": "Files", "chat": {"history": history}})
    assert found.path()[0].attachments == [{"name": "a.txt", "text": "Nine people."}]
    assert "1 picture; 1 file whose" in str(found.path()[0].note)


def test_reasoning_stays_in_front_of_its_answer_also_around_a_tool(store: Store):
    def thoughts(text: str) -> dict:
        return {"content_type": "thoughts", "thoughts": [{"summary": "s", "content": text}]}

    talk = chatgpt(
        ROOT,
        node("a", "root", "user", "Why?"),
        node("b", "a", "assistant", thoughts("First.")),
        node("c", "b", "tool", "result"),
        node("d", "c", "assistant", thoughts("Then.")),
        node("e", "d", "assistant", "Because."),
        current="e",
    )
    (found,) = brought(store, [talk])
    assert said(found)[1] == ("assistant", "<think>\nFirst.\n\nThen.\n</think>\n\nBecause.")


def test_claudes_attached_texts_come_along(store: Store):
    message = {
        "uuid": "a",
        "sender": "human",
        "text": "Read this.",
        "content": [{"type": "text", "text": "Read this."}],
        "created_at": "2026-01-10T09:00:00Z",
        "attachments": [{"file_name": "minutes.txt", "extracted_content": "Nine people."}],
        "files": [{"file_name": "minutes.txt"}, {"file_name": "picture.png"}],
        "parent_message_uuid": "00000000-0000-4000-8000-000000000000",
    }
    answer = {"uuid": "b", "sender": "assistant", "text": "Nine.", "parent_message_uuid": "a"}
    (found,) = brought(store, {"name": "", "chat_messages": [message, answer]})
    assert found.title == "Read this."
    assert found.path()[0].attachments == [{"name": "minutes.txt", "text": "Nine people."}]
    assert "1 file whose text isn't in the export" in str(found.path()[0].note)
    assert said(found)[1] == ("assistant", "Nine.")


def test_two_models_side_by_side_are_two_branches(store: Store):
    def turn(id_: str, parent: str | None, role: str, content: str, model: str = "") -> dict:
        return {
            "id": id_,
            "parentId": parent,
            "role": role,
            "content": content,
            "model": model,
            "timestamp": 9,
        }

    thought = '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Easy.\n</details>\nNo.'
    turns = [
        turn("q", None, "user", "Yes or no?"),
        turn("x", "q", "assistant", "Yes.", "llama"),
        turn("y", "q", "assistant", thought, "qwen"),
    ]
    history = {"messages": {one["id"]: one for one in turns}, "currentId": "y"}
    (found,) = brought(store, [{"title": "Sides", "created_at": 5, "chat": {"history": history}}])
    assert said(found)[1] == ("assistant", "<think>\nEasy.\n</think>\n\nNo.")
    assert {message.model_id for message in found.messages.values()} == {"", "llama", "qwen"}


def test_a_zip_is_read_and_the_latest_conversation_comes_last(store: Store):
    old = chatgpt(ROOT, node("a", "root", "user", "Old"), current="a", create_time=1.0, title="Old")
    new = chatgpt(ROOT, node("a", "root", "user", "New"), current="a", create_time=2.0, title="New")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export/conversations.json", json.dumps([new, old]))
    found = transfer.bring(store, packed.getvalue())
    assert [one.title for one in store.headings()] == ["New", "Old"]
    assert store.conversation(found.ids[-1]).title == "New"  # type: ignore[union-attr]


CIRCLE = chatgpt(node("a", "b", "user", "x"), node("b", "a", "assistant", "y"), current="a")


@pytest.mark.parametrize(
    "bad",
    [
        CIRCLE,
        {"mapping": {"a": 5}},
        {"mapping": {"a": {"id": "a", "message": {"author": {}}}}},
        {"chat_messages": [{"uuid": "a", "sender": "robot"}]},
        {"chat_messages": [None]},
        {"chat": {"history": {"messages": {"a": {"role": []}}}}},
        {"chat": {"history": {"messages": []}}},
    ],
)
def test_a_damaged_conversation_costs_itself_alone(store: Store, bad: dict):
    good = chatgpt(ROOT, node("a", "root", "user", "Good"), current="nowhere")
    found = foreign_chats.bring(store, [bad, good])
    assert [one.title for one in store.headings()] == ["A talk"]
    assert "1 conversation without a readable message" in str(found.left_out)
    with pytest.raises(BadInput, match="None of the conversations"):
        foreign_chats.bring(store, [bad])


@pytest.mark.parametrize(
    ("data", "why"), [(b"PK\3\4 broken", "damaged or locked"), (b"[1]", "Claude"), (b"x", "JSON")]
)
def test_what_is_no_export_is_refused_with_what_is_wanted(store: Store, data: bytes, why: str):
    with pytest.raises(BadInput, match=why):
        transfer.bring(store, data)
    assert store.headings() == []


@needs_data
@pytest.mark.parametrize(
    ("file", "number"),
    [("chatgpt_conversations.json", 3), ("claude_conversations.json", 2), ("open_webui_chats.json", 2)],
)
def test_whole_exports_come_in(store: Store, file: str, number: int):
    found = transfer.bring(store, sample("chat-exports", file).read_bytes())
    assert len(found.ids) == number
    for one in found.ids:
        conversation = store.conversation(one)
        assert conversation is not None
        roles = [message.role for message in conversation.path()]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert all(message.text for message in conversation.path())
