"""A text while a model continues it: a box that grows in place and follows its end, with the new words told
apart from one's own; and, once it is done, the text box at its end. Knows texts, not conversations.
"""

import streamlit as st

_LIVE = st.components.v2.component(
    "wordbench_written",
    html="""
<div class="label"></div><div class="written" tabindex="0" role="group"><span></span><mark></mark></div>
""",
    css="""
.label { font-size: 0.875rem; margin-bottom: 0.25rem; }
.written { box-sizing: border-box; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); padding: 0.75rem;
  overflow-y: auto; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
@media print { .written { height: auto !important; } }
mark { background: color-mix(in srgb, var(--st-green-color) 20%, transparent); color: inherit; }
""",
    js="""
// What has come is added to what is there, so that nothing blinks and a selection stays.
const grow = (place, text) => {
  if (!text.startsWith(place.textContent)) place.textContent = text
  else if (text.length > place.textContent.length) place.append(text.slice(place.textContent.length))
}
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".written")
  const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 40
  parentElement.querySelector(".label").textContent = data.label
  box.setAttribute("aria-label", data.label)
  box.style.height = `${data.height}px`
  grow(box.querySelector("span"), data.before)
  grow(box.querySelector("mark"), data.text)
  if (follows || !box.dataset.seen) box.scrollTop = box.scrollHeight
  box.dataset.seen = "1"
}
""",
)
_END = st.components.v2.component(
    "wordbench_written_end",
    html="""
<span hidden></span>
""",
    js="""
export default function ({ data }) {
  if (window.wordbenchWritten === data.version) return
  const box = [...document.querySelectorAll("textarea")].find((one) => one.ariaLabel === data.label)
  if (!box) return
  if (window.wordbenchWritten !== undefined || data.version) box.scrollTop = box.scrollHeight
  window.wordbenchWritten = data.version
}
""",
)


def draw(label: str, before: str, text: str, height: int) -> None:
    """The box while `text` is added after `before`."""
    _LIVE(data={"label": label, "before": before, "text": text, "height": height}, key="written")


def to_end(version: str, label: str) -> None:
    """Shows the end of the text box with this label, once for each version of its text."""
    _END(data={"version": version, "label": label}, key="written_end", height=1)
