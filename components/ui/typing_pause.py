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
export default function ({ data }) {
  const area = document.querySelector(`textarea[aria-label="${data.label}"]`)
  if (!area || area.dataset.pause) return
  area.dataset.pause = "on"
  let timer = 0
  area.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!area.value.trim() || area.value.length > data.longest) return
      area.dispatchEvent(new KeyboardEvent("keydown", {
        key: "Enter", code: "Enter", keyCode: 13, which: 13, ctrlKey: true, bubbles: true, cancelable: true,
      }))
    }, data.milliseconds)
  })
}
""",
)


def commit_after_pause(label: str, longest: int, milliseconds: int = 900) -> None:
    """For the text area of this label; texts over `longest` characters wait for a button."""
    data = {"label": label, "longest": longest, "milliseconds": milliseconds}
    _PAUSE(data=data, key=f"pause_{label}", height=1)
