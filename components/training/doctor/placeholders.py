"""Places in texts that somebody was to fill in: "Dear [NAME]", "{{ city }}", and whether one is sure of it.

Knows texts; not rows. What is between backticks is code that is shown, and no placeholder.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice

MOST_HITS = 100  # of placeholders in a text that are looked at
SURE = re.compile(
    # A name in double braces, as templates have it; not LaTeX, BibTeX, f-strings or ${{ }} of a workflow.
    r"(?<![\w\\=$}])(?<![=fF][\"'])\{\{\s*[^\W\d][\w .'-]{0,58}\}\}|<<[A-Z][A-Z _]{1,40}>>"
    r"|(?<![\w\])])(?:\[(?:INSERT|ENTER|ADD|FILL)\s[^\]\n]{1,60}\]"
    r"|\[(?:YOUR|NAME|DATE|COMPANY|CITY|ADDRESS|PLACEHOLDER|TBD|TODO)\b[^\]\n]{0,60}\]"
    r"|\[(?:[Ii]nsert|[Yy]our|[Ee]nter) [^\]\n]{1,60}\])(?![(\[:])|<(?:INSERT|YOUR|PLACEHOLDER)[^>\n]{0,60}>"
    r"|<(?:your|insert) [^>\n]{1,60}>|\A\s*(?:TODO|TBD|FIXME|PLACEHOLDER)\b[\s.:!]*\Z",
)
# Forms that also occur in code, in XML and in plain sentences: a person has to look.
_FILLED_IN = (
    r"(?:(?:first|last|full|user|client|customer|company|recipient|sender|product|your)[ _-]?)?"
    r"(?:name|address|e-?mail|company|city|phone(?:[ _-]?number)?)"
)
_IN_LETTERS = (  # words that are in brackets only where somebody was to fill them in
    rf"{_FILLED_IN}|(?:order|account|invoice|tracking|phone|reference)[\s_-]number|date|time|link|topic|answer"
    r"|customer|[\w\s]{1,20}'s\sname|[\w\s]{1,20}\shere"
)
PERHAPS = re.compile(
    rf"(?i:\$?\{{(?:{_FILLED_IN}|user_input|insert [\w ]{{1,30}})\}}"
    rf"|(?<![\w\])])\[(?:{_IN_LETTERS})\](?![(\[:])"
    rf"|<({_FILLED_IN})>(?!.*</\1>)|<[a-z]{{3,20}} here>|\blorem ipsum\b|\bTBD\b"
    r")|(?<![\w%@])(__|%|@)(?:[A-Z]+_)?(?:NAME|ADDRESS|EMAIL|COMPANY|CITY|PHONE)\2(?![\w%@])"
    r"|(?<![\w\\=$}])\{\{\s*[^\W\d][\w .|'-]{0,58}\}\}|\bTODO:|\b(?:FIXME|PLACEHOLDER|XXXXX*)\b",
    re.DOTALL,
)
_SIGNS, _WORDS = "[{<%@", ("__", "lorem ipsum", "tbd", "todo", "fixme", "placeholder", "xxxx")
_TICKS = re.compile(r"```|`")


def may_be_in(text: str) -> bool:
    """Whether it has anything of what all placeholders have: most texts needn't be looked at closely."""
    if any(one in text for one in _SIGNS):
        return True
    folded = text.casefold()
    return any(word in folded for word in _WORDS)


def placeholders(text: str) -> Iterator[str]:
    """All of a text's, the sure ones first."""
    if may_be_in(text):
        for found in chain(outside_code(SURE, text), outside_code(PERHAPS, text)):
            yield found[0].strip()


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what stands for its placeholders, where that is known: "Dear [NAME]" as "Dear Ann"."""
    if not may_be_in(text):
        return text
    for pattern in (SURE, PERHAPS):
        for found in reversed(list(outside_code(pattern, text))):
            value = values.get(found[0].strip())
            if value is not None:
                text = f"{text[: found.start()]}{value}{text[found.end() :]}"
    return text


def outside_code(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The first hits that aren't between backticks, where code is shown."""
    hits = islice(pattern.finditer(text), MOST_HITS)
    return (hit for hit in hits if not _in_ticks(text, hit.start()))


def _in_ticks(text: str, place: int) -> bool:
    open_ = ""
    for tick in _TICKS.finditer(text, 0, place):
        if not open_:
            open_ = tick[0]
        elif open_ == tick[0]:
            open_ = ""
    return bool(open_) and open_ in text[place:]
