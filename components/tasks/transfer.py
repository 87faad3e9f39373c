"""Conversations as files: Markdown to read, JSON to keep and to import again, and what other apps export.

Knows the store's rows and the app's own two formats; nothing about pages.
"""

import io
import json
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from components import handover
from components.errors import BadInput
from components.messages import Message, Said, from_text, to_text
from components.models.options import GenerationOptions
from components.store import Conversation, Imported, NewMessage, Store, View
from components.tasks import foreign_chats
from components.tasks.answer_figures import read_figures
from components.tasks.chat import options_from, short_title
from components.tasks.conversation import document
from components.tasks.foreign_chats import Brought

FORMAT = "wordbench-conversation"
CONVERSATIONS = "conversations.json"
WANTED = Said(
    "Choose a conversation that was exported here, or the conversations of ChatGPT, Claude or Open WebUI."
)
VERSION = 1
YOU = Said("You")
ENDED: Mapping[str, Message] = {
    "stopped": Said("Stopped. What was written is kept."),
    "failed": Said("The answer failed."),
    "interrupted": Said("Interrupted. What was written is kept."),
}
STATES = ("done", "stopped", "failed", "interrupted")
MAX_MESSAGES = 20_000
AWAY = View(archived=True)
KINDS: Mapping[type, Message] = {str: Said("a text"), dict: Said("an object"), list: Said("a list")}
MAX_UNPACKED = 500_000_000  # bytes of JSON inside of a ZIP
TEXTS = ("system", "pair")  # settings that are no sampling option


def to_markdown(
    conversation: Conversation, titles: Mapping[str, str], tell: Callable[[Message], str] = str
) -> str:
    """The shown branch, for reading. `titles` names the models; `tell` puts into words what the app says."""
    parts = _parts(conversation, titles, tell)
    texts = [_with_its_lines(part) if isinstance(part, handover.Written) else part for part in parts]
    return "\n\n".join([*texts, ""])


def to_html(
    conversation: Conversation,
    titles: Mapping[str, str],
    tell: Callable[[Message], str] = str,
    language: str = "en",
) -> str:
    """The same as one HTML file that opens anywhere; `language` is that of `tell`, as in BCP 47."""
    return handover.page(conversation.title, _parts(conversation, titles, tell), language)


def _parts(
    conversation: Conversation, titles: Mapping[str, str], tell: Callable[[Message], str]
) -> list[str]:
    """Markdown, and what people wrote themselves, which is none."""
    parts = [f"# {handover.escaped(conversation.title)}"]
    if conversation.kind == "complete":
        return [*parts, handover.Written(document(conversation))]
    for message in conversation.path():
        mine = message.role == "user"
        who = tell(YOU) if mine else titles.get(message.model_id, message.model_id)
        parts.append(f"**{handover.escaped(who)}**")
        attached = [Said("Attached file: {name}", name=file["name"]) for file in message.attachments]
        parts += [handover.escaped(tell(one)) for one in attached]
        parts += [handover.Written(message.text) if mine else message.text] if message.text.strip() else []
        ended = ENDED.get(message.state, "") if message.state != "failed" or not message.note else ""
        parts += [f"*{handover.escaped(tell(one))}*" for one in (message.note, ended) if one]
    return parts


def _with_its_lines(text: str) -> str:
    """Lines that Markdown would join stay apart."""
    lines = text.split("\n")
    joined = [bool(line.strip() and after.strip()) for line, after in pairwise([*lines, ""])]
    return "\n".join(f"{line.rstrip()}  " if join else line for line, join in zip(lines, joined, strict=True))


def to_json(conversation: Conversation) -> str:
    """Everything: all branches, settings, ratings and attached texts."""
    messages = []
    for message in conversation.messages.values():
        row = asdict(message) | {"created_at": _iso(message.created_at)}
        row.pop("job_id")
        row["note"] = str(message.note)
        row["attachments"] = [_in_english(file) for file in message.attachments]
        row["state"] = "interrupted" if message.state == "streaming" else message.state
        messages.append(row)
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "kind": conversation.kind,
        "title": conversation.title,
        "model_id": conversation.model_id,
        "settings": dict(conversation.settings),
        "leaf_id": conversation.leaf_id,
        "created_at": _iso(conversation.created_at),
        "messages": messages,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


