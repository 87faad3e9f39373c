"""What an answer must be like, checked by rule: its length, its form, what it must and must not contain.

Knows texts alone. Each rule has a name and values; a table of questions names them in its columns
(`max_words`, `must_contain`, ...), and the rules of IFEval (Zhou et al., 2023) in its own way are known too.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from components.documents.language_detection import detect_language
from components.errors import Unavailable
from components.kept import DAMAGED
from components.messages import Language, Message, Said
from components.models.languages import language_name
from components.tasks.borders import borders
from components.tasks.evaluate.questions import Check
from components.training.measures import words

Values = Mapping[str, Any]
_DAMAGED = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
Rule = Callable[[str, Values], bool]
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+\S", re.MULTILINE)
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL | re.IGNORECASE)
_HIGHLIGHT = re.compile(r"(?<!\*)\*{1,2}(?![\s*])[^*\n]*[^*\s]\*{1,2}(?!\*)")
_PLACEHOLDER = re.compile(r"\[[^\]\n]+\]")
_TITLE = re.compile(r"<<[^\n]+?>>")


def sentences(text: str) -> int:
    """How many there are."""
    language = detect_language(text)
    return sum(
        len([end for end in borders(line, language) if end < len(line)]) + 1
        for line in text.splitlines()
        if line.strip()
    )


def passes(check: Check, text: str) -> bool:
    """Whether an answer is as it must be; an empty one never is. Raises Unavailable for a damaged rule."""
    try:
        return bool(text.strip()) and RULES[check.kind](text, check.values)
    except _DAMAGED as error:
        raise Unavailable(DAMAGED) from error


def _compared(found: int, values: Values) -> bool:
    """IFEval's relations: at least (the usual one), less than, at most, exactly."""
    wanted = int(values["count"])
    match values.get("relation", "at least"):
        case "less than":
            return found < wanted
        case "at most":
            return found <= wanted
        case "exactly":
            return found == wanted
    return found >= wanted


def count_of(phrase: str, text: str) -> int:
    """How often a word or a phrase is in a text, as words: "art" isn't in "party"."""
    wanted, found = words(phrase), words(text)
    size = len(wanted)
    return sum(found[at : at + size] == wanted for at in range(len(found) - size + 1)) if size else 0


def _has(phrase: str, text: str) -> bool:
    """As words, or where these say nothing (marks, code) as characters."""
    return count_of(phrase, text) > 0 or (not re.search(r"\w", phrase) and phrase in text)


def _is_json(text: str, values: Values) -> bool:
    inner = _FENCE.match(text)
    try:
        json.loads(inner[1] if inner else text)
    except (ValueError, RecursionError):
        return False
    return True


def _paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text.strip()) if one.strip()]


def _first_word(text: str, values: Values) -> bool:
    """IFEval: the n-th paragraph of so many begins with a word."""
    found, number = _paragraphs(text), int(values["paragraph"])
    if len(found) != int(values["count"]) or number > len(found):
        return False
    return words(found[number - 1])[:1] == words(str(values["word"]))[:1]


def _sections(text: str, values: Values) -> bool:
    mark = re.escape(str(values["mark"]).strip())
    return len(re.findall(rf"\b{mark}\s+[\dIVX]+", text)) >= int(values["count"])


def _two_answers(text: str, values: Values) -> bool:
    parts = [part.strip() for part in text.split("******")]
    return len(parts) == 2 and all(parts) and parts[0] != parts[1]


def _capitals(text: str, values: Values) -> bool:
    return _compared(sum(word.isupper() for word in re.findall(r"\b[^\W\d_]+\b", text)), values)


def _quoted(text: str, values: Values) -> bool:
    return len(text.strip()) > 1 and text.strip()[0] in '"“' and text.strip()[-1] in '"”'


def _all_in(text: str, values: Values) -> bool:
    return all(_has(str(phrase), text) for phrase in values["phrases"])


def _none_in(text: str, values: Values) -> bool:
    return not any(_has(str(phrase), text) for phrase in values["phrases"])


def _starts(text: str, values: Values) -> bool:
    if values.get("exact"):
        return text.strip().startswith(str(values["text"]).strip())
    return text.strip().casefold().startswith(str(values["text"]).strip().casefold())


def _ends(text: str, values: Values) -> bool:
    said = text.strip().strip('"”')
    return said.casefold().endswith(str(values["text"]).strip().casefold())


def _characters_in(text: str, values: Values) -> list[bool]:
    """Of each phrase, whether its characters are there, also inside of a word."""
    phrases = [str(one) for one in values["phrases"]]
    if values.get("folded"):
        text, phrases = text.casefold(), [one.casefold() for one in phrases]
    return [one in text for one in phrases]


