"""The Models page's list of servers that models run on: whether each answers, and a way to remove it."""

from functools import partial

import streamlit as st

from components.access import require_administrator
from components.config import SERVER
from components.messages import N_
from components.models.servers.registry import ServerState
from components.ui import heartbeat, notices
from components.ui.language import _, said
from components.ui.models.buttons import button
from components.ui.person import current
from components.ui.resources import added_servers, manager, servers
from components.ui.text import plain

SECONDS = 2
_ICONS = {
    "asking": ":gray[:material/hourglass_top:]",
    "ready": ":green[:material/check_circle:]",
    "failed": ":red[:material/cloud_off:]",
}


def draw() -> None:
    """Never waits for a server: the known list is shown, and asked for again in the background."""
    if servers().states():
        _draw()


@st.fragment
def _draw() -> None:
    notices.toast()
    states = servers().states()
    asking = any(server.state == "asking" for server in states)
    heartbeat.draw("servers", SECONDS if asking else 2 * heartbeat.IDLE)
    for server in states:
        with st.container(border=True):
            _draw_server(server)


def _draw_server(server: ServerState) -> None:
    address = f" · {plain(said(server.address))}" if current().administrator else ""
    st.markdown(f"**{plain(server.name)}**{address}")
    st.markdown(f"{_ICONS[server.state]} {plain(said(server.text))}")
    if server.state == "failed" and server.models:
        st.caption(_("Its models stay in the lists: they can be used again as soon as it answers."))
    if not current().administrator:
        return
    with st.container(horizontal=True):
        st.button(
            _("Ask again"),
            key=f"ask_server_{server.name}",
            type="tertiary",
            icon=":material/refresh:",
            on_click=partial(_ask_again, server.name),
        )
        _draw_remove(server.name)


def _draw_remove(name: str) -> None:
    """For a server that was added in the page; those of the settings are removed there."""
    if name not in added_servers().all():
        return
    with st.popover(_("Remove"), icon=":material/delete:", key=f"ask_remove_server_{name}"):
        st.markdown(_("Its models leave the lists, and its key is deleted. Texts that it wrote stay."))
        button(N_("Remove the server"), name, ":material/delete_forever:", partial(_remove, name))


def _remove(name: str) -> None:
    """Raises Busy while one of its models answers somebody."""
    for model in manager().status():
        if model.id.startswith(f"{SERVER}{name}/"):
            manager().unload(model.id)
    added_servers().remove(name)
    servers().remove(name)


def _ask_again(name: str) -> None:
    with notices.shown():
        require_administrator(current())
        servers().ask_again(name)
