"""The door: which of the three modes this server is in, whether it may run that way, and who may enter.

Draws the sign-in page instead of any other where the mode is "signed in" and nobody is.
"""

import ipaddress
import sys
from collections.abc import Mapping

import streamlit as st

from components.access import NOBODY
from components.errors import AppError, NotAllowed, SignInEnded, Unavailable
from components.messages import N_, Said
from components.ui import person
from components.ui.language import _, said
from components.ui.server_config import config
from components.ui.text import plain

SIGN_IN = N_(
    'The setting mode is "signed in", which needs an [auth] section in .streamlit/secrets.toml with '
    "redirect_uri, cookie_secret, client_id, client_secret and server_metadata_url. docs/team.md has an "
    "example."
)


def check_secrets() -> None:
    """Ends the program with a sentence where Streamlit would answer everybody with an error of its own."""
    auth = st.secrets.get("auth", {}) if st.secrets.load_if_toml_exists() else {}
    if not isinstance(auth, Mapping):
        sys.exit(
            str(Said("In .streamlit/secrets.toml auth is {auth}: it has to be a section, [auth].", auth=auth))
        )


def check_mode() -> None:
    """Raises Unavailable where the mode and the way this server was started don't fit together."""
    mode, address = config().mode, str(st.get_option("server.address") or "")
    if mode == "local" and not is_loopback(address):
        raise Unavailable(
            "This server listens on {address}, where others can reach it, and its mode "
            '"local" knows one person, so everybody would see everything. Start it with '
            "--server.address 127.0.0.1, or set mode to open or signed in.",
            address=address or Said("all addresses"),
        )
    if mode == "signed in" and not _has_provider():
        raise Unavailable(SIGN_IN)


def is_loopback(address: str) -> bool:
    """Whether a server with this address can be reached from its own machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def stop_unless_welcome() -> None:
    """Ends the page with the sign-in page for a person who isn't signed in, or may not enter."""
    if config().mode != "signed in":
        return
    try:
        found = person.signed_in()
    except NotAllowed as error:
        _draw_refusal(error)
        st.stop()
    if found is NOBODY:
        st.title("Wordbench")
        st.markdown(
            _("Sign in to use the language models of this server. What you make is seen by you alone.")
        )
        _draw_sign_in()
        st.stop()


def _draw_refusal(error: AppError) -> None:
    st.title("Wordbench")
    st.warning(plain(said(error.message)), icon=":material/lock:")
    with st.container(horizontal=True):
        if isinstance(error, SignInEnded):
            _draw_sign_in()
        st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout)


def _draw_sign_in() -> None:
    for name in _providers() or [""]:
        label = _("Sign in with {provider}").format(provider=name.capitalize()) if name else _("Sign in")
        arguments = (name,) if name else ()
        st.button(label, type="primary", icon=":material/login:", on_click=st.login, args=arguments)


def _has_provider() -> bool:
    auth = _auth()
    return bool(auth.get("cookie_secret") and auth.get("redirect_uri")) and (
        bool(auth.get("server_metadata_url")) or bool(_providers())
    )


def _providers() -> list[str]:
    """The names of the providers that have a section of their own."""
    sections = ((name, value) for name, value in _auth().items() if isinstance(value, Mapping))
    return [name for name, value in sections if "client_id" in value]


def _auth() -> dict[str, object]:
    try:
        return dict(st.secrets.get("auth", {}))
    except (FileNotFoundError, st.errors.StreamlitSecretNotFoundError):
        return {}
