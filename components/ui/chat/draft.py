"""What was typed and not sent stays with its conversation: after a visit to another one, to another page, and
after a refresh. Streamlit's box keeps it only as long as it is drawn.

The text never leaves the browser: it is in the tab's own storage until it is sent. Knows nothing of messages.
"""

import streamlit as st

from components.store import Conversation

_KEEP = st.components.v2.component(
    "wordbench_draft",
    html="""
<span hidden></span>
""",
    js="""
const EVERY = 200
const box = () => document.querySelector('[data-testid="stChatInputTextArea"]')

function write(field, text) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text)
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

// A conversation's first look at its box puts the draft back; from then on the box is what counts. A box that
// has left the page says nothing any more.
export default function ({ data }) {
  const name = `wordbench draft ${data.name}`
  let field = null
  const look = () => {
    if (field === null) {
      field = box()
      const kept = sessionStorage.getItem(name)
      if (field && kept && !field.value && !field.disabled) write(field, kept)
    } else if (field.isConnected) {
      if (field.value) sessionStorage.setItem(name, field.value)
      else sessionStorage.removeItem(name)
    } else {
      field = null
    }
  }
  const timer = setInterval(look, EVERY)
  const last = () => field && look()  // a message may have been sent since
  window.addEventListener("pagehide", last)
  return () => {
    clearInterval(timer)
    window.removeEventListener("pagehide", last)
    last()
  }
}
""",
)


def keep(conversation: Conversation | None) -> None:
    """Drawn beside the box of a conversation, or of the new one."""
    name = conversation.id if conversation else "new"
    _KEEP(data={"name": name}, key=f"draft:{name}", height=1)
