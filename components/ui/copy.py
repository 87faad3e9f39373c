"""A button that copies text to the clipboard, in the browser, without a rerun."""

import streamlit as st

from components.ui.language import _

_COPY = st.components.v2.component(
    "wordbench_copy",
    html="""
<button type="button"></button>
""",
    css="""
button {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: none; border: none;
  padding: 0.25rem 0.5rem; min-height: 2.25rem; cursor: pointer; border-radius: var(--st-base-radius);
}
button:hover, button:focus-visible { color: var(--st-primary-color); }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  button.title = data.copy
  button.setAttribute("aria-label", data.copy)
  button.textContent ||= data.copy
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text)
    } catch {
      // Without https on another host there is no clipboard API.
      const area = document.createElement("textarea")
      area.value = data.text
      document.body.appendChild(area)
      area.select()
      document.execCommand("copy")
      area.remove()
    }
    button.textContent = data.copied
    setTimeout(() => { button.textContent = data.copy }, 1500)
  }
}
""",
)


def copy_button(text: str, key: str) -> None:
    """Draws the button; `text` is what a click copies."""
    _COPY(data={"text": text, "copy": _("Copy"), "copied": _("Copied")}, key=key, width="content")
