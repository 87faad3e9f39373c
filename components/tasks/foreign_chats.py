"""Conversations that other apps exported: ChatGPT, Claude, Open WebUI.

Knows their JSON, as their own importers and exporters describe it, and the store's rows. Branches, models,
dates, texts of files, reasoning and order (pinned, archived, a tag) are kept; what the store has no place for
is counted and said.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from components.errors import BadInput
from components.messages import Message, Said, clauses, counted
from components.store import Imported, NewMessage, Store
from components.tasks.chat import short_title

MAX_MESSAGES = 20_000  # of one conversation
FOLDER = 60  # letters of a folder's name
_CITED = re.compile("\ue200.*?\ue201", re.DOTALL)  # ChatGPT's marks of its sources: no letters for reading
_FOLDED = re.compile(  # Open WebUI keeps reasoning as HTML, quoted line by line
    r'<details type="reasoning"[^>]*>\s*<summary>.*?</summary>(.*?)</details>\s*', re.DOTALL
)


@dataclass(frozen=True)
class Turn:
    """One message of an export; `parent` is an id of the export."""

    id: str
    parent: str | None
    role: str  # "user", "assistant", or empty: nothing to show, what follows belongs to its parent
    text: str = ""
    model: str = ""
    at: float | None = None  # seconds since 1970
    files: tuple[Mapping[str, str], ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)  # how many of each kind of `_LEFT`


@dataclass(frozen=True)
class Talk:
    """One conversation of an export."""

    title: str
    turns: Mapping[str, Turn]
    shown: str | None  # the last message of the branch that was seen last
    at: float | None
    pinned: bool = False
    archived: bool = False
    folder: str = ""
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Brought:
    """What came of an export."""

    ids: tuple[str, ...]  # of the new conversations, the oldest first
    left_out: Message  # what has no place here; empty: nothing
    archived: int = 0  # how many of them are in the archive, as they were


def is_foreign(whole: object) -> bool:
    """Whether a parsed file looks like one of these exports."""
    return any(_reader(one) for one in _listed(whole))


def bring(store: Store, whole: object) -> Brought:
    """Adds every conversation of an export, the oldest first. Raises BadInput where none can be read."""
    left: Counter[str] = Counter()
    talks = []
    for one in _listed(whole):
        talk = _read(one)
        if talk is None:
            left["conversation"] += 1
        else:
            talks.append(talk)
    if not talks:
        raise BadInput("None of the conversations in this file has a message that can be read.")
    ids = []
    for talk in sorted(talks, key=lambda one: one.at or 0.0):
        left.update(talk.left)
        for turn in talk.turns.values():
            left.update(turn.left)
        ids.append(_adopt(store, talk))
    return Brought(tuple(ids), _in_words(left), sum(talk.archived for talk in talks))


def _listed(whole: object) -> list[Any]:
    return [whole] if isinstance(whole, dict) else whole if isinstance(whole, list) else []


def _reader(one: object) -> "Callable[[Mapping[str, Any]], Talk] | None":
    if not isinstance(one, dict):
        return None
    if isinstance(one.get("mapping"), dict):
        return _chatgpt
    if isinstance(one.get("chat_messages"), list):
        return _claude
    chat = one.get("chat")
    if isinstance(chat, dict) and isinstance(chat.get("history"), dict):
        return _open_webui
    return None


def _read(one: object) -> Talk | None:
    """A conversation with at least one message; None if it isn't of a known form, or has none."""
    reader = _reader(one)
    if reader is None:
        return None
    try:
        talk = reader(one)  # type: ignore[arg-type]
    except (AttributeError, KeyError, TypeError, ValueError):  # a stranger's file: any field may be anything
        return None
    talk = _kept(talk)
    return talk if 0 < len(talk.turns) <= MAX_MESSAGES else None


# What each app writes


def _chatgpt(one: Mapping[str, Any]) -> Talk:
    turns = {}
    for id_, node in one["mapping"].items():
        message = node.get("message")
        turn = Turn(id_, node.get("parent"), "")
        turns[id_] = _chatgpt_turn(turn, message) if message else turn
    return Talk(
        _text(one.get("title")),
        turns,
        one.get("current_node"),
        _seconds(one.get("create_time")),
        pinned=bool(one.get("is_starred")),
        archived=bool(one.get("is_archived")),
    )


