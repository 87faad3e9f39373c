"""A text coloured by how sure a model was of each token, with the likeliest others beside each.

Knows scores; all text is set as text, never as HTML. A word chosen from the others is told to the caller.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from components.models.scores import TokenScore, perplexity
from components.tasks.inside.surprise import sentences
from components.ui.charts import csv_button, visible
from components.ui.language import _, ngettext

_SURE = st.components.v2.component(
    "wordbench_sure",
    html="""
<div class="legend"></div>
<div class="text" role="group"></div>
<div class="beside" role="group" aria-live="polite"></div>
""",
    css="""
.legend { display: flex; gap: 0.35rem; flex-wrap: wrap; font-size: 0.8rem; margin-bottom: 0.5rem; }
.legend span { padding: 0 0.4rem; }
.text { border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: 0.75rem 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; max-height: 24rem; overflow-y: auto; }
.text button { all: unset; cursor: pointer; white-space: pre-wrap; display: inline; }
.text button:focus-visible, .text button[aria-pressed="true"] {
  outline: 2px solid var(--st-primary-color); outline-offset: 1px; border-radius: 0.15rem; }
.text .b0, .legend .b0 { background: transparent; }
.text .b1, .legend .b1 { background: color-mix(in srgb, var(--st-orange-color) 14%, transparent); }
.text .b2, .legend .b2 { background: color-mix(in srgb, var(--st-orange-color) 28%, transparent);
  box-shadow: inset 0 -1px 0 currentColor; }
.text .b3, .legend .b3 { background: color-mix(in srgb, var(--st-orange-color) 44%, transparent);
  box-shadow: inset 0 -2px 0 currentColor; }
.text .b4, .legend .b4 { background: color-mix(in srgb, var(--st-red-color) 48%, transparent);
  box-shadow: inset 0 -3px 0 currentColor; }
.text .none { opacity: 0.6; }
.beside { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; min-height: 2.6rem;
  padding: 0.5rem 0; font-size: 0.9rem; }
.beside button { all: unset; cursor: pointer; border: 1px solid var(--st-border-color); 
  padding: 0.15rem 0.5rem; border-radius: 1rem; white-space: pre; }
.beside button:hover, .beside button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
.beside .own { font-weight: 700; }
""",
    js="""
const band = (chance) => chance === null ? "none" : chance >= 0.5 ? "b0" : chance >= 0.2 ? "b1"
  : chance >= 0.05 ? "b2" : chance >= 0.01 ? "b3" : "b4"
