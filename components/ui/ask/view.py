"""Answers on the page: live while one is made, then its sentences with their places, one click to each."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.messages import N_
from components.results import Result
from components.store import NewMessage
from components.tasks.ask import answer_files
from components.tasks.ask.answer import DONT_SAY, Answer, Quoted, answers_of
from components.tasks.summarize.summary_files import file_name
from components.ui import job_progress, notices
from components.ui.ask import session
from components.ui.chat.tab import open_conversation
from components.ui.copy import copy_button
from components.ui.language import _, language_name, said
from components.ui.resources import config, results, store
from components.ui.summarize import inputs as summary_inputs
from components.ui.summarize import session as summaries
from components.ui.summarize import sources
from components.ui.text import plain

POLL_SECONDS = 0.5
STATES = {
    "stopped": N_("Stopped before there was an answer."),
    "interrupted": N_("Interrupted: the app ended while this was answered."),
    "running": N_("Interrupted: the app ended while this was answered."),
}
SURE = N_(
    "It is counted from how near the best passage is in meaning and in words. In a test with {number:,} "
    "questions, of which a fifth had no answer in the documents, of those said to be very likely 99 in 100 "
    "had one, and of those said to be likely, two in three. Where documents tell of the same thing but not "
    "what is asked, half of the questions were answered all the same, so read what is quoted."
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOWNLOADS = (
    ("Markdown", answer_files.to_markdown, "md", "text/markdown"),
    ("DOCX", answer_files.to_docx, "docx", _WORD),
    ("JSON", answer_files.to_json, "json", "application/json"),
)


def draw(result: Result) -> None:
    """All turns, the newest one whole."""
    with notices.part():
        live = session.asking().job(result) is not None
        if not live:  # it may have ended since it was read
            result = results().get(result.id) or result
        answers = answers_of(result.body)
        for number, answer in enumerate(answers[: None if live else -1]):
            with st.expander(plain(answer.question), key=f"turn_{result.id}_{number}"):
                _draw_answer(result, number, answer)
        if live:
            _draw_live(result.id)
            return
        if answers:
            st.markdown(f"## {plain(answers[-1].question)}")
            _draw_answer(result, len(answers) - 1, answers[-1])
            _draw_actions(result, answers)
    _draw_state(result)


@st.fragment(run_every=POLL_SECONDS)
def _draw_live(result_id: str) -> None:
    """What is being done, and Stop."""
    result = results().get(result_id)
    job = session.asking().job(result) if result else None
    if result is None or job is None:
        st.rerun()
    st.markdown(f"## {plain(str(result.settings.get('question') or ''))}")
    job_progress.draw(job, "stop_asking")


def _draw_state(result: Result) -> None:
    if result.state == "done":
        return
    if result.state == "failed":
        why = said(result.note) or _("The question could not be answered.")
        st.error(plain(why), icon=":material/error:")
    else:
        st.warning(_(STATES[result.state]), icon=":material/stop_circle:")
    st.button(_("Ask again"), icon=":material/refresh:", on_click=_again, args=(result,))


def _again(result: Result) -> None:
    with notices.shown():
        session.asking().again(result, session.tools(None))


@st.fragment
def _draw_answer(result: Result, number: int, answer: Answer) -> None:
    """The sentences, and beside them the place of the one that is chosen."""
    scope = f"{result.id}_{number}"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(_("Answer"), anchor=False)
        _draw_says(answer)
        chosen = _draw_quotes(answer, scope)
        _draw_notes(answer)
    with right:
        st.subheader(_("Sources"), anchor=False)
        with st.container(border=False, key=f"ask_source_{scope}"), notices.part():
            if answer.quotes:
                _draw_source(answer, answer.quotes[min(chosen, len(answer.quotes) - 1)])


def _draw_says(answer: Answer) -> None:
    if not answer.says:
        st.markdown(f"**{_(DONT_SAY.template)}**")
        if answer.quotes:
            st.caption(_("The nearest passages. None is sure enough to be called an answer:"))
        return
    if answer.written:
        st.markdown(" ".join(plain(line.text) for line in answer.written))
        st.caption(_("In the model's words; each sentence is borne out by the quotes below."))
    if answer.how == "found":
        with st.popover(said(answer.sureness), type="tertiary", icon=":material/info:"):
            st.write(_(SURE).format(number=1_666))
    elif answer.counted:
        st.markdown(f"**{plain(said(answer.counted))}**")
    if answer.understood:
        st.caption(_("Understood as: {question}").format(question=plain(answer.understood)))


def _draw_quotes(answer: Answer, scope: str) -> int:
    """Each quote with the words that answer marked, and a button that leads to its place."""
    key = f"quote_{scope}"
    chosen = int(st.session_state.get(key, 0))
    shown = f"{key}_shown"
    most = st.session_state.get(shown, 20)
    for number, quote in enumerate(answer.quotes[:most]):
        with st.container(border=number == chosen, gap="xsmall"):
            st.markdown(f"“{marked(quote)}”")
            if quote.translation:
                name = language_name(answer.language)
                st.caption(f":material/translate: {plain(name)}: {plain(quote.translation)}")
            st.button(
                plain(said(quote.source.where)),
                key=f"{key}_{number}",
                icon=":material/description:",
                type="tertiary",
                on_click=_choose,
                args=(key, number),
            )
    if len(answer.quotes) > most:
        st.button(_("Show more"), key=f"{key}_more", on_click=_choose, args=(shown, most * 2))
    return chosen


def _choose(key: str, number: int) -> None:
    st.session_state[key] = number


def marked(quote: Quoted) -> str:
    """The quote's text, escaped, the words that answer on a coloured ground."""
    text, pieces, at = quote.source.text, [], 0
    for start, end in sorted(quote.marks):
        if at <= start < end <= len(text):
            before = text[at:start]
            pieces.append(f"{' ' * before[:1].isspace()}{plain(before)}{' ' * before[-1:].isspace()}")
            pieces.append(f":orange-background[{plain(text[start:end])}]")
            at = end
    rest = text[at:]
    return "".join([*pieces, f"{' ' * (bool(pieces) and rest[:1].isspace())}{plain(rest)}"])


