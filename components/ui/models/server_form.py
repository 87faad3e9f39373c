"""The Models page's form for one more server: tested first, then added, without a restart."""

from dataclasses import dataclass

import streamlit as st

from components.access import require_administrator
from components.config import ServerSettings
from components.errors import BadInput
from components.jobs import Job
from components.messages import N_, Said
from components.models.servers import probe
from components.models.servers.added_servers import typed
from components.models.servers.connection import Connection
from components.models.servers.probe import Served
from components.ui import notices
from components.ui.language import _, ngettext
from components.ui.models import question
from components.ui.models.buttons import button
from components.ui.person import current, person
from components.ui.resources import added_servers, jobs, servers
from components.ui.text import plain

KIND = "server test"
_JOB, _NAME, _URL, _KEY = "server_test", "server_name", "server_url", "server_key"
_CONTEXT, _MODELS, _ADDED = "server_context", "server_models", "server_added"
POLL_SECONDS, SHOWN = 0.5, 12
EXAMPLE = ("team", "http://192.168.1.20:8000/v1")
_HOW = N_("""
Servers can also be written into `wordbench.toml` beside `app.py`, before the app is started:

```toml
[servers.team]
url = "http://192.168.1.20:8000/v1"
```

A key belongs in `.streamlit/secrets.toml`, under the same heading, as `key = "…"`, or in the environment,
as `WORDBENCH_SERVER_TEAM_KEY`.
""")


@dataclass(frozen=True)
class Tested:
    """A server that answered."""

    name: str
    settings: ServerSettings
    models: list[Served]


def draw() -> None:
    """For administrators alone: a server may be in their own network, and gets what people write."""
    if not current().administrator:
        return
    with st.expander(_("Add a server"), icon=":material/dns:", key="add_server"):
        text = _("""
Any server with an OpenAI-compatible API can answer here: vLLM, Ray Serve, SGLang, TGI, Ollama, llama.cpp,
`transformers serve`. What is sent to a model on a server leaves this machine.
""")
        st.markdown(text)
        test = _job()
        running = test is not None and test.running
        st.fragment(_draw_form, run_every=POLL_SECONDS if running else None)(running)
        st.caption(_(_HOW))


def _draw_form(was_running: bool) -> None:
    if st.session_state.pop(_ADDED, False):
        st.rerun()  # the page: the list of servers and the catalogue aren't in this part
    with st.form("server_form", border=False):
        left, right = st.columns(2)
        left.text_input(_("Name"), key=_NAME, placeholder=EXAMPLE[0])
        right.text_input(_("URL"), key=_URL, placeholder=EXAMPLE[1])
        left.text_input(_("Key (if it asks for one)"), key=_KEY, type="password", autocomplete="off")
        right.number_input(_("Context in tokens (if it doesn't say)"), 16, 10_000_000, None, key=_CONTEXT)
        st.text_input(_("Models, separated by commas (if it doesn't list them)"), key=_MODELS)
        st.form_submit_button(_("Test the connection"), icon=":material/network_check:", on_click=_test)
    tested = question.answer(_job(), was_running, _("Asking for its models…"))
    if isinstance(tested, Tested):
        _draw_tested(tested)


def _draw_tested(tested: Tested) -> None:
    listed = [one.id for one in tested.models]
    names = list(dict.fromkeys([*listed, *tested.settings.models]))
    if not names:
        text = _("{name} answers, but lists no models. Write their names above and test again.")
        st.warning(plain(text.format(name=tested.name)), icon=":material/warning:")
        return
    text = ngettext(
        "{name} answers and has {count} model:", "{name} answers and has {count} models:", len(names)
    )
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    head = text.format(name=tested.name, count=f"{len(names):,}")
    st.success(f"{plain(head)} {plain(shown)}", icon=":material/check_circle:")

    def add() -> None:
        added_servers().add(tested.name, tested.settings)
        servers().add(tested.name, tested.settings)
        for key in (_NAME, _URL, _KEY, _MODELS):
            st.session_state[key] = ""
        st.session_state.pop(_JOB, None)
        st.session_state[_ADDED] = True
        notices.later(Said("The models of {name} are in every Model box now.", name=tested.name))

    button(N_("Add"), f"server_{tested.name}", ":material/add:", add)


def _test() -> None:
    """Asks for its models in the background; nothing is kept yet."""
    state = st.session_state
    with notices.shown():
        require_administrator(current())
        settings = typed(state[_NAME], state[_URL], state[_KEY], state[_CONTEXT], state[_MODELS])
        name = state[_NAME].strip()
        if servers().has(name):
            raise BadInput(
                "There is a server {name} already. Remove it first, or choose another name.", name=name
            )

        def work(job: Job) -> Tested:
            connection = Connection(name, settings)
            try:
                return Tested(name, settings, connection.run(probe.served(connection)))
            finally:
                connection.close()

        state[_JOB] = jobs().start(KIND, person(), work).id


def _job() -> Job | None:
    return jobs().get(st.session_state.get(_JOB, ""))
