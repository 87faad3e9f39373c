"""A summary's sentences, each with the number that leads to its source, by click or by keyboard.

Knows lines of text; all of it is set as text, never as HTML.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.messages import N_
from components.tasks.summarize.own_words import pieces, quoted
from components.tasks.summarize.summary import BULLETED, Line, Summary
from components.ui.language import _, said

ORIGINS = {
    "written": N_("by the model"),
    "translated": N_("translated"),
    "edited": N_("by hand"),
}
_CITED = st.components.v2.component(
    "wordbench_cited",
    html="""
<div class="lines" role="group"></div>
""",
    css="""
.lines { line-height: 1.65; overflow-wrap: anywhere; max-width: 40rem; }
.lines ul { margin: 0; padding-inline-start: 1.25rem; }
.lines li { margin: 0.2rem 0; }
.lines h3 { font-size: 1rem; margin: 0.9rem 0 0.2rem; }
.lines p { margin: 0; }
.sentence { border-radius: 0.2rem; }
.sentence.leads { cursor: pointer; }
.sentence[data-chosen="true"] { background: color-mix(in srgb, var(--st-primary-color) 18%, transparent);
  box-shadow: 0 0 0 0.15rem color-mix(in srgb, var(--st-primary-color) 18%, transparent); }
mark { color: inherit; background: var(--st-orange-background-color); border-radius: 0.15rem; }
button, .number { font: inherit; font-size: 0.8rem; font-weight: 600; min-width: 1.5rem; min-height: 1.5rem;
  padding: 0 0.3rem; margin: 0 0.15rem; border-radius: 0.4rem; border: 1px solid var(--st-border-color);
  color: var(--st-text-color); background: var(--st-secondary-background-color); }
button { cursor: pointer; }
button:hover { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button[aria-pressed="true"] { background: var(--st-primary-color); border-color: var(--st-primary-color);
  color: #fff; }
.badge { font-size: 0.8rem; padding: 0.05rem 0.4rem; margin: 0 0.15rem; border-radius: 0.4rem; }
.badge.by { color: var(--st-violet-text-color); background: var(--st-violet-background-color); }
.badge.doubt { color: var(--st-orange-text-color); background: var(--st-orange-background-color); }
.badge.none { color: var(--st-red-text-color); background: var(--st-red-background-color); }
""",
    js="""
function piece(parent, tag, text, kind) {
  const element = document.createElement(tag)
  element.textContent = text
  if (kind) element.className = kind
  parent.append(element)
  return element
}

function fill(parent, line, data, choose) {
  const sentence = piece(parent, "span", "", data.leads ? "sentence leads" : "sentence")
  sentence.dataset.number = line.number
  line.pieces.forEach(([text, own]) => own ? piece(sentence, "mark", text) : sentence.append(text))
  if (data.leads) {
    // Text that is being selected isn't a click.
    sentence.onclick = () => { if (getSelection().isCollapsed) choose(line.number) }
    const button = piece(parent, "button", line.number)
    button.type = "button"
    button.dataset.number = line.number
    button.setAttribute("aria-label", line.label)
    button.onclick = () => choose(line.number)
  } else {
    piece(parent, "span", line.number, "number")
  }
  line.badges.forEach(([text, kind]) => piece(parent, "span", text, `badge ${kind}`))
  parent.append(" ")
}

export default function ({ data, parentElement, setStateValue }) {
  const place = parentElement.querySelector(".lines")
  place.lang = data.language
  place.setAttribute("aria-label", data.label)
  const mark = (chosen) => {
    place.querySelectorAll("button").forEach((one) => {
      one.setAttribute("aria-pressed", String(Number(one.dataset.number) === chosen))
    })
    place.querySelectorAll(".sentence").forEach((one) => {
      one.dataset.chosen = String(data.leads && Number(one.dataset.number) === chosen)
    })
  }
  const choose = (number) => {
    mark(number)
    setStateValue("chosen", number)
    // On a narrow screen the sources are below the sentences, out of sight.
    const panel = document.querySelector(`.st-key-${data.panel}`)
    if (panel && panel.getBoundingClientRect().top > 0.7 * innerHeight) {
      panel.style.scrollMarginTop = "7rem"  // below the app's own header
      panel.scrollIntoView({ block: "start", behavior: "smooth" })
    }
  }
  const shown = JSON.stringify([data.lines, data.leads])
  if (place.shown !== shown) {  // what is drawn again loses the focus
    place.shown = shown
    place.replaceChildren()
    let heading = "", list = null
    data.lines.forEach((line) => {
      if (line.heading !== heading) {
        heading = line.heading
        list = null
        piece(place, "h3", heading)
      }
      list ??= piece(place, data.bullets ? "ul" : "p", "")
      fill(data.bullets ? piece(list, "li", "") : list, line, data, choose)
    })
  }
  mark(data.chosen)
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
  place.onkeydown = (event) => {
    const buttons = [...place.querySelectorAll("button")], at = buttons.indexOf(event.target)
    if (at < 0 || !(event.key in step)) return
    event.preventDefault()
    const next = buttons[at + step[event.key]]
    if (next) {
      next.focus()
      choose(Number(next.dataset.number))
    }
  }
}
""",
)


def draw(summary: Summary, key: str, panel: str = "") -> int:
    """The sentences. They lead to their sources in the container with the key `panel`, where there is one;
    returns which one was chosen, from 0: at first the first one.
    """
    chosen = st.session_state.get(f"{key}_chosen", 1)
    data = {
        "lines": [_line(number, line) for number, line in enumerate(summary.lines, 1)],
        "bullets": summary.shape in BULLETED,
        "language": summary.language,
        "label": _("Summary"),
        "leads": bool(panel),
        "panel": panel,
        "chosen": chosen if panel else None,
    }
    found = _CITED(data=data, key=key, on_chosen_change=lambda: None).chosen
    if isinstance(found, int) and 1 <= found <= len(summary.lines):
        chosen = st.session_state[f"{key}_chosen"] = found
    return min(int(chosen), len(summary.lines)) - 1


def _line(number: int, line: Line) -> dict[str, Any]:
    """A quote in quotation marks; of what is written, the words that are not the source's are marked."""
    if line.origin == "quoted":
        speaker, words = quoted(line)
        parts: list[tuple[str, bool]] = [(f"{speaker}“{words}”", False)]
    else:
        parts = [(piece.text, piece.own) for piece in pieces(line)]
    return {
        "number": number,
        "heading": said(line.heading),
        "pieces": parts,
        "badges": badges(line),
        "label": _("Source of sentence {number}").format(number=number),
    }


def badges(line: Line) -> Sequence[tuple[str, str]]:
    """What a reader must not miss about a sentence, each with its kind: "by", "doubt" or "none"."""
    found: list[tuple[str, str]] = []
    if line.origin != "quoted":
        found.append((_(ORIGINS["translated" if line.original else line.origin]), "by"))
        if line.supported and not line.faithful and not line.original:
            found.append((_("in other words: compare"), "doubt"))
    if not line.supported:
        found.append((_("no source"), "none"))
    unknown = _("not in the document: {missing}")
    return [*found, *((unknown.format(missing=said(missing)), "doubt") for missing in line.missing)]
