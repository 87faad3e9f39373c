"""The Models page's way to models that aren't in the list: of the hub, and in folders of this machine."""

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components.config import GB
from components.jobs import Job
from components.messages import N_, Said
from components.models import memory
from components.models.placement import DTYPE_BYTES, target_kind
from components.models.sources import hub, machine, model_choices, reference
from components.models.sources.added_models import spec_of
from components.models.sources.folders import lmstudio_folders, ollama_stores
from components.models.sources.hub import Hit
from components.models.sources.model_choices import Found, Machine
from components.ui import notices
from components.ui.language import _, ngettext, said
from components.ui.models import download_progress, question
from components.ui.models.buttons import button
from components.ui.person import current, person
from components.ui.resources import added_models, config, jobs, loader
from components.ui.text import plain

KIND = "hub look"
_JOB, _TEXT, _FOLDER = "adding_job", "adding_text", "adding_folder"
POLL_SECONDS = 0.5
# Of the memory, what models may take beside an operating system and a browser.
SHARE = 0.85


def draw() -> None:
    """For administrators; others choose from what is there."""
    if not current().administrator:
        return
    with st.expander(_("Add a model"), icon=":material/add_circle:", key="add_model"):
        from_hub, from_folder = st.tabs([_("From the model hub"), _("From a folder")])
        with from_hub:
            asking = _job()
            running = asking is not None and asking.running
            st.fragment(_draw_hub, run_every=POLL_SECONDS if running else None)(running)
        with from_folder:
            _draw_folders()


def _draw_hub(was_running: bool) -> None:
    with st.form("add_from_hub", border=False):
        st.text_input(
            _("Name, address or words to search for"),
            key=_TEXT,
            placeholder=_("owner/name, owner/name:Q4_K_M, an address of the hub, or words"),
        )
        st.form_submit_button(_("Look"), icon=":material/search:", on_click=_look)
    found = question.answer(_job(), was_running, _("Asking the model hub…"))
    if isinstance(found, Found):
        _draw_found(found)
    elif isinstance(found, list):
        _draw_hits(found)


def _draw_hits(hits: list[Hit]) -> None:
    if not hits:
        st.info(_("The hub has no model in GGUF or safetensors with these words."), icon=":material/info:")
    for hit in hits:
        with st.container(horizontal=True, vertical_alignment="center"):
            facts = [hit.licence, "GGUF" if hit.gguf else "safetensors"]
            text = ngettext("{count} download", "{count} downloads", hit.downloads)
            facts.append(text.format(count=f"{hit.downloads:,}"))
            about = " · ".join(plain(fact) for fact in facts if fact)
            st.markdown(f"**{plain(hit.repo)}**  \n{about}", width="stretch")
            button(N_("Choose"), hit.repo, ":material/arrow_forward:", partial(_start, hit.repo))


def _draw_found(found: Found) -> None:
    model = found.model
    facts = [model.architecture, plain(model.licence) or _("licence not stated"), "/".join(model.languages)]
    if model.context:
        facts.append(_("{tokens} tokens of context").format(tokens=f"{model.context:,}"))
    st.markdown(f"**{plain(model.repo)}**  \n{' · '.join(filter(None, facts))}")
    if model.refusal:
        st.error(plain(said(model.refusal)), icon=":material/block:")
        return
    st.dataframe([_row(one) for one in found.choices], hide_index=True)
    names = [f"{one.variant.name} · {one.variant.size / GB:.2f} GB" for one in found.choices]
    chosen = st.selectbox(
        _("Files"),
        range(len(names)),
        index=found.best,
        format_func=lambda number: names[number],
        key=f"files_{model.repo}_{model.commit}",
    )
    choice = found.choices[chosen]
    spec = spec_of(model, choice.variant)
    if spec.refusal:
        st.error(plain(said(spec.refusal)), icon=":material/block:")
        return
    if not choice.fit.fits:
        st.error(plain(said(choice.fit.text)), icon=":material/memory_alt:")

    def add() -> None:
        added_models().add(spec)
        download_progress.start(spec)
        st.session_state.pop(_JOB, None)
        notices.later(Said("{title} is on its way: watch it in the list below.", title=spec.title))

    button(N_("Add and download"), spec.id, ":material/download:", add, not choice.fit.fits)


def _row(choice: model_choices.Choice) -> dict[str, Any]:
    speed = choice.fit.speed
    return {
        _("Files"): choice.variant.name,
        _("Size"): f"{choice.variant.size / GB:.2f} GB",
        _("On this machine"): said(choice.fit.text),
        _("Speed at most"): _("{speed} tokens/s").format(speed=f"{speed:.0f}") if speed >= 1 else "",
    }


def _draw_folders() -> None:
    with st.form("add_folder", border=False):
        st.text_input(_("Folder on this machine"), key=_FOLDER, placeholder=str(Path.home() / "models"))
        st.form_submit_button(_("Add the folder"), icon=":material/create_new_folder:", on_click=_add_folder)
    known = added_models().folders()
    for folder in lmstudio_folders():
        if folder not in known:
            text = _("LM Studio keeps models in {folder}.").format(folder=plain(str(folder)))
            st.caption(f":material/folder: {text}")
            button(N_("Add LM Studio's models"), str(folder), ":material/add:", partial(_add, str(folder)))
    for store in ollama_stores():
        text = _("Ollama's models in {folder} are in the list already, and are read where they are.")
        st.caption(f":material/folder: {text.format(folder=plain(str(store)))}")
    for folder in known:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/folder: {plain(str(folder))}", width="stretch")
            forget = partial(added_models().remove_folder, folder)
            button(N_("Take off the list"), str(folder), ":material/close:", forget)


def _add_folder() -> None:
    with notices.shown():
        _add(st.session_state[_FOLDER])


def _add(text: str) -> None:
    added_models().add_folder(text)
    st.session_state[_FOLDER] = ""


def _look() -> None:
    with notices.shown():
        if text := st.session_state[_TEXT].strip():
            _start(text)


def _start(text: str) -> None:
    """Asks in the background, about one model or for those that have the words."""
    wanted = reference.read(text, hub.endpoint())
    devices, data_dir = loader().devices_now(), config().data_dir

    def work(job: Job) -> Found | list[Hit]:
        if wanted is None:
            return hub.search(text)
        return model_choices.find(wanted, _machine(devices, machine.bandwidth(data_dir)))

    st.session_state[_JOB] = jobs().start(KIND, person(), work).id


def _machine(devices: list[Any], bandwidth: float) -> Machine:
    """What models may take here: of main memory, and where safetensors run."""
    budget = int((config().memory_budget_gb or 0) * GB)
    kind = target_kind(devices, config().device) if devices else "cpu"
    room = max((int(one.total * SHARE) for one in devices if one.kind == kind), default=0)
    main = int(memory.ram().total * SHARE)
    dtype = "float32" if kind == "cpu" and not all(one.bfloat16 for one in devices) else "bfloat16"
    assert dtype in DTYPE_BYTES
    return Machine(
        memory=min(main, budget or main),
        other=min(room, budget or room),
        dtype=dtype,
        bandwidth=bandwidth,
        longest=config().max_context,
    )


def _job() -> Job | None:
    return jobs().get(st.session_state.get(_JOB, ""))
