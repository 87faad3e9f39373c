"""HTML: text between tags, and attributes that people read or hear, replaced in place.

Knows no browser: it cuts the source into tags and text, and everything that isn't translated stays
exactly as it is, well formed or not.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

from components.documents.rewriting.inline import Inline, Token
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words, is_note_sign, is_translated
from components.messages import N_, Said, counted

# Not `br`: the text after it is a text of its own.
_INLINE = """
a abbr acronym b bdi bdo big cite data del dfn em font i img input ins label mark q rp rt
ruby s small span strike strong sub sup time tt u wbr
"""
INLINE = frozenset(_INLINE.split())
# What is in them is no text for people, or not theirs to change.
_KEPT = """
code kbd samp var pre script style template noscript svg math textarea iframe object
"""
KEPT = frozenset(_KEPT.split())
_VOID = """
area base br col embed hr img input link meta param source track wbr
"""
VOID = frozenset(_VOID.split())
_ATTRIBUTE = re.compile(r"""\s([\w:-]+)\s*=\s*("([^"]*)"|'([^']*)'|([^\s"'>=<`]+))""")
# Shown or read aloud whatever they are an attribute of.
_READ = frozenset(("alt", "title", "placeholder", "aria-label", "aria-description", "aria-placeholder"))
# Of these tags alone, or of these kinds of them.
_LABELS = frozenset(
    (("optgroup", "label"), ("option", "label"), ("track", "label"), ("th", "abbr"), ("table", "summary"))
)
_BUTTONS = frozenset(("submit", "button", "reset"))
_DESCRIBED = re.compile(
    r"(?:dc\.)?(?:title|description|subject|abstract)|keywords|application-name|apple-mobile-web-app-title"
    r"|(?:og|twitter):(?:title|description|site_name|image:alt)"
)
_NO = re.compile(r"""\btranslate\s*=\s*["']?no\b|\bclass\s*=\s*["'][^"']*\bnotranslate\b""", re.IGNORECASE)
_WHOLE = ("html", "body", "main", "article")
_LANGUAGE = re.compile(r"""\b(?:xml:)?lang\s*=\s*["']?([A-Za-z]{2,3})\b""", re.IGNORECASE)


# Of template languages, what a parser of HTML would take for tags or text.
_TEMPLATE = re.compile(r"<%.*?%>|<\?.*?\?>|</?[#@][a-zA-Z][^<>]*>", re.DOTALL)
_HIDDEN = "\ue000"  # in their place while the source is cut


