"""A summary on the page: live while it is made, then with its coverage, sources, checks and downloads."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from components.documents import Document
from components.errors import Unavailable
from components.kept import DAMAGED
from components.messages import N_, clauses, counted
from components.results import Result
from components.store import NewMessage
from components.tasks.chat import ANSWER_SHARE
from components.tasks.summarize import summary_files
from components.tasks.summarize.edits import edit
from components.tasks.summarize.summary import Summary, name_of
from components.tasks.summarize.summary_jobs import KIND, body_of, summaries_of
from components.tasks.summarize.summary_settings import Settings
from components.ui import errands, job_progress, left_out, notices
from components.ui.chat.tab import open_conversation
from components.ui.copy import copy_button
from components.ui.language import _, said, tag, teller
from components.ui.resources import config, manager, results, store
from components.ui.summarize import cited, pictures, session, sources
from components.ui.summarize.inputs import length_name
from components.ui.text import plain

POLL_SECONDS = 0.5
LONG, HEIGHT = 1_600, 460  # characters from which a summary scrolls beside its source, in so many pixels
TOKENS_PER_WORD = 1.4  # of a usual text; only to foresee what will not fit
STATES = {
    "stopped": N_("Stopped. What was made until then is kept; it is not the whole document's summary."),
    "interrupted": N_("Interrupted: the app ended while this was made. What was made until then is kept."),
    "running": N_("Interrupted. What was made until then is kept."),
}
EMPTY = {
    "stopped": N_("Stopped before anything was read."),
    "interrupted": N_("Interrupted: the app ended before anything was read."),
    "running": N_("Interrupted before anything was read."),
}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STATE_NAMES = {
    "read": N_("Read"),
    "failed": N_("Failed"),
    "skipped": N_("Skipped"),
    "waiting": N_("Not yet"),
}
LEGEND = N_(
    "“…” is the document's own wording. A sentence marked “by the model” or “by hand” is not a quote; its "
    "words that aren't the source's have a coloured ground."
)
CHECKS = N_(
    "What the checks can tell: whether a written sentence is one passage plainly shortened, and whether its "
    "numbers, dates and names are in the document. They can't tell whether a number belongs to what it is "
    "said of, what a sentence means without its surroundings, or whether the document is right."
)
METHODS = {"both": N_("shorten"), "quote": N_("quote"), "write": N_("write")}
ASKED = {
    "paragraph": N_("{method}, paragraph, {length}"),
    "bullets": N_("{method}, bullets, {length}"),
    "sentence": N_("{method}, sentence, {length}"),
    "key points": N_("{method}, key points, {length}"),
    "own": N_("{method}, own, {length}"),
}


def draw(result: Result) -> None:
    """The result, live or finished."""
    st.header(plain(result.title), anchor=False)
    with notices.part():
        st.caption(plain(asked(result.settings)))
    if session.summarizing().job(result):
        _draw_live(result.id)
        return
    result = results().get(result.id) or result  # its job may have ended since it was read
    found: list[Summary] = []
    documents: list[Document] = []
    with notices.part():
        found = summaries_of(result.body)
    with notices.part():
        documents = session.documents(result.id)
    _draw_state(result, found)
    if found:
        names = [plain(said(summary.name)) for summary in found]
        tabs = st.tabs(names) if len(names) > 1 else [st.container()]
        for number, tab in enumerate(tabs):
            with tab:
                _draw_summary(result, number, found, documents)
        _draw_comparison(result)


@st.fragment(run_every=POLL_SECONDS)
def _draw_live(result_id: str) -> None:
    """Progress by part, what there is so far, and Stop."""
    result = results().get(result_id, documents=False)
    job = session.summarizing().job(result) if result else None
    if result is None or job is None:
        st.rerun()
    job_progress.draw(job, "stop")
    with notices.part():
        _draw_so_far(result)


def _draw_so_far(result: Result) -> None:
    for summary in summaries_of(result.body)[-1:]:
        st.subheader(_("Summary"), anchor=False)
        so_far = _("What there is so far. It changes while more is read.")
        st.caption(f":material/hourglass_top: {so_far}")
        cited.draw(summary, f"live_{result.id}")


def _draw_state(result: Result, found: Sequence[Summary]) -> None:
    if result.state == "failed":
        st.error(plain(said(result.note) or _("The summary failed.")), icon=":material/error:")
    elif result.state in STATES:
        states = STATES if found or session.summarizing().resumable(result) else EMPTY
        st.warning(_(states[result.state]), icon=":material/stop_circle:")
    partial = result.state == "done" and any(summary.unfinished for summary in found)
    if result.state == "done" and found and not partial:
        return
    with st.container(horizontal=True):
        if session.summarizing().resumable(result):
            st.button(
                _("Read what is missing") if partial else _("Resume"),
                type="primary",
                icon=":material/play_arrow:",
                on_click=_again,
                args=(result, True),
            )
        st.button(_("Start again"), icon=":material/refresh:", on_click=_again, args=(result, False))


def _again(result: Result, resume: bool) -> None:
    with notices.shown():
        settings = Settings.from_json(result.settings)
        spec = manager().catalog.get(settings.model_id) if settings.model_id else None
        session.summarizing().again(result, session.tools(spec), resume)


def _draw_actions(
    result: Result, number: int, found: Sequence[Summary], documents: Sequence[Document]
) -> None:
    """Below a summary: copy, edit, export, ask about it."""
    scope = f"{result.id}_{number}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        copy_button(found[number].text, key=f"copy_{scope}")
        st.button(
            _("Edit"),
            key=f"edit_{scope}",
            type="tertiary",
            icon=":material/edit:",
            on_click=_edit,
            args=(scope,),
        )
        with st.popover(_("Export"), type="tertiary", icon=":material/download:", key=f"export_{scope}"):
            _draw_downloads(result, found, scope)
        if st.button(_("Ask the document"), key=f"shelf_{scope}", type="tertiary", icon=":material/shelves:"):
            errands.leave(errands.ASK, [documents[file] for file in found[number].files])
            st.switch_page("pages/ask.py")
        if st.button(_("Ask about this"), key=f"ask_{scope}", type="tertiary", icon=":material/forum:"):
            open_conversation(_conversation(result, found, documents))
            st.switch_page("pages/chat.py")


def _draw_downloads(result: Result, found: Sequence[Summary], scope: str) -> None:
    name = summary_files.file_name(result.title)
    asked, tell = (result.title, result.settings, found), teller()
    for label, make, ending, kind in (  # made when it is asked for
        ("Markdown", partial(summary_files.to_markdown, *asked, tell), "md", "text/markdown"),
        ("HTML", partial(summary_files.to_html, *asked, tell, tag()), "html", "text/html"),
        ("DOCX", partial(summary_files.to_docx, *asked, tell), "docx", _WORD),
        ("JSON", partial(summary_files.to_json, *asked), "json", "application/json"),
    ):
        st.download_button(
            label,
            make,
            f"{name}.{ending}",
            kind,
            key=f"{ending}_{scope}",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
        )


def _conversation(result: Result, found: Sequence[Summary], documents: Sequence[Document]) -> str:
    """A new conversation with the documents attached, ready for the first question.

    Where they are too long for the model, chat leaves that turn out and says so; the next one has the
    summary with its sources.
    """
    model_id = str(result.settings.get("model_id") or "") or config().default_model
    conversation_id = store().create("chat", result.title, model_id)
    files = [
        {"name": said(name_of(document)), "text": document.text} for document in documents if document.text
    ]
    asked = store().add(conversation_id, NewMessage(None, "user", "", attachments=files, model_id=model_id))
    have = _("I have these documents.") if len(files) > 1 else _("I have this document.")
    answer = _("{have} What would you like to know?").format(have=have)
    tokens = round(sum(document.words for document in documents) * TOKENS_PER_WORD)
    most = config().max_context
    room = min([most, *(spec.context for spec in manager().catalog.all() if spec.id == model_id)])
    if tokens > room * (1 - ANSWER_SHARE):
        first = store().add(conversation_id, NewMessage(asked, "assistant", have))
        text = summary_files.to_markdown(result.title, result.settings, found, teller())
        files = [{"name": _("Summary of {title}.md").format(title=result.title), "text": text}]
        asked = store().add(
            conversation_id, NewMessage(first, "user", "", attachments=files, model_id=model_id)
        )
        answer = _(
            "With about {tokens} tokens, that is more than the {room} that this model reads at once: it "
            "can't read it whole here. It answers from the summary and the passages behind it, which are "
            "attached too. A model with a longer context reads the whole."
        ).format(tokens=f"{tokens:,}", room=f"{room:,}")
    store().add(conversation_id, NewMessage(asked, "assistant", answer))
    return conversation_id


def _draw_summary(
    result: Result, number: int, found: Sequence[Summary], documents: Sequence[Document]
) -> None:
    summary = found[number]
    if summary.refused:
        st.warning(plain(said(summary.refused)), icon=":material/block:")
        return
    _draw_partial(summary)
    _draw_badges(summary)
    if st.session_state.get("editing_summary") == f"{result.id}_{number}":
        _draw_editor(result, number, found, documents)
    else:
        _draw_cited(summary, documents, f"{result.id}_{number}")
        _draw_actions(result, number, found, documents)
    with notices.part():
        st.caption(plain(facts_line(result, summary)))
    st.subheader(_("Coverage"), anchor=False)
    _draw_coverage(summary)
    with notices.part():
        _require(summary, documents)
        left_out.draw_look([documents[file] for file in summary.files], f"look_below_{result.id}_{number}")
    if any(line.origin != "quoted" for line in summary.lines):
        st.caption(plain(f"{_(LEGEND)} {_(CHECKS)}"))


def _require(summary: Summary, documents: Sequence[Document]) -> None:
    """Raises Unavailable where a document is missing that the summary is of."""
    of = {*summary.files, *(source.file for line in summary.lines for source in line.sources)}
    if max(of, default=0) >= len(documents):
        raise Unavailable(DAMAGED)


@st.fragment
def _draw_cited(summary: Summary, documents: Sequence[Document], scope: str) -> None:
    """The summary, and beside it the source of the sentence that is chosen in it."""
    long, panel = len(summary.text) > LONG, f"source_{scope}"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(_("Summary"), anchor=False)
        with st.container(height=HEIGHT if long else "content", border=False):
            chosen = cited.draw(summary, f"cited_{scope}", panel)
    with right:
        st.subheader(_("Sources"), anchor=False)
        with st.container(height=HEIGHT if long else "content", border=False, key=panel), notices.part():
            _require(summary, documents)
            sources.draw(summary, chosen, documents, pictures.of(scope.rpartition("_")[0]))


def _draw_badges(summary: Summary) -> None:
    """Whether all was read, every sentence has a source, and what could be checked was found right."""
    ledger, lines = summary.ledger, len(summary.lines)
    missing = sum(len(line.missing) for line in summary.lines)
    doubts = clauses(
        counted(
            "{count} number, date or name not found in the document",
            "{count} numbers, dates or names not found in the document",
            missing,
        )
        if missing
        else "",
        counted("{count} sentence in other words", "{count} sentences in other words", summary.unchecked)
        if summary.unchecked
        else "",
    )
    sourced = counted(
        "{sourced} of {count} sentence with its source",
        "{sourced} of {count} sentences with their source",
        lines,
        sourced=lines - summary.unsupported,
    )
    with st.container(horizontal=True, gap="small"):
        _badge(ledger.complete, said(ledger.headline))
        _badge(not summary.unsupported, said(sourced))
        _badge(not doubts, said(doubts) or _("Numbers, dates and names are in the document"))


def _badge(good: bool, text: str) -> None:
    icon = ":material/check:" if good else ":material/warning:"
    st.badge(plain(text), icon=icon, color="green" if good else "orange")


def _draw_partial(summary: Summary) -> None:
    if not summary.partial:
        return
    text = _("This is a partial summary. {read}")
    if summary.ledger.complete:
        text = _(
            "This is a partial summary. {read} It was stopped while it was written: what is missing is "
            "quoted."
        )
    st.warning(plain(text.format(read=said(summary.ledger.headline))), icon=":material/warning:")


def facts_line(result: Result, summary: Summary) -> str:
    """Length, checks and time in one line."""
    settings = Settings.from_json(result.settings)
    quoted = sum(line.origin == "quoted" for line in summary.lines)
    missing = sum(len(line.missing) for line in summary.lines)
    target = settings.length.words or summary.target
    facts = [
        _(METHODS[settings.method]).capitalize(),
        said(
            counted(
                "{count} word (asked for {target})",
                "{count} words (asked for {target})",
                summary.words,
                target=target,
            )
        ),
        said(
            counted(
                "{quoted} of {count} sentence quoted",
                "{quoted} of {count} sentences quoted",
                len(summary.lines),
                quoted=quoted,
            )
        ),
        said(counted("{count} without a source", "{count} without a source", summary.unsupported)),
        said(counted("{count} in other words", "{count} in other words", summary.unchecked)),
        said(
            counted(
                "{count} number, date or name not found in the document",
                "{count} numbers, dates or names not found in the document",
                missing,
            )
        ),
        _("{seconds} s").format(seconds=f"{summary.seconds:.1f}"),
    ]
    return " · ".join(facts)


def _draw_editor(
    result: Result, number: int, found: Sequence[Summary], documents: Sequence[Document]
) -> None:
    key = f"draft_{result.id}_{number}"
    st.text_area(_("Edit summary"), found[number].text, key=key, height=260)
    with st.container(horizontal=True):
        st.button(_("Save"), type="primary", on_click=_save, args=(result, number, found, documents, key))
        st.button(_("Cancel"), on_click=_edit, args=(None,))


def _edit(scope: str | None) -> None:
    st.session_state["editing_summary"] = scope


def _save(
    result: Result, number: int, found: Sequence[Summary], documents: Sequence[Document], key: str
) -> None:
    with notices.shown():
        _require(found[number], documents)
        changed = list(found)
        changed[number] = edit(found[number], st.session_state.get(key) or "", documents)
        results().update(result.id, body=body_of(changed))
        st.session_state["editing_summary"] = None


def _draw_coverage(summary: Summary) -> None:
    ledger = summary.ledger
    icon = ":material/check_circle:" if ledger.complete else ":material/warning:"
    st.markdown(f"{icon} **{plain(said(ledger.headline))}**")
    left = [_("Not in the text: {what}").format(what=said(line)) for line in ledger.left_out]
    for note in (*(said(note) for note in (*summary.notes, *ledger.notes)), *left):
        st.caption(f":material/info: {plain(note)}")
    with st.expander(_("All parts ({count})").format(count=len(ledger.parts)), icon=":material/list_alt:"):
        st.dataframe(
            [
                {
                    _("Part"): part.number,
                    _("Place"): said(part.place),
                    _("Words"): part.words,
                    _("Tokens"): part.tokens or None,
                    _("State"): _(STATE_NAMES[part.state]),
                    _("Read by"): said(part.reader),
                    _("Tries"): part.tries,
                    _("Reason"): said(part.why),
                }
                for part in ledger.parts
            ],
            hide_index=True,
            width="stretch",
        )


def _draw_comparison(result: Result) -> None:
    """Another summary beside this one; those of the same document first."""
    others = [h for h in results().headings(KIND) if h.id != result.id and h.state == "done" and h.settings]
    others.sort(key=lambda heading: heading.title != result.title)
    if not others:
        return
    names: dict[str, str] = {}
    for h in others:
        with suppress(Unavailable):  # a damaged one
            names[h.id] = f"{h.title} ({asked(h.settings)})"
    chosen = st.selectbox(
        _("Compare with"),
        list(names),
        index=None,
        format_func=lambda result_id: names[result_id],
        placeholder=_("Another summary, for instance with other settings"),
        key=f"compare_{result.id}",
    )
    other = results().get(chosen, documents=False) if chosen else None
    if other is None:
        return
    for column, one in zip(st.columns(2), (result, other), strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{plain(asked(one.settings))}**")
            for number, summary in enumerate(summaries_of(one.body)):
                if not summary.refused:
                    cited.draw(summary, f"compared_{result.id}_{one.id}_{number}")
                    st.caption(plain(facts_line(one, summary)))
                    st.caption(plain(said(summary.ledger.headline)))


def asked(settings: Mapping[str, Any]) -> str:
    """What was asked for, in a few words."""
    chosen = Settings.from_json(settings)
    text = _(ASKED[chosen.shape])
    return text.format(method=_(METHODS[chosen.method]), length=length_name(chosen.length))
