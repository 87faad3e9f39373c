"""The questions of an evaluation with their answers side by side, a person's notes and ratings."""

import pandas as pd
import streamlit as st

from components.messages import N_
from components.row_work import Work
from components.tasks.evaluate import evaluation, score_table, verdicts
from components.tasks.evaluate.evaluation import Evaluation, Note
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import Item
from components.tasks.evaluate.rules import passes, told
from components.tasks.evaluate.score_table import Scores
from components.ui import notices
from components.ui.evaluate import question_picker
from components.ui.language import _, said
from components.ui.resources import row_work
from components.ui.text import plain

ALL, DIFFER, NOTED, FAILED = N_("All"), N_("Where they differ"), N_("With a note"), N_("Failed")
SHORT = 160  # characters of a text in the table
HEIGHT = 420


def draw(work: Work, found: Evaluation, scores: Scores) -> None:
    metric = scores.metrics[0]
    each = score_table.rows(found, metric)
    kept = evaluation.notes(row_work().place(work.id))
    filters = [ALL, *([DIFFER] if len(found.names) > 1 else []), NOTED, FAILED]
    wanted = st.segmented_control(
        _("Show"), filters, default=ALL, required=True, format_func=_, key=f"shown_{work.id}"
    )
    shown = [
        at for at in range(len(found.questions.items)) if _is_shown(wanted or ALL, at, found, each, kept)
    ]
    if not shown:
        st.caption(_("There is none."))
        return
    chosen = st.dataframe(
        pd.DataFrame([_line(at, found, each, metric, kept) for at in shown]),
        hide_index=True,
        width="stretch",
        height=min(HEIGHT, 38 + 36 * len(shown)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows_{work.id}_{wanted}",
    )
    st.caption(_("Choose a line to see the whole question with its answers."))
    selected = [at for at in chosen["selection"]["rows"] if at < len(shown)]
    if selected:
        _draw_question(work, shown[selected[0]], found, each, metric, kept)


def _is_shown(
    wanted: str, at: int, found: Evaluation, each: list[list[float | None]], kept: dict[int, Note]
) -> bool:
    given = [answers[at] for answers in found.answers]
    if wanted == DIFFER:
        values = [one[at] for one in each]
        if any(value is not None for value in values):
            return len(set(values)) > 1
        return len({answer.said if answer else None for answer in given}) > 1
    if wanted == NOTED:
        return at in kept
    if wanted == FAILED:
        return any(answer is not None and answer.failed for answer in given)
    return True


def _line(
    at: int, found: Evaluation, each: list[list[float | None]], metric: str, kept: dict[int, Note]
) -> dict[str, object]:
    item = found.questions.items[at]
    first, second = question_picker.headings(found.questions)
    line: dict[str, object] = {
        _("Number"): at + 1,
        first: _short(item.prompt or item.document),
        second: _short(" / ".join(item.expected)),
    }
    if found.questions.grouped:
        line[_("Group")] = item.group
    for setup, name in enumerate(found.names):
        answer = found.answers[setup][at]
        line[name] = _short(_shown(answer))
        line[_("Score: {name}").format(name=name)] = _value(each[setup][at], metric)
        if stars := kept[at].of(setup) if at in kept else 0:
            line[_("Your rating: {name}").format(name=name)] = "★" * stars
    if at in kept:
        line[_("Note")] = kept[at].text
    return line


def _shown(answer: Answer | None) -> str:
    if answer is None:
        return "…"
    if answer.failed:
        return said(answer.why)
    return answer.told


def _value(value: float | None, metric: str) -> str:
    return "–" if value is None else verdicts.number(value, {"BLEU": "chrF"}.get(metric, metric))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[:SHORT] + "…"


def _draw_question(
    work: Work, at: int, found: Evaluation, each: list[list[float | None]], metric: str, kept: dict[int, Note]
) -> None:
    """One question whole: what was asked and expected, each answer with its score and checks."""
    item = found.questions.items[at]
    with st.container(border=True):
        st.markdown(_("**Question {number}**").format(number=at + 1))
        for role, text in item.before:
            st.caption(plain(f"{role}: {text}"))
        if item.prompt:
            st.text(item.prompt)
        if item.document:
            with st.expander(_("Document"), icon=":material/description:"):
                st.text(item.document)
        if item.choices:
            st.text("\n".join(item.choices))
        if item.expected:
            if not found.questions.paired:
                st.markdown(_("**Expected answer**"))
            st.text("\n".join(item.expected))
        for column, setup in zip(st.columns(len(found.names)), range(len(found.names)), strict=True):
            with column:
                _draw_answer(found, setup, at, item, _value(each[setup][at], metric))
                _draw_stars(work, setup, at, found, kept.get(at, Note()))
        _draw_note(work, at, found, kept.get(at, Note()))


def _draw_answer(found: Evaluation, setup: int, at: int, item: Item, value: str) -> None:
    answer = found.answers[setup][at]
    st.markdown(f"**{plain(found.names[setup])}** · {plain(value)}")
    if answer is None:
        st.caption(_("Not asked yet."))
        return
    if answer.why:
        st.caption(f":material/info: {plain(said(answer.why))}")
    if not answer.failed and found.questions.form == "continuation":
        _draw_continuations(item, answer)
    elif not answer.failed:
        st.text(_shown(answer) or _("(empty)"))
        for check in item.checks:
            good = passes(check, answer.said)
            st.badge(
                plain(said(told(check))),
                icon=":material/check:" if good else ":material/close:",
                color="green" if good else "orange",
            )
        for sentence in answer.unsupported:
            st.caption(_("Not borne out by the document: {sentence}").format(sentence=plain(sentence)))


def _draw_continuations(item: Item, answer: Answer) -> None:
    """What follows each of the two prompts, with its sentiment."""
    texts = (answer.said, answer.second.strip())
    for at, (prompt, text) in enumerate(zip((item.prompt, *item.expected), texts, strict=False)):
        st.caption(plain(f"{prompt} …"))
        st.text(text or _("(empty)"))
        if answer.sentiments:
            points = f"{answer.sentiments[at]:+.0f}"
            st.caption(_("Sentiment: {points}").format(points=points))


def _draw_stars(work: Work, setup: int, at: int, found: Evaluation, note: Note) -> None:
    """A person's own rating of one answer."""
    if found.answers[setup][at] is None:
        return
    st.caption(_("Your rating"))
    key = f"stars_{work.id}_{at}_{setup}"
    stars = note.of(setup)
    st.feedback(
        "stars",
        default=stars - 1 if stars else None,
        key=key,
        on_change=_keep,
        args=(work.id, at, len(found.names)),
    )


def _keep(work_id: str, at: int, setups: int) -> None:
    """Keeps what a person says of one question as it is on the page now."""
    with notices.shown():
        if row_work().get(work_id) is None:
            return
        place = row_work().place(work_id)
        state = st.session_state
        stars = {str(one): state.get(f"stars_{work_id}_{at}_{one}") for one in range(setups)}
        note = Note(
            (state.get(f"note_{work_id}_{at}") or "").strip(),
            state.get(f"best_{work_id}_{at}"),
            {setup: one + 1 for setup, one in stars.items() if one is not None},
        )
        evaluation.keep_note(place, at, note)


def _draw_note(work: Work, at: int, found: Evaluation, note: Note) -> None:
    """A person's own words and choice of the best answer."""
    scope, told = f"{work.id}_{at}", (work.id, at, len(found.names))
    left, right = st.columns(2)
    with left:
        st.text_area(_("Note"), note.text, key=f"note_{scope}", height=80, on_change=_keep, args=told)
    if len(found.names) > 1:
        with right:
            start = note.best if note.best is not None and note.best < len(found.names) else None
            st.pills(
                _("The best answer, to you"),
                range(len(found.names)),
                default=start,
                format_func=lambda setup: found.names[setup],
                key=f"best_{scope}",
                on_change=_keep,
                args=told,
            )
