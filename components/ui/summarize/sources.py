"""Where a summary's chosen sentence comes from: its passages, marked in the document.

Everything here is text of documents and models: it is escaped, and only the mark around it is markup.
"""

from collections.abc import Callable, Sequence, Set

import streamlit as st

from components.documents import Block, Document
from components.tasks.summarize.summary import Citation, Line, Summary
from components.ui.language import _, said
from components.ui.text import plain

AROUND = 2  # blocks shown after the passage, and rows of a table on each side; one block before it
CLIPPED = 400  # characters shown of what follows a passage, in each block
DOUBT = ":material/question_mark:"  # after a word that may be read wrong
BEFORE = 160  # characters before it: the passage itself has to be in view beside its sentence


def draw(
    summary: Summary,
    chosen: int,
    documents: Sequence[Document],
    page: Callable[[Citation, Document], None] = lambda source, document: None,
) -> None:
    """The document around the passages of the chosen sentence; `page` draws the page that one is on."""
    if not summary.lines:
        st.caption(_("There are no sentences to trace."))
        return
    line = summary.lines[chosen]
    text = _("Sentence {number} of {total}").format(number=chosen + 1, total=len(summary.lines))
    if line.sources and not line.supported:
        nearest = _("Not supported; the nearest:")
        text = f"{text} · {_red(nearest)}"
    st.caption(text)
    _draw_passages(line, documents, page)


def _red(text: str) -> str:
    return f":red[:material/link_off: {text}]"


def _draw_passages(
    line: Line, documents: Sequence[Document], page: Callable[[Citation, Document], None]
) -> None:
    if line.original:
        original = _("In the document's language: {text}").format(text=plain(line.original))
        st.caption(f":material/translate: {original}")
    if not line.sources:
        st.warning(_("Nothing in the document supports this sentence."), icon=":material/link_off:")
    for source in line.sources:
        with st.container(border=True):
            st.caption(f":material/description: {plain(said(source.where))}")
            drawn = st.container()  # the page, above its text, which is there at once
            draw_context(source, documents[source.file])
            with drawn:
                page(source, documents[source.file])


def draw_context(source: Citation, document: Document) -> None:
    blocks = document.blocks
    for index in range(max(source.block - 1, 0), min(source.block + AROUND + 1, len(blocks))):
        block = blocks[index]
        if index == source.block:
            st.markdown(marked_row(block, source) if block.rows else marked(block, source))
        else:
            shown = _end(block.text) if index < source.block else _beginning(block.text)
            st.markdown(f"**{plain(shown)}**" if block.kind == "heading" else f":gray[{plain(shown)}]")
    if blocks[source.block].unsure:
        st.caption(_("{mark}: may be read wrong from the picture").format(mark=f":violet[{DOUBT}]"))


def marked(block: Block, source: Citation) -> str:
    """The block with the passage highlighted; of a long block, only the text around it."""
    first, last = max(0, source.start - BEFORE), min(len(block.text), source.end + CLIPPED)
    before, passage, after = (
        _with_doubts(block, first, source.start),
        _with_doubts(block, source.start, source.end),
        _with_doubts(block, source.end, last),
    )
    opening, ending = "…" if first else "", "…" if last < len(block.text) else ""
    return f"{opening}{before} :orange-background[{passage}] {after}{ending}".strip()


def _with_doubts(block: Block, start: int, end: int) -> str:
    """A stretch of a block's text; words that may be read wrong from a picture have a mark."""
    pieces, at = [], start
    for first, last in sorted(block.unsure):
        if at <= first and last <= end:
            pieces += [_spaced(block.text[at:first]), f":violet[{plain(block.text[first:last])} {DOUBT}]"]
            at = last
    return "".join([*pieces, _spaced(block.text[at:end])]).strip()


def _spaced(text: str) -> str:
    """Text as it is, with the spaces at its ends, which separate it from a marked word."""
    return f"{' ' * text[:1].isspace()}{plain(text)}{' ' * text[-1:].isspace()}"


def marked_row(block: Block, source: Citation) -> str:
    """The passage's row on a coloured ground, below the table's first row and between its neighbours."""
    chosen = block.text.count("\n", 0, source.start)
    around = range(max(chosen - AROUND, 1), min(chosen + AROUND + 1, len(block.rows)))
    doubts = {block.text[first:last] for first, last in block.unsure}
    lines = [_row(block.rows[i], i == chosen, doubts) for i in (0, *around)]
    return "\n".join([lines[0], "| --- " * len(block.rows[0]) + "|", *lines[1:]])


def _row(cells: Sequence[str], chosen: bool, doubts: Set[str]) -> str:
    shown = [plain(_beginning(cell)) for cell in cells]
    shown = [
        f":violet[{text} {DOUBT}]" if doubts & set(cell.split()) else text
        for cell, text in zip(cells, shown, strict=True)
    ]
    return f"| {' | '.join(f':orange-background[{one}]' if chosen and one else one for one in shown)} |"


def _beginning(text: str) -> str:
    return text if len(text) <= CLIPPED else text[:CLIPPED] + "…"


def _end(text: str) -> str:
    return text if len(text) <= BEFORE else "…" + text[-BEFORE:]
