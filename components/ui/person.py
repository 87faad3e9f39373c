"""The person in front of the browser, in each of the three modes. What they may see is in components.access.

In the mode "open" a random name in a cookie stands for the browser; the server keeps only a hash of it.
"""

import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.access import LOCAL, NOBODY, Person, acting, browser_owner, identify
from components.errors import NotAllowed
from components.ui.server_config import config

COOKIE = "wordbench_person"
_SESSION = "person"
_YEAR = 365 * 24 * 3600
_SECRET = re.compile("[0-9a-f]{32}")
_KEEP = st.components.v2.component(
    "wordbench_person",
    html="""
<span hidden></span>
""",
    js="""
// Another tab may have been first: then its name is this browser's, and this tab takes it over.
export default function ({ data, setStateValue }) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${data.name}=`))
  const known = found?.slice(data.name.length + 1)
  if (known && known !== data.value && /^[0-9a-f]{32}$/.test(known) && !data.renew) {
    setStateValue("known", known)
    return
  }
  const secure = location.protocol === "https:" ? "; secure" : ""
  document.cookie = `${data.name}=${data.value}; path=/; max-age=${data.seconds}; samesite=strict${secure}`
}
""",
)


def current() -> Person:
    """The person of this script run or job; NOBODY, who finds nothing, if they may not enter."""
    if (person := acting()) is not None:
        return person
    match config().mode:
        case "local":
            return LOCAL
        case "open":
            return Person(browser_owner(_secret()), "this browser")
    try:
        return signed_in()
    except NotAllowed:
        return NOBODY


def person() -> str:
    """The mark of the current person's rows and jobs."""
    return current().id


def signed_in() -> Person:
    """The person in the mode "signed in". Raises SignInEnded or NotAllowed with the reason."""
    claims = _claims()
    if not claims.get("is_logged_in"):
        return NOBODY
    return identify(claims, config(), time.time())


def keep() -> None:
    """Sets the browser's cookie if it has none yet. Drawn once on every page."""
    if config().mode != "open" or _cookie() == _secret():
        return
    data = {"name": COOKIE, "value": _secret(), "seconds": _YEAR, "renew": "renewed" in st.session_state}
    known = _KEEP(data=data, key="person_cookie", height=1, on_known_change=lambda: None).known
    if isinstance(known, str) and _SECRET.fullmatch(known) and known != _secret():
        st.session_state[_SESSION] = known
        st.rerun()


def renew() -> None:
    """Makes this browser a new person, who finds nothing of the earlier work."""
    st.session_state[_SESSION] = uuid.uuid4().hex
    st.session_state["renewed"] = True


def _secret() -> str:
    if _SESSION not in st.session_state:
        known = _cookie()
        st.session_state[_SESSION] = known if _SECRET.fullmatch(known) else uuid.uuid4().hex
    return str(st.session_state[_SESSION])


def _cookie() -> str:
    return str(st.context.cookies.get(COOKIE, ""))


def _claims() -> Mapping[str, Any]:
    return st.user.to_dict()
