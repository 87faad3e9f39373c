"""Chats between people as rows: whose messages they are, and where one conversation ends and the next begins.

Knows messages and times; the roles are what a person says. Chats come as text (WhatsApp), as JSON (Telegram,
Discord, Slack, Messenger and others), or as a table with a message a row.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from components.documents.formats.chat_log import MEDIA, NAMED, STAMP
from components.messages import Message, Said, counted
from components.training.doctor.records import Opened, Record
from components.training.doctor.speakers import is_role
from components.training.doctor.split import FEWEST
from components.training.rows import Turn

WHO = ("from", "sender_name", "author", "sender", "user_profile", "user", "creator", "username", "speaker")
WORDS = ("text", "content", "message", "body")
TIMES = ("date", "timestamp", "time", "ts", "timestamp_ms", "created_date", "created_at", "datetime")
_NAMES = ("real_name", "nickname", "name", "username", "email", "id")  # of a person, the best first
NOTICE = "\u200e"  # before what the program itself says, on some telephones
PAUSE = 60  # minutes without a message after which a new conversation begins
ASKED = Said("The text looks like a chat. If it is plain text, choose that.")
MOST_PEOPLE = 50
LONGEST_NAME = 40  # characters
# "[10:15] Ann: Hi", "10:15 AM - Ann: Hi", "10:15:07 <ann> Hi": a day's chat, a log, a transcript
_TIMED = re.compile(
    r"^\[?(?P<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?)\]?\s*[-–]?\s+"
    r"(?:<[@+~& ]?(?P<nick>[^<>\s]{1,30})>|(?P<name>[^:<>\d\n]{1,40}):)\s+(?P<said>\S.*)$"
)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)")
_SECONDS = 10_000_000_000  # since 1970: larger numbers are milliseconds


@dataclass(frozen=True)
class Entry:
    """One message."""

    who: str  # empty: a notice of the program
    said: str
    day: str = ""
    minutes: int = 0  # since midnight
    line: int = 0  # 0: not known


def read_text(text: str) -> Opened | None:
    """The chat that a text is, message by message, as one record; None for all else."""
    lines = text.split("\n")
    looked = [line for line in lines[:2_000] if line.strip()]
    stamps = [STAMP.match(line) for line in looked]
    if names := _names_alone([stamp for stamp in stamps if stamp]):
        return from_entries(list(_under_names(lines, names)), "Chat")
    if (timed := [one for line in looked if (one := _TIMED.match(line))]) and _is_chat(timed, len(looked)):
        return from_entries(list(_timed(lines)), "Chat", ASKED)
    named = sum(stamp is not None and bool(NAMED.match(stamp["said"])) for stamp in stamps)
    if named < 3 or named * 2 < sum(stamp is not None for stamp in stamps) or named * 10 < len(looked):
        return None
    found: list[Entry] = []
    for number, line in enumerate(lines, 1):
        if stamp := STAMP.match(line):
            found.append(_of_line(stamp, number))
        elif found and line.strip():
            found[-1] = replace(found[-1], said=f"{found[-1].said}\n{line.rstrip()}")
    return from_entries(found, "Chat")


def _names_alone(stamps: Sequence[re.Match[str]]) -> set[str]:
    """The people of a chat whose messages stand below time and name, as DiscordChatExporter writes them; none
    where the lines with a time say something.
    """
    said = Counter(stamp["said"].strip() for stamp in stamps)
    few = (
        1 < len(said) <= MOST_PEOPLE and len(said) * 3 <= said.total() and max(map(len, said)) <= LONGEST_NAME
    )
    return set(said) - {""} if few and not any(NAMED.match(one) for one in said) else set()


def _under_names(lines: Sequence[str], names: set[str]) -> Iterator[Entry]:
    """[1/1/2024 10:00 AM] ann, and on the next lines what she says."""
    one: Entry | None = None
    for number, line in enumerate(lines, 1):
        stamp = STAMP.match(line)
        if stamp and (who := stamp["said"].strip()) in names:
            if one:
                yield replace(one, said=one.said.strip())
            one = Entry(who, "", stamp["day"], _minutes(stamp["time"]), number)
        elif one:
            one = replace(one, said=f"{one.said}\n{line.rstrip()}")
    if one:
        yield replace(one, said=one.said.strip())


def _is_chat(timed: Sequence[re.Match[str]], lines: int) -> bool:
    """Whether lines with a time and no day are a chat: most lines, by a few people in alternation."""
    names = [_name(one) for one in timed]
    people = len(set(names))
    apart = sum(one != other for one, other in pairwise(names))
    return len(names) * 2 > lines and 1 < people <= len(names) // 3 and apart * 4 >= len(names)


def _name(timed: re.Match[str]) -> str:
    return str(timed["nick"] or timed["name"]).strip()


def _timed(lines: Sequence[str]) -> Iterator[Entry]:
    """The messages of such a chat. A time before the one above is on another day; times that begin at nought
    count from a recording's beginning, and tell no pauses.
    """
    one: Entry | None = None
    day, since, recorded = 1, 0, False
    for number, line in enumerate(lines, 1):
        if timed := _TIMED.match(line):
            minutes = _minutes(timed["time"])
            recorded = recorded or (one is None and not minutes)
            day, since = day + (minutes < since), minutes
            if one:
                yield one
            one = Entry(_name(timed), timed["said"], str(day), minutes, number)
            one = replace(one, day="", minutes=0) if recorded else one
        elif one and line.strip():
            one = replace(one, said=f"{one.said}\n{line.rstrip()}")
    if one:
        yield one


def _of_line(stamp: re.Match[str], number: int) -> Entry:
    said = stamp["said"]
    name = NAMED.match(said)
    who = name[0].removesuffix(": ") if name else ""
    written = said.removeprefix(name[0] if name else "")
    said = "" if MEDIA.fullmatch(said) or written.startswith(NOTICE) else written
    return Entry(who if said else "", said, stamp["day"], _minutes(stamp["time"]), number)


def _minutes(time: str) -> int:
    """Since midnight: "10:15", "3:05:10 PM"."""
    found = _CLOCK.match(time)
    hours, minutes = (int(found[1]), int(found[2])) if found else (0, 0)
    late = "p" in time.casefold()
    if late or "a" in time.casefold():
        hours = hours % 12 + 12 * late
    return 60 * hours + minutes


def is_export(value: Any) -> bool:
    """Whether an object is a chat: a list of messages that have people and times, and no roles."""
    messages = value.get("messages") if isinstance(value, Mapping) else None
    if not isinstance(messages, list) or not messages:
        return False
    looked = [one for one in messages[:50] if isinstance(one, Mapping)]
    whole = [one for one in looked if _who(one) and _first(one, WORDS) is not None and _first(one, TIMES)]
    return len(whole) * 2 > len(looked) > 0 and not all(is_role(_who(one)) for one in whole)


def of_export(value: Mapping[str, Any]) -> dict[str, Any]:
    """The record of an exported chat, oldest message first."""
    found = [_of_message(one) for one in value["messages"] if isinstance(one, Mapping)]
    named = [one for one in found if one.day]
    if named and (named[0].day, named[0].minutes) > (named[-1].day, named[-1].minutes):
        found.reverse()  # Messenger has the newest first
    return {"messages": list(map(_turn, found))}


def gathered(opened: Opened) -> Opened | None:
    """A file with a message a row as one chat: Slack, tables of Discord; None for all else."""
    if len(opened.records) < FEWEST or opened.chat:
        return None
    found = [replace(_of_message(record.value), line=record.line) for record in opened.records]
    whole = [one for one in found if one.who and one.said and one.day]
    people = {one.who for one in whole}
    if len(whole) * 2 < len(found) or not 2 <= len(people) <= min(MOST_PEOPLE, len(whole) // 3):
        return None
    if sum(one.who != other.who for one, other in pairwise(whole)) * 4 < len(whole):
        return None
    if (whole[0].day, whole[0].minutes) > (whole[-1].day, whole[-1].minutes):
        found.reverse()
    made = from_entries(found, opened.format)
    made.findings = list(opened.findings)
    return made


def from_entries(found: Sequence[Entry], form: str, question: Message = "") -> Opened:
    """One chat as one record of a file."""
    opened = Opened(form, chat=True, question=question)
    lines = [one.line for one in found if one.who]
    opened.add(lines[0] if lines else 1, {"messages": list(map(_turn, found))})
    return opened


def _turn(one: Entry) -> dict[str, Any]:
    return {"from": one.who, "content": one.said, "day": one.day, "minutes": one.minutes, "line": one.line}


def _of_message(message: Mapping[str, Any]) -> Entry:
    said = _first(message, WORDS)
    if isinstance(said, list):  # Telegram: pieces, some of them links
        said = "".join(one if isinstance(one, str) else str(one.get("text", "")) for one in said if one)
    hidden = message.get("type") == "service" or message.get("subtype")
    day, minutes = when(_first(message, TIMES))
    return Entry("" if hidden else _who(message), said if isinstance(said, str) else "", day, minutes)


def _first(message: Mapping[str, Any], names: Sequence[str]) -> Any:
    folded = {str(name).casefold(): value for name, value in message.items()}
    return next((folded[name] for name in names if folded.get(name) not in (None, "")), None)


def _who(message: Mapping[str, Any]) -> str:
    who = _first(message, WHO)
    if isinstance(who, Mapping):
        who = _first(who, _NAMES)
    return who.strip() if isinstance(who, str) else ""


def when(value: Any) -> tuple[str, int]:
    """Day and minutes since midnight of a time in ISO's or another usual form, or in seconds since 1970."""
    text = str(value or "").strip()
    try:
        seconds = float(text)
        since = seconds / 1000 if seconds > _SECONDS else seconds
        moment = datetime.fromtimestamp(since, UTC)
    except (ValueError, OverflowError, OSError):
        day, _, clock = text.replace("T", " ", 1).partition(" ")
        return (day, _minutes(clock)) if any(map(str.isdigit, day)) else ("", 0)
    return moment.date().isoformat(), 60 * moment.hour + moment.minute