def _chatgpt_turn(turn: Turn, message: Mapping[str, Any]) -> Turn:
    role, content = message["author"]["role"], message.get("content") or {}
    about = message.get("metadata") or {}
    turn = replace(turn, at=_seconds(message.get("create_time")), model=_text(about.get("model_slug")))
    kind = content.get("content_type")
    if role == "system" or about.get("is_visually_hidden_from_conversation"):
        return turn
    if kind == "thoughts":
        thought = "\n\n".join(_text(one.get("content")) for one in content["thoughts"])
        return replace(turn, role="assistant", text=_reasoning(thought))
    if kind == "reasoning_recap":
        return turn
    if role == "tool" or kind in ("code", "execution_output") or message.get("recipient", "all") != "all":
        return replace(turn, role="assistant", left={"tool": 1})
    parts = content.get("parts") or [content.get("text") or ""]
    things = [
        part for part in parts if isinstance(part, dict)
    ]  # what was spoken has its text, a picture none
    texts = [
        part if isinstance(part, str) else _text(part.get("text"))
        for part in parts
        if isinstance(part, str | dict)
    ]
    pictures = sum("image" in str(thing.get("content_type")) for thing in things)
    others = sum(not thing.get("text") for thing in things) - pictures
    text, sources = _CITED.subn("", "\n\n".join(text for text in texts if text))
    left = {
        "picture": pictures,
        "file": max(len(about.get("attachments") or ()) - pictures, others),
        "source": max(len(about.get("citations") or ()), sources),
    }
    return replace(turn, role=role, text=text, left={kind: number for kind, number in left.items() if number})


def _claude(one: Mapping[str, Any]) -> Talk:
    turns, before = {}, None
    known = {message["uuid"] for message in one["chat_messages"]}
    for message in one["chat_messages"]:
        parent = message.get("parent_message_uuid", before)
        turn = Turn(message["uuid"], parent if parent in known else None, _ROLES[message["sender"]])
        texts, left = [], Counter[str]()
        for block in message.get("content") or [{"type": "text", "text": message.get("text")}]:
            match block.get("type"):
                case "text":
                    texts.append(_text(block.get("text")))
                case "thinking":
                    texts.insert(0, _reasoning(_text(block.get("thinking"))))
                case "tool_use" | "tool_result":
                    left["tool"] += block["type"] == "tool_use"
                case _:
                    left["picture"] += 1
        files = tuple(
            {"name": _text(file.get("file_name")) or "file", "text": _text(file.get("extracted_content"))}
            for file in message.get("attachments") or ()
        )
        unread = {_text(file.get("file_name")) for file in message.get("files") or ()}
        left["file"] += len(unread - {file["name"] for file in files})
        text, at = "\n\n".join(filter(None, texts)), _seconds(message.get("created_at"))
        turns[turn.id] = replace(turn, text=text, at=at, files=files, left=+left)
        before = turn.id
    return Talk(_text(one.get("name")), turns, before, _seconds(one.get("created_at")))


def _open_webui(one: Mapping[str, Any]) -> Talk:
    chat, turns = one["chat"], {}
    for id_, message in chat["history"]["messages"].items():
        text = _FOLDED.sub(
            lambda found: _reasoning(re.sub(r"^> ?", "", found[1].strip(), flags=re.MULTILINE)),
            _text(message.get("content")),
        )
        files, left = _open_webui_files(message.get("files") or ())
        turns[id_] = Turn(
            id_,
            message.get("parentId"),
            _ROLES.get(message["role"], ""),
            text,
            _text(message.get("model")),
            _seconds(message.get("timestamp")),
            files=files,
            left=left,
        )
    tags = [tag for tag in chat.get("tags") or (one.get("meta") or {}).get("tags") or () if _text(tag)]
    return Talk(
        _text(one.get("title") or chat.get("title")),
        turns,
        chat["history"].get("currentId"),
        _seconds(one.get("created_at")),
        pinned=bool(one.get("pinned")),
        archived=bool(one.get("archived")),
        folder=" ".join(tags[0].split())[:FOLDER] if tags else "",
        left={"tag": len(tags) - 1} if len(tags) > 1 else {},
    )


def _open_webui_files(
    given: Iterable[Mapping[str, Any]],
) -> tuple[tuple[Mapping[str, str], ...], dict[str, int]]:
    """The files whose text is in the export, and how many pictures and other files aren't."""
    files, left = [], Counter[str]()
    for one in given:
        about = one.get("file") or {}
        text = _text((about.get("data") or {}).get("content"))
        if text:
            files.append({"name": _text(one.get("name") or about.get("filename")) or "file", "text": text})
        else:
            left["picture" if one.get("type") == "image" else "file"] += 1
    return tuple(files), dict(left)


_THOUGHT = "\n</think>\n\n"
_ROLES = {"human": "user", "user": "user", "assistant": "assistant"}


def _reasoning(text: str) -> str:
    """Reasoning as this app keeps it, before the answer."""
    return f"<think>\n{text.strip()}{_THOUGHT}" if text.strip() else ""


# From an export's tree to the store's