class _Cut(HTMLParser):
    """Start offsets and kinds of everything in the source."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0]
        for match in re.finditer("\n", text):
            self._starts.append(match.end())
        self.found: list[tuple[int, str, str]] = []  # offset, kind, tag
        self.feed(text)
        self.close()

    def _add(self, kind: str, tag: str = "") -> None:
        line, column = self.getpos()
        self.found.append((self._starts[line - 1] + column, kind, tag))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._add("start", tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._add("void", tag)

    def handle_endtag(self, tag: str) -> None:
        self._add("end", tag)

    def handle_data(self, data: str) -> None:
        self._add("text")

    def handle_entityref(self, name: str) -> None:
        self._add("text")

    def handle_charref(self, name: str) -> None:
        self._add("text")

    def handle_comment(self, data: str) -> None:
        self._add("other")

    def handle_decl(self, decl: str) -> None:
        self._add("other")

    def handle_pi(self, data: str) -> None:
        self._add("other")

    def unknown_decl(self, data: str) -> None:
        self._add("other")


class HtmlFile(TextFile):
    """One page."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._runs: list[tuple[int, int, Inline, list[tuple[int, int]]]] = []  # the last: each token's place
        self._attributes: list[tuple[int, int, str]] = []  # start, end of the value, its quote
        self._languages: list[Edit] = []  # of attributes that name the language of the page
        self._order: list[tuple[int, str, int]] = []  # place, "run" or "attribute", index
        page = re.search(r"<html\b[^<>]*>", text, re.IGNORECASE)
        self._language = _language_of(page[0]) if page else ""  # of the page, as it says itself
        self._others = 0  # parts in other languages, as they say themselves
        self._drawn = False  # whether there are words in a drawing
        self._fields = 0  # with a text in them, which is theirs who filled them in
        self._read()
        self._order.sort()
        if self._fields:
            self.notes.append(
                counted(
                    "The text in {count} field of a form stays.",
                    "The text in {count} fields of forms stays.",
                    self._fields,
                )
            )
        if self._others:
            self.notes.append(
                counted(
                    "{count} part is marked as being in another language; it stays.",
                    "{count:,} parts are marked as being in other languages; they stay.",
                    self._others,
                )
            )
        if self._drawn:
            self.notes.append(Said("Text inside drawings, diagrams and charts stays in the source language."))
        self.units = [self._unit(kind, index) for _, kind, index in self._order]

    def _unit(self, kind: str, index: int) -> Unit:
        if kind == "run":
            inline = self._runs[index][2]
            return Unit(inline.text, inline.marks)
        start, end, _ = self._attributes[index]
        return Unit(html.unescape(self.text[start:end]), (), Said("attribute"))

    def _read(self) -> None:
        pieces = _pieces(self.text)
        last_end = {tag: start for start, _, kind, tag in pieces if kind == "end"}
        run: list[tuple[int, int, Token]] = []
        kept: list[str] = []  # a kept part that is open, and elements of the same name inside it
        kept_from = 0
        for start, end, kind, tag in pieces:
            raw = self.text[start:end]
            if kind in ("start", "void"):
                self._count(tag)
            if kept:
                kept += [tag] if kind == "start" and tag == kept[0] else []
                if kind == "end" and tag == kept[0]:
                    kept.pop()
                    if not kept and _is_inline(tag):
                        whole = self.text[kept_from:end]
                        run.append((kept_from, end, Token("keep", whole, _visible(whole))))
                continue
            if kind in ("start", "void") and not _NO.search(raw):
                self._read_attributes(tag, start, raw)
            other = self._is_other(tag, raw)
            if kind == "start" and (_is_kept(tag, raw) or other) and last_end.get(tag, -1) >= end:
                self._others += other
                self._drawn = self._drawn or (tag == "svg" and _has_drawn(self.text[end : last_end[tag]]))
                self._fields += tag == "textarea" and not self.text.startswith("</", end)
                kept, kept_from = [tag], start
                if not _is_inline(tag):
                    run = self._end(run)
                continue
            if kind == "text":
                run.append((start, end, Token("text", raw, _collapsed(html.unescape(raw)))))
            elif kind == "template":
                run.append((start, end, Token("keep", raw, " ".join(raw.split()))))
            elif kind == "other":
                run.append((start, end, Token("point", raw)))
            elif tag in INLINE:
                run.append((start, end, _tag(kind, tag, raw)))
            else:
                run = self._end(run)
        self._end(run)

    def _is_other(self, tag: str, raw: str) -> bool:
        """Whether an element says that it is in another language than the page, and isn't most of it: there
        the page itself may be labelled wrong.
        """
        said = _language_of(raw) if raw.startswith("<") and tag not in (*_WHOLE, *VOID) else ""
        return bool(said and self._language) and said != self._language

    def _end(self, run: list[tuple[int, int, Token]]) -> list[tuple[int, int, Token]]:
        """Keeps a run that has words, without the wordless parts at its ends, and begins a new one."""
        while run and not _counts(run[0][2]):
            run = run[1:]
        while run and not _counts(run[-1][2]):
            run = run[:-1]
        if any(token.kind == "text" and is_translated(token.text) for _, _, token in run):
            start, end = run[0][0], run[-1][1]
            tokens = _without_notes([token for _, _, token in run])
            if tokens[0].kind == "text":
                cut = tokens[0].raw.lstrip()
                start += len(tokens[0].raw) - len(cut)
                tokens[0] = Token("text", cut, tokens[0].text.lstrip())
            if tokens[-1].kind == "text":
                cut = tokens[-1].raw.rstrip()
                end -= len(tokens[-1].raw) - len(cut)
                tokens[-1] = Token("text", cut, tokens[-1].text.rstrip())
            self._order.append((start, "run", len(self._runs)))
            self._runs.append((start, end, Inline(tokens), [(low, high) for low, high, _ in run]))
        return []

    def _read_attributes(self, tag: str, start: int, raw: str) -> None:
        found = {match[1].lower(): match for match in _ATTRIBUTE.finditer(raw)}
        values = {name: _value(match) for name, match in found.items()}
        self._fields += (
            tag == "input" and values.get("type", "text") == "text" and has_words(values.get("value", ""))
        )
        for name, match in found.items():
            group = next(g for g in (3, 4, 5) if match[g] is not None)
            place = (start + match.start(group), start + match.end(group), {3: '"', 4: "'", 5: ""}[group])
            if has_words(match[group]) and _is_read(tag, name, values):
                self._order.append((place[0], "attribute", len(self._attributes)))
                self._attributes.append(place)
            elif tag == "html" and name in ("lang", "xml:lang") and not self.options.bilingual:
                self._languages.append(Edit(place[0], place[1], self.options.target or match[group]))

    def _count(self, tag: str) -> None:
        name = {
            "p": N_("paragraphs"),
            "table": N_("tables"),
            "img": N_("images"),
            "a": N_("links"),
            "li": N_("list items"),
        }.get(tag)
        if name is None and re.fullmatch("h[1-6]", tag):
            name = N_("headings")
        if name:
            self.counts[name] = self.counts.get(name, 0) + 1

    def write(self, placed: Sequence[Placed | None]) -> str:
        edits = [*self._attribute_edits(placed), *self._languages]
        for (_, kind, index), one in zip(self._order, placed, strict=True):
            if one is None or kind != "run":
                continue
            start, end, inline, places = self._runs[index]
            mine = [edit for edit in edits if start <= edit.start < end]
            edits = [edit for edit in edits if edit not in mine]
            for at, (low, high) in enumerate(places):
                inner = [Edit(e.start - low, e.end - low, e.new) for e in mine if low <= e.start < high]
                if inner:
                    inline.replace(at, apply(self.text[low:high], inner))
            new = inline.render(one, lambda text: html.escape(text, quote=False))
            edits.append(Edit(start, end, self._both(start, end, new)))
        return apply(self.text, edits)

    def _attribute_edits(self, placed: Sequence[Placed | None]) -> list[Edit]:
        edits = []
        for (_, kind, index), one in zip(self._order, placed, strict=True):
            if one is not None and kind == "attribute":
                start, end, quote = self._attributes[index]
                value = html.escape(one.text, quote=True)
                edits.append(Edit(start, end, value if quote else f'"{value}"'))
        return edits

    def _both(self, start: int, end: int, new: str) -> str:
        if not self.options.bilingual or re.search(
            r"<(title|option)[^>]*>\s*$", self.text[:start][-200:], re.I
        ):
            return new
        return f"{self.text[start:end]}<br>{new}"