const seen = (text) => text.replaceAll("\\n", "↵").replaceAll(" ", "␣") || "·"
const percent = (chance) => chance === null ? "–" : (100 * chance).toFixed(chance < 0.1 ? 1 : 0) + "%"
export default function ({ data, parentElement, setTriggerValue }) {
  const text = parentElement.querySelector(".text"), beside = parentElement.querySelector(".beside")
  const drawn = JSON.stringify([data.tokens, data.words])
  if (parentElement.drawn === drawn) return  // what is drawn again loses the focus
  parentElement.drawn = drawn
  const legend = parentElement.querySelector(".legend")
  legend.replaceChildren()
  const bands = [["b0", "≥ 50%"], ["b1", "20–50%"], ["b2", "5–20%"], ["b3", "1–5%"], ["b4", "< 1%"]]
  bands.forEach(([name, said]) => {
    const sample = document.createElement("span")
    sample.className = name
    sample.textContent = said
    legend.append(sample)
  })
  text.replaceChildren()
  text.setAttribute("aria-label", data.words.text)
  beside.replaceChildren(document.createTextNode(data.words.hint))
  const tell = (at) => {
    const [own, chance, others] = data.tokens[at]
    beside.replaceChildren()
    const first = document.createElement("span")
    first.className = "own"
    first.textContent = `${seen(own)}  ${percent(chance)}`
    beside.append(first)
    others.forEach(([other, likely], number) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = `${seen(other)}  ${percent(likely)}`
      button.disabled = !data.words.choose
      const name = `${data.words.choose} ${other.trim() || seen(other)} ${percent(likely)}`
      button.setAttribute("aria-label", name)
      if (data.words.choose) button.onclick = () => setTriggerValue("chosen", [at, number])
      beside.append(button)
    })
    if (!others.length) beside.append(document.createTextNode(data.words.none))
  }
  const buttons = []
  let pinned = -1
  const pin = (at) => {
    pinned = at
    buttons.forEach((one, number) => one.setAttribute("aria-pressed", String(number === at)))
    tell(at)
  }
  data.tokens.forEach(([own, chance], at) => {
    const button = document.createElement("button")
    button.type = "button"
    button.className = band(chance)
    button.tabIndex = at ? -1 : 0
    button.textContent = own || ""
    button.setAttribute("aria-label", `${own.trim() || seen(own)}, ${percent(chance)}`)
    button.onmouseenter = () => tell(at)
    button.onmouseleave = () => { if (pinned >= 0) tell(pinned) }
    button.onfocus = () => tell(at)
    button.onclick = () => pin(at)
    button.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (!step || !buttons[at + step]) return
      event.preventDefault()
      button.tabIndex = -1
      buttons[at + step].tabIndex = 0
      buttons[at + step].focus()
    }
    buttons.push(button)
    text.append(button)
  })
}
""",
)


@dataclass(frozen=True)
class Chosen:
    """Another word in the place of one that was written."""

    before: str  # the text in front of it
    word: str


def draw(tokens: Sequence[TokenScore], key: str, branching: bool = True) -> Chosen | None:
    """The coloured text with its numbers. Returns a word from which to go on, in the run of its click."""
    rows = [
        [
            one.text,
            None if one.logprob is None else math.exp(one.logprob),
            [[other.text, math.exp(other.logprob)] for other in one.top],
        ]
        for one in tokens
    ]
    words = {
        "text": _("The text, coloured by probability. The arrow keys go from token to token."),
        "hint": _("Point at a token, or go to it with the arrow keys, to see what else was likely."),
        "none": _("This engine doesn't tell which others were likely."),
        "choose": _("Go on from here with") if branching else "",
    }
    result = _SURE(data={"tokens": rows, "words": words}, key=key, on_chosen_change=lambda: None)
    if branching and any(one.top for one in tokens):
        st.caption(_("A click on another word goes on from there, in a new branch of the conversation."))
    _draw_numbers(tokens, key)
    if not branching or not isinstance(result.chosen, list):
        return None
    at, number = result.chosen
    if at >= len(tokens) or number >= len(tokens[at].top):
        return None
    return Chosen("".join(one.text for one in tokens[:at]), tokens[at].top[number].text)


def _draw_numbers(tokens: Sequence[TokenScore], key: str) -> None:
    known = [one for one in tokens if one.logprob is not None]
    if not known:
        return
    count = ngettext("{count} token", "{count} tokens", len(known)).format(count=f"{len(known):,}")
    with st.container(horizontal=True):
        st.metric(_("Perplexity"), f"{perplexity(tokens):,.1f}", width="content")
        bits = -sum(one.logprob or 0.0 for one in known) / len(known) / math.log(2)
        st.metric(_("Surprise of a token"), _("{bits} bits").format(bits=f"{bits:.2f}"), width="content")
        st.metric(_("Scored"), count, width="content")
    table = pd.DataFrame(
        [
            {
                _("Sentence"): one.text,
                _("Bits per token"): round(one.bits, 2),
                _("Perplexity"): round(one.perplexity, 1),
                _("Most surprising"): visible(one.least),
            }
            for one in sentences(tokens)
        ]
    )
    with st.expander(_("Surprise of each sentence, and every token as a table"), icon=":material/table:"):
        st.dataframe(table, hide_index=True)
        csv_button(_all(tokens), f"how_sure_{key}")


def _all(tokens: Sequence[TokenScore]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Token"): one.text,
                "id": one.id,
                "ln p": one.logprob,
                _("Others"): "; ".join(f"{other.text!r} {math.exp(other.logprob):.3f}" for other in one.top),
            }
            for one in tokens
        ]
    )
