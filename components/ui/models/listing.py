"""The Models page's two live parts: what is loaded, and what there is to load."""

import math
from functools import partial

import streamlit as st

from components.access import require_administrator
from components.config import GB, Wanted
from components.messages import N_
from components.models.catalog import ModelSpec
from components.models.library import Availability
from components.models.status import ModelStatus, wait_in_words
from components.ui import notices, pace
from components.ui.language import _, ngettext, said
from components.ui.models import downloading, hub
from components.ui.models.buttons import button
from components.ui.person import current
from components.ui.resources import added_models, config, jobs, library, loader, manager
from components.ui.status import STATES
from components.ui.text import plain

ICONS = {
    "ready": ":green[:material/check_circle:]",
    "package": ":orange[:material/package_2:]",
    "download": ":blue[:material/cloud_download:]",
    "too large": ":red[:material/memory_alt:]",
    "offline": ":gray[:material/cloud_off:]",
    "refused": ":red[:material/block:]",
}
TASKS = {
    "chat": N_("chat"),
    "complete": N_("complete"),
    "summarize": N_("summarize"),
    "translate": N_("translate"),
    "embed": N_("embed"),
}
SOURCES = {
    "packaged": N_("packaged"),
    "hub": N_("hub"),
    "index": N_("package index"),
    "local": N_("local"),
    "adapter": N_("adapter"),
    "server": N_("server"),
}
TIERS = {
    "small CPU": N_("runs on a small CPU"),
    "16 GB CPU": N_("for a CPU with 16 GB"),
    "32 GB CPU": N_("for a CPU with 32 GB"),
    "8 GB GPU": N_("for 8 GB GPU"),
    "24 GB GPU": N_("for 24 GB GPU"),
    "80 GB GPU": N_("for 80 GB GPU"),
}
PER_PAGE = 30  # entries of the catalogue


@st.fragment(run_every=1)
def draw_loaded() -> None:
    """Memory, and each model that is loaded or on its way."""
    notices.toast()  # a button in here reruns this part alone, which soon runs again by itself
    _draw_memory()
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


@st.fragment(run_every=2)
def draw_catalogue() -> None:
    """Every model of the catalogue, with what has to be done before it runs."""
    notices.toast()
    online = hub.online()
    with st.container(horizontal=True, vertical_alignment="center"):
        hub_state = {
            None: _("The model hub asking…."),
            True: _("The model hub can be reached."),
            False: _("The model hub can't be reached."),
        }[online]
        st.caption(f":material/cloud: {hub_state}")
        st.button(_("Check again"), type="tertiary", icon=":material/refresh:", on_click=hub.ask_again)
    if config().models_dir and current().administrator:
        text = _("Your own models are read from {folder}.").format(folder=plain(str(config().models_dir)))
        st.caption(f":material/folder: {text}")
    devices = loader().devices_now()
    loaded = {model.id for model in manager().status()}
    for spec in _chosen(manager().catalog.all()):
        with st.container(border=True):
            _draw_entry(
                spec, library().availability(spec, devices, online), (spec.under or spec).id in loaded
            )


