"""Agents of Dialogflow, as their ZIP has them: what people say to an intent, with what the agent answers.

Knows this layout, a file for the answers of an intent and one for its phrases; not other files of a ZIP.
"""

import json
from collections.abc import Mapping
from typing import Any

PHRASES = "_usersays_"


def rows(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    """A row for each phrase of an intent that answers by itself, its answers in turn; none for other ZIPs.

    `files`: the JSON files by name. intents/hours.json and intents/hours_usersays_en.json belong together.
    """
    made: list[dict[str, str]] = []
    for name, data in files.items():
        stem, mark, language = name.removesuffix(".json").rpartition(PHRASES)
        intent = _read(files.get(f"{stem}.json", b"")) if mark else None
        said = _answers(intent, language) if isinstance(intent, Mapping) else []
        phrases = _read(data) if said else None
        asked = [text for one in phrases if (text := phrase(one))] if isinstance(phrases, list) else []
        made += [{"prompt": one, "completion": said[number % len(said)]} for number, one in enumerate(asked)]
    return made


def phrase(value: Any) -> str:
    """What a person says, whose words stand in pieces; "" for all else."""
    pieces = value.get("data") if isinstance(value, Mapping) else None
    if not isinstance(pieces, list) or not all(isinstance(_of(one, "text"), str) for one in pieces):
        return ""
    return "".join(one["text"] for one in pieces).strip()


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # nested too deeply
        return None


def _answers(intent: Mapping[str, Any], language: str) -> list[str]:
    """Texts of the language, which a message may say once or in several ways."""
    found: list[str] = []
    for message in (one for given in _list(intent.get("responses")) for one in _list(_of(given, "messages"))):
        said, spoken = _of(message, "speech"), _of(message, "lang")
        if spoken in (None, "", language):
            found += [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]
    return [one.strip() for one in found if one.strip()]


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
