"""The Models page's catalogue: one table with search, filters and order; what is chosen opens beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from components.config import GB
from components.messages import N_
from components.models.catalog import ModelSpec
from components.models.library import Availability
from components.ui import notices
from components.ui.language import _, language_name, ngettext, said
from components.ui.models import download_progress, hub_state
from components.ui.models.buttons import button
from components.ui.person import current
from components.ui.resources import added_models, config, jobs, library, loader, manager
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


STATES = {
    "loaded": N_("loaded"),
    "ready": N_("ready"),
    "package": N_("needs a package"),
    "download": N_("needs a download"),
    "too large": N_("too large"),
    "offline": N_("unavailable offline"),
    "refused": N_("can't be used"),
}
SHOW = {"all": N_("All"), "ready": N_("Ready"), "fits": N_("Fits")}
OPEN, FIND = "model_open", "find_model"
POLL_SECONDS = 1
HEIGHT = 460  # pixels of the table


@dataclass(frozen=True)
class Entry:
    """A model with what has to be done before it runs."""

    spec: ModelSpec
    availability: Availability
    loaded: bool

    @property
    def state(self) -> str:
        return "loaded" if self.loaded else self.availability.state


def draw() -> None:
    """The table, and beside it the model that was chosen."""
    devices, online = loader().devices_now(), hub_state.online()
    loaded = {model.id for model in manager().status()}
    everything = [
        Entry(one, library().availability(one, devices, online), (one.under or one).id in loaded)
        for one in manager().catalog.all()
    ]
    shown = _chosen(everything)
    opened = next((one for one in everything if one.spec.id == st.session_state.get(OPEN)), None)
    if opened is None:
        _draw_table(shown, max((device.free for device in devices), default=0) / GB)
        st.caption(_("Choose a model in the table to load, download or delete it."))
        _draw_hub()
        return
    left, right = st.columns([3, 2])
    with left:
        _draw_table(shown, max((device.free for device in devices), default=0) / GB)
        _draw_hub()
    with right.container(border=True):
        busy = bool(jobs().running(f"download {opened.spec.id}"))
        st.fragment(_draw_opened, run_every=POLL_SECONDS if busy else None)(opened.spec, busy)


def _draw_hub() -> None:
    online = hub_state.online()
    with st.container(horizontal=True, vertical_alignment="center"):
        reached = {
            None: _("Contacting the model hub…"),
            True: _("The model hub can be reached."),
            False: _("The model hub can't be reached."),
        }[online]
        st.caption(f":material/cloud: {reached}", width="content")
        st.button(_("Check again"), type="tertiary", icon=":material/refresh:", on_click=hub_state.ask_again)
    if config().models_dir and current().administrator:
        text = _("Your own models are read from {folder}.").format(folder=plain(str(config().models_dir)))
        st.caption(f":material/folder: {text}")


def _chosen(entries: Sequence[Entry]) -> list[Entry]:
    """Those that match what is looked for: what is on its way or here comes first."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        sought = st.text_input(
            _("Find a model"),
            key=FIND,
            placeholder=_("a part of its name"),
            persist_state="session",
            width=220,
        )
        show = st.segmented_control(
            _("Show"),
            list(SHOW),
            format_func=lambda one: _(SHOW[one]),
            default="all",
            required=True,
            key="models_show",
            persist_state="session",
        )
        task = _one_of(_("For"), "models_task", {one: _(TASKS[one]) for one in TASKS})
        spoken = sorted({code for one in entries for code in one.spec.languages})
        language = _one_of(_("Language"), "models_language", {one: language_name(one) for one in spoken})
    words = (sought or "").casefold().split()
    found = [
        one
        for one in entries
        if all(word in f"{one.spec.title} {one.spec.id}".casefold() for word in words)
        and (show != "ready" or one.availability.state == "ready")
        and (show != "fits" or one.availability.state not in ("too large", "refused"))
        and (not task or one.spec.task == task)
        and (not language or language in one.spec.languages)
    ]
    count = ngettext("{count} model", "{count} models", len(found))
    st.caption(count.format(count=f"{len(found):,}"))
    coming = {job.kind for job in jobs().running()}
    order = list(STATES)
    return sorted(
        found,
        key=lambda one: (f"download {one.spec.id}" not in coming, order.index(one.state), not one.spec.added),
    )


def _one_of(label: str, key: str, names: dict[str, str]) -> str:
    """A choice that may be left open."""
    chosen = st.selectbox(
        label,
        list(names),
        None,
        names.__getitem__,
        key=key,
        placeholder=_("any"),
        persist_state="session",
        width=160,
    )
    return chosen or ""


def _draw_table(entries: Sequence[Entry], free: float) -> None:
    sizes = [_size(one.spec) / GB for one in entries]
    table = pd.DataFrame(
        {
            _("Model"): [one.spec.title for one in entries],
            _("State"): [_(STATES[one.state]) for one in entries],
            _("For"): [_(TASKS[one.spec.task]) for one in entries],
            _("Size"): [size or None for size in sizes],
            _("Context"): [one.spec.context or None for one in entries],
            _("Languages"): [", ".join(one.spec.languages) for one in entries],
            _("Licence"): [said(one.spec.licence) for one in entries],
            _("Source"): [_(SOURCES[one.spec.source]) for one in entries],
        }
    )
    ids = [one.spec.id for one in entries]
    key = f"catalogue_{hash(tuple(ids))}"

    def take() -> None:
        rows = st.session_state[key].selection.rows
        st.session_state[OPEN] = ids[rows[0]] if rows else None

    opened = st.session_state.get(OPEN)
    st.dataframe(
        table,
        hide_index=True,
        height=min(38 + 35 * max(len(table), 1), HEIGHT),
        key=key,
        on_select=take,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(opened)]}} if opened in ids else None,
        column_config={
            _("Size"): st.column_config.ProgressColumn(
                format="%.2f GB",
                min_value=0.0,
                max_value=max(free, 1.0),
                help=_("Its files, beside the memory that is free now"),
            ),
            _("Context"): st.column_config.NumberColumn(format="localized", help=_("Tokens")),
        },
        alt=_("Models of the catalogue"),
    )


def _size(spec: ModelSpec) -> int:
    """Bytes of its files: those that are here, else those of the download."""
    base = spec.under or spec
    file = library().file(base)
    return library().stored_bytes(base) or (file.stat().st_size if file else base.download_bytes)


def _draw_opened(spec: ModelSpec, watched: bool) -> None:
    """The chosen model as it is now."""
    notices.toast()
    if bool(jobs().running(f"download {spec.id}")) != watched:
        st.rerun()
    devices = loader().devices_now()
    loaded = {model.id for model in manager().status()}
    _draw_entry(
        spec, library().availability(spec, devices, hub_state.online()), (spec.under or spec).id in loaded
    )


def _draw_entry(spec: ModelSpec, availability: Availability, loaded: bool) -> None:
    """What is known of one model, and what can be done with it."""
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
        download_progress.draw(spec, download)
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
            download_progress.draw_paused(spec, paused)
        elif availability.state in ("download", "offline"):
            button(N_("Download"), spec.id, ":material/download:", partial(download_progress.start, spec))
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


def _short(number: float) -> str:
    """A number of parameters as models are named: 135M, 1.5B."""
    return f"{number / 1e9:.1f}B".replace(".0B", "B") if number >= 1e9 else f"{number / 1e6:.0f}M"