def _letters(text: str, values: Values) -> bool:
    return _compared(text.casefold().count(str(values["letter"]).casefold()), values)


RULES: Mapping[str, Rule] = {
    "words": lambda text, values: _compared(len(words(text)), values),
    "characters": lambda text, values: _compared(len(text.strip()), values),
    "sentences": lambda text, values: _compared(sentences(text), values),
    "paragraphs": lambda text, values: _compared(len(_paragraphs(text)), values),
    "divided": lambda text, values: _compared(len([p for p in text.split("***") if p.strip()]), values),
    "bullets": lambda text, values: _compared(len(_BULLET.findall(text)), values),
    "json": _is_json,
    "contains": _all_in,
    "without": _none_in,
    "any of": lambda text, values: any(_has(str(one), text) for one in values["phrases"]),
    "has all": lambda text, values: all(_characters_in(text, values)),
    "has any": lambda text, values: any(_characters_in(text, values)),
    "has none": lambda text, values: not any(_characters_in(text, values)),
    "is": lambda text, values: text.strip() == str(values["text"]).strip(),
    "is not": lambda text, values: text.strip() != str(values["text"]).strip(),
    "how often": lambda text, values: _compared(count_of(str(values["phrase"]), text), values),
    "letter": _letters,
    "starts": _starts,
    "ends": _ends,
    "language": lambda text, values: detect_language(text) == values["language"],
    "lower case": lambda text, values: text == text.lower(),
    "upper case": lambda text, values: text == text.upper(),
    "capital words": _capitals,
    "no comma": lambda text, values: not re.search("[,，、]", text),
    "quoted": _quoted,
    "title": lambda text, values: bool(_TITLE.search(text)),
    "highlights": lambda text, values: _compared(len(_HIGHLIGHT.findall(text)), values),
    "placeholders": lambda text, values: _compared(len(_PLACEHOLDER.findall(text)), values),
    "sections": _sections,
    "two answers": _two_answers,
    "first word": _first_word,
    "postscript": lambda text, values: str(values["mark"]).casefold() in text.casefold(),
}


def told(check: Check) -> Message:
    """The rule in words. Raises Unavailable for a damaged one."""
    try:
        return _told(check)
    except _DAMAGED as error:
        raise Unavailable(DAMAGED) from error


def _told(check: Check) -> Message:
    values: Values = check.values
    if "count" in values:
        what = _COUNTED.get(check.kind, Said("characters"))
        phrase = values.get("phrase") or values.get("letter") or ""
        shown = Said("{what} {phrase}", what=what, phrase=f"“{phrase}”") if phrase else what
        return Said(
            "{what}: {relation} {count}",
            what=shown,
            relation=_RELATIONS.get(str(values.get("relation", "at least")), Said("at least")),
            count=int(values["count"]),
        )
    if "phrases" in values:
        listed = [f"“{one}”" for one in values["phrases"]]
        return Said("{rule} {phrases}", rule=_TOLD[check.kind], phrases=listed)
    if check.kind == "language":
        return Said("written in {language}", language=_language(str(values["language"])))
    given = next((str(one) for one in values.values()), "")
    return Said("{rule} “{text}”", rule=_TOLD[check.kind], text=given) if given else _TOLD[check.kind]


def _language(code: str) -> Language:
    return Language(code, language_name(code))


_RELATIONS: Mapping[str, Message] = {
    "at least": Said("at least"),
    "less than": Said("less than"),
    "at most": Said("at most"),
    "exactly": Said("exactly"),
}
_COUNTED: Mapping[str, Message] = {
    "words": Said("words"),
    "sentences": Said("sentences"),
    "paragraphs": Said("paragraphs"),
    "divided": Said("parts between ***"),
    "bullets": Said("bullet points"),
    "how often": Said("the phrase"),
    "letter": Said("the letter"),
    "capital words": Said("words in capitals"),
    "highlights": Said("highlighted parts"),
    "placeholders": Said("placeholders in brackets"),
    "sections": Said("sections"),
    "first word": Said("paragraphs, one beginning as told"),
}
_TOLD: Mapping[str, Message] = {
    "json": Said("valid JSON"),
    "contains": Said("contains"),
    "without": Said("does not contain"),
    "any of": Said("contains one of"),
    "has all": Said("contains"),
    "has any": Said("contains one of"),
    "has none": Said("does not contain"),
    "is": Said("is exactly"),
    "is not": Said("is not"),
    "starts": Said("begins with"),
    "ends": Said("ends with"),
    "lower case": Said("small letters only"),
    "upper case": Said("capital letters only"),
    "no comma": Said("no comma"),
    "quoted": Said("in quotation marks"),
    "title": Said("a title in << >>"),
    "two answers": Said("two different answers"),
    "postscript": Said("a postscript"),
}