def rows(opened: Opened, assistant: str) -> list[Record]:
    """The conversations of a file's chats. A pause begins a new one; where there are few of them, every
    question with its answer is one, so that there is something to train on and to measure with.

        10:00 Ann: Is it open?  10:01 Bob: Yes.  14:00 Ann: Still?  14:01 Bob: No.      two conversations
    """
    empty = 0
    chats: list[tuple[Record, list[Turn]]] = []
    for record in opened.records:
        turns = [one for one in record.value["messages"] if one["from"] and one["content"].strip()]
        empty += len(record.value["messages"]) - len(turns)
        chats.append((record, turns))
    found = [(record, part) for record, turns in chats for part in _at_pauses(turns, assistant)]
    if sum(any(one["from"] == assistant for one in part) for _, part in found) >= FEWEST:
        opened.note(Said("In the chat, a pause of an hour begins a new conversation."))
    else:
        found = [(record, part) for record, turns in chats for part in _at_answers(turns, assistant)]
        opened.note(Said("In the chat, every question with its answer is a row of its own."))
    if empty:
        opened.note(
            counted(
                "{count} message without words of a person was left out.",
                "{count:,} messages without words of a person were left out.",
                empty,
            )
        )
    return [_record(number, record, part) for number, (record, part) in enumerate(found, 1)]


def _record(number: int, record: Record, turns: Sequence[Turn]) -> Record:
    value = {"messages": [{"from": one["from"], "content": one["content"]} for one in turns]}
    if line := turns[0]["line"]:
        return replace(record, line=line, value=value, row=0)
    return replace(record, value=value, row=number)


def _at_pauses(turns: Sequence[Turn], assistant: str) -> Iterator[list[Turn]]:
    """An answer belongs to its question, however late it comes."""
    part: list[Turn] = []
    for one in turns:
        late = part and (one["day"] != part[-1]["day"] or one["minutes"] - part[-1]["minutes"] > PAUSE)
        if late and not (one["from"] == assistant != part[-1]["from"]):
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _at_answers(turns: Sequence[Turn], assistant: str) -> Iterator[list[Turn]]:
    part: list[Turn] = []
    for one in turns:
        if part and part[-1]["from"] == assistant != one["from"]:
            yield part
            part = []
        part.append(one)
    if part:
        yield part
