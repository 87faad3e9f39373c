"""Tells a screen reader, once, that something has ended: an answer, a summary, a translation, a check.

Knows jobs by their kinds. What a page shows changes without a sound; this says it, wherever the person is.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

import streamlit as st

from components.jobs import Job
from components.messages import N_
from components.ui.language import _, said
from components.ui.person import person
from components.ui.resources import jobs

DONE = {
    "answer": N_("The answer is complete."),
    "summary": N_("The summary is ready."),
    "translation": N_("The translation is ready."),
    "document": N_("The document is translated."),
    "classify": N_("The text is classified."),
    "data check": N_("The data is checked."),
    "read file": N_("The file is read."),
    "evaluation": N_("The evaluation is done."),
}
OTHER = N_("The work is done.")
_HEARD = "announced_jobs"
# The region is outside of what Streamlit draws again, so that nothing is read twice.
_REGION = st.components.v2.component(
    "wordbench_said",
    html="""
<span hidden></span>
""",
    js="""
export default function ({ data }) {
  let region = document.getElementById("wordbench-said")
  if (!region) {
    region = document.createElement("div")
    region.id = "wordbench-said"
    region.setAttribute("role", "status")
    region.setAttribute("aria-live", "polite")
    region.style.cssText =
      "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
    document.body.append(region)
  }
  if (!data.number || region.dataset.number === String(data.number)) return
  region.dataset.number = data.number
  region.textContent = data.text
}
""",
)


def draw() -> None:
    """Makes the region, which must be there before something is said in it."""
    _REGION(data={"text": "", "number": 0}, key="said", height=1)


def watch() -> None:
    """Says what has ended since the last time; for a fragment that runs again and again."""
    mine = [job for job in jobs().recent() if job.owner == person()]
    text = " ".join(news(mine, st.session_state))
    if text:  # nothing is drawn, and so nothing is sent, while nothing has happened
        number = st.session_state["announced_number"] = st.session_state.get("announced_number", 0) + 1
        _REGION(data={"text": text, "number": number}, key=f"said_{number}", height=1)


def news(found: Iterable[Job], session: MutableMapping[Any, Any]) -> list[str]:
    """What has ended since this was asked last; at first nothing, however much there is."""
    ended = {job.id: job for job in found if not job.running}
    heard: set[str] | None = session.get(_HEARD)
    session[_HEARD] = set(ended)
    return [] if heard is None else [_said(job) for id_, job in ended.items() if id_ not in heard]


def _said(job: Job) -> str:
    if job.state == "failed":
        return _("It failed: {reason}").format(reason=said(job.error))
    if job.state == "stopped":
        return _("Stopped.")
    return _(DONE.get(job.kind, OTHER))
