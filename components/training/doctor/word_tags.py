"""Texts with a tag for each word (CoNLL, BIO), which no model here learns from as they are: told and refused.

Knows records; not files.
"""

import re
from collections.abc import Sequence
from typing import Any

from components.documents.errors import Unsupported
from components.training.doctor.bot_agents import phrase
from components.training.doctor.field_names import field_name
from components.training.doctor.records import Opened

LOOK = 200  # records
_TAG = re.compile(r"O|[BIESLU]-\S+")
_FORM = '{"prompt": "Find the names: Ann lives in Faro.", "completion": "Ann: person. Faro: place."}'
_PHRASE_FORM = '{"prompt": "When do you open?", "completion": "At nine."}'


def refuse(opened: Opened, upload: str) -> None:
    """Raises Unsupported for words with tags, and for a bot's phrases without its answers. `upload`: the name
    where the file has none of its own.
    """
    values = [record.value for record in opened.records[:LOOK]]
    if values and all(map(phrase, values)):
        raise Unsupported(
            '"{name}" has what people say to a bot and not what it answers. Upload the ZIP of the whole '
            "agent, or rows such as {form}",
            name=opened.name or upload,
            form=_PHRASE_FORM,
        )
    if values and (_are_tagged(_last_words(opened)) or all(map(_has_tags, values))):
        raise Unsupported(
            '"{name}" has a tag for each word. A model that writes doesn\'t learn from that; make a row of '
            "each sentence, such as {form}",
            name=opened.name or upload,
            form=_FORM,
        )


def _last_words(opened: Opened) -> list[str]:
    """The last column, of a table or of lines of plain text that have several."""
    values = [record.value for record in opened.records[:LOOK]]
    if opened.table:
        return [str(list(value.values())[-1]) for value in values if len(value) > 1]
    texts = [value["text"] for value in values if list(value) == ["text"] and isinstance(value["text"], str)]
    lines = [line.split() for text in texts for line in text.splitlines() if line.strip()]
    return [line[-1] if 1 < len(line) < 12 else "" for line in lines]


def _are_tagged(words: Sequence[str]) -> bool:
    tags = sum(_TAG.fullmatch(word.strip()) is not None for word in words)
    return tags * 20 >= len(words) * 19 and any(word.strip()[1:2] == "-" for word in words)


def _has_tags(value: Any) -> bool:
    """Whether a row has a list of words and one of as many tags; numbers are told by the field's name."""
    lists = {str(name): one for name, one in value.items() if isinstance(one, list) and one}
    words = [one for one in lists.values() if all(isinstance(word, str) and " " not in word for word in one)]
    return any(
        len(tags) == len(one) and tags is not one and all(_is_tag(tag, name) for tag in tags)
        for one in words
        for name, tags in lists.items()
    )


def _is_tag(value: Any, name: str) -> bool:
    if isinstance(value, int):
        return "tag" in field_name(name)
    return isinstance(value, str) and _TAG.fullmatch(value) is not None
