"""Where a summary's sentences come from: choose one, and its passage is shown marked in the document.

Everything here is text of documents and models: it is escaped, and only the mark around it is markup.
"""

import re
from collections.abc import Sequence

import streamlit as st

from components.documents import Block, Document
from components.messages import N_
from components.tasks.summarize.running import PASTED
from components.tasks.summarize.summarizing import OVERALL
from components.tasks.summarize.summary import Citation, Line, Summary
from components.ui.language import _
from components.ui.text import plain

AROUND = 2  # blocks shown before and after the passage
SHOWN = 40  # sentences listed at a time
CLIPPED = 400  # characters shown of what stands around a passage, on each side and in each block
HEIGHT = 560  # pixels of both sides: a passage shows beside its sentence, however long the list is
PLACES = {
    "page": N_("page {number}"),
    "pages": N_("pages {pages}"),
    "slide": N_("slide {number}"),
    "paragraph": N_("paragraph {number}"),
    "sheet": N_("sheet {name}"),
    "table": N_("table {number}"),
    "row": N_("row {number}"),
}
_PLACE = re.compile(
    r"(^|, )(pages?|slide|paragraph|sheet|table|row) (\d+(?:–\d+)?|(?<=sheet ).+?)((?:, notes)?)$"
)
_ROW = re.compile(r"(.+), row (\d+)")
_STRETCH = re.compile(r"((?:paragraph|row) \d+|[\d:]+) to ((?:paragraph|row) \d+|[\d:]+)")


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
        return f":red[:material/link_off: {_('Nothing in the document supports this')}]"
    places = list(dict.fromkeys(_where(source) for source in line.sources))
    nearest = f":red[:material/link_off: {_('Not supported; the nearest:')}] "
    return ("" if line.supported else nearest) + ":material/link: " + plain(" · ".join(places))


def _where(source: Citation) -> str:
    where = place(source.place or f"paragraph {source.block + 1}")
    return _("{document}, {place}").format(document=document_name(source.name), place=where)


def document_name(name: str) -> str:
    """A file's own name; what we named ourselves in the person's language."""
    stem, dot, ending = name.partition(".")
    return f"{_(stem)}{dot}{ending}" if stem in (PASTED, OVERALL) else name


def place(text: str) -> str:
    """Where something stands: the document's headings as they are, and our words for the rest of it."""
    if stretch := _STRETCH.fullmatch(text):
        return _("{first} to {last}").format(first=place(stretch[1]), last=place(stretch[2]))
    if in_table := _ROW.fullmatch(text):
        row = _(PLACES["row"]).format(number=in_table[2])
        return _("{section}, {place}").format(section=place(in_table[1]), place=row)
    found = _PLACE.search(text)
    if found is None:
        return text
    ours = _(PLACES[found[2]]).format(number=found[3], pages=found[3], name=found[3])
    if found[4]:
        ours = _("{place}, notes").format(place=ours)
    section = text[: found.start()]
    return _("{section}, {place}").format(section=section, place=ours) if section else ours


def _draw_passages(line: Line, documents: Sequence[Document]) -> None:
    if line.original:
        original = _("In the document's language: {text}").format(text=plain(line.original))
        st.caption(f":material/translate: {original}")
    if not line.sources:
        st.warning(_("Nothing in the document supports this sentence."), icon=":material/link_off:")
    for source in line.sources:
        with st.container(border=True):
            st.caption(f":material/description: {plain(_where(source))}")
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
    """The block with the passage on a coloured ground; of a block of any length, what stands around it."""
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
