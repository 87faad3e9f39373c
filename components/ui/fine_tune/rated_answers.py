"""The tab “From your conversations”: what was liked, corrected or preferred becomes training data."""

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.errors import AppError
from components.messages import N_
from components.models.catalog import ModelSpec
from components.tasks import feedback
from components.tasks.evaluate import blind, evaluation
from components.tasks.feedback import Counts, Form, Lesson, Wanted
from components.training.doctor.checks import Upload
from components.ui import notices
from components.ui.chat import tab
from components.ui.fine_tune import session
from components.ui.language import _, ngettext, said
from components.ui.person import current
from components.ui.resources import config, judged, manager, row_work, store
from components.ui.text import plain

HERE = "lessons"  # where on the page messages are shown
FORMS: dict[Form, str] = {
    "row": N_("Answers to learn from"),
    "pair": N_("Pairs: a better and a worse answer"),
}
TIMES = {
    0: N_("All time"),
    1: N_("Last day"),
    7: N_("Last 7 days"),
    30: N_("Last 30 days"),
    365: N_("Last year"),
}
_FORM = "lessons_form"  # in the session
SHOWN = 500  # lines of the table
MOST_SETUPS = 1_000  # of an evaluation


def draw(spec: ModelSpec | None) -> None:
    """What there is, filters, each row with its source, and the button that makes a data set of it."""
    _draw_consent()
    found, team = _found()
    counts = feedback.count(found)
    columns = st.columns(3)
    columns[0].metric(_("Answers that were liked"), f"{counts.liked:,}")
    columns[1].metric(_("Answers that were corrected"), f"{counts.corrected:,}")
    columns[2].metric(_("Pairs"), f"{counts.pairs:,}")
    if not found:
        text = (
            _("Nobody who agreed has rated an answer, or nobody has agreed.")
            if team
            else _(
                "Nothing here yet. In Chat, press thumbs up below a good answer, or Correct to write what it "
                "should have been. Regenerate an answer and rate both, or compare two models and like one of "
                "the two: that makes pairs."
            )
        )
        st.info(text, icon=":material/thumb_up:")
        return
    form = _choose_form(counts)
    shown = _filtered([one for one in found if one.form == form])
    out = set[tuple[int, str]]() if team else judged().left_out() | _votes_left_out(found)
    _draw_table(shown, form, out, team)
    kept = [one for one in shown if one.key not in out]
    _draw_one(shown)
    text = ngettext("{count} row is used", "{count} rows are used", len(kept)).format(count=f"{len(kept):,}")
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Make a data set"), type="primary", icon=":material/dataset:", disabled=not kept or spec is None
        )
        st.caption(text)
    if pressed and spec and kept:
        name = "pairs" if form == "pair" else "answers"
        session.start([Upload(f"{name}-{time.strftime('%Y-%m-%d')}.jsonl", feedback.as_file(kept))], spec, [])
        st.rerun()


def _draw_consent() -> None:
    """With several people: whether an administrator may use these ratings; it can be taken back."""
    if config().mode != "signed in":
        return
    agreed = judged().agreed()
    st.checkbox(
        _("Use my ratings for the team's model"),
        value=agreed,
        key=f"consent_{agreed}",
        on_change=_consent,
        args=(not agreed,),
        help=_(
            "Administrators of this server may then make training data of the answers that you liked, "
            "corrected or preferred, and read them with the conversation before them. Take the tick away, "
            "and no new set has anything of yours; sets and models that were made before stay as they are. "
            "What you leave out in the table below is left out there too."
        ),
    )


def _consent(given: bool) -> None:
    with notices.shown(HERE):
        if given:
            judged().agree()
        else:
            judged().revoke()


def _found() -> tuple[list[Lesson], bool]:
    """The lessons, and whether they are those of everybody who agreed."""
    team = False
    if config().mode == "signed in" and current().administrator:
        whose = st.segmented_control(
            _("Whose"),
            ["mine", "team"],
            default="mine",
            format_func=lambda one: _("The team's, of those who agreed") if one == "team" else _("Mine"),
            key="lessons_whose",
        )
        team = whose == "team"
    if team:
        return feedback.of_team(store(), judged()), True
    return [*_mine(current().id, judged().state()), *_voted()], False


def _voted() -> list[Lesson]:
    """The pairs of this person's blind votes, in their own evaluations."""
    found: list[Lesson] = []
    for heading in row_work().headings(evaluation.KIND):
        work = row_work().get(heading.id)
        votes = blind.votes(row_work().place(heading.id), MOST_SETUPS) if work else []
        if work and votes:
            with notices.part():  # one that is damaged costs no other
                made = evaluation.load(row_work(), work)
                voter = blind.voter_of(work.id, current().id)
                found += feedback.of_votes(made, votes, voter, current().id, work.updated_at)
    return found


@st.cache_data(max_entries=16, show_spinner=False)
def _mine(person: str, state: tuple[int, ...]) -> list[Lesson]:
    """Read once for each state of a person's answers."""
    return feedback.lessons(store(), judged())


