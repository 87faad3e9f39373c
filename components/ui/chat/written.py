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
mark { background: color-mix(in srgb, var(--st-green-color) 20%, transparent); color: inherit; }
""",
    js="""
// What has come is added to what is there, so that nothing blinks and a selection stays.
const grow = (place, text) => {
  if (!text.startsWith(place.textContent)) place.textContent = text
  else if (text.length > place.textContent.length) place.append(text.slice(place.textContent.length))
}
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".written")
  const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 40
  parentElement.querySelector(".label").textContent = data.label
  box.setAttribute("aria-label", data.label)
  box.style.height = `${data.height}px`
  const own = box.querySelector("span"), mark = box.querySelector("mark")
  if (data.before !== null) grow(own, data.before)
  if (data.at > mark.textContent.length || data.own !== own.textContent.length)
    return setTriggerValue("lacking", true)
  grow(mark, mark.textContent.slice(0, data.at) + data.text)
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


def draw(label: str, before: str, text: str, had: int, had_before: bool, height: int) -> bool:
    """The box while `text` is added after `before`. The browser has `had` letters of the text, and maybe what
    is before: only what it doesn't have is sent, so that a long text costs no more than a short one. Returns
    whether it turned out to lack some.
    """
    data = {"label": label, "at": _units(text[:had]), "text": text[had:], "height": height}
    data |= {"own": _units(before), "before": None if had_before else before}
    return bool(_LIVE(data=data, key="written", on_lacking_change=lambda: None).lacking)


def _units(text: str) -> int:
    """Its length as JavaScript counts: a letter outside of the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_end(version: str, label: str) -> None:
    """Shows the end of the text box with this label, once for each version of its text."""
    _END(data={"version": version, "label": label}, key="written_end", height=1)