def _kept(talk: Talk) -> Talk:
    """The conversation without empty messages, and with one message where one person wrote several in a row.

    A tree a(user) → b(tool) → c(assistant, "Well,") → d(assistant, "yes.") becomes a → d("Well,\\n\\nyes."):
    b has nothing to show, and c is the beginning of d. Where c has another child of the other role, it stays
    as well. Messages that hang on nothing, or on each other, are left out.
    """
    turns: dict[str, Turn] = {}
    joined: set[str] = set()  # beginnings of another message
    answered: set[str] = set()  # messages with a child of the other role
    place: dict[str, str | None] = {}  # where the children of an export's message hang
    for turn in _from_the_roots(talk.turns):
        parent = place.get(turn.parent) if turn.parent else None
        if not turn.role or not (turn.text.strip() or turn.files or turn.left):
            place[turn.id] = parent
            continue
        before = turns.get(parent) if parent else None
        if before and before.role == turn.role:
            joined.add(before.id)
            turn, parent = _after(before, turn), before.parent
        elif before:
            answered.add(before.id)
        turns[turn.id] = replace(turn, parent=parent)
        place[turn.id] = turn.id
    for id_ in joined - answered:
        del turns[id_]
    shown = place.get(talk.shown) if talk.shown else None
    return replace(talk, turns=turns, shown=shown if shown in turns else None)


def _after(before: Turn, turn: Turn) -> Turn:
    """A message with what the same person wrote right before it."""
    first, second = before.text, turn.text
    if first.endswith(_THOUGHT) and second.startswith("<think>\n"):  # one thought, interrupted by a tool
        first, second = first.removesuffix(_THOUGHT) + "\n\n", second.removeprefix("<think>\n")
    gap = "\n\n" if first and second and not first.endswith("\n\n") else ""
    left = dict(Counter(before.left) + Counter(turn.left))
    return replace(turn, text=first + gap + second, files=before.files + turn.files, left=left)


def _from_the_roots(turns: Mapping[str, Turn]) -> Iterator[Turn]:
    """Each message after the one that it answers, in the order of the export otherwise."""
    children: dict[str | None, list[Turn]] = {}
    for turn in turns.values():
        children.setdefault(turn.parent if turn.parent in turns else None, []).append(turn)
    waiting = children.pop(None, [])[::-1]
    while waiting:
        turn = waiting.pop()
        yield turn
        waiting += children.pop(turn.id, [])[::-1]


def _adopt(store: Store, talk: Talk) -> str:
    numbers = {id_: number for number, id_ in enumerate(talk.turns)}
    messages = [
        NewMessage(
            numbers.get(turn.parent) if turn.parent else None,
            turn.role,
            turn.text,
            model_id=turn.model,
            note=_in_words(turn.left),
            attachments=turn.files,
            created_at=turn.at or talk.at,
        )
        for turn in talk.turns.values()
    ]
    first = next((turn.text for turn in talk.turns.values() if turn.role == "user"), "")
    title = short_title(talk.title or first) or "Imported conversation"
    models = [turn.model for turn in talk.turns.values() if turn.model]
    made = talk.at or next((turn.at for turn in talk.turns.values() if turn.at), None)
    about = Imported(
        "chat",
        title,
        models[-1] if models else "",
        {},
        made or 0.0,
        int(talk.pinned),
        int(talk.archived),
        talk.folder,
    )
    return store.adopt(about, messages, numbers[talk.shown] if talk.shown else None)


_LEFT: Mapping[str, Callable[[int], Message]] = {
    "picture": lambda number: counted("{count} picture", "{count} pictures", number),
    "file": lambda number: counted(
        "{count} file whose text isn't in the export",
        "{count} files whose texts aren't in the export",
        number,
    ),
    "tool": lambda number: counted("{count} step of a tool", "{count} steps of tools", number),
    "source": lambda number: counted("{count} link to a source", "{count} links to sources", number),
    "tag": lambda number: counted(
        "{count} more tag of a conversation", "{count} more tags of conversations", number
    ),
    "conversation": lambda number: counted(
        "{count} conversation without a readable message",
        "{count} conversations without a readable message",
        number,
    ),
}


def _in_words(left: Mapping[str, int]) -> Message:
    """What was left out, kind by kind."""
    said = [_LEFT[kind](number) for kind, number in left.items() if number]
    return Said("Left out on import: {what}", what=clauses(*said)) if said else ""


def _text(given: object) -> str:
    """A text that every database takes: PostgreSQL keeps no NUL, and half a character is none."""
    text = given if isinstance(given, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _seconds(given: object) -> float | None:
    """A date as seconds since 1970: a number, or a text by ISO 8601."""
    try:
        number = given if isinstance(given, int | float) else datetime.fromisoformat(str(given)).timestamp()
        datetime.fromtimestamp(number)
    except (ValueError, OverflowError, OSError):
        return None
    return float(number)
