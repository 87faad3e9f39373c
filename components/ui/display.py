"""How the app looks and speaks for one person: theme and language, chosen at the side, kept in this browser.

Both are kept in cookies; Streamlit reads the theme from the browser's storage, by page, when one is loaded.
"""

import streamlit as st

from components.config import ROOT
from components.messages import N_
from components.ui import language
from components.ui.language import _

THEME = "wordbench_theme"
THEMES = {"System": N_("As the device"), "Light": N_("Light"), "Dark": N_("Dark")}
AUTOMATIC = N_("As the browser")
_YEAR = 365 * 24 * 3600
_KEEP = st.components.v2.component(
    "wordbench_display",
    html="""
<span hidden></span>
""",
    js="""
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; secure" : ""
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; path=/; max-age=${data.seconds}; samesite=strict${secure}`
  }
  if (!data.theme) return
  const folder = location.pathname.replace(/[^/]*$/, ""), wanted = JSON.stringify(data.theme)
  let changed = false
  for (const page of data.pages) {
    const key = `stActiveTheme-${folder}${page}-v2`
    changed ||= localStorage.getItem(key) !== wanted && `${folder}${page}` === location.pathname
    localStorage.setItem(key, wanted)
  }
  if (changed) location.reload()  // a theme is read once, when the page is loaded
}
""",
)


def draw() -> None:
    """A button that opens the two choices."""
    with st.popover(_("Display"), icon=":material/contrast:", type="tertiary", key="display"):
        theme, spoken = _theme(), language.chosen()
        st.session_state["display_theme"] = theme or "System"
        st.segmented_control(
            _("Theme"),
            list(THEMES),
            format_func=lambda one: _(THEMES[one]),
            key="display_theme",
            required=True,
            on_change=_take_theme,
            help=_("The page is loaded again; what is typed and not sent yet is lost."),
        )
        st.session_state["display_language"] = spoken or language.AUTOMATIC
        st.selectbox(
            _("Language of the app"),
            [language.AUTOMATIC, *language.choices()],
            format_func=lambda one: language.choices().get(one) or _(AUTOMATIC),
            key="display_language",
            on_change=_take_language,
        )
        st.caption(_("Kept in this browser. Models answer in the languages that they know."))
    cookies = {THEME: theme, language.COOKIE: spoken or language.AUTOMATIC}
    pages = ["", *sorted(path.stem for path in (ROOT / "pages").glob("*.py"))]
    data = {"cookies": cookies if _changed() else {}, "theme": theme, "pages": pages, "seconds": _YEAR}
    _KEEP(data=data, key="display_kept", height=1)


def _changed() -> bool:
    return any(key in st.session_state for key in (THEME, language.COOKIE))


def _theme() -> str:
    """The name that Streamlit has for it; empty: never chosen."""
    found = str(st.session_state.get(THEME) or st.context.cookies.get(THEME, ""))
    return found if found in THEMES else ""


def _take_theme() -> None:
    st.session_state[THEME] = st.session_state["display_theme"]


def _take_language() -> None:
    st.session_state[language.COOKIE] = st.session_state["display_language"]
