"""What the style sheets inside of a web page hide: the cascade of `display` and `visibility`.

Knows nothing about text. The page is taken as shown on a wide screen before anybody touches it; style sheets
that it points to are never opened.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

WIDTH, EM = 1280.0, 16.0  # pixels of the screen, and of a letter
WORK = 20_000_000  # selectors times elements at most; above, nothing counts as hidden
# Comments, strings and addresses may have braces in them. Each runs to its end or to that of the sheet.
_TOKEN = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|url\([^)]*|[{};]", re.S)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_DECLARED = re.compile(r"(?:^|;)\s*(display|visibility)\s*:\s*([\w-]+)[^;!]*(!\s*important)?", re.I)
_HIDES = {"display": ("none",), "visibility": ("hidden", "collapse")}
_MEDIUM = re.compile(r"(?:only\s+)?(all|screen|print|speech)\b", re.I)
_CONDITION = re.compile(r"\(([^()]*)\)")
_BOUND = re.compile(r"(min|max)-(?:device-)?width\s*:\s*([\d.]+)\s*(px|r?em)?", re.I)
_RANGE = re.compile(r"width\s*([<>])=?\s*([\d.]+)\s*(px|r?em)?", re.I)
_USUAL = re.compile(
    r"(?:orientation\s*:\s*landscape|prefers-color-scheme\s*:\s*light|(?:any-)?hover\s*:\s*hover)", re.I
)
_NESTED = ("@media", "@supports", "@layer", "@container")

Order = tuple[bool, tuple[int, int, int], int]  # important, specificity, place in the sheets


@dataclass
class _Open:
    """A block whose brace is open."""

    prelude: str
    start: int
    rule: bool
    applies: bool
    end: int = -1  # of a rule's own declarations, where other rules are nested in it


@dataclass
class _Won:
    """For each element, the declaration that wins so far: what it is decided by, and whether it hides."""

    by: dict[int, tuple[Order, bool]] = field(default_factory=dict)

    def offer(self, element: int, order: Order, hides: bool) -> None:
        if element not in self.by or self.by[element][0] <= order:
            self.by[element] = (order, hides)


def hidden_elements(tree: LexborHTMLParser) -> frozenset[int]:
    """The `mem_id` of each element that the page's style sheets hide."""
    declared = []
    for sheet, applies in _sheets(tree):
        declared += [
            (selector.strip(), name.lower(), value.lower(), bool(important))
            for selectors, body in rules(sheet)
            if applies
            for name, value, important in _DECLARED.findall(body)
            for selector in _apart(selectors)
        ]
    hiding = any(value in _HIDES[name] for _, name, value, _ in declared)
    if not hiding or len(declared) * len(tree.css("*")) > WORK:
        return frozenset()
    won = {name: _Won() for name in _HIDES}
    for place, (selector, name, value, important) in enumerate(declared):
        try:
            elements = tree.css(selector)
        except SelectolaxError:
            continue  # pseudo-elements, and what no browser takes either
        order = (important, _specificity(selector), place)
        for element in elements:
            won[name].offer(element.mem_id, order, value in _HIDES[name])
    return frozenset(element for one in won.values() for element, (_, hides) in one.by.items() if hides)


def _sheets(tree: LexborHTMLParser) -> Iterator[tuple[str, bool]]:
    """The text of each style sheet, and whether it is one for screens."""
    unused = {style.mem_id for style in tree.css("noscript style, template style, svg style")}
    for style in tree.css("style"):
        if style.mem_id not in unused:
            yield style.text(), _is_on(style.attributes.get("media") or "all")


def rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of all rules that hold on a wide screen, in one pass over the sheet."""
    stack: list[_Open] = []
    start = 0
    for found in _TOKEN.finditer(sheet):
        token, at = found.group(), found.start()
        if token == ";":
            start = at + 1
        elif token == "{":
            prelude = _COMMENT.sub("", sheet[start:at]).strip()
            stack.append(_opened(prelude, start, at + 1, stack))
            start = at + 1
        elif token == "}":
            start = at + 1
            if stack:
                block = stack.pop()
                if block.rule and block.applies:
                    end = block.end if block.end >= 0 else at
                    yield block.prelude, _COMMENT.sub("", sheet[block.start : end])


def _opened(prelude: str, before: int, start: int, stack: list[_Open]) -> _Open:
    outer = stack[-1] if stack else None
    applies = outer is None or outer.applies
    if outer is not None and outer.rule:  # nested rules say nothing about the outer one
        outer.end = before if outer.end < 0 else outer.end
        applies = False
    if not prelude.startswith("@"):
        return _Open(prelude, start, rule=True, applies=applies)
    kept = prelude.lower().startswith(_NESTED)
    if kept and prelude[:6].lower() == "@media":
        kept = _is_on(prelude[6:])
    return _Open(prelude, start, rule=False, applies=applies and kept)


def _is_on(media: str) -> bool:
    """Whether one of the media in a list is a wide screen; a condition that isn't known doesn't hold."""
    return any(_one_is_on(one.strip()) for one in media.split(","))


def _one_is_on(medium: str) -> bool:
    if medium.lower().startswith("not "):
        return _MEDIUM.match(medium[4:]) is not None and not _one_is_on(medium[4:])
    named = _MEDIUM.match(medium)
    screen = named is None or named[1].lower() in ("all", "screen")
    return screen and all(_holds(condition) for condition in _CONDITION.findall(medium))


def _holds(condition: str) -> bool:
    if found := _BOUND.search(condition):
        pixels = float(found[2]) * (EM if (found[3] or "px").lower() != "px" else 1)
        return pixels <= WIDTH if found[1].lower() == "min" else pixels >= WIDTH
    if found := _RANGE.match(condition.strip()):
        pixels = float(found[2]) * (EM if (found[3] or "px").lower() != "px" else 1)
        return pixels >= WIDTH if found[1] == "<" else pixels <= WIDTH
    return _USUAL.match(condition.strip()) is not None


def _apart(selectors: str) -> list[str]:
    """The selectors of a list; commas in brackets are part of one."""
    return [one for one in re.split(r",(?![^(\[]*[)\]])", selectors) if one.strip()]


def _specificity(selector: str) -> tuple[int, int, int]:
    """How many ids, how many classes, attributes and states, and how many element names."""
    bare, attributes = re.subn(r"\[[^\]]*\]", "", selector)
    classes = len(re.findall(r"\.[\w-]+|(?<!:):(?!:|not|is|where)[\w-]+", bare)) + attributes
    return len(re.findall(r"#[\w-]+", bare)), classes, len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z][\w-]*", bare))