_SAID = ("left_out", "note")  # fields of an attached file that hold a message


def _in_english(file: Mapping[str, str]) -> dict[str, str]:
    return {name: str(from_text(text)) if name in _SAID else text for name, text in file.items()}


def bring(store: Store, data: bytes) -> Brought:
    """Adds what a file has: a conversation that was exported here, or those of ChatGPT, Claude or Open WebUI,
    also in the ZIP that they come in. Raises BadInput naming the first thing that is wrong.
    """
    whole = _loaded(_unpacked(data))
    if foreign_chats.is_foreign(whole):
        return foreign_chats.bring(store, whole)
    return Brought((_own(store, whole),), "")


def _unpacked(data: bytes) -> bytes:
    """The conversations.json of a ZIP; any other file as it is."""
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [one for one in archive.infolist() if one.filename.rpartition("/")[2] == CONVERSATIONS]
            if not found:
                raise BadInput("The ZIP has no conversations.json, which exports of ChatGPT and Claude have.")
            with archive.open(found[0]) as file:
                unpacked = file.read(MAX_UNPACKED + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise BadInput("The ZIP is damaged or locked ({error}).", error=error) from error
    if len(unpacked) > MAX_UNPACKED:
        raise BadInput(
            "The ZIP's conversations.json is larger than {most} MB.", most=MAX_UNPACKED // 1_000_000
        )
    return unpacked


def from_json(store: Store, data: bytes) -> str:
    """Adds a conversation that was exported here, with its dates; returns its id.

    Raises BadInput naming the first thing that is wrong; nothing is added in that case.
    """
    return _own(store, _loaded(data))


def _own(store: Store, given: object) -> str:
    whole = _checked(given)
    made = _seconds(whole.get("created_at"), time.time())
    numbers = {row["id"]: number for number, row in enumerate(whole["messages"])}
    messages = [
        NewMessage(
            numbers.get(row["parent_id"]),
            row["role"],
            _text(row["text"]),
            state=row["state"],
            model_id=_text(row.get("model_id", "")),
            settings=_settings(row.get("settings", {})),
            usage=row.get("usage"),
            rating=row.get("rating"),
            note=_text(row.get("note", "")),
            attachments=[_file(file) for file in row.get("attachments", [])],
            created_at=_seconds(row.get("created_at"), made),
        )
        for row in whole["messages"]
    ]
    about = Imported(
        whole["kind"],
        short_title(_text(whole["title"])) or "Imported conversation",
        _text(whole["model_id"]),
        _settings(whole["settings"]),
        made,
    )
    return store.adopt(about, messages, numbers.get(whole.get("leaf_id")))


def _loaded(data: bytes) -> object:
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise BadInput(
            "This file is not JSON: it can't be read from line {line} on. {wanted}",
            line=error.lineno,
            wanted=WANTED,
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput("This file is not JSON that can be read. {wanted}", wanted=WANTED) from error


def _checked(whole: object) -> dict[str, Any]:
    try:
        json.dumps(whole, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput("The file has text that is not valid Unicode (half a character).") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise BadInput("This JSON file holds no conversations that can be read. {wanted}", wanted=WANTED)
    if whole.get("version") != VERSION:
        raise BadInput(
            "This conversation was exported in version {given!r} of the format; this Wordbench reads "
            "version {version}. Update Wordbench and try again.",
            given=whole.get("version"),
            version=VERSION,
        )
    _check(whole)
    return whole


def _check(whole: dict[str, Any]) -> None:
    if whole.get("kind") not in ("chat", "complete"):
        raise BadInput("The file's kind is neither chat nor complete.")
    for name, kind in (("title", str), ("model_id", str), ("settings", dict), ("messages", list)):
        if not isinstance(whole.get(name), kind):
            raise BadInput(
                "The file has no usable {name}: {kind} is expected there.", name=name, kind=KINDS[kind]
            )
    if not isinstance(whole.get("leaf_id"), int | None):
        raise BadInput("The file's leaf_id is not a number.")
    _check_settings(whole["settings"], Said("The file"))
    if len(whole["messages"]) > MAX_MESSAGES:
        raise BadInput(
            "The file has {number:,} messages; {most:,} is the most.",
            number=len(whole["messages"]),
            most=MAX_MESSAGES,
        )
    seen: set[int] = set()
    for number, row in enumerate(whole["messages"], start=1):
        _check_row(number, row, seen)
        seen.add(row["id"])


def _check_row(number: int, row: Any, seen: set[int]) -> None:
    """Every field that the pages rely on, so that a file can't break them later."""
    where = Said("Message {number} of the file", number=number)
    if not isinstance(row, dict) or not isinstance(row.get("id"), int) or row["id"] in seen:
        raise BadInput("{where} has no id of its own.", where=where)
    parent = row.get("parent_id")
    if not isinstance(parent, int | None) or (parent is not None and parent not in seen):
        raise BadInput("{where} answers a message that doesn't come before it.", where=where)
    if row.get("role") not in ("user", "assistant") or row.get("state") not in STATES:
        raise BadInput("{where} has a role or state that is not known.", where=where)
    if row.get("rating") not in (None, 0, 1):
        raise BadInput("{where} has a rating that is neither 0 nor 1.", where=where)
    shapes = (("text", str), ("model_id", str), ("settings", dict), ("note", str), ("attachments", list))
    for name, kind in shapes:
        if not isinstance(row.get(name, kind()), kind) or (name == "text" and name not in row):
            raise BadInput(
                "{where} has no usable {name}: {kind} is expected there.",
                where=where,
                name=name,
                kind=KINDS[kind],
            )
    _check_settings(row.get("settings", {}), where)
    if row.get("usage") is not None and read_figures(row["usage"]) is None:
        raise BadInput("{where} has a usage whose figures can't be right.", where=where)
    for file in row.get("attachments", []):
        if not isinstance(file, dict) or not all(isinstance(file.get(k), str) for k in ("name", "text")):
            raise BadInput("{where} has an attached file without name or text.", where=where)
        if not all(isinstance(file.get(name, ""), str) for name in _SAID):
            raise BadInput("{where} has an attached file whose left_out is not a text.", where=where)


def _check_settings(settings: dict[str, Any], where: Message) -> None:
    options_from(settings)
    second = settings.get("second", {})
    if not isinstance(second, dict) or not isinstance(second.get("model_id", ""), str):
        raise BadInput(
            "{where} has no usable {name}: {kind} is expected there.",
            where=where,
            name="second",
            kind=KINDS[dict],
        )
    options_from(second)
    for name in TEXTS:
        if not isinstance(settings.get(name, ""), str):
            raise BadInput(
                "{where} has no usable {name}: {kind} is expected there.",
                where=where,
                name=name,
                kind=KINDS[str],
            )


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are known; whatever else a file has is left out."""
    known = {field.name for field in fields(GenerationOptions)}.union(TEXTS)
    kept = {name: value for name, value in given.items() if name in known and value is not None}
    if second := given.get("second"):
        kept["second"] = _settings(second) | {"model_id": _text(second.get("model_id", ""))}
    return kept


def _file(given: Mapping[str, str]) -> dict[str, str]:
    """An attached file. What was left out of it is somebody's own text, however it is written."""
    file = {name: _text(given[name]) for name in ("name", "text", *_SAID) if name in given}
    return {name: to_text(text) if name in _SAID else text for name, text in file.items()}


def _text(given: str) -> str:
    """A text that every database takes: PostgreSQL keeps no NUL."""
    return given.replace("\0", "\ufffd")


def _seconds(given: object, otherwise: float) -> float:
    """A date as seconds since 1970; `otherwise` where there is none that can be read."""
    try:
        return datetime.fromisoformat(str(given)).timestamp()
    except (ValueError, OverflowError, OSError):
        return otherwise


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
