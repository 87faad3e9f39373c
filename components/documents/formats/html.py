"""Web pages: the main text in order, without navigation, scripts and what isn't shown.

Knows nothing about the network: nothing that a page points to is ever opened.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from components.documents import errors
from components.documents.draft import LOOK, Draft, clean
from components.documents.formats.html_styles import hidden_elements
from components.documents.formats.html_weight import Weights, walk, words_of
from components.documents.limits import Limits
from components.documents.source import Source
from components.messages import Said

DROPPED = frozenset(
    str.split(
        "script style noscript template nav footer iframe object embed svg canvas audio video "
        "map select option input textarea dialog head link meta base applet frame frameset "
        "datalist rp"
    )
)
PICTURES = frozenset(str.split("img picture svg canvas video audio iframe object embed"))
BLOCKS = frozenset(
    str.split(
        "address article aside blockquote body button center dd details div dl dt fieldset figcaption figure "
        "form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre search section summary "
        "table tbody td tfoot th thead tr ul caption"
    )
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
ROLES = frozenset(
    str.split("navigation banner contentinfo search complementary menu menubar dialog alertdialog")
)
# Words in a class or id that say: this is around the text, not the text.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navbox|navigation|menu|sidebar|breadcrumbs?|cookies?|advert\w*|ads?|social|share|sharing|"
    r"popup|skip-link|editsection|mw-editsection|mw-jump-link|noprint|print-only|pagination|pager|toolbar|catlinks|"
    r"screen-reader-text|sr-only|visually-hidden|related-posts|newsletter|vector-(?:toc|dropdown|header|page-toolbar|"
    r"column-start|column-end|menu)\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|pt|em|\s*[;!]|$)", re.I
)
_SHOWN = re.compile(r"display\s*:\s*(?!none)\w", re.I)
# A class that says of an element that it is beside such a part, has one or had none: "content no-sidebar".
_MODIFIER = re.compile(r"(?:with|has|have|no|non|not|without|is|show|hide)[_-]", re.I)
_BESIDE = re.compile(r"content|layout|article|main|page|post|entry|wrap|body|column|section", re.I)
_NOTES = re.compile(r"(?:foot|end)-?notes?\b", re.I)
_OPENS = re.compile(r"accordion|collaps|faq|toggle", re.I)  # classes of what opens an answer
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]{2,40})", re.IGNORECASE)
_TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
# Elements that may be left open in HTML, or never have content: they don't count as nesting.
_LOOSE = frozenset(
    str.split(
        "p li td tr th br img hr input meta link dt dd option col area base wbr source tbody thead "
        "tfoot body html param track embed colgroup rt rp"
    )
)
PRESCAN = 20  # times the nesting limit that open tags may reach before the page isn't even parsed
AROUND = Said("Navigation, footers and side bars")
BOILERPLATE = Said("it is around the text, not part of it")
MINOR_SHARE = 0.25  # of the prose: what has more than this is not navigation
MAIN_SHARE = 0.4  # of the prose: how much of it <main> or <article> must have to be taken for it
LOST = 0.5  # of the prose: if more is around the text than this, it is the text
OUTSIDE = 0.1  # of the prose outside of the main part, above which it is named as text
REVEALED = 0.8  # of the prose: if a style sheet hides more than this, a script shows it


def read(source: Source) -> Draft:
    draft = Draft()
    declared = _XML.search(source.data[:400]) or _META.search(source.data[:4000])
    text = draft.decode(source.data, declared[1].decode("ascii") if declared else None)
    read_html(text, source.name, source.limits, draft)
    return draft


def read_html(text: str, name: str, limits: Limits, draft: Draft, **where: Any) -> None:
    """Adds the blocks of one page to `draft`. Raises TooDeep."""
    _prescan(text, name, limits)
    # The parser ends a text at a zero byte, and takes the XHTML form of an empty element for an open one.
    text = re.sub(
        r"<(title|script|style|a|iframe|textarea|div|span|p)(\s[^<>]*)?/>",
        r"<\1\2></\1>",
        text.replace("\0", ""),
        flags=re.I,
    )
    tree = LexborHTMLParser(text)
    if tree.body is None:
        return
    if not draft.title and (title := tree.css_first("title")) is not None:
        draft.title = clean(title.text())
    hidden = hidden_elements(tree)
    weights = Weights.of(tree.body)
    main = _main(tree, weights)
    _say_outside(main, tree.body, weights, draft)
    page = _Page(Draft(), name, limits, hidden, weights, main, where)
    page.read()
    if page.dropped > LOST * weights.prose(main):
        page = _Page(Draft(), name, limits, hidden, weights, main, where, named=False)
        page.read()
    draft.take(page.draft)


def _say_outside(main: LexborNode, body: LexborNode, weights: Weights, draft: Draft) -> None:
    if main is body or weights.texts[body.mem_id] == weights.texts[main.mem_id]:
        return
    if 1 - weights.share(main, body) > OUTSIDE:
        what, why = Said("Text around the main part of the page"), Said("the page itself sets it apart")
    else:
        what, why = AROUND, BOILERPLATE
    draft.leave_out(what, why, text=words_of(body, LOOK, but=main))


def _prescan(text: str, name: str, limits: Limits) -> None:
    """Refuses a page whose tags open far more often than they close: parsing it takes quadratic time."""
    depth, limit = 0, limits.nesting * PRESCAN
    for closing, tag in _TAGS.findall(text):
        if tag.lower() not in _LOOSE:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > limit:
                raise errors.too_deep(name, limits.nesting)


def _main(tree: LexborHTMLParser, weights: Weights) -> LexborNode:
    body = tree.body
    assert body is not None
    for selector in ("main", "[role=main]", "article"):
        found = tree.css(selector)
        if len(found) == 1 and weights.share(found[0], body) >= MAIN_SHARE:
            return found[0]
    return body


@dataclass
class _Page:
    """Walks one page and adds its blocks."""

    draft: Draft
    name: str
    limits: Limits
    hidden: frozenset[int]
    weights: Weights
    root: LexborNode
    where: dict[str, Any]
    named: bool = True  # whether the name of a class may say that an element is around the text
    run: list[str] = field(default_factory=list)  # inline text that no block has ended yet
    lists: list[list[Any]] = field(default_factory=list)  # open lists: [ordered, number]
    in_item: bool = False  # the next text is that of a list item that has just begun
    quotes: int = 0
    dropped: int = 0  # prose in what is around the text

    def read(self) -> None:
        for node, entering, depth in walk(self.root, self._skipped, self._whole):
            if depth > self.limits.nesting:
                raise errors.too_deep(self.name, self.limits.nesting)
            if node.tag == "-text":
                self.run.append(node.text_content or "")
            elif entering:
                self._enter(node)
            else:
                self._leave(node)
        self._flush()

    @staticmethod
    def _whole(node: LexborNode) -> bool:
        return (node.tag == "table" and is_data_table(node)) or node.tag == "pre"

    def _skipped(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag == "-text":
            return False
        if tag in PICTURES:
            self.draft.leave_out(Said("Pictures and media"), Said("only text is read"))
        if tag in DROPPED and not (tag == "footer" and _says_something(node)):
            if tag in ("nav", "footer"):
                if self._is_unclosed(node):
                    return False
                self._leave_out_around(node)
            return True
        if tag.startswith(("-", "!", "?", "_")) or (tag == "button" and not _asks(node)):
            return True
        return self._around_or_hidden(node)

    def _is_unclosed(self, node: LexborNode) -> bool:
        """A part around the text whose end is missing in the file has the text inside of it."""
        size = self.weights.texts.get(node.mem_id, 0)
        whole = self.weights.texts.get(self.root.mem_id, 0)
        paragraphs = sum(self.weights.texts.get(one.mem_id, 0) for one in node.css("p"))
        return size > LOST * whole and paragraphs > LOST * size

    def _leave_out_around(self, node: LexborNode) -> None:
        self.draft.leave_out(AROUND, BOILERPLATE, text=words_of(node, LOOK))
        self.dropped += self.weights.prose(node)

    def _around_or_hidden(self, node: LexborNode) -> bool:
        given = node.attributes
        if not given and node.tag not in ("header", "aside"):
            return False
        if self._hidden(node, given):
            why = Said("they are not shown on the page")
            self.draft.leave_out(Said("Hidden elements"), why, text=words_of(node, LOOK))
            return True
        if self._around(node, given):
            self._leave_out_around(node)
            return True
        return False

    def _hidden(self, node: LexborNode, given: Mapping[str, str | None]) -> bool:
        style = given.get("style") or ""
        if ("hidden" in given and given["hidden"] != "until-found") or _HIDDEN.search(style):
            return True
        if node.mem_id in self.hidden and not _SHOWN.search(style):
            return self.weights.share(node, self.root) <= REVEALED or not self.weights.prose(self.root)
        return given.get("aria-hidden") == "true" and node.tag != "math" and self._minor(node)

    def _around(self, node: LexborNode, given: Mapping[str, str | None]) -> bool:
        if node.tag == "header":
            inside = _inside(node, ("article", "main", "section"))
            return self.named and not inside and node.css_first("h1") is None and self._minor(node)
        if node.tag in ("body", "main", "article") or _NOTES.search(_names(given)):
            return False
        if node.tag == "aside":
            return not (_inside(node, ("article", "main")) and self._is_prose(node)) and self._minor(node)
        return self.named and self._named_around(node, given) and self._minor(node)

    def _named_around(self, node: LexborNode, given: Mapping[str, str | None]) -> bool:
        """Whether the role, a class or the id says so; what follows "--" only tells one kind from another."""
        if given.get("role") in ROLES:
            return True
        for name in f"{given.get('class') or ''} {given.get('id') or ''}".split():
            name = name.split("--", 1)[0]
            if _AROUND.search(name) and not _MODIFIER.match(name):
                return not (_BESIDE.search(name) and self._is_prose(node))
        return False

    def _is_prose(self, node: LexborNode) -> bool:
        """Whether most of an element is text rather than links and labels."""
        return 2 * self.weights.prose(node) > self.weights.texts.get(node.mem_id, 0)

    def _minor(self, node: LexborNode) -> bool:
        """An element with much of the page's text is its text, even if its class is "content no-sidebar"."""
        return self.weights.share(node, self.root) <= MINOR_SHARE

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "br":
            self.run.append("\n" if self.quotes else " ")
        if tag not in BLOCKS:
            return
        self._flush()
        if tag in ("ul", "ol", "menu"):
            self.lists.append([tag == "ol", _number(node.attributes.get("start"), 1)])
        elif tag == "li":
            self.in_item = True
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.draft.add("code", node.text(deep=True), **self.where)
        elif tag == "table" and self._whole(node):
            add_table(node, self.draft, self.where)

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag not in BLOCKS:
            return
        if tag in HEADINGS:
            text, self.run = "".join(self.run), []
            self.draft.heading(text, HEADINGS[tag], **self.where)
            return
        self._flush("caption" if tag in ("figcaption", "caption") else "")
        if tag in ("ul", "ol", "menu") and self.lists:
            self.lists.pop()
        elif tag == "li":
            self.in_item = False
            if self.lists:
                self.lists[-1][1] += 1
        elif tag == "blockquote":
            self.quotes -= 1

    def _flush(self, kind: str = "") -> None:
        text, self.run = "".join(self.run), []
        if not text.strip():
            return
        if kind == "caption":
            self.draft.add("caption", text, **self.where)
        elif self.in_item and self.lists:
            ordered, number = self.lists[-1]
            self.draft.item(text, len(self.lists), f"{number}." if ordered else "-", **self.where)
            self.in_item = False
        elif self.quotes:
            self.draft.add("quote", text, **self.where)
        else:
            self.draft.paragraph(text, **self.where)


