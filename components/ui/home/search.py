"""One box that finds passages of all that a person keeps, by meaning and by words, with the way to each."""

import streamlit as st

from components.jobs import Job
from components.messages import N_
from components.tasks.ask.everywhere import Hit
from components.ui import errands, notices
from components.ui.language import _, said
from components.ui.resources import everywhere, jobs, shelf
from components.ui.summarize import sources
from components.ui.text import plain

POLL_SECONDS = 0.5
FIRST = 8  # hits that are shown at once
_WANTED, _JOB, _MORE = "everything_wanted", "everything_job", "everything_more"
_KINDS = {
    "document": (N_("document"), ":material/description:"),
    "conversation": (N_("conversation"), ":material/forum:"),
    "summary": (N_("summary"), ":material/summarize:"),
    "answer": (N_("questions"), ":material/quiz:"),
    "translation": (N_("translation"), ":material/translate:"),
    "translated document": (N_("translation"), ":material/translate:"),
}
# What an entry is opened with: its page, and the parameter of the address.
_PLACES = {
    "conversation": ("chat", "c"),
    "summary": ("summarize", "s"),
    "answer": ("ask", "a"),
    "translation": ("translate", "text"),
    "translated document": ("translate", "document"),
}


def draw() -> None:
    """The box, and what was found. The words are in the address, so that a refresh comes back to them."""
    if _WANTED not in st.session_state:
        st.session_state[_WANTED] = st.query_params.get("q", "")
    label = _("Search everything")
    about = _("Passages of your documents, conversations, summaries, answers and translations, by meaning")
    wanted = st.text_input(
        label,
        key=_WANTED,
        placeholder=f"{label}: {about}",
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=500,
        persist_state="session",
    )
    if not (wanted or "").strip():
        st.query_params.pop("q", None)
        return
    if st.query_params.get("q") != wanted:
        st.query_params["q"] = wanted
    for_words, job_id = st.session_state.get(_JOB, ("", ""))
    job = jobs().get(job_id) if for_words == wanted else None
    if job is None:
        with notices.shown():
            job = everywhere().search(wanted)
            st.session_state[_JOB] = wanted, job.id
    notices.draw()
    if job and (job.running or not job.wait(0)):
        _draw_live(job)
    elif job:
        _draw_found(job)
        st.divider()


@st.fragment(run_every=POLL_SECONDS)
def _draw_live(job: Job) -> None:
    """What is read first, and Stop, which searches what was read until then."""
    if not job.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Stop"), key="stop_search", icon=":material/stop_circle:", on_click=job.cancel)
        st.progress(job.share or 0.0, text=plain(said(job.note) or _("Searching")))


def _draw_found(job: Job) -> None:
    if job.error:
        st.error(plain(said(job.error)), icon=":material/error:")
        return
    hits: list[Hit] = job.result or []
    if not hits:
        st.caption(_("Nothing found."))
    most = len(hits) if st.session_state.get(_MORE) == job.id else FIRST
    for number, hit in enumerate(hits[:most]):
        _draw_hit(hit, number)
    if len(hits) > most:
        st.button(_("Show more"), key="more_found", type="tertiary", on_click=_more, args=(job.id,))


def _more(job_id: str) -> None:
    st.session_state[_MORE] = job_id


@st.fragment
def _draw_hit(hit: Hit, number: int) -> None:
    name, icon = _KINDS[hit.of]
    with st.container(border=True, gap="xsmall", key=f"hit_{number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if place := _PLACES.get(hit.of):
                page, parameter = place
                link = f"pages/{page}.py"
                st.page_link(link, label=plain(hit.title), icon=icon, query_params={parameter: hit.id})
            else:
                _draw_document_link(hit, icon, number)
            st.caption(_(name) if not hit.citation else plain(said(hit.citation.where)))
        st.markdown(_marked(hit))
        if hit.citation and st.session_state.get(f"hit_place_{number}"):
            document = shelf().content(hit.id)
            if document and hit.citation.block < len(document.blocks):
                sources.draw_context(hit.citation, document)


def _draw_document_link(hit: Hit, icon: str, number: int) -> None:
    """The passage in its place, and the way to ask its document."""
    st.markdown(f"{icon} {plain(hit.title)}", width="content")
    label = _("Show its place")
    st.toggle(label, key=f"hit_place_{number}")
    if st.button(
        _("Ask it"), key=f"hit_ask_{number}", type="tertiary", icon=":material/quick_reference_all:"
    ):
        errands.leave(errands.ASK, [hit.id])
        st.switch_page("pages/ask.py")


def _marked(hit: Hit) -> str:
    """The passage, escaped, its words that are looked for on a coloured ground."""
    pieces, at = [], 0
    for start, end in hit.marks:
        if at <= start < end <= len(hit.text):
            pieces += [_spaced(hit.text[at:start]), f":orange-background[{plain(hit.text[start:end])}]"]
            at = end
    return "".join([*pieces, _spaced(hit.text[at:])]).strip()


def _spaced(text: str) -> str:
    return f"{' ' * text[:1].isspace()}{plain(text)}{' ' * text[-1:].isspace()}" if text.strip() else text
