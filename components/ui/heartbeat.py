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
    # Each message of it has all of its code: what it does is said once, by `CODE`.
    js="""
export default (beat) => {
  const place = beat.parentElement
  place.wordbenchStop?.()
  let end = () => clearTimeout(timer), timer
  const begin = () => {
    if (window.wordbenchBeat) end = window.wordbenchBeat(beat)
    else timer = setTimeout(begin, 100)
  }
  begin()
  return place.wordbenchStop = () => end()
}
""",
)
# For the component of the window, which is on every page.
CODE = """
// No two windows' or fragments' beats fall together for long: of those that are sent at once, one is heard.
const soon = (milliseconds) => milliseconds * (0.85 + 0.3 * Math.random())
window.wordbenchBeat = ({ data, setTriggerValue }) => {
  let timer
  const later = (milliseconds) => { clearTimeout(timer); timer = setTimeout(beat, soon(milliseconds)) }
  const beat = () => {
    if (!document.hidden) setTriggerValue("beat", true)
    later(data.seconds * 1000)
  }
  const seen = () => later(document.hidden ? data.seconds * 1000 : 700)
  document.addEventListener("visibilitychange", seen)
  later(data.seconds * 1000)
  return () => {
    clearTimeout(timer)
    document.removeEventListener("visibilitychange", seen)
  }
}
"""


def draw(key: str, seconds: float) -> None:
    """Draws nothing that is seen. Inside of a fragment, which runs again after so many seconds."""
    with st.container(key=f"beat_{key}", gap=None):
        _BEAT(data={"seconds": seconds}, key=f"heartbeat_{key}", height=1, on_beat_change=lambda: None)
