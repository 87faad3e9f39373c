"""A fragment that looks again and again at what others may change: the browser asks for it, as often as the
fragment itself says each time, and not at all while nobody sees the window.

Streamlit's own clock (`run_every`) has one pace for as long as a page is shown: quick enough for a model that
is being loaded, it sends a kilobyte a second through a night in which nothing happens.
"""

import streamlit as st

BUSY, IDLE = 3, 15  # seconds between two looks: while something is going on, and else
_BEAT = st.components.v2.component(
    "wordbench_heartbeat",
    html="""
<span hidden></span>
""",
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  const beat = () => { if (!document.hidden) setTriggerValue("beat", true) }
  clearInterval(parentElement.wordbenchTimer)
  document.removeEventListener("visibilitychange", parentElement.wordbenchBeat)
  parentElement.wordbenchTimer = setInterval(beat, data.seconds * 1000)
  parentElement.wordbenchBeat = beat
  document.addEventListener("visibilitychange", beat)  // at once, when the window is seen again
  return () => {
    clearInterval(parentElement.wordbenchTimer)
    document.removeEventListener("visibilitychange", parentElement.wordbenchBeat)
  }
}
""",
)


def draw(key: str, seconds: float) -> None:
    """Draws nothing that is seen. Inside of a fragment, which runs again after so many seconds."""
    with st.container(key=f"beat_{key}", gap=None):
        _BEAT(data={"seconds": seconds}, key=f"heartbeat_{key}", height=1, on_beat_change=lambda: None)