def _names(given: Mapping[str, str | None]) -> str:
    """The words that a page uses for an element: its classes, its id and its role."""
    return " ".join(given.get(name) or "" for name in ("class", "id", "role", "epub:type"))


def _says_something(footer: LexborNode) -> bool:
    """Notes, or who is quoted; other footers are around the text."""
    return _NOTES.search(_names(footer.attributes)) is not None or _inside(footer, ("blockquote",))


def _asks(button: LexborNode) -> bool:
    """Whether a button is a heading that opens the text below it, rather than a control."""
    given = button.attributes
    if _inside(button, (*HEADINGS, "dt", "summary")) or _OPENS.search(given.get("class") or ""):
        return True
    text = button.text(deep=True).strip()
    return text.endswith(("?", "\uff1f")) or ("aria-expanded" in given and len(text.split()) > 2)


def _inside(node: LexborNode, tags: tuple[str, ...]) -> bool:
    above = node.parent
    while above is not None:
        if above.tag in tags:
            return True
        above = above.parent
    return False


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() and len(text) < 7 else default


def is_data_table(table: LexborNode) -> bool:
    """A table of short cells, rather than one that only places text on the page."""
    if (
        table.css_first("table table") is not None
        or table.css_first("h1, h2, h3, p + p, ul, form") is not None
    ):
        return False
    rows = table.css("tr")
    widest = max((len(row.css("td, th")) for row in rows), default=0)
    return widest >= 2 or (len(rows) >= 2 and table.css_first("th") is not None)


