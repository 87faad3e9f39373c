"""Markdown (CommonMark with tables), by markdown-it-py.

Knows nothing about rendering: raw HTML in it is read as text, and no link or picture is followed.
"""

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from components.documents import errors
from components.documents.draft import Draft
from components.documents.formats.html import read_html
from components.documents.source import Source
from components.messages import Said

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read(source: Source) -> Draft:
    draft = Draft()
    text = draft.decode(source.data)
    text = text.replace("\r\n", "\n")
    if front := _FRONT.match(text):
        title = _TITLE.search(front[1])
        draft.title = title[1] if title else ""
        draft.leave_out(
            Said("Front matter"), Said("it is about the file, not part of its text"), text=front[1]
        )
        text = text[front.end() :]
    parser = MarkdownIt("commonmark", {"maxNesting": source.limits.nesting}).enable(
        ["table", "strikethrough"]
    )
    tokens = parser.parse(text)
    # The parser drops what is deeper without a word.
    if max((token.level for token in tokens), default=0) >= source.limits.nesting - 1:
        raise errors.too_deep(source.name, source.limits.nesting)
    _Blocks(source, draft).read(tokens)
    return draft


class _Blocks:
    def __init__(self, source: Source, draft: Draft) -> None:
        self.source, self.draft = source, draft
        self.lists: list[tuple[bool, int]] = []  # open lists: is it numbered, the current number
        self.quotes = 0
        self.fresh = False  # the next paragraph is the first of a list item
        self.row: list[str] = []
        self.rows: list[list[str]] = []

    def read(self, tokens: list[Token]) -> None:
        for before, token in pairwise([Token("", "", 0), *tokens]):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self.lists.append((token.type[0] == "o", int(token.attrGet("start") or 1) - 1))
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    self.lists[-1] = (self.lists[-1][0], self.lists[-1][1] + 1)
                    self.fresh = True
                case "blockquote_open":
                    self.quotes += 1
                case "blockquote_close":
                    self.quotes -= 1
                case "inline":
                    self._inline(before, token)
                case "fence" | "code_block":
                    self.draft.add("code", token.content)
                case "html_block":
                    read_html(token.content, self.source.name, self.source.limits, self.draft)
                case "tr_close":
                    self.rows.append(self.row)
                    self.row = []
                case "table_close":
                    self.draft.table(self.rows, headed=True)
                    self.rows = []

    def _inline(self, before: Token, token: Token) -> None:
        text = self._text(token)
        if before.type in ("th_open", "td_open"):
            self.row.append(text)
        elif before.type == "heading_open":
            self.draft.heading(text, int(before.tag[1]))
        elif self.lists and self.fresh:
            ordered, number = self.lists[-1]
            self.draft.item(text, len(self.lists), f"{number}." if ordered else "-")
            self.fresh = False
        elif self.quotes:
            self.draft.add("quote", text)
        else:
            self.draft.paragraph(text)

    def _text(self, token: Token) -> str:
        pieces = []
        for child in token.children or ():
            if child.type in ("text", "code_inline", "text_special"):
                pieces.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                pieces.append("\n" if self.quotes else " ")
            elif child.type == "image":
                self.draft.leave_out(Said("Pictures"), Said("only text is read"))
                pieces.append(child.content)
        return "".join(pieces)
