"""Rows of training data in the four forms that are trained on, and files of them.

Knows nothing about uploads, tokenizers or training. A row is what one line of a prepared file holds:

    chat  {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
    text  {"text": "..."}, with "continued": true where the text goes on in the next row
    pair  {"source": "...", "target": "..."}
    preference  {"messages": [{"role": "user", "content": "..."}], "chosen": "...", "rejected": "..."}

and, in all of them, "line": the place of the row in the file that it came from.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar, overload

from typing_extensions import TypedDict

from components.errors import BadInput
from components.kept import read
from components.messages import Said

Kind = Literal["chat", "text", "pair", "preference"]
Row = dict[str, Any]
Turn = dict[str, Any]  # role, content, and of an answer that isn't trained on: weight 0


class _Turn(TypedDict):
    role: str
    content: str


class _Chat(TypedDict):
    messages: list[_Turn]


class _Text(TypedDict):
    text: str


class _Pair(TypedDict):
    source: str
    target: str


class _Preference(TypedDict):
    messages: list[_Turn]
    chosen: str
    rejected: str


AnyRow = _Preference | _Chat | _Text | _Pair
T = TypeVar("T")
ROLES = ("system", "user", "assistant")
_IN_ORDER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
_SPACE = re.compile(r"\s+")
_WRITTEN_SPACE = re.compile(r"(?:\s|\\[nt])+")  # as JSON writes it


class _WithoutMarks(dict[int, str]):
    """For `str.translate`: punctuation, separators and control characters become blanks.

    Each character is looked up once.
    """

    def __missing__(self, code: int) -> str:
        self[code] = " " if unicodedata.category(chr(code))[0] in "PZC" else chr(code)
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


def kind_of(row: Row) -> Kind:
    """Raises BadInput for what is none of the four."""
    if "chosen" in row and "rejected" in row:
        return "preference"
    if "messages" in row:
        return "chat"
    if "text" in row:
        return "text"
    if "source" in row and "target" in row:
        return "pair"
    raise BadInput("A row of training data has none of messages, text, or source and target.")


def messages_of(row: Row, instruction: str = "") -> list[Turn]:
    """A chat or pair row as a conversation; `instruction` says what to do with a pair's source."""
    match kind_of(row):
        case "chat":
            kept = ("role", "content", "weight")
            return [{name: one[name] for name in kept if name in one} for one in row["messages"]]
        case "preference":
            return answered(row, "chosen")
        case "pair":
            asked = f"{instruction}\n\n{row['source']}" if instruction else row["source"]
            return [{"role": "user", "content": asked}, {"role": "assistant", "content": row["target"]}]
        case _:
            raise BadInput("A row of plain text has no question and no answer.")


def answered(row: Row, by: Literal["chosen", "rejected"]) -> list[Turn]:
    """The conversation of a preference with one of its two answers, which alone is trained on."""
    turns = [
        {
            "role": one["role"],
            "content": one["content"],
            **({"weight": 0} if one["role"] == "assistant" else {}),
        }
        for one in row["messages"]
    ]
    return [*turns, {"role": "assistant", "content": row[by]}]


def is_trained(turn: Turn) -> bool:
    """Whether a turn is an answer that is trained on: OpenAI's files leave some out by their weight."""
    return turn["role"] == "assistant" and turn.get("weight", 1) != 0


def question_and_answer(row: Row, instruction: str = "") -> tuple[list[Turn], str]:
    """What a model is asked and what it should say: up to the last answer that is trained on, and that."""
    messages = messages_of(row, instruction)
    last = max((i for i, one in enumerate(messages) if is_trained(one)), default=-1)
    if last < 0:
        raise BadInput("A row of training data has no answer.")
    return messages[:last], messages[last]["content"]


def group(row: Row) -> str:
    """Rows with the same one should not be on both sides of a split: the prompt, normalised, of a
    conversation its first.

    Prompts that differ only in case, accents' encoding, spaces and punctuation are the same.
    """
    match kind_of(row):
        case "text":
            said = row["text"]
        case "pair":
            said = row["source"]
        case _:
            said = next((one["content"] for one in row["messages"] if one["role"] == "user"), "")
    return normalised(said)


def asked_in_full(row: Row) -> str:
    """The same with all turns before the last answer, for conversations that begin alike."""
    if kind_of(row) not in ("chat", "preference"):
        return group(row)
    before, _ = question_and_answer(row)
    return normalised("\n".join(one["content"] for one in before if one["role"] != "system"))


def shared_prompts(train: Iterable[Row], valid: Iterable[Row]) -> int:
    """Held-out rows whose prompt is also trained on, with another answer."""
    held = [asked_in_full(row) for row in valid]
    trained = {asked_in_full(row) for row in train} if held else set()
    return sum(prompt in trained for prompt in held)


def identity(row: Row) -> str:
    """Rows with the same identity are exact duplicates; their place in the file doesn't matter."""
    kept = {key: value for key, value in row.items() if key not in ("line", "continued")}
    return _IN_ORDER.encode(kept)


def folded(row: Row) -> str:
    """Rows with the same one differ in capitals, spaces and the encoding of characters at most."""
    said = identity(row)
    return _WRITTEN_SPACE.sub(
        " ", (said if said.isascii() else unicodedata.normalize("NFKC", said)).casefold()
    )


def normalised(text: str) -> str:
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    words = folded.translate(_WITHOUT_MARKS)
    return _SPACE.sub(" ", words).strip() or _SPACE.sub(" ", folded).strip()


def text_of(row: Row) -> str:
    """All that a row says, for telling its language."""
    match kind_of(row):
        case "text":
            return str(row["text"])
        case "pair":
            return f"{row['source']}\n{row['target']}"
        case "preference":
            return "\n".join([*(one["content"] for one in row["messages"]), row["chosen"], row["rejected"]])
        case _:
            return "\n".join(one["content"] for one in row["messages"])


@overload
def read_rows(path: Path) -> Iterator[Row]: ...
@overload
def read_rows(path: Path, kind: type[T]) -> Iterator[T]: ...
def read_rows(path: Path, kind: Any = AnyRow) -> Iterator[Any]:
    """The lines of a file of rows, each checked. Raises Unavailable naming the first that is damaged."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            damaged = Said(
                "Line {number} of {name} is damaged on the disk. Upload the data again.",
                number=number,
                name=path.name,
            )
            if line.strip():
                yield read(kind, _parsed(line), damaged)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for row in rows:
            # Other programs take U+2028 for the end of a line, so nothing but ASCII is written.
            lines.write(json.dumps(row) + "\n")
