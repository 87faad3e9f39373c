"""Commits a text area by itself after a pause in typing, as Ctrl+Enter would.

Streamlit sends a text area's value when it loses the focus or at Ctrl+Enter; this presses that for a
short text. Draws nothing.
"""

import streamlit as st

_PAUSE = st.components.v2.component(
    "wordbench_typing_pause",
    html="""
<span hidden></span>
""",
    js="""
// One listener for the whole page: Streamlit may replace the text area at any time.
export default function ({ data }) {
  window.wordbenchPauses ??= {}
  if (window.wordbenchPauses[data.label]) return
  window.wordbenchPauses[data.label] = true
  let timer = 0
  document.addEventListener("input", ({ target }) => {
    if (target.getAttribute?.("aria-label") !== data.label) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!target.isConnected || !target.value.trim() || target.value.length > data.longest) return
      target.dispatchEvent(new KeyboardEvent("keydown", {
        key: "Enter", code: "Enter", keyCode: 13, which: 13, ctrlKey: true, bubbles: true, cancelable: true,
      }))
    }, data.milliseconds)
  })
}
""",
)


def commit_after_pause(label: str, longest: int, milliseconds: int = 900) -> None:
    """For the text area of this label, as it is drawn; texts over `longest` characters wait for a button."""
    data = {"label": label, "longest": longest, "milliseconds": milliseconds}
    _PAUSE(data=data, key=f"pause_{label}", height=1)
