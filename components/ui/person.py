"""Who is in front of the browser: a random name in a cookie, so that glossaries outlive a refresh.

It stands for a browser, not for an identity, and never leaves this server.
"""

import re
import uuid

import streamlit as st

COOKIE = "wordbench_person"
_SESSION = "person"
_YEAR = 365 * 24 * 3600
_KEEP = st.components.v2.component(
    "wordbench_person",
    html="""
<span hidden></span>
""",
    js="""
export default function ({ data }) {
  document.cookie = `${data.name}=${data.value}; path=/; max-age=${data.seconds}; samesite=strict`
}
""",
)


def person() -> str:
    """The same in every tab of a browser, once `keep` has been drawn."""
    if _SESSION not in st.session_state:
        known = str(st.context.cookies.get(COOKIE, ""))
        st.session_state[_SESSION] = known if re.fullmatch("[0-9a-f]{32}", known) else uuid.uuid4().hex
    return str(st.session_state[_SESSION])


def keep() -> None:
    """Leaves the name in the browser, if it isn't there yet."""
    if st.context.cookies.get(COOKIE) != person():
        _KEEP(data={"name": COOKIE, "value": person(), "seconds": _YEAR}, key="person_cookie", height=1)
