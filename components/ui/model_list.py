"""The Models page's two live parts: what is loaded, and what there is to load."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.access import require_administrator
from components.config import GB, Wanted
from components.jobs import Job
from components.models.catalog import ModelSpec
from components.models.library import Availability
from components.models.manager import ModelStatus
from components.models.turnstile import in_words
from components.ui import hub, notices, session
from components.ui.person import current
from components.ui.resources import config, jobs, library, loader, manager
from components.ui.text import plain

ICONS = {
    "ready": ":green[:material/check_circle:]",
    "package": ":orange[:material/package_2:]",
    "download": ":blue[:material/cloud_download:]",
    "too large": ":red[:material/memory_alt:]",
    "offline": ":gray[:material/cloud_off:]",
    "refused": ":red[:material/block:]",
}


@st.fragment(run_every=1)
def draw_loaded() -> None:
    """Memory, and each model that is loaded or on its way."""
    notices.toast()  # a button in here reruns this part alone, which soon runs again by itself
    _draw_memory()
    models = manager().status()
    if not models:
        st.info(
            "No model is loaded. The first message loads one, or press Load below.", icon=":material/info:"
        )
    for model in models:
        with st.container(border=True):
            _draw_model(model)
    events = manager().events()
    if events:
        with st.expander("What was loaded and unloaded lately", icon=":material/history:"):
            for event in events:
                st.caption(plain(event.text))


@st.fragment(run_every=2)
def draw_catalogue() -> None:
    """Every model of the catalogue, with what has to be done before it runs."""
    notices.toast()
    online = hub.online()
    with st.container(horizontal=True, vertical_alignment="center"):
        said = {None: "asking…", True: "can be reached", False: "can't be reached"}[online]
        st.caption(f":material/cloud: The model hub {said}.")
        st.button("Check again", type="tertiary", icon=":material/refresh:", on_click=hub.ask_again)
    if config().models_dir:
        st.caption(f":material/folder: Your own models are read from {plain(str(config().models_dir))}.")
    devices = loader().devices_now()
    loaded = {model.id for model in manager().status()}
    for spec in manager().catalog.all():
        with st.container(border=True):
            _draw_entry(
                spec, library().availability(spec, devices, online), (spec.under or spec).id in loaded
            )


def _draw_memory() -> None:
    devices = loader().devices_now()
    budget = config().memory_budget_gb
    for column, device in zip(st.columns(max(len(devices), 2)), devices, strict=False):
        used = (device.total - device.free) / GB
        column.metric(
            f"{plain(device.name)}: free memory",
            f"{device.free / GB:.1f} GB",
            f"{used:.1f} of {device.total / GB:.1f} GB used",
            delta_color="off",
            delta_arrow="off",
        )
    if used := loader().process_memory():
        st.caption(f"The engine process takes {used / GB:.1f} GB of main memory.")
    if budget is not None:
        st.caption(f"The settings allow {budget:g} GB for all models together.")


def _draw_model(model: ModelStatus) -> None:
    st.markdown(f"**{plain(model.title)}** · {model.state}{' · pinned' if model.pinned else ''}")
    if model.state == "loading":
        st.progress(model.share, text=plain(model.stage))
        return
    facts = [
        model.engine,
        plain(model.device),
        model.dtype,
        f"{model.memory / GB:.2f} GB of weights" if model.memory else "",
    ]
    if model.running:
        facts.append(f"{model.running} answering")
    facts.append(f"{len(model.waiting)} waiting" if model.waiting else "nobody waits")
    if model.waiting and (expected := in_words(model.expected)):
        facts.append(f"one more would wait {expected}")
    if model.idle_left is not None:
        facts.append(f"unloads in {_duration(model.idle_left)} if nobody uses it")
    st.caption(" · ".join(filter(None, facts)))
    if model.recent:
        speeds = ", ".join(f"{usage.tokens_per_second:.1f}" for usage in model.recent)
        st.caption(f"Tokens/s of the last requests: {speeds}")
    st.caption(plain(model.reason))
    if model.chosen:
        _draw_engine(model)
    with st.container(horizontal=True):
        _button(
            "Unload", model.id, ":material/eject:", partial(manager().unload, model.id), bool(model.running)
        )
        label = "Unpin" if model.pinned else "Pin"
        _button(label, model.id, ":material/keep:", partial(manager().pin, model.id, not model.pinned))


ENGINES: dict[Wanted, str] = {
    "auto": "Automatic",
    "openvino": "OpenVINO",
    "transformers": "transformers",
}


def _draw_engine(model: ModelStatus) -> None:
    """Which engine runs it and why; another can be chosen, for as long as the server runs."""
    st.caption(f"{model.engine}: {plain(model.chosen)}.")
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
        "Engine",
        list(ENGINES),
        index=list(ENGINES).index(loader().wanted(model.id)),
        format_func=ENGINES.__getitem__,
        key=key,
        on_change=change,
        width=240,
    )


def _draw_entry(spec: ModelSpec, availability: Availability, loaded: bool) -> None:
    facts: list[str] = [spec.task, spec.source]
    if spec.parameters:
        facts.append(f"{spec.parameters / 1e9:.2f} B parameters")
    if spec.context:
        facts.append(f"{spec.context:,} tokens of context")
    facts += [plain(spec.licence), "/".join(spec.languages)]
    if spec.source == "hub":
        facts.append(f"for {spec.tier}")
    st.markdown(f"**{plain(spec.title)}**")
    st.caption(" · ".join(filter(None, facts)))
    download = jobs().latest(f"download {spec.id}")
    if download and download.running:
        _draw_download(spec, download)
        return
    text = availability.text if availability.state == "package" else plain(availability.text)
    st.markdown(f"{ICONS[availability.state]} {text}")
    if download and download.state == "failed" and availability.state != "ready":
        st.error(plain(download.error), icon=":material/error:")
    if not loaded and (failure := manager().failure(spec.id)):
        st.error(plain(failure), icon=":material/error:")
    with st.container(horizontal=True):
        if availability.state == "ready" and not loaded:
            _button("Load", spec.id, ":material/bolt:", partial(manager().load, spec.id))
        if availability.state in ("download", "offline"):
            _button("Download", spec.id, ":material/download:", partial(_start_download, spec))
        _draw_delete(spec)


def _draw_download(spec: ModelSpec, download: Job) -> None:
    st.progress(download.share or 0.0, text=plain(download.note or "Asking the hub"))
    _button("Cancel", spec.id, ":material/close:", download.cancel)


def _draw_delete(spec: ModelSpec) -> None:
    stored = library().stored_bytes(spec)
    if not stored or not current().administrator:
        return
    with st.popover("Delete", icon=":material/delete:", key=f"ask_delete_{spec.id}"):
        again = "converted again at the next use" if spec.gguf else "downloaded again before the next use"
        st.markdown(f"Frees {stored / GB:.2f} GB on the disk. The model has to be {again}.")
        _button("Delete from the store", spec.id, ":material/delete_forever:", partial(_delete, spec))


def _delete(spec: ModelSpec) -> None:
    manager().unload(spec.id)
    library().delete(spec)


def _start_download(spec: ModelSpec) -> None:
    def work(job: Job) -> None:
        library().download(spec, job.say, job.cancelled)

    if not jobs().running(f"download {spec.id}"):
        jobs().start(f"download {spec.id}", session.owner(), work)


def _button(
    label: str, model_id: str, icon: str, action: Callable[[], object], disabled: bool = False
) -> None:
    """A button for administrators, whose AppErrors are shown on the page."""

    def act() -> None:
        with notices.shown():
            require_administrator(current())
            action()

    if current().administrator:
        st.button(label, key=f"{label}_{model_id}", icon=icon, on_click=act, disabled=disabled)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
