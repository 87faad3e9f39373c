"""What belongs to the browser's window, not to a page: language, keys, what a screen reader is told, paper.

Knows no page. The only place that listens to keys, and to what is copied, for the whole window.
"""

from typing import Any

import streamlit as st

from components.messages import N_
from components.ui import announcements, heartbeat
from components.ui.chat import tab
from components.ui.language import _, code, tag

CHAT = "pages/chat.py"
STOP = "stop"  # the key of the button that Escape presses
KEYS = {
    "Escape": N_("Stop what is being made"),
    "Ctrl+Shift+O": N_("New conversation"),
    "Ctrl+Enter": N_("Take over what was typed in a text box"),
    "?": N_("Show these keys"),
}
# What Streamlit itself says, in English whatever the language is.
THEIRS = (
    N_("Upload"),
    N_("Drag and drop"),
    N_("Press Enter to apply"),
    N_("Press Ctrl+Enter to apply"),
    N_("Choose an option"),
    N_("Choose options"),
    N_("Select all"),
    N_("No results"),
)
# On paper: what is made, without what it is made with.
_PAPER = """
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stBottom"], [data-testid="stToolbar"],
  [data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stPopover"],
  [data-testid="stPageLink"], [data-testid="stFileUploader"], [data-testid="stSelectbox"],
  [data-testid="stMultiSelect"], [data-testid="stButtonGroup"], [data-testid="stRadio"],
  [data-testid="stFeedback"], [data-testid="stTextInput"], [data-testid="stNumberInput"],
  [data-testid="stSlider"], [data-testid="stCheckbox"], [data-testid="stForm"],
  [data-testid="stElementToolbar"], [data-testid="stTextArea"]:has(textarea:placeholder-shown),
  [role="tablist"], [class*="_form_"], [class*="_form "], .st-key-tour { display: none !important; }
  textarea { height: auto !important; max-height: none !important; field-sizing: content; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  [data-testid="stVerticalBlock"], [data-testid="stLayoutWrapper"] { height: auto !important;
    max-height: none !important; overflow: visible !important; }
  [data-testid="stAppViewContainer"], [data-testid="stMain"] { position: static !important;
    height: auto !important; overflow: visible !important; }
}
"""
# What isn't seen takes no room; of a bin beside an entry only the icon is seen.
# Names in a list begin under each other. What is chosen has the colour of
# text: the main colour is too dark on dark.
_SEEN = """
[data-testid="stLayoutWrapper"]:has(> .st-key-unseen), .st-key-display_kept,
[class*="st-key-said_"] { position: absolute; }
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-beat_"]), [class*="st-key-beat_"]
  { position: absolute; width: 1px; overflow: hidden; }
[class*="st-key-delete_"] button[kind="tertiary"] [data-testid="stMarkdownContainer"]
  { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[data-testid="stSidebar"] [class*="st-key-open_"] button, [class*="st-key-open_"] button > *
  { justify-content: flex-start; width: 100%; text-align: start; }
[data-testid="stButtonGroup"] button[data-selected="true"], [role="tab"][aria-selected="true"] *,
[data-testid="stSliderThumbValue"], [data-testid="stSliderThumbValue"] *
  { color: inherit !important; }
"""
# The tour stays in view where there is room: a chat follows its end, and Next would be far above it.
_TOUR = """
.st-key-tour { background: Canvas; }
@media (width >= 768px) and (height >= 600px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-tour) { position: sticky; top: 4rem; z-index: 100; }
}
"""
# Lines of about 80 letters, on any screen.
_READ = """
:is([data-testid="stMain"], [data-testid="stAppScrollToBottomContainer"])
  :is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]) :is(p, li) { max-width: 72ch; }
"""
# What is wider than the page scrolls by itself, not the whole page with it.
_WIDE = """
[data-testid="stMarkdown"] [data-testid="stMarkdownContainer"] table
  { display: block; width: fit-content; max-width: 100%; overflow-x: auto; }
[data-testid="stMarkdownContainer"] :is(.katex-display, p:has(> .katex)) { overflow: auto hidden; }
@media print { [data-testid="stMarkdown"] [data-testid="stMarkdownContainer"] table { display: table; } }
"""
_WINDOW = st.components.v2.component(
    "wordbench_window",
    html="""
<span hidden></span>
""",
    css=_PAPER + _SEEN + _READ + _WIDE + _TOUR,
    js=heartbeat.CODE
    + r"""
// One listener for the whole window; it presses through what was drawn last.
const editable = (event) => {
  const target = event.composedPath()[0]
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
const open = () => document.querySelector('[role="dialog"], [role="listbox"], [data-testid="stPopoverBody"]')
function listen(event) {
  const trigger = window.wordbenchTrigger
  if (event.key === "Escape" && !open()) {
    document.querySelector(`.st-key-${window.wordbenchStop} button:enabled`)?.click()
  } else if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "o") {
    event.preventDefault()
    trigger("pressed", "new")
  } else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !editable(event)) {
    trigger("pressed", "keys")
  }
}
// On a phone the side lies over the page: it goes when something of it has been opened.
const OPENS = '[data-testid="stSidebar"] :is([class*="st-key-open_"], [class*="st-key-new_"]) button'
function close(event) {
  if (window.innerWidth >= 768 || !event.target.closest(OPENS)) return
  setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click(), 200)
}
// Texts that aren't the app's own, put into its language as they come.
function say(node) {
  const text = node.nodeValue.trim()
  const size = text.match(/^(\d+)MB per file(.*)$/)
  const told = size ? `${window.wordbenchTheirs.limit.replace("{size}", size[1])}${size[2]}`
    : window.wordbenchTheirs.texts[text]
  if (told && told !== text) node.nodeValue = told
}
const hint = (node) => {
  const told = window.wordbenchTheirs.texts[node.placeholder]
  if (told) node.placeholder = told
}
function sayAll(root) {
  if (root.matches("input")) hint(root)
  root.querySelectorAll("input[placeholder]").forEach(hint)
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) say(texts.currentNode)
}
function translateTheirs(theirs) {
  const first = !window.wordbenchTheirs
  window.wordbenchTheirs = theirs
  if (!first) return
  sayAll(document.body)
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") hint(change.target)
      for (const node of change.addedNodes) {
        if (node.nodeType === Node.TEXT_NODE) say(node)
        else if (node.nodeType === Node.ELEMENT_NODE) sayAll(node)
      }
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["placeholder"] })
}
// What is copied is what was written: without the joiners that keep Streamlit from reading more into it.
const written = (text) => text.replaceAll("\u2060", "")
function copy(event) {
  const chosen = document.getSelection()
  if (!chosen.rangeCount || !chosen.toString().includes("\u2060")) return
  const held = document.createElement("div")
  for (let at = 0; at < chosen.rangeCount; at++) held.append(chosen.getRangeAt(at).cloneContents())
  event.clipboardData.setData("text/plain", written(chosen.toString()))
  event.clipboardData.setData("text/html", written(held.innerHTML))
  event.preventDefault()
}
export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language
  if (data.theirs || window.wordbenchTheirs)
    translateTheirs(data.theirs ?? { texts: {}, limit: "{size}MB per file" })
  window.wordbenchTrigger = setTriggerValue
  window.wordbenchStop = data.stop
  if (window.wordbenchListens) return
  window.wordbenchListens = true
  document.addEventListener("keydown", listen, true)  // before what has the focus
  document.addEventListener("copy", copy)
  document.addEventListener("click", close)
  const clipboard = navigator.clipboard  // what the buttons on code use; it needs https, or this computer
  const write = clipboard?.writeText.bind(clipboard)
  if (write) clipboard.writeText = (text) => write(text.replaceAll(":\u2060material/", ":material/"))
}
""",
    isolate_styles=False,  # paper is for the whole window
)


def draw() -> None:
    """Draws nothing that is seen. Once on every page, at the side."""
    data = {"language": tag(), "stop": STOP, "theirs": _theirs()}
    found = _WINDOW(data=data, key="window", height=1, on_pressed_change=lambda: None)
    announcements.draw()
    if found.pressed == "keys":
        st.dialog(_("Keys"))(_draw_keys)()
    elif found.pressed == "new":
        tab.open_conversation(None)
        st.switch_page(CHAT)


def _theirs() -> dict[str, Any] | None:
    """Streamlit's own texts in the interface's language; None where that is English."""
    if not code():
        return None
    return {"texts": {text: _(text) for text in THEIRS}, "limit": _("{size}MB per file")}


def _draw_keys() -> None:
    for key, meaning in KEYS.items():
        left, right = st.columns([1, 2])
        left.markdown(f"`{key}`")
        right.markdown(_(meaning))