def choose(form: Form) -> None:
    """Chooses what is shown, before it is drawn."""
    st.session_state[_FORM] = form


def _choose_form(counts: Counts) -> Form:
    forms: list[Form] = list(FORMS)
    start: Form = "row" if counts.liked + counts.corrected else "pair"
    st.session_state.setdefault(_FORM, start)
    chosen = st.radio(_("Make"), forms, format_func=lambda one: _(FORMS[one]), horizontal=True, key=_FORM)
    if chosen == "pair":
        st.caption(_("A model is trained to prefer the better answer of each pair (DPO)."))
    return chosen or start


def _filtered(found: Sequence[Lesson]) -> list[Lesson]:
    titles = _titles(found)
    left, middle, right = st.columns(3)
    models = left.multiselect(
        _("Models"), list(titles), format_func=lambda one: titles.get(one, one), key="lessons_models"
    )
    days = middle.selectbox(_("Time"), list(TIMES), format_func=lambda one: _(TIMES[one]), key="lessons_days")
    text = right.text_input(_("Search"), key="lessons_text", icon=":material/search:")
    wanted = Wanted(tuple(models), float(days or 0), text or "")
    return [one for one in found if wanted.fits(one, time.time())]


def _titles(found: Sequence[Lesson]) -> dict[str, str]:
    titles = {}
    for model_id in sorted({one.model_id for one in found}):
        try:
            titles[model_id] = manager().catalog.get(model_id).title
        except AppError:
            titles[model_id] = model_id  # it was deleted since
    return titles


def _draw_table(shown: Sequence[Lesson], form: Form, out: set[tuple[int, str]], team: bool) -> None:
    """A line for each row; what is unticked is left out, now and later. Changes `out`."""
    titles = _titles(shown)
    some = shown[:SHOWN]
    columns = {
        _("Use"): [one.key not in out for one in some],
        _("Question"): [one.asked for one in some],
        _("Better answer") if form == "pair" else _("Answer"): [one.answer for one in some],
    }
    if form == "pair":
        columns[_("Worse answer")] = [one.rejected for one in some]
    columns |= {
        _("Why"): [said(feedback.WHY[one.why]) for one in some],
        _("Model"): [titles[one.model_id] for one in some],
        _("Conversation"): [one.title for one in some],
        _("When"): [time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at)) for one in some],
    }
    table = pd.DataFrame(columns)
    use = _("Use")
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=True if team else [name for name in columns if name != use],
        key=f"lessons_{form}_{hash(tuple(one.key for one in some))}",
        height=min(38 + 35 * max(len(table), 1), 400),
    )
    if len(shown) > SHOWN:
        text = _("The first {shown} of {count} are listed; all of them are used.")
        st.caption(text.format(shown=f"{SHOWN:,}", count=f"{len(shown):,}"))
    if team:
        return
    ticked = list(edited[use])
    for one, used in zip(some, ticked, strict=True):
        if used == (one.key in out):
            _keep_use(one, used)
            out ^= {one.key}


def _keep_use(lesson: Lesson, used: bool) -> None:
    """Takes a row in, or leaves it out of every set from now on."""
    if lesson.message_id < 0:
        blind.leave_out(row_work().place(lesson.conversation_id), lesson.message_id, not used)
    elif used:
        judged().take_in(*lesson.key)
    else:
        judged().leave_out(*lesson.key)


def _votes_left_out(found: Sequence[Lesson]) -> set[tuple[int, str]]:
    """Of the pairs of votes."""
    whose = {one.conversation_id for one in found if one.message_id < 0}
    out = {pair for work_id in whose for pair in blind.left_out(row_work().place(work_id))}
    return {one.key for one in found if one.message_id in out}


def _draw_one(shown: Sequence[Lesson]) -> None:
    """One row whole, with the way to where it comes from."""
    if not shown:
        st.caption(_("Nothing fits these filters."))
        return
    with st.expander(_("Look at a row"), icon=":material/visibility:"):
        number = st.number_input(_("Row"), 1, len(shown), 1, key="lessons_row") if len(shown) > 1 else 1
        lesson = shown[min(int(number or 1), len(shown)) - 1]
        for turn in lesson.prompt:
            st.caption(_(ROLES.get(str(turn["role"]), "User")))
            st.text(str(turn["content"])[:20_000])
        st.caption(_("Better answer") if lesson.form == "pair" else _("Answer"))
        st.text(lesson.answer[:20_000])
        if lesson.form == "pair":
            st.caption(_("Worse answer"))
            st.text(lesson.rejected[:20_000])
        if lesson.message_id < 0:
            st.caption(_("From the evaluation “{title}”").format(title=plain(lesson.title)))
        elif lesson.owner == current().id:
            opened = st.button(_("Open the conversation"), icon=":material/forum:", key="lessons_open")
            st.caption(_("From “{title}”").format(title=plain(lesson.title)))
            if opened:
                tab.open_conversation(lesson.conversation_id)
                st.switch_page("pages/chat.py")


ROLES = {"system": N_("System prompt"), "user": N_("User"), "assistant": N_("Assistant")}
