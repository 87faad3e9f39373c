"""Texts as a model reads them: what is trained on is marked, control tokens and line ends are visible.

Knows stretches of text; all of it is set as text, never as HTML.
"""

from collections.abc import Sequence

import streamlit as st

from components.training.doctor.report import Stretch
from components.ui.language import said

_TOKENS = st.components.v2.component(
    "wordbench_tokens",
    html="""
<div class="tokens"></div>
""",
    css="""
.tokens { border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  background: var(--st-code-background-color); padding: 0.75rem 1rem; white-space: pre-wrap;
  overflow-wrap: anywhere; line-height: 1.6; max-height: 20rem; overflow-y: auto;
  font-family: var(--st-code-font); font-size: 0.875rem; }
mark { background: color-mix(in srgb, var(--st-green-color) 26%, transparent); color: inherit;
  border-radius: 0.15rem; box-decoration-break: clone; }
.control { font-weight: 700; outline: 1px dotted currentColor; outline-offset: -1px; border-radius: 0.15rem; }
.end { opacity: 0.5; }
""",
    js="""
function lines(element, text) {
  text.split("\\n").forEach((line, number) => {
    if (number) {
      const sign = document.createElement("span")
      sign.className = "end"
      sign.textContent = "↵"
      element.append(sign, document.createTextNode("\\n"))
    }
    element.append(document.createTextNode(line))
  })
}
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".tokens")
  place.replaceChildren()
  place.tabIndex = 0
  place.setAttribute("role", "group")
  place.setAttribute("aria-label", data.label)
  data.stretches.forEach(([text, trained, control]) => {
    const element = document.createElement(trained ? "mark" : "span")
    element.classList.toggle("control", control)
    lines(element, text)
    place.append(element)
  })
}
""",
)


def draw(stretches: Sequence[Stretch], label: str, key: str) -> None:
    """Draws stretches of text; what was left out of a very long row is a message among them."""
    _TOKENS(data={"stretches": [[said(text), *marks] for text, *marks in stretches], "label": label}, key=key)
