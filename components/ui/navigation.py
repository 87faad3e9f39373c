"""The pages and their order. Each page calls `guard` first.

Streamlit finds a folder named `pages` by itself: the first visitor of a fresh server who opens /models
would get that page without app.py around it. The guard sends them through app.py.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.config import ROOT
from components.ui import door
from components.ui.language import _

_ASSETS = ROOT / "components" / "ui" / "assets"
_MARK = "went_through_app"


def draw() -> StreamlitPage:
    """Page config, logo and navigation; returns the page to run. Called by app.py alone."""
    st.session_state[_MARK] = True
    return _navigation()


def guard() -> None:
    """Makes sure that app.py runs around this page, so that nobody gets past the door."""
    if _MARK not in st.session_state:
        _navigation()  # from now on this server knows its pages
        st.session_state[_MARK] = True
        st.rerun()
    door.stop_unless_welcome()


def _navigation() -> StreamlitPage:
    # Before the navigation, and with an icon of our own: for its icons, the browser would ask another host.
    st.set_page_config(page_icon=str(_ASSETS / "icon.svg"), layout="wide")
    st.logo(str(_ASSETS / "logo.svg"), icon_image=str(_ASSETS / "icon.svg"), size="large")
    home = ROOT / "pages" / "home.py"
    page = st.navigation(
        {
            "": [
                # The default page is served at /, and only there; the hidden twin answers /home.
                st.Page(home, title=_("Home"), icon=":material/home:", url_path="start", default=True),
                st.Page(home, title=_("Home"), url_path="home", visibility="hidden"),
            ],
            _("Work"): [
                _page("chat", _("Chat"), "forum"),
                _page("ask", _("Ask"), "quick_reference_all"),
                _page("summarize", _("Summarize"), "summarize"),
                _page("translate", _("Translate"), "translate"),
                _page("classify", _("Classify"), "category"),
                _page("tables", _("Tables"), "table"),
            ],
            _("Improve"): [
                _page("fine_tune", _("Fine-tune"), "model_training"),
                _page("from_scratch", _("From scratch"), "egg"),
                _page("evaluate", _("Evaluate"), "balance"),
            ],
            _("Understand"): [_page("look_inside", _("Look inside"), "biotech")],
            _("Run"): [
                _page("models", _("Models"), "memory"),
                _page("your_data", _("Your data"), "shield_person"),
            ],
        },
        position="top",
    )
    name_tab(page.title)
    return page


def name_tab(title: str) -> None:
    """Names the browser's tab: after the page, or after what is open on it."""
    st.set_page_config(page_title=f"{title} · Wordbench")


def _page(name: str, title: str, icon: str) -> StreamlitPage:
    """A page's address is its file's name, in every language."""
    file = ROOT / "pages" / f"{name}.py"
    return st.Page(file, title=title, icon=f":material/{icon}:", url_path=name)
