"""A summary on the page: live while it is made, then with its coverage, sources, checks and downloads."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from components.documents import Document
from components.errors import Unavailable
from components.kept import DAMAGED
from components.messages import N_, Message, counted
from components.results import Result
from components.store import NewMessage
from components.tasks.chat import ANSWER_SHARE
from components.tasks.summarize import export
from components.tasks.summarize.editing import edit
from components.tasks.summarize.own_words import pieces, quoted
from components.tasks.summarize.running import KIND, body_of, summaries_of
from components.tasks.summarize.settings import Settings
from components.tasks.summarize.summary import BULLETED, Line, Summary, name_of
from components.ui import notices
from components.ui.chat.tab import open_conversation
from components.ui.copy import copy_button
from components.ui.language import _, said
from components.ui.resources import config, manager, results, store
from components.ui.summarize import session, sources
from components.ui.summarize.inputs import length_name
from components.ui.text import plain

POLL_SECONDS = 0.5
TOKENS_PER_WORD = 1.4  # of a usual text; only to foresee what will not fit
STATES = {
    "stopped": N_("Stopped. What was made until then is kept; it is not the whole document's summary."),
    "interrupted": N_("Interrupted: the app ended while this was made. What was made until then is kept."),
    "running": N_("Interrupted. What was made until then is kept."),
}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOWNLOADS = (
    ("Markdown", export.to_markdown, "md", "text/markdown"),
    ("DOCX", export.to_docx, "docx", _WORD),
    ("JSON", export.to_json, "json", "application/json"),
)
STATE_NAMES = {
    "read": N_("Read"),
    "failed": N_("Failed"),
    "skipped": N_("Skipped"),
    "waiting": N_("Not yet"),
}
ORIGINS = {
    "written": (":material/stylus:", N_("by the model")),
    "translated": (":material/translate:", N_("translated")),
    "edited": (":material/edit:", N_("by hand")),
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
METHODS = {"both": N_("both"), "quote": N_("quote"), "write": N_("write")}
ASKED = {
    "paragraph": N_("{method}, paragraph, {length}"),
    "bullets": N_("{method}, bullets, {length}"),
    "sentence": N_("{method}, sentence, {length}"),
    "key points": N_("{method}, key points, {length}"),
    "own": N_("{method}, own, {length}"),
}


def draw(result: Result) -> None:
    """The result, live or finished."""
    if session.summarizing().job(result):
        _draw_live(result.id)
        return
    found: list[Summary] = []
    documents: list[Document] = []
    with notices.part():
        found = summaries_of(result.body)
        documents = session.documents(result.id)
    _draw_state(result, found)
    if found:
        _draw_actions(result, found, documents)
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
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Stop"),
            type="primary",
            icon=":material/stop_circle:",
            on_click=_stop,
            args=(result_id,),
            key="stop",
        )
        note = _("Stopping") if job.cancelled() else said(job.note) or _("Starting")
        st.progress(job.share or 0.0, text=plain(note))
    with notices.part():
        _draw_so_far(result)


def _draw_so_far(result: Result) -> None:
    for summary in summaries_of(result.body)[-1:]:
        st.subheader(_("Summary"))
        so_far = _("What there is so far. It changes while more is read.")
        st.caption(f":material/hourglass_top: {so_far}")
        draw_lines(summary)


def _stop(result_id: str) -> None:
    if result := results().get(result_id, documents=False):
        session.summarizing().stop(result)


def _draw_state(result: Result, found: Sequence[Summary]) -> None:
    if result.state == "failed":
        st.error(plain(said(result.note) or _("The summary failed.")), icon=":material/error:")
    elif result.state in STATES:
        st.warning(_(STATES[result.state]), icon=":material/stop_circle:")
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


def _draw_actions(result: Result, found: Sequence[Summary], documents: Sequence[Document]) -> None:
    name = export.file_name(result.title)
    with st.container(horizontal=True):
        for label, make, ending, kind in _DOWNLOADS:
            st.download_button(
                label,
                partial(make, result.title, result.settings, found),  # made when it is asked for
                f"{name}.{ending}",
                kind,
                on_click="ignore",
                icon=":material/download:",
            )
        if st.button(_("Ask about this"), icon=":material/forum:"):
            open_conversation(_conversation(result, found, documents))
            st.switch_page("pages/chat.py")


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
        text = export.to_markdown(result.title, result.settings, found)
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
    scope = f"{result.id}_{number}"
    st.subheader(_("Summary"), anchor=False)
    if st.session_state.get("editing_summary") == scope:
        _draw_editor(result, number, found, documents)
    else:
        _draw_partial(summary)
        draw_lines(summary)
        with st.container(horizontal=True, gap="small"):
            copy_button(summary.text, key=f"copy_{scope}")
            st.button(
                _("Edit"),
                key=f"edit_{scope}",
                type="tertiary",
                icon=":material/edit:",
                on_click=_edit,
                args=(scope,),
            )
        st.caption(plain(facts_line(result, summary)))
        if any(line.origin != "quoted" for line in summary.lines):
            st.caption(plain(f"{_(LEGEND)} {_(CHECKS)}"))
    st.subheader(_("Coverage"), anchor=False)
    _draw_coverage(summary)
    st.subheader(_("Sources"), anchor=False)
    with notices.part():
        _require(summary, documents)
        sources.draw(summary, documents, scope)


def _require(summary: Summary, documents: Sequence[Document]) -> None:
    """Raises Unavailable where a document is missing that the summary is of."""
    of = {*summary.files, *(source.file for line in summary.lines for source in line.sources)}
    if max(of, default=0) >= len(documents):
        raise Unavailable(DAMAGED)


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


def draw_lines(summary: Summary) -> None:
    """The sentences, numbered as under Sources, with what a reader must not miss."""
    if summary.shape not in BULLETED:
        st.markdown(" ".join(_line(number, line) for number, line in enumerate(summary.lines, 1)))
        return
    rows: list[str] = []
    heading: Message = ""
    for number, line in enumerate(summary.lines, 1):
        if line.heading != heading:
            heading = line.heading
            rows.append(f"\n**{plain(said(heading))}**\n")
        rows.append(f"- {_line(number, line)}")
    st.markdown("\n".join(rows))


def _line(number: int, line: Line) -> str:
    """A quote in quotation marks; of what is written, the words that are not the source's on colour."""
    marks = f" :gray-badge[{number}]"
    if line.origin == "quoted":
        speaker, words = quoted(line)
        text = f"{_spaced(speaker)}“{plain(words)}”"
    else:
        text = "".join(
            f":orange-background[{plain(piece.text)}]" if piece.own else _spaced(piece.text)
            for piece in pieces(line)
        )
        icon, name = ORIGINS["translated" if line.original else line.origin]
        marks += f" :violet-badge[{icon} {_(name)}]"
        if line.supported and not line.faithful and not line.original:
            compare = _("in other words: compare")
            marks += f" :orange-badge[:material/compare_arrows: {compare}]"
    if not line.supported:
        text = _("no source")
        marks += f" :red-badge[:material/link_off: {text}]"
    for missing in line.missing:
        text = _("not in the document: {missing}").format(missing=plain(said(missing)))
        marks += f" :orange-badge[:material/search_off: {text}]"
    return text + marks


def _spaced(text: str) -> str:
    """Plain, with the spaces around it that join it to its neighbours."""
    return " " * text[:1].isspace() + plain(text) + " " * (text[-1:].isspace() and bool(text.strip()))


def facts_line(result: Result, summary: Summary) -> str:
    """Length, checks and time in one line."""
    settings = Settings.from_json(result.settings)
    quoted = sum(line.origin == "quoted" for line in summary.lines)
    missing = sum(len(line.missing) for line in summary.lines)
    target = settings.length.words or summary.target
    facts = [
        _(settings.method.capitalize()),
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
    for note in (*(said(note) for note in summary.notes), *left):
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
            names[h.id] = f"{h.title} ({_asked(h.settings)})"
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
            st.markdown(f"**{plain(_asked(one.settings))}**")
            for summary in summaries_of(one.body):
                if not summary.refused:
                    draw_lines(summary)
                    st.caption(plain(facts_line(one, summary)))
                    st.caption(plain(said(summary.ledger.headline)))


def _asked(settings: Mapping[str, Any]) -> str:
    asked = Settings.from_json(settings)
    text = _(ASKED[asked.shape])
    return text.format(method=_(METHODS[asked.method]), length=length_name(asked.length))
