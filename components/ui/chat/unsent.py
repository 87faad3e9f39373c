"""What was typed and not sent stays with its conversation: after a visit to another one, to another page, and
after a refresh. Streamlit's box keeps it only as long as it is drawn. A file that the browser refused, being
too large, is named once the message was sent without it.

The text never leaves the browser: it is in the tab's own storage until it is sent. Knows nothing of messages.
"""

import streamlit as st

from components.store import Conversation
from components.ui.language import _
from components.ui.resources import config

_KEEP = st.components.v2.component(
    "wordbench_draft",
    html="""
<div class="refused" role="alert" hidden></div>
""",
    css="""
.refused { padding: 0.5rem 0.75rem; border-radius: var(--st-base-radius); color: var(--st-text-color);
  background: color-mix(in srgb, var(--st-orange-color, #b35900) 20%, transparent); overflow-wrap: anywhere; }
""",
    js="""
const EVERY = 200
const REFUSED = "wordbench refused"
const box = () => document.querySelector('[data-testid="stChatInputTextArea"]')

function write(field, text) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text)
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

// What is in the box. A file with an error stays beside the text until the message is sent without it.
function content(field) {
  const chips = [...document.querySelectorAll('[data-testid="stChatInput"] [data-testid="stFileChip"]')]
  const bad = chips.filter((chip) => chip.getAttribute("aria-invalid") === "true")
  const refused = bad.map((chip) => chip.querySelector('[data-testid="stFileChipName"]').title)
  const sendable = Boolean(field.value) || chips.length > bad.length
  return { refused, sendable, empty: !field.value && !chips.length }
}

// A conversation's first look at its box puts the draft back; from then on the box is what counts. A box that
// has left the page says nothing any more.
export default function ({ data, parentElement }) {
  const name = `wordbench draft ${data.name}`
  const note = parentElement.querySelector(".refused")
  let field = null
  const tell = () => {
    const names = sessionStorage.getItem(REFUSED)
    note.hidden = !names
    note.textContent = names ? data.refused.replace("{names}", () => names) : ""
  }
  // Before the box hears of a key or a click, and right after it: what emptied the box has sent a message.
  // Later the page may have put a text back, or have another box.
  const sending = () => {
    const sent = box()
    const before = sent && content(sent)
    if (before?.sendable) setTimeout(() => {
      if (sent.isConnected && !content(sent).empty) return
      if (before.refused.length) sessionStorage.setItem(REFUSED, before.refused.join(", "))
      else sessionStorage.removeItem(REFUSED)
    })
  }
  const look = () => {
    if (field === null) {
      field = box()
      const kept = sessionStorage.getItem(name)
      if (field && kept && !field.value && !field.disabled && !data.busy) write(field, kept)
    } else if (field.isConnected) {
      if (field.value || data.sending) sessionStorage.setItem(name, field.value || data.sending)
      else if (!data.busy) sessionStorage.removeItem(name)
      tell()
    } else {
      field = null
    }
  }
  const timer = setInterval(look, EVERY)
  const last = () => field && look()  // a message may have been sent since
  window.addEventListener("pagehide", last)
  for (const event of ["keydown", "click"]) window.addEventListener(event, sending, true)
  return () => {
    clearInterval(timer)
    for (const event of ["keydown", "click"]) window.removeEventListener(event, sending, true)
    window.removeEventListener("pagehide", last)
    if (data.busy) sessionStorage.removeItem(name)  // the page is still here: it was sent, or is put back
    else last()
  }
}
""",
)


def keep(conversation: Conversation | None, sending: str = "", busy: bool = False) -> None:
    """Drawn beside the box of a conversation, or of the new one. `sending` is the text of a message whose
    files are being read, `busy` whether there is one: the text is back in the box only if the server ended.
    """
    name = conversation.id if conversation else "new"
    refused = _("Not sent with your message, because a file may have {limit} MB here: {names}.")
    refused = refused.format(limit=config().upload_mb, names="{names}")
    data = {"name": name, "refused": refused, "sending": sending, "busy": busy}
    _KEEP(data=data, key=f"draft:{name}")
