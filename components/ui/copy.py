"""A button that copies text to the clipboard, in the browser, without a rerun."""

import streamlit as st

from components.ui.language import _

_COPY = st.components.v2.component(
    "wordbench_copy",
    html="""
<button type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path
d="M8 8V4h12v12h-4M4 8h12v12H4z"/></svg><span></span></button>
""",
    css="""
button {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: none; border: none;
  padding: 0.25rem 0.5rem; min-height: 2.25rem; cursor: pointer; border-radius: var(--st-base-radius);
  display: flex; align-items: center; gap: 0.5rem;
}
svg { width: 1rem; fill: none; stroke: currentColor; stroke-width: 2; }
button:hover, button:focus-visible { color: var(--st-primary-color); }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  button.title = data.copy
  button.setAttribute("aria-label", data.copy)
  const label = button.querySelector("span")
  label.textContent ||= data.copy
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
    label.textContent = data.copied
    setTimeout(() => { label.textContent = data.copy }, 1500)
  }
}
""",
)


def copy_button(text: str, key: str) -> None:
    """Draws the button; `text` is what a click copies."""
    _COPY(data={"text": text, "copy": _("Copy"), "copied": _("Copied")}, key=key, width="content")
