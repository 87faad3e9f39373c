"""The Models page's list of servers that models run on: whether each answers, and how to add one."""

from functools import partial

import streamlit as st

from components.access import require_administrator
from components.messages import N_
from components.models.servers.listing import ServerState
from components.ui import notices
from components.ui.language import _, said
from components.ui.person import current
from components.ui.resources import servers
from components.ui.text import plain

_ICONS = {
    "asking": ":gray[:material/hourglass_top:]",
    "ready": ":green[:material/check_circle:]",
    "failed": ":red[:material/cloud_off:]",
}
_HOW = N_("""
Any server with an OpenAI-compatible API can answer here: vLLM, Ray Serve, SGLang, TGI, Ollama, llama.cpp,
`transformers serve`. Write it into `wordbench.toml` beside `app.py` and start the app again:

```toml
[servers.team]
url = "http://192.168.1.20:8000/v1"
```

A key belongs in `.streamlit/secrets.toml`, under the same heading, as `key = "…"`, or in the environment,
as `WORDBENCH_SERVER_TEAM_KEY`. What is sent to a model on a server leaves this machine.
""")


@st.fragment(run_every=2)
def draw() -> None:
    """Never waits for a server: the known list is shown, and asked for again in the background."""
    notices.toast()
    for server in servers().states():
        with st.container(border=True):
            _draw_server(server)
    if current().administrator:
        with st.expander(_("Add a server"), icon=":material/dns:"):
            st.markdown(_(_HOW))


def _draw_server(server: ServerState) -> None:
    address = f" · {plain(said(server.address))}" if current().administrator else ""
    st.markdown(f"**{plain(server.name)}**{address}")
    st.markdown(f"{_ICONS[server.state]} {plain(said(server.text))}")
    if server.state == "failed" and server.models:
        st.caption(_("Its models stay in the lists: they can be used again as soon as it answers."))
    if current().administrator:
        st.button(
            _("Ask again"),
            key=f"ask_server_{server.name}",
            type="tertiary",
            icon=":material/refresh:",
            on_click=partial(_ask_again, server.name),
        )


def _ask_again(name: str) -> None:
    with notices.shown():
        require_administrator(current())
        servers().ask_again(name)
