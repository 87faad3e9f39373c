"""Where the placeholders, keys, addresses and code of a text are: what its translation must have as it is.

A tokenizer: braces are matched to any depth, everything else is one pattern for each kind. Knows no engine.

    Hello {name}, see <0>this</0> in C:\\new.   ->   {name} (brace), <0> (tag), </0> (tag), C:\\new (path)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_ENDINGS = (
    "txt|pdf|docx?|xlsx?|pptx?|od[tsp]|csv|tsv|json|xml|html?|js|ts|py|java|jar|md|png|jpe?g|gif|svg|zip|gz|tar|"
    "exe|dll|sh|bat|ya?ml|toml|ini|cfg|conf|log|sql|css|php|rb|go|rs|cpp|mp3|mp4|wav|bak|po|properties"
)
_KINDS = (
    *((f"pressed_{tag}", rf"<{tag}\b[^<>]*>[^<>]*</{tag}>") for tag in ("kbd", "code", "samp", "var")),
    ("template", r"<%.*?%>|<\?.*?\?>|</?[#@][a-zA-Z][^<>]*>|\[%.*?%\]"),
    ("tag", r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>|</?\d{1,3}\s?/?>"),
    (
        "url",
        r"(?:https?|ftp)://[^\s<>\"'）】」]+[^\s<>\"'.,;:!?)\]）】」。，、]|\bwww\.[^\s<>\"']+[^\s<>\"'.,;:!?)\]]",
    ),
    ("mail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("code", r"`[^`\n]+`"),
    (
        "percent",
        r"%(?:\(\w+\)|\d+\$)?[-+#0]*\d*(?:\.\d+)?(?:(?:hh?|ll?|[Lqzjt])?[sdifgxXeEcu](?![A-Za-z0-9_])|@)"
        r"|%%|%[A-Za-z_]\w*%|(?<!\d)%L?\d{1,2}(?![\w%])",
    ),
    ("dollar", r"\$[A-Za-z_]\w+|\$\(\w+\)|\$t\([^()\n]*\)"),
    ("linked", r"@(?:\.\w+)?:(?:\([^()\n]*\)|[A-Za-z][\w.-]*\w)"),
    ("square", r"\[\[[^\[\]\n]+\]\]|(?<!\w)\[@[\w:.-]+\]|(?<!\w)\[[A-Za-z][\w.-]{3,}\](?!\w)"),
    ("hashes", r"##\w+##|(?<!\w)__(?!_)\w+?(?<!_)__(?!\w)"),
    ("note", r"\[\d{1,3}\]"),
    ("sign", r"[©®™]"),
    ("emoji", "[\U0001f000-\U0001faff\u2600-\u27bf][\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]*"),
    ("entity", r"&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);"),
    (
        "path",
        r"(?<!\w)[A-Za-z]:\\(?:[\w.$()~-]+(?: [\w.$()~-]+){0,3}\\)*(?:[\w.$~-]*[\w$~-])?"
        r"|(?<!\\)\\\\[\w.-]+(?:\\[\w.$-]+)+"
        r"|(?<![\w/.])(?:(?:~|\.{1,2})(?:/[\w.-]*\w)+|(?:/[\w.-]*\w){2,})/?|(?<![\w/])[\w.-]+(?:/[\w.-]+)+\.[a-z]{1,4}\b",
    ),
    ("escape", r"\\u[0-9a-fA-F]{4}|\\[nrt](?![a-z])"),
    ("call", r"(?<!\w)[A-Za-z_]\w*(?:\.\w+)*\(\)"),
    ("name", r"(?<![\w.])[A-Za-z]\w*_\w*\w(?:\.\w+)?|(?<![\w./\\-])[\w-]+\.(?:" + _ENDINGS + r")(?!\w)"),
    (
        "domain",
        r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|co)(?:\.[a-z]{2})?\b(?:/[\w./-]*\w)?",
    ),
    ("user", r"(?<![\w@])@[A-Za-z_]\w+|(?<![\w#&])#[A-Za-z_]\w{2,}|(?<!\w)#[0-9a-fA-F]{6}(?!\w)"),
    ("colon", r"(?<![\w:]):[a-z][\w+-]*:(?!\w)|(?<!\S):[a-z_]\w+(?![\w:])"),
    ("command", r"(?<!\S)/[a-z]\w+(?=[\s.,;!?)]|$)"),
    ("option", r"(?<!\S)--[a-zA-Z][\w-]*(?:=\S+)?"),
    (
        "date",
        r"(?<!\w)(?=\S*(?:yyy|YYY|dd|DD|MM|HH|hh|mm|ss))[YyMDdHhms]{1,4}(?:[-/.:][YyMDdHhms]{1,4})+(?!\w)",
    ),
    ("keys", r"(?<!\w)(?:Ctrl|Alt|Shift|Cmd|Win)(?:\s?\+\s?(?:[A-Z]\w*|\d))+(?!\w)"),
    ("version", r"(?<!\w)v\d+(?:\.\d+)+(?:[\w.+-]*\w)?|(?<!\w)\d+(?:\.\d+){2,}-[a-z][\w.]*"),
)
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS))
_BRACE = re.compile(r"[$#@]?\{")
# What stands for a number of things: a count in front of a noun.
_COUNT = re.compile(
    r"%(?:\(\w+\)|\d+\$)?(?:ll?)?[diu]|%n|%\((?:n|num|number|total|amount|\w*[cC]ount)\)s|[$#]?\{\{?\s*(?:n|num|number|total|amount|\w*[cC]ount)\s*\}?\}"
    r"|\{\s*[\w.-]+\s*,\s*number\b[^{}]*\}|#|<[%?](?:php|=)?[^<>]*\b(?:num|number|total|amount|\w*[cC]ount)\W*[%?]>"
)
# What may stand for anything, and does for a number before a plural: "{0} days ago", "%2 new files".
_ANY = re.compile(r"\{\d+\}|%\d+")
_PLURAL = re.compile(r"\s+(?:[^\W\d_]+\s+)?[^\W\d_]{3,}s\b")
# A placeholder with words of its own in several forms: {count, plural, one {# file} other {# files}}.
# So do the older ones of Java: {0,choice,0#no files|1#one file}.
_FORMS = re.compile(
    r"\{\s*[\w.-]+\s*,\s*(?:(?:plural|select|selectordinal)\s*,.*\{[^{}]*[^\W\d_]|choice\s*,.*[#<≤][^{}|]*[^\W\d_])",
    re.DOTALL,
)
# Kinds that no prose looks like: a translation may have no more of them than its source.
STRICT = frozenset(("template", "tag", "percent", "brace", "entity"))


@dataclass(frozen=True)
class Token:
    """One such thing."""

    start: int
    end: int
    kind: str
    text: str

    @property
    def has_forms(self) -> bool:
        """Whether it has words to be translated inside, which nobody translates here."""
        return self.kind == "brace" and _FORMS.match(self.text) is not None


def is_count(piece: str, after: str) -> bool:
    """Whether a piece of a text is in the place of a number of things; `after` is the text behind it."""
    return bool(_COUNT.fullmatch(piece) or (_ANY.fullmatch(piece) and _PLURAL.match(after)))


@lru_cache(maxsize=512)  # a sentence and its translation are looked at by a dozen checks
def tokens(text: str) -> tuple[Token, ...]:
    """All of a text, in order; none inside another."""
    found: list[Token] = []
    at = 0
    for token in sorted(_every(text), key=lambda one: (one.start, -one.end)):
        if token.start >= at:
            found.append(token)
            at = token.end
    return tuple(found)


def _every(text: str) -> Iterator[Token]:
    for match in _PATTERN.finditer(text):
        yield Token(*match.span(), match.lastgroup or "", match[0])
    for brace in _BRACE.finditer(text):
        end = _closing(text, brace.end())
        if end > 0:
            yield Token(brace.start(), end, "brace", text[brace.start() : end])


def _closing(text: str, at: int) -> int:
    """Behind the brace that closes the one before `at`, or -1."""
    depth = 1
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place + 1
    return -1