def add_table(table: LexborNode, draft: Draft, where: dict[str, Any]) -> None:
    """The rows of one table; a cell over several columns or rows fills only its first."""
    for caption in table.css("caption"):
        draft.add("caption", caption.text(deep=True), **where)
    rows: list[list[str]] = []
    below: dict[int, int] = {}  # column -> rows that a cell from above still covers
    for row in table.css("tr"):
        cells: list[str] = []
        for cell in row.iter():
            if cell.tag not in ("td", "th"):
                continue
            _fill_covered(cells, below)
            column, span = len(cells), min(100, _number(cell.attributes.get("colspan"), 1))
            cells += [_cell_text(cell), *[""] * (span - 1)]
            covered = min(1000, _number(cell.attributes.get("rowspan"), 1)) - 1
            if covered > 0:
                below |= dict.fromkeys(range(column, column + max(1, span)), covered + 1)
        _fill_covered(cells, below)
        below = {column: left - 1 for column, left in below.items() if left > 1}
        rows.append(cells)
    first = table.css_first("tr")
    named = first is not None and all(cell.tag == "th" for cell in first.css("td, th"))
    headed = named and sum(map(bool, rows[0])) > 1  # a single cell is a title
    draft.table(rows, headed=headed, **where)


def _fill_covered(cells: list[str], below: dict[int, int]) -> None:
    while below.get(len(cells), 0) > 0 and len(cells) in below:
        cells.append("")


def _cell_text(cell: LexborNode) -> str:
    for unseen in cell.css(
        "script, style, noscript, template, [hidden], [style*='display:none'], [style*='display: none']"
    ):
        unseen.decompose()
    parts = [node.text_content or "" if node.tag == "-text" else "\n" for node in _inline(cell)]
    return re.sub(r"\s*\n\s*", "\n", "".join(parts)).strip()


def _inline(cell: LexborNode) -> Iterator[LexborNode]:
    for node in cell.traverse(include_text=True):
        if node.tag == "-text" or node.tag in ("br", "p", "div", "li", "tr"):
            yield node
