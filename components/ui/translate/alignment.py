"""Sentences to choose from: a translation's alone, or beside its source, where a choice marks both sides.

Knows pairs of sentences; all text is set as text, never as HTML.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.messages import sentences
from components.tasks.translate.typed_texts import SentencePair
from components.ui.language import _, said

_ALIGNMENT = st.components.v2.component(
    "wordbench_alignment",
    html="""
<div class="sides">
<div class="side source" role="group"></div>
<div class="side target" role="group"></div>
</div>
""",
    css="""
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem; }
.side { border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: 0.75rem 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; max-height: 28rem; overflow-y: auto;
  box-sizing: border-box; }
.side:empty { display: none; }
button { all: unset; cursor: pointer; border-radius: 0.25rem; white-space: pre-wrap; display: inline; }
button:hover { background: var(--st-secondary-background-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
button[aria-pressed="true"] { background: color-mix(in srgb, var(--st-primary-color) 25%, transparent); }
button.marked { text-decoration: underline wavy var(--st-orange-color, #b35900);
  text-underline-offset: 0.2em; }
button.edited { font-style: italic; }
""",
    js="""
function fill(side, label, rows, field, languages, choose) {
  side.replaceChildren()
  side.setAttribute("aria-label", label)
  side.lang = languages[field]
  rows.forEach((row, number) => {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = row[field]
    button.dataset.sentence = number
    if (field === "target") {
      button.classList.toggle("marked", Boolean(row.marked))
      button.classList.toggle("edited", row.edited)
      button.title = row.marked
    }
    button.onclick = () => choose(number)
    side.append(button, document.createTextNode(row.after.includes("\\n") ? row.after : " "))
  })
}
export default function ({ data, parentElement, setTriggerValue }) {
  const mark = (chosen) => parentElement.querySelectorAll("button").forEach((button) => {
    button.setAttribute("aria-pressed", String(Number(button.dataset.sentence) === chosen))
  })
  const choose = (number) => {
    mark(number)
    setTriggerValue("chosen", number)
  }
  for (const field of Object.keys(data.labels)) {
    const side = parentElement.querySelector(`.${field}`), shown = JSON.stringify(data.rows)
    side.style.height = data.height
    if (side.shown === shown) continue  // what is drawn again loses the focus
    side.shown = shown
    fill(side, data.labels[field], data.rows, field, data.languages, choose)
  }
  mark(data.chosen)
}
""",
)


def aligned(
    rows: Sequence[SentencePair],
    settings: Mapping[str, Any],
    chosen: int | None,
    key: str,
    height: str = "",
) -> int | None:
    """Draws both sides, or the translation alone in a box of this height (a CSS length).

    Returns the number of a sentence that was chosen just now. `settings` has the codes of the languages.
    """
    shown = [
        {
            "source": row["source"],
            "target": row["target"],
            "after": row["after"],
            "marked": said(sentences(*row["findings"])),
            "edited": row["edited"],
        }
        for row in rows
    ]
    labels = {} if height else {"source": _("Source")}
    data = {
        "rows": shown,
        "chosen": chosen,
        "languages": {side: settings[side] for side in ("source", "target")},
        "labels": {**labels, "target": _("Translation")},
        "height": height,
    }
    result = _ALIGNMENT(data=data, key=key, on_chosen_change=lambda: None)
    return result.chosen if isinstance(result.chosen, int) and result.chosen < len(rows) else None
