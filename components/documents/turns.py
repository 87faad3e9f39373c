"""Who speaks, at the beginning of a line of a transcript.

Knows a line at a time: whether it is one of a transcript, and whether a label is somebody's name, only the
rest of the document can tell.
"""

import re

# "Name Surname (Role), MD: ..." at the beginning of a line of a transcript, perhaps with a time before it or
# after the name; or with a dash; or the name and the time, or the name and "-- Role", on a line of their own;
# or "Mr. SMITH."
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_PART = r"[^\W\d_][\w.'’-]{0,40}"  # of a name
_MORE = rf"(?:{_PART}|\d{{1,3}})"  # "Speaker 1"
_PARTICLE = r"(?:\s(?:van|von|der|den|de|la|da|das|do|dos|di|du|del|bin|ibn|al|el|le|of|the))*"
_ROLE = (
    r"(?:\s?[(（](?!\d)[^()（）\n]{1,80}[)）]|,\s(?![a-zß-ÿ])[^\n:,.()]{2,60}|,\s[\w.]{2,6}(?=[,\s]*[:(：]))"
)
_TITLE = r",\s[a-zß-ÿ][^\n:,.()]{2,40}"  # "Karin Holm, nurses' union", only after a name of two parts
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ'’-]+(?:\sof(?:\s[A-Z][\w'’-]+){1,3})?"  # "Ms. LEE of New York. No. I ..."
_LONG = r"(?<=[^\W\d_]{3})"  # no title: "Mr. St. James. No. I ..."
_DASH = r"\s[–—-]\s+(?=\S)"
_SPEAKER = re.compile(
    rf"^(?:\[?{_TIME}\]?\s*[-–]?\s*)?({_PART}(?:\s{_MORE}){{0,7}}){_ROLE}{{0,3}}"
    rf"(?:\s?[(\[]{_TIME}[)\]])?\s?(?::\s+|：\s*)"
    rf"|^((?![a-z]){_PART}(?:{_PARTICLE}\s(?![a-z]){_PART}){{1,5}}){_TITLE}(?:\s?:\s+|{_DASH})"
    rf"|^((?![a-z]){_PART}(?:\s(?![a-z]){_MORE}){{0,5}}){_ROLE}{{0,3}}{_DASH}"
    rf"|^\[?((?![a-z]){_PART}(?:\s(?![a-z]){_MORE}){{0,7}}){_ROLE}{{0,3}}"
    rf"\]?\s+{_TIME}(?:\s?[AP]M)?[ \t]*(?:\n|$)"
    rf"|^((?![a-z]){_PART}(?:{_PARTICLE}\s(?![a-z]){_PART}){{0,3}}?{_PARTICLE}\s{_CAPITALS}){_ROLE}?\.(?:\s+|$)"
    rf"|^((?![a-z]){_PART}(?:(?<=[A-Z]{{3}})|(?:{_PARTICLE}\s(?![a-z]){_PART}){{1,3}}?{_LONG}))\.(?:\s+|$)"
    rf"|^((?![a-z]){_PART}(?:\s(?![a-z]){_PART}){{1,5}})\s--\s[^\n]{{3,80}}$"
)
_CLOCK = re.compile(rf"^[^\n]*?\s({_TIME})[ \t]*(?:\n|$)")
_FULL_NAME = re.compile(rf"(?![a-z])[^\W\d_][\w.'’-]+(?:{_PARTICLE}\s(?![a-zà-ÿ])[^\W\d_][\w.'’-]*){{1,6}}")
_PERHAPS = re.compile(rf"\s?(?:{_TITLE}|{_DASH})")  # after a full name that may be no speaker's


def named(line: str) -> str:
    """The speaker of a line of a transcript: the text before its colon, its dash or its time."""
    said = _SPEAKER.match(line)
    return next(filter(None, said.groups())).strip() if said else ""


def clock(line: str) -> str:
    """The time after a name that is alone on a line: "0:03" of "Ann Berg (Finance) 0:03"."""
    found = _CLOCK.match(line)
    return found[1] if found and named(found[0]) else ""


def is_person(line: str) -> bool:
    """Whether a line begins with a first and last name or a role, and not with a label."""
    name = named(line)
    after = line[line.find(name) + len(name) :]
    if _FULL_NAME.fullmatch(name):
        return not _PERHAPS.match(after)
    begun = _SPEAKER.match(line)
    return bool(name and re.match(_ROLE, after) and begun and not re.search(_DASH, begun[0]))


def without_name(line: str) -> str:
    """What is said in it."""
    return _SPEAKER.sub("", line)
