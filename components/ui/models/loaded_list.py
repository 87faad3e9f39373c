"""The Models page's live part: figures of this moment, and what is loaded."""

from functools import partial

import streamlit as st

from components.access import require_administrator
from components.config import GB, Wanted
from components.messages import N_
from components.models.status import ModelStatus, wait_in_words
from components.ui import heartbeat, notices, training_pace
from components.ui.home.live_figures import recent_speeds
from components.ui.language import _, ngettext, said
from components.ui.models import hub_state
from components.ui.models.buttons import button
from components.ui.models_badge import STATES, is_busy
from components.ui.person import current
from components.ui.resources import config, jobs, loader, manager, servers
from components.ui.text import plain

MOVING_SECONDS, STILL_SECONDS = 1, 120  # between two looks; the second: for how soon a model is unloaded


def draw_loaded() -> None:
    """Each model that is loaded or on its way: drawn every second while something changes."""
    moving = any(model.state == "loading" or model.running or model.waiting for model in manager().status())
    st.fragment(_draw_loaded, run_every=MOVING_SECONDS if moving else None)()
    _watch(_state())


@st.fragment
def _watch(drawn: object) -> None:
    """Draws nothing until something has changed."""
    if _state() != drawn:
        st.rerun()
    heartbeat.draw("models", heartbeat.BUSY if is_busy(manager().status()) else 2 * heartbeat.IDLE)


def _state() -> object:
    """What of loaded models, downloads and servers is worth drawing the page again for."""
    models = [
        (one.id, one.state, one.pinned, bool(one.running), len(one.waiting), one.engine, len(one.recent))
        for one in manager().status()
    ]
    coming = sorted(job.kind for job in jobs().running() if job.kind.startswith("download "))
    serving = [(server.name, server.models) for server in servers().states()]
    return models, coming, serving, hub_state.online(), [event.text for event in manager().events()][:1]


@st.fragment
def draw_figures() -> None:
    """Memory now, the speed of the last answers, and who waits."""
    models, devices = manager().status(), loader().devices_now()
    heartbeat.draw("figures", heartbeat.BUSY if is_busy(models) else 2 * heartbeat.IDLE)
    columns = st.columns(len(devices) + 2)
    for column, device in zip(columns, devices, strict=False):
        used = (device.total - device.free) / GB
        column.metric(
            _("Free memory ({device})").format(device=plain(device.name)),
            f"{device.free / GB:.1f} GB",
            border=True,
            help=_("{used} of {total} GB used").format(used=f"{used:.1f}", total=f"{device.total / GB:.1f}"),
        )
    speeds = recent_speeds(models)
    columns[-2].metric(
        _("Speed"),
        _("{number} tokens/s").format(number=f"{speeds[-1]:.0f}") if speeds else "–",
        chart_data=list(speeds) if len(speeds) > 1 else None,
        border=True,
        help=_("Of the last answers"),
    )
    waiting = sum(len(model.waiting) for model in models)
    columns[-1].metric(_("Requests waiting"), f"{waiting:,}", border=True)


def _draw_loaded() -> None:
    heartbeat.draw("loaded", STILL_SECONDS)
    notices.toast()  # a button in here reruns this part alone, which soon runs again by itself
    _draw_budget()
    models = manager().status()
    if not models:
        text = _("No model is loaded. The first message loads one, or press Load below.")
        st.info(text, icon=":material/info:")
    for model in models:
        with st.container(border=True):
            _draw_model(model)
    events = manager().events()
    if events:
        with st.expander(_("Recent activity"), icon=":material/history:"):
            for event in events:
                st.caption(plain(said(event.text)))


def _draw_budget() -> None:
    budget = config().memory_budget_gb
    if used := loader().process_memory():
        text = _("The engine process takes {used} GB of main memory.")
        st.caption(text.format(used=f"{used / GB:.1f}"))
    if budget is not None:
        text = _("The settings allow {budget} GB for all models together.")
        st.caption(text.format(budget=f"{budget:g}"))


def _draw_model(model: ModelStatus) -> None:
    head = [f"**{plain(model.title)}**", _(STATES[model.state]), _("pinned") if model.pinned else ""]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" · ".join(filter(None, head)), width="stretch")
        if model.state != "loading":
            _draw_buttons(model)
    if model.state == "loading":
        st.progress(model.share, text=plain(said(model.stage)))
        return
    st.caption(" · ".join(filter(None, _facts(model))))
    with st.expander(_("Details"), key=f"details_{model.id}", type="compact"):
        _draw_details(model)


def _draw_details(model: ModelStatus) -> None:
    measured = [usage.tokens_per_second for usage in model.recent if usage.tokens_per_second]
    if measured:
        speeds = ", ".join(f"{speed:.1f}" for speed in measured)
        st.caption(_("Tokens/s of the last requests: {speeds}").format(speeds=speeds))
    training_pace.draw(model)
    when = _("When it was loaded: {reason}")
    st.caption(when.format(reason=plain(said(model.reason))))
    if model.chosen:
        _draw_engine(model)


def _draw_buttons(model: ModelStatus) -> None:
    unload = partial(manager().unload, model.id)
    button(N_("Unload"), model.id, ":material/eject:", unload, bool(model.running))
    label = N_("Unpin") if model.pinned else N_("Pin")
    button(label, model.id, ":material/keep:", partial(manager().pin, model.id, not model.pinned))


def _facts(model: ModelStatus) -> list[str]:
    """What runs it, who uses it and until when."""
    memory = _("{size} GB of memory").format(size=f"{model.memory / GB:.2f}")
    facts = [model.engine, plain(said(model.device)), model.dtype, memory if model.memory else ""]
    if model.running:
        answering = ngettext("{count} answering", "{count} answering", model.running)
        facts.append(answering.format(count=model.running))
    waiting = len(model.waiting)
    queue = ngettext("{count} waiting", "{count} waiting", waiting).format(count=waiting)
    facts.append(queue if waiting else _("no queue"))
    if model.waiting and (expected := wait_in_words(model.expected)):
        facts.append(_("one more would wait {expected}").format(expected=said(expected)))
    if model.idle_left is not None:
        text = _("unloads in {duration} if nobody uses it")
        facts.append(text.format(duration=_duration(model.idle_left)))
    return facts


ENGINES: dict[Wanted, str] = {
    "auto": N_("Automatic"),
    "llama.cpp": "llama.cpp",
    "openvino": "OpenVINO",
    "transformers": "transformers",
}


def _draw_engine(model: ModelStatus) -> None:
    """Which engine runs it and why; another can be chosen, for as long as the server runs."""
    st.caption(_("{engine}: {reason}.").format(engine=model.engine, reason=plain(said(model.chosen))))
    if not current().administrator:
        return
    key = f"engine_{model.id}"

    def change() -> None:
        with notices.shown():
            require_administrator(current())
            loader().choose(model.id, st.session_state[key])
            manager().unload(model.id)  # raises Busy: then from the next load on
            manager().load(model.id)

    st.selectbox(
        _("Engine"),
        list(ENGINES),
        index=list(ENGINES).index(loader().wanted(model.id)),
        format_func=lambda one: _(ENGINES[one]),
        key=key,
        on_change=change,
        width=240,
    )


def _duration(seconds: float) -> str:
    if seconds >= 90:
        return _("{minutes} min").format(minutes=f"{seconds / 60:.0f}")
    return _("{seconds} s").format(seconds=f"{seconds:.0f}")