def _pieces(text: str) -> list[tuple[int, int, str, str]]:
    """(start, end, kind, tag) of everything in the source, text joined."""
    hidden = _TEMPLATE.sub(lambda part: _HIDDEN * len(part[0]), text)
    found = _Cut(hidden).found
    ends = [start for start, _, _ in found[1:]] + [len(text)]
    pieces: list[tuple[int, int, str, str]] = []
    for (start, kind, tag), end in zip(found, ends, strict=True):
        if kind == "text" and pieces and pieces[-1][2] == "text":
            pieces[-1] = (pieces[-1][0], end, "text", "")
        elif end > start:
            pieces.append((start, end, kind, tag))
    return [piece for one in pieces for piece in _without_templates(one, hidden)]


def _without_templates(piece: tuple[int, int, str, str], hidden: str) -> Iterator[tuple[int, int, str, str]]:
    """A text without the templates in it, which are pieces of their own."""
    at, end, kind, _ = piece
    if kind != "text":
        yield piece
        return
    for part in re.finditer(f"{_HIDDEN}+|[^{_HIDDEN}]+", hidden[at:end]):
        yield at + part.start(), at + part.end(), "template" if part[0][0] == _HIDDEN else "text", ""


def _value(attribute: re.Match[str]) -> str:
    return next(part for part in attribute.groups()[2:] if part is not None).lower()


def _is_read(tag: str, name: str, values: Mapping[str, str]) -> bool:
    """Whether an attribute is text for people; `values` are all of its tag, in small letters."""
    if name == "content" and tag == "meta":
        return bool(_DESCRIBED.fullmatch(values.get("name") or values.get("property") or ""))
    if name == "value" and tag == "input":
        return values.get("type") in _BUTTONS
    return name in _READ or (tag, name) in _LABELS


def _has_drawn(inner: str) -> bool:
    """Whether there are words inside of a drawing; `inner` is what follows its tag."""
    drawn = inner.partition("</svg")[0]
    return has_words(re.sub(r"<style.*?</style>|<[^>]*>", " ", drawn, flags=re.DOTALL))


def _language_of(raw: str) -> str:
    """What a tag says; the first part of en-GB."""
    found = _LANGUAGE.search(raw)
    return found[1].lower() if found else ""


def _is_kept(tag: str, raw: str) -> bool:
    return tag not in VOID and (tag in KEPT or bool(_NO.search(raw)))


def _is_inline(tag: str) -> bool:
    return tag in INLINE or tag in ("code", "kbd", "samp", "var")


def _collapsed(text: str) -> str:
    """White space as a browser shows it; a space that doesn't break stays."""
    return re.sub(r"[ \t\n\r\f]+", " ", text)


def _tag(kind: str, tag: str, raw: str) -> Token:
    if kind == "void" or tag in VOID:
        return Token("point", raw)
    return Token("open" if kind == "start" else "close", raw, name=tag)


def _without_notes(tokens: list[Token]) -> list[Token]:
    """With the raised sign of a note as what it is: no part of the text."""
    found, before = list(tokens), ""
    for at, token in enumerate(tokens):
        if token.kind == "open" and token.name == "sup":
            rest = tokens[at:]
            end = next((n for n, one in enumerate(rest) if one.kind == "close" and one.name == "sup"), 0)
            if is_note_sign(before, "".join(one.text for one in rest[: end + 1])):
                found[at : at + end + 1] = [Token("point", one.raw) for one in rest[: end + 1]]
        before += token.text
    return found


def _counts(token: Token) -> bool:
    """Whether a token belongs inside a run: text with a letter, or the half of a pair."""
    if token.kind == "text":
        return bool(token.text.strip())
    return token.kind in ("open", "close", "keep")


def _visible(raw: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", raw)).split()) or "\u2060"