def _draw_source(answer: Answer, quote: Quoted) -> None:
    """The document around a quote, which is marked in it."""
    asked = answer.documents[quote.source.file] if quote.source.file < len(answer.documents) else None
    document = session.content(asked.id) if asked else None
    st.caption(f":material/description: {plain(said(quote.source.where))}")
    if document is None or quote.source.block >= len(document.blocks):
        st.caption(_("This document isn't among yours any more; the quote is kept."))
        st.markdown(plain(quote.source.text))
        return
    sources.draw_context(quote.source, document)


def _draw_notes(answer: Answer) -> None:
    if answer.ledger:
        st.caption(f":material/fact_check: {plain(said(answer.ledger.headline))}")
    for note in answer.notes:
        st.caption(f":material/info: {plain(said(note))}")
    if answer.stopped:
        st.caption(_("Stopped before the model had written its answer."))


def _draw_actions(result: Result, answers: Sequence[Answer]) -> None:
    """Below the newest answer: copy, export, go on elsewhere with what was found."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        copy_button(answer_files.as_text(answers[-1]), key=f"copy_{result.id}")
        with st.popover(_("Export"), type="tertiary", icon=":material/download:", key=f"export_{result.id}"):
            for label, make, ending, kind in _DOWNLOADS:
                st.download_button(
                    label,
                    partial(make, result.title, answers),
                    f"{file_name(result.title)}.{ending}",
                    kind,
                    key=f"{ending}_{result.id}",
                    on_click="ignore",
                    icon=":material/download:",
                    width="stretch",
                )
        if not answers[-1].quotes:
            return
        if st.button(
            _("Summarize this"), key=f"sum_{result.id}", type="tertiary", icon=":material/summarize:"
        ):
            summaries.open_summary(None)
            st.session_state[summary_inputs.TEXT] = "\n\n".join(
                quote.source.text for quote in answers[-1].quotes
            )
            st.switch_page("pages/summarize.py")
        if st.button(_("Talk about this"), key=f"talk_{result.id}", type="tertiary", icon=":material/forum:"):
            with notices.shown():
                open_conversation(_conversation(result, answers))
                st.switch_page("pages/chat.py")


def _conversation(result: Result, answers: Sequence[Answer]) -> str:
    """A new conversation with what was found attached."""
    model_id = config().default_model
    conversation_id = store().create("chat", result.title, model_id)
    files = [
        {"name": f"{file_name(result.title)}.md", "text": answer_files.to_markdown(result.title, answers)}
    ]
    asked = store().add(conversation_id, NewMessage(None, "user", "", attachments=files, model_id=model_id))
    store().add(
        conversation_id,
        NewMessage(asked, "assistant", _("I have what was found. What would you like to know?")),
    )
    return conversation_id
