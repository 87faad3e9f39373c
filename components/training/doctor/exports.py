"""Conversations that other programs export, as rows with turns: ChatGPT, Claude, Open WebUI and Intercom.

Knows these programs' layouts, in which the roles are said; not files.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from components.training.doctor.tagged_texts import without_tags
from components.training.rows import Turn


def conversation(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The row of one exported conversation; None for all else. Only the branch that was last shown is taken.

    {"title": "Kettle", "mapping": {"u": {"message": {"author": {"role": "user"}, ...}, "parent": null}}}
    becomes {"messages": [{"role": "user", "content": "..."}], "title": "Kettle"}.
    """
    turns: list[Turn] = []
    if isinstance(value.get("mapping"), Mapping):
        turns = [
            turn
            for node in _branch(value["mapping"], value.get("current_node"), "parent")
            if (turn := _of_chatgpt(node.get("message")))
        ]
    elif isinstance(value.get("chat_messages"), list):
        turns = [_of_claude(one) for one in _objects(value["chat_messages"])]
    elif isinstance(chat := value.get("chat"), Mapping):
        turns = [_turn(one.get("role"), one.get("content")) for one in _of_open_webui(chat)]
    elif isinstance(value.get("conversation_parts"), Mapping | list):
        turns = list(_of_intercom(value))
    if not turns:
        return None
    title = value.get("title") or value.get("name")
    return {"messages": turns} | ({"title": title} if title else {})


def _turn(role: Any, said: Any) -> Turn:
    return {"role": str(role), "content": said if isinstance(said, str) else ""}


def _of_claude(message: Mapping[str, Any]) -> Turn:
    """Newer exports have the words in parts, beside the model's thinking and its calls of tools."""
    parts = [one.get("text") for one in _objects(message.get("content")) if one.get("type") == "text"]
    said = message.get("text") or "\n".join(one for one in parts if isinstance(one, str))
    return _turn(message.get("sender"), said)


def _objects(values: Any) -> list[Mapping[str, Any]]:
    return [one for one in values if isinstance(one, Mapping)] if isinstance(values, list) else []


def _of_chatgpt(message: Any) -> Turn | None:
    """One message; None for what the program hides, such as tools and empty system messages."""
    if not isinstance(message, Mapping):
        return None
    author, content = message.get("author"), message.get("content")
    if not isinstance(author, Mapping) or not isinstance(content, Mapping):
        return None
    said = "\n".join(part for part in content.get("parts") or () if isinstance(part, str))
    hidden = author.get("role") not in ("user", "assistant") or message.get("recipient", "all") != "all"
    return None if hidden or not said.strip() else _turn(author["role"], said)


def _of_open_webui(chat: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if messages := _objects(chat.get("messages")):
        yield from messages
    elif isinstance(history := chat.get("history"), Mapping) and isinstance(history.get("messages"), Mapping):
        yield from _branch(history["messages"], history.get("currentId"), "parentId")


def _of_intercom(value: Mapping[str, Any]) -> Iterator[Turn]:
    """What a customer wrote first, then what was written; notes and what was only done are left out."""
    parts = value["conversation_parts"]
    inner = parts.get("conversation_parts") if isinstance(parts, Mapping) else parts
    first = value.get("source", value.get("conversation_message"))
    for one in _objects([first, *(inner if isinstance(inner, list) else ())]):
        author, body = one.get("author"), one.get("body")
        said = without_tags(body) if isinstance(body, str) else ""
        if said and isinstance(author, Mapping) and one.get("part_type") != "note":
            yield _turn("assistant" if author.get("type") in ("admin", "bot", "team") else "user", said)


def _branch(nodes: Mapping[str, Any], last: Any, parent: str) -> list[Mapping[str, Any]]:
    """The nodes from the first one to the last shown; without that, to the end of the last branch."""
    inner = {node.get(parent) for node in nodes.values() if isinstance(node, Mapping)}
    leaves = [name for name in nodes if name not in inner]
    place = last if last in nodes else leaves[-1] if leaves else None
    found: list[Mapping[str, Any]] = []
    while isinstance(node := nodes.get(str(place)), Mapping) and len(found) < len(nodes):
        found.append(node)
        place = node.get(parent)
    return found[::-1]
