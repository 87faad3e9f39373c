"""What a person worked on last, of every kind, with the way to it and how far it is."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from components.messages import N_
from components.tasks.ask.question_jobs import KIND as ASK
from components.tasks.evaluate.evaluation import KIND as EVALUATION
from components.tasks.forms.form_jobs import KIND as FORM
from components.tasks.summarize.summary_jobs import KIND
from components.tasks.tables.table_jobs import KIND as TABLE
from components.ui import heartbeat
from components.ui.language import _, ngettext
from components.ui.person import person
from components.ui.resources import jobs, results, row_work, store, training_runs, translations
from components.ui.text import plain

SHOWN = 6
_AT_WORK = {"running": N_("in progress"), "streaming": N_("in progress"), "queued": N_("waiting in line")}
_ENDED = {
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
}


@dataclass(frozen=True)
class Work:
    """One line: where it is, what it is called, how it is."""

    page: str  # its file's name
    parameter: str  # of the page's address
    id: str
    title: str
    kind: str
    state: str
    at: float  # seconds since 1970
    job_id: str = ""


@st.fragment
def draw() -> None:
    """The latest ones, drawn again and again: their progress goes on, and what was deleted goes."""
    st.header(_("Continue"))
    found = sorted(_all(), key=lambda one: -one.at)[:SHOWN]
    going = any(one.state in _AT_WORK for one in found)
    going = going or any(job.owner == person() for job in jobs().running())
    heartbeat.draw("recent", heartbeat.BUSY if going else 2 * heartbeat.IDLE)
    if not found:
        st.caption(_("What you work on will be listed here."))
    for work in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            page = f"pages/{work.page}.py"
            st.page_link(
                page,
                label=plain(work.title) or _("Without a title"),
                icon=_ICONS[work.page],
                query_params={work.parameter: work.id},
            )
            st.caption(" · ".join(filter(None, (_(work.kind), _state(work), _ago(time.time() - work.at)))))


_ICONS = {
    "chat": ":material/forum:",
    "summarize": ":material/summarize:",
    "translate": ":material/translate:",
    "ask": ":material/quiz:",
    "tables": ":material/table:",
    "fine_tune": ":material/model_training:",
    "evaluate": ":material/balance:",
}


def _all() -> Iterator[Work]:
    for talk in store().headings(limit=SHOWN):
        yield Work("chat", "c", talk.id, talk.title, N_("conversation"), "", talk.updated_at)
    for one in results().headings(KIND, "")[:SHOWN]:
        yield Work("summarize", "s", one.id, one.title, N_("summary"), one.state, one.updated_at, one.job_id)
    for text in translations().recent(person(), "text", SHOWN):
        yield Work("translate", "text", text.id, text.name, N_("translation"), "", text.updated_at)
    for file in translations().recent(person(), "document", SHOWN):
        kind = N_("translation")
        yield Work(
            "translate", "document", file.id, file.name, kind, file.state, file.updated_at, file.job_id
        )
    for kind, name in ((TABLE, N_("table")), (FORM, N_("form"))):
        for work in row_work().headings(kind)[:SHOWN]:
            yield Work("tables", "table", work.id, work.title, name, work.state, work.updated_at, work.job_id)
    for answered in results().headings(ASK, "")[:SHOWN]:
        kind = N_("questions")
        at = answered.updated_at
        yield Work("ask", "a", answered.id, answered.title, kind, answered.state, at, answered.job_id)
    for work in row_work().headings(EVALUATION)[:SHOWN]:
        kind = N_("evaluation")
        yield Work("evaluate", "e", work.id, work.title, kind, work.state, work.updated_at, work.job_id)
    for run in training_runs().records.of(person())[:SHOWN]:
        yield Work("fine_tune", "run", run.id, run.name, N_("training run"), run.state, run.updated_at)


def _state(work: Work) -> str:
    if work.state in _AT_WORK:
        job = jobs().live(work.job_id) if work.job_id else None
        share = f" {job.share:.0%}" if job and job.share else ""
        return _(_AT_WORK[work.state]) + share
    return _(_ENDED.get(work.state, ""))


def _ago(seconds: float) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{count} minute ago", "{count} minutes ago", minutes).format(count=minutes)
    if minutes < 24 * 60:
        return ngettext("{count} hour ago", "{count} hours ago", minutes // 60).format(count=minutes // 60)
    days = minutes // (24 * 60)
    return ngettext("{count} day ago", "{count} days ago", days).format(count=f"{days:,}")