def _chosen(specs: list[ModelSpec]) -> list[ModelSpec]:
    """One page of the models whose names have the words looked for; a browser draws hundreds too slowly."""
    # What is on its way comes first, then what is here or was added.
    coming = {job.kind for job in jobs().running()}
    specs = sorted(specs, key=lambda s: (f"download {s.id}" not in coming, s.downloads and not s.added))
    if len(specs) <= PER_PAGE:
        return specs
    sought = st.text_input(_("Find a model"), key="find_model", placeholder=_("a part of its name"))
    words = sought.casefold().split()
    found = [spec for spec in specs if all(word in f"{spec.title} {spec.id}".casefold() for word in words)]
    pages = max(math.ceil(len(found) / PER_PAGE), 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        count = ngettext("{count} model", "{count} models", len(found))
        st.caption(count.format(count=f"{len(found):,}"))
        page = st.pagination(pages, key=f"catalogue_page_{pages}") if pages > 1 else 1
    return found[(page - 1) * PER_PAGE : page * PER_PAGE]


def _draw_memory() -> None:
    devices = loader().devices_now()
    budget = config().memory_budget_gb
    for column, device in zip(st.columns(max(len(devices), 2)), devices, strict=False):
        used = (device.total - device.free) / GB
        column.metric(
            _("Free memory ({device})").format(device=plain(device.name)),
            f"{device.free / GB:.1f} GB",
            _("{used} of {total} GB used").format(used=f"{used:.1f}", total=f"{device.total / GB:.1f}"),
            delta_color="off",
            delta_arrow="off",
        )
    if used := loader().process_memory():
        text = _("The engine process takes {used} GB of main memory.")
        st.caption(text.format(used=f"{used / GB:.1f}"))
    if budget is not None:
        text = _("The settings allow {budget} GB for all models together.")
        st.caption(text.format(budget=f"{budget:g}"))


def _draw_model(model: ModelStatus) -> None:
    head = [f"**{plain(model.title)}**", _(STATES[model.state]), _("pinned") if model.pinned else ""]
    st.markdown(" · ".join(filter(None, head)))
    if model.state == "loading":
        st.progress(model.share, text=plain(said(model.stage)))
        return
    st.caption(" · ".join(filter(None, _facts(model))))
    measured = [usage.tokens_per_second for usage in model.recent if usage.tokens_per_second]
    if measured:
        speeds = ", ".join(f"{speed:.1f}" for speed in measured)
        st.caption(_("Tokens/s of the last requests: {speeds}").format(speeds=speeds))
    pace.draw(model)
    st.caption(plain(said(model.reason)))
    if model.chosen:
        _draw_engine(model)
    with st.container(horizontal=True):
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


def _draw_entry(spec: ModelSpec, availability: Availability, loaded: bool) -> None:
    facts: list[str] = [_(TASKS[spec.task]), _(SOURCES[spec.source])]
    if spec.parameters:
        facts.append(_("{number} parameters").format(number=_short(spec.parameters)))
    if spec.context:
        facts.append(_("{tokens} tokens of context").format(tokens=f"{spec.context:,}"))
    facts += [plain(said(spec.licence)), "/".join(spec.languages)]
    if spec.downloads and not spec.added:
        facts.append(_(TIERS[spec.tier]))
    st.markdown(f"**{plain(spec.title)}**")
    st.caption(" · ".join(filter(None, facts)))
    if spec.about:
        st.markdown(plain(said(spec.about)))
    download = jobs().latest(f"download {spec.id}")
    if download and download.running:
        downloading.draw(spec, download)
        return
    text = said(availability.text)
    text = text if availability.state == "package" else plain(text)  # its command is marked as code
    st.markdown(f"{ICONS[availability.state]} {text}")
    if download and download.state == "failed" and availability.state != "ready":
        st.error(plain(said(download.error)), icon=":material/error:")
    paused = 0 if availability.state == "ready" else library().paused(spec)
    if not loaded and (failure := manager().failure(spec.id)):
        st.error(plain(said(failure)), icon=":material/error:")
    with st.container(horizontal=True):
        if availability.state == "ready" and not loaded:
            button(N_("Load"), spec.id, ":material/bolt:", partial(manager().load, spec.id))
        if paused:
            downloading.draw_paused(spec, paused)
        elif availability.state in ("download", "offline"):
            button(N_("Download"), spec.id, ":material/download:", partial(downloading.start, spec))
        _draw_delete(spec, paused)


def _draw_delete(spec: ModelSpec, paused: int) -> None:
    stored = library().stored_bytes(spec)
    if not current().administrator or (not spec.added and (not stored or paused)):
        return
    label = _("Remove") if spec.added else _("Delete")
    with st.popover(label, icon=":material/delete:", key=f"ask_delete_{spec.id}"):
        text = _("Frees {size} GB on the disk. The model has to be downloaded again before the next use.")
        if spec.added:
            text = _("Takes the model off the list, and frees {size} GB on the disk.")
        elif spec.gguf and not spec.downloads:
            text = _("Frees {size} GB on the disk. The model has to be converted again at the next use.")
        st.markdown(text.format(size=f"{stored / GB:.2f}"))
        label = N_("Remove from the list") if spec.added else N_("Delete from the store")
        button(label, spec.id, ":material/delete_forever:", partial(_delete, spec))


def _delete(spec: ModelSpec) -> None:
    manager().unload(spec.id)
    library().delete(spec)
    if spec.added:
        added_models().remove(spec.id)


def _duration(seconds: float) -> str:
    if seconds >= 90:
        return _("{minutes} min").format(minutes=f"{seconds / 60:.0f}")
    return _("{seconds} s").format(seconds=f"{seconds:.0f}")


def _short(number: float) -> str:
    """A number of parameters as models are named: 135M, 1.5B."""
    return f"{number / 1e9:.1f}B".replace(".0B", "B") if number >= 1e9 else f"{number / 1e6:.0f}M"
