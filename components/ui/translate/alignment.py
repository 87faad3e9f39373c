"""Source and translation side by side: choosing a sentence on one side marks it on both.

Knows pairs of sentences; all text is set as text, never as HTML.
"""

from collections.abc import Sequence

import streamlit as st

from components.messages import sentences
from components.tasks.translate.texts import SentencePair
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
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; max-height: 28rem; overflow-y: auto; }
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
export default function ({ data, parentElement, setStateValue }) {
  const mark = (chosen) => parentElement.querySelectorAll("button").forEach((button) => {
    button.setAttribute("aria-pressed", String(Number(button.dataset.sentence) === chosen))
  })
  const choose = (number) => {
    mark(number)
    setStateValue("chosen", number)
  }
  for (const field of ["source", "target"]) {
    const side = parentElement.querySelector(`.${field}`)
    fill(side, data.labels[field], data.rows, field, data.languages, choose)
  }
  mark(data.chosen)
}
""",
)


def aligned(
    rows: Sequence[SentencePair], source: str, target: str, chosen: int | None, key: str
) -> int | None:
    """Draws the two sides and returns the number of the sentence that was chosen, if one was."""
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
    data = {
        "rows": shown,
        "chosen": chosen,
        "languages": {"source": source, "target": target},
        "labels": {"source": _("Source"), "target": _("Translation")},
    }
    result = _ALIGNMENT(data=data, key=key, on_chosen_change=lambda: None)
    return result.chosen if isinstance(result.chosen, int) and result.chosen < len(rows) else None
