"""Where a summary's sentences come from: choose one, and its passage is shown marked in the document.

Everything here is text of documents and models: it is escaped, and only the mark around it is markup.
"""

from collections.abc import Sequence

import streamlit as st

from components.documents import Block, Document
from components.tasks.summarize.summary import Citation, Line, Summary
from components.ui.language import _, said
from components.ui.text import plain

AROUND = 2  # blocks shown before and after the passage
SHOWN = 40  # sentences listed at a time
CLIPPED = 400  # characters shown of what is around a passage, on each side and in each block
HEIGHT = 560  # pixels of both sides: a passage shows beside its sentence, however long the list is


def draw(summary: Summary, documents: Sequence[Document], scope: str) -> None:
    """The sentences on one side, the document around the chosen one's passages on the other."""
    lines = summary.lines
    if not lines:
        st.caption(_("There are no sentences to trace."))
        return
    left, right = st.columns(2)
    with left, st.container(height=HEIGHT, border=False):
        first = _first_shown(len(lines), scope)
        chosen = st.radio(
            _("Choose a sentence to see where it comes from"),
            range(first, min(first + SHOWN, len(lines))),
            format_func=lambda i: f"{i + 1}\\. {plain(lines[i].text)}",
            captions=[_caption(line) for line in lines[first : first + SHOWN]],
            key=f"sentence_{scope}_{first}",
        )
    with right, st.container(height=HEIGHT, border=False):
        _draw_passages(lines[chosen], documents)


def _first_shown(number: int, scope: str) -> int:
    """Which sentences of a long summary are listed."""
    if number <= SHOWN:
        return 0
    return st.selectbox(
        _("Sentences"),
        range(0, number, SHOWN),
        format_func=lambda first: _("{first} to {last} of {total}").format(
            first=first + 1, last=min(first + SHOWN, number), total=number
        ),
        key=f"shown_{scope}",
    )


def _caption(line: Line) -> str:
    if not line.sources:
        return _red(_("Nothing in the document supports this"))
    places = list(dict.fromkeys(said(source.where) for source in line.sources))
    nearest = "" if line.supported else _red(_("Not supported; the nearest:")) + " "
    return nearest + ":material/link: " + plain(" · ".join(places))


def _red(text: str) -> str:
    return f":red[:material/link_off: {text}]"


def _draw_passages(line: Line, documents: Sequence[Document]) -> None:
    if line.original:
        original = _("In the document's language: {text}").format(text=plain(line.original))
        st.caption(f":material/translate: {original}")
    if not line.sources:
        st.warning(_("Nothing in the document supports this sentence."), icon=":material/link_off:")
    for source in line.sources:
        with st.container(border=True):
            st.caption(f":material/description: {plain(said(source.where))}")
            _draw_context(source, documents[source.file])


def _draw_context(source: Citation, document: Document) -> None:
    blocks = document.blocks
    for index in range(max(source.block - AROUND, 0), min(source.block + AROUND + 1, len(blocks))):
        block = blocks[index]
        if index == source.block:
            st.markdown(marked_row(block, source) if block.rows else _marked(block, source))
        else:
            shown = _end(block.text) if index < source.block else _beginning(block.text)
            st.markdown(f"**{plain(shown)}**" if block.kind == "heading" else f":gray[{plain(shown)}]")


def _marked(block: Block, source: Citation) -> str:
    """The block with the passage highlighted; of a long block, only the text around it."""
    before, passage, after = (
        plain(_end(block.text[: source.start])),
        plain(block.text[source.start : source.end]),
        plain(_beginning(block.text[source.end :])),
    )
    return f"{before} :orange-background[{passage}] {after}".strip()


def marked_row(block: Block, source: Citation) -> str:
    """The passage's row on a coloured ground, below the table's first row and between its neighbours."""
    chosen = block.text.count("\n", 0, source.start)
    around = range(max(chosen - AROUND, 1), min(chosen + AROUND + 1, len(block.rows)))
    lines = [_row(block.rows[i], i == chosen) for i in (0, *around)]
    return "\n".join([lines[0], "| --- " * len(block.rows[0]) + "|", *lines[1:]])


def _row(cells: Sequence[str], marked: bool) -> str:
    shown = [plain(_beginning(cell)) for cell in cells]
    return f"| {' | '.join(f':orange-background[{one}]' if marked and one else one for one in shown)} |"


def _beginning(text: str) -> str:
    return text if len(text) <= CLIPPED else text[:CLIPPED] + "…"


def _end(text: str) -> str:
    return text if len(text) <= CLIPPED else "…" + text[-CLIPPED:]
