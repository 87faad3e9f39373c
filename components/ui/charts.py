"""A chart with what belongs to it: its table, and both as files (PNG, SVG, CSV).

Knows Altair's charts and tables; the browser makes the pictures from what it has drawn.
"""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from components.documents.cells import neutral
from components.ui.language import _

INK = "currentColor"  # of texts and lines in a chart: the page's own, light or dark
NARROW = 480  # pixels of a chart in which words beside each other can't be read
_PICTURES = st.components.v2.component(
    "wordbench_pictures",
    html="""<div class="row"></div>""",
    css="""
.row { display: flex; gap: 0.5rem; }
button { all: unset; cursor: pointer; padding: 0.35rem 0.75rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 0.5rem); font-size: 0.875rem; color: var(--st-text-color); }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
""",
    js="""
const MARGIN = 16
function picture(place) {
  const svg = document.querySelector(`.st-key-${place} svg.marks`)
  if (!svg) return null
  const copy = svg.cloneNode(true), box = svg.viewBox.baseVal
  const width = box.width || svg.clientWidth, height = box.height || svg.clientHeight
  const wide = width + 2 * MARGIN, high = height + 2 * MARGIN
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  copy.setAttribute("width", wide)
  copy.setAttribute("height", high)
  copy.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${wide} ${high}`)
  const page = getComputedStyle(document.querySelector(".stApp") || document.body).backgroundColor
  copy.style.color = getComputedStyle(svg).color  // "currentColor" is the page's here, and black elsewhere
  const back = document.createElementNS("http://www.w3.org/2000/svg", "rect")
  back.setAttribute("x", -MARGIN)
  back.setAttribute("y", -MARGIN)
  back.setAttribute("width", wide)
  back.setAttribute("height", high)
  back.setAttribute("fill", page)
  copy.prepend(back)
  // Colour scales and clips are named by the page's address there, and are in the file itself.
  const text = new XMLSerializer().serializeToString(copy).replaceAll(/url\\([^)#]*#/g, "url(#")
  return { text, width: wide, height: high }
}
function save(url, name) {
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
}
export default function ({ data, parentElement }) {
  const row = parentElement.querySelector(".row")
  row.replaceChildren()
  for (const kind of ["PNG", "SVG"]) {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = kind
    button.setAttribute("aria-label", `${data.label} ${kind}`)
    button.onclick = () => {
      const made = picture(data.place)
      if (!made) return
      const source = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(made.text)
      if (kind === "SVG") return save(source, `${data.name}.svg`)
      const image = new Image()
      image.onload = () => {
        const canvas = document.createElement("canvas")
        canvas.width = made.width * 2
        canvas.height = made.height * 2
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
        save(canvas.toDataURL("image/png"), `${data.name}.png`)
      }
      image.src = source
    }
    row.append(button)
  }
}
""",
)


def draw(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart,
    table: pd.DataFrame,
    name: str,
    on_select: bool = False,
    unfolded: bool = False,
) -> object:
    """The chart, its files and its table. `name` is of the files; returns what was selected in the chart.

    `unfolded`: the table says more than the chart, and is there at once.
    """
    place = f"chart_{name}"
    with st.container(key=place):
        drawn = chart.properties(usermeta={"embedOptions": {"renderer": "svg"}})
        found: object = None
        if on_select:
            found = st.altair_chart(drawn, width="stretch", key=f"{place}_chart", on_select="rerun")
        else:
            st.altair_chart(drawn, width="stretch", key=f"{place}_chart")
    with st.container(horizontal=True, vertical_alignment="center"):
        _PICTURES(
            data={"place": place, "name": name, "label": _("Picture as")},
            key=f"{place}_files",
            width="content",
        )
        csv_button(table, name)
    if unfolded:
        st.dataframe(table, hide_index=True)
    else:
        with st.expander(_("The same as a table"), icon=":material/table:"):
            st.dataframe(table, hide_index=True)
    return found


def csv_button(table: pd.DataFrame, name: str) -> None:
    safe = table.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
    st.download_button(
        _("CSV"),
        safe.to_csv(index=False).encode("utf-8-sig"),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        key=f"csv_{name}",
    )


def axis(**more: Any) -> alt.Axis:
    """Of tokens and names: each label is at its own place, and none is left out."""
    return alt.Axis(labelFlush=False, labelOverlap=False, **more)


def unless_narrow(size: int) -> alt.ExprRef:
    """A size of words that are left out where the chart is too narrow for them; tips and table have them."""
    return where_narrow(0, size)


def where_narrow(narrow: float, wide: float) -> alt.ExprRef:
    """A number of a mark that depends on how wide its chart is."""
    return alt.ExprRef(f"width < {NARROW} ? {narrow} : {wide}")


class Fields:
    """A table as Vega reads it: its columns by codes, since a dot or a quote in a heading would be a path."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._codes = {name: f"c{at}" for at, name in enumerate(table.columns)}
        self.data = table.rename(columns=self._codes)

    def x(self, name: str, kind: str, **more: Any) -> alt.X:
        return alt.X(self._typed(name, kind), title=name, **more)

    def y(self, name: str, kind: str, **more: Any) -> alt.Y:
        return alt.Y(self._typed(name, kind), title=name, **more)

    def color(self, name: str, kind: str, **more: Any) -> alt.Color:
        return alt.Color(self._typed(name, kind), title=name, **more)

    def text(self, name: str) -> alt.Text:
        return alt.Text(self._typed(name, "N"))

    def tip(self, name: str, kind: str = "N", **more: Any) -> alt.Tooltip:
        return alt.Tooltip(self._typed(name, kind), title=name, **more)

    def datum(self, name: str) -> str:
        return f"datum.{self._codes[name]}"

    def _typed(self, name: str, kind: str) -> str:
        return f"{self._codes[name]}:{kind}"


def visible(text: str) -> str:
    """A token as a label: its spaces and line ends are seen."""
    return text.replace("\n", "↵").replace("\t", "⇥").replace(" ", "␣") or "·"


def numbered(texts: tuple[str, ...] | list[str], first: int = 1) -> list[str]:
    """Labels that differ, in their order, where texts repeat."""
    return [f"{at}  {visible(text)}" for at, text in enumerate(texts, first)]
