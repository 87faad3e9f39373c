"""The pages and their order. Each page calls `guard` first.

Streamlit finds a folder named `pages` by itself: the first visitor of a fresh server who opens /models
would get that page without app.py around it. The guard sends them through app.py.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.config import ROOT
from components.ui import gate

_ASSETS = ROOT / "components" / "ui" / "assets"
_MARK = "went_through_app"


def draw() -> StreamlitPage:
    """Page config, logo and navigation; returns the page to run. Called by app.py alone."""
    st.session_state[_MARK] = True
    return _navigation()


def guard() -> None:
    """Makes sure that app.py is around this page, and that nobody gets to it past the door."""
    if _MARK not in st.session_state:
        _navigation()  # from now on this server knows its pages
        st.session_state[_MARK] = True
        st.rerun()
    gate.stop_unless_welcome()


def _navigation() -> StreamlitPage:
    # Before the navigation, and with an icon of our own: for its icons, the browser would ask another host.
    st.set_page_config(page_icon=str(_ASSETS / "icon.svg"), layout="wide")
    st.logo(str(_ASSETS / "logo.svg"), icon_image=str(_ASSETS / "icon.svg"), size="large")
    pages = ROOT / "pages"
    chat = pages / "chat.py"
    return st.navigation(
        [
            # The default page is served at /, and only there; the hidden twin answers /chat.
            st.Page(chat, title="Chat", icon=":material/forum:", url_path="start", default=True),
            st.Page(chat, title="Chat", url_path="chat", visibility="hidden"),
            st.Page(pages / "summarize.py", title="Summarize", icon=":material/summarize:"),
            st.Page(pages / "translate.py", title="Translate", icon=":material/translate:"),
            st.Page(pages / "fine_tune.py", title="Fine-tune", icon=":material/model_training:"),
            st.Page(pages / "models.py", title="Models", icon=":material/memory:"),
            st.Page(pages / "your_data.py", title="Your data", icon=":material/shield_person:"),
        ]
    )
