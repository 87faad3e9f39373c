"""Blind comparison on the page: answers without names, a key for each, the tally, and a room that votes."""

import streamlit as st

from components.messages import counted
from components.row_work import Work
from components.tasks import feedback
from components.tasks.evaluate import blind
from components.tasks.evaluate.blind import Vote
from components.tasks.evaluate.evaluation import Evaluation, Plan, count_with_two
from components.tasks.evaluate.questions import Questions
from components.ui import errands, notices
from components.ui.evaluate import session
from components.ui.language import _, said
from components.ui.person import person
from components.ui.resources import config, over_rows, row_work, shared_row_work
from components.ui.text import plain

# A switch that was just clicked keeps the keyboard, and keys that are pressed in it choose nothing.
_FREE_KEYS = st.components.v2.component(
    "wordbench_free_keys",
    html="""
<span hidden></span>
""",
    js="""
export default function () {
  const focused = document.activeElement
  if (focused && focused.type === "checkbox") focused.blur()
}
""",
)
POLL_SECONDS = 2.0  # between two looks for more to vote on
_SKIPPED = "blind_skipped"  # in the session: questions that were passed over, by evaluation
ADDRESS = "vote"  # in the URL: a room


def wanted(work_id: str, setups: int, questions: Questions) -> bool:
    """The toggle, where there is something to compare."""
    if setups < 2 or questions.paired:
        return False
    return st.toggle(
        _("Blind"),
        key=f"blind_{work_id}",
        help=_("Compare the answers without the models' names, with the keys 1 to 9."),
    )


def draw(work: Work, found: Evaluation, more_to_come: bool = False) -> None:
    """The owner's vote, the room, and the tally once it is asked for.

    `more_to_come`: the models are still asked, and what both have answered can be voted on meanwhile.
    """
    voter = blind.voter_of(work.id, person())
    left = _draw_vote(work, found, voter, more_to_come)
    if more_to_come and not left:
        _wait_for_more(work.id, found.plan, len(found.questions.items), found.with_two)
    if blind.can_vote(found):
        _draw_pairs(work, found, voter)
    _draw_room(work)
    _draw_tally(work, found)


def draw_room(address: str) -> None:
    """What somebody sees who came by a room's address."""
    work = blind.enter(shared_row_work(), address)
    if work is None:
        st.info(_("This vote isn't open any more."), icon=":material/how_to_vote:")
        return
    st.title(_("Blind comparison"))
    st.caption(
        _(
            "Choose the better answer to each question. Your vote is kept with this comparison, without your "
            "name, and is deleted with it."
        )
    )
    found = session.of_room(work)
    _draw_vote(work, found, blind.voter_of(work.id, person()))


def _draw_vote(work: Work, found: Evaluation, voter: str, more_to_come: bool = False) -> bool:
    """The next question that this voter hasn't voted on; whether there is one."""
    place = shared_row_work().place(work.id)
    mine = {vote.item for vote in blind.votes(place, len(found.names)) if vote.voter == voter}
    passed = st.session_state.setdefault(_SKIPPED, {}).setdefault(work.id, set())
    items = blind.order(found, voter)
    left = [at for at in items if at not in mine and at not in passed]
    done = counted(
        "{done} of {count} question", "{done} of {count:,} questions", len(items), done=len(items) - len(left)
    )
    st.progress((len(items) - len(left)) / max(len(items), 1), text=plain(said(done)))
    if left:
        _draw_question(work, found, left[0], voter)
    elif more_to_come:
        st.caption(
            ":material/hourglass_top: "
            + _("The next question comes as soon as two models have answered it in different words.")
        )
    elif items:
        st.success(_("That was the last question."), icon=":material/how_to_vote:")
    else:
        st.caption(_("There is no question yet that two models answered in different words."))
    return bool(left)


@st.fragment(run_every=POLL_SECONDS)
def _wait_for_more(work_id: str, plan: Plan, items: int, with_two: int) -> None:
    """Draws the page again once other than `with_two` questions have two answers, or no more is to come."""
    now = row_work().get(work_id)
    if (
        now is None
        or not over_rows().job(now)
        or count_with_two(row_work().steps(work_id), plan, items) != with_two
    ):
        st.rerun()


def _draw_pairs(work: Work, found: Evaluation, voter: str) -> None:
    """What the owner's own votes are good for: pairs to train on, one click away."""
    given = blind.votes(row_work().place(work.id), len(found.names))
    pairs = feedback.of_votes(found, given, voter, person(), 0.0)
    if not pairs:
        return
    text = counted(
        "Your votes make {count} pair to train on.",
        "Your votes make {count:,} pairs to train on.",
        len(pairs),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(said(text)))
        if st.button(_("To the pairs in Fine-tune"), icon=":material/model_training:", type="tertiary"):
            errands.leave(errands.PAIRS)
            st.switch_page("pages/fine_tune.py")


def _draw_question(work: Work, found: Evaluation, at: int, voter: str) -> None:
    _FREE_KEYS(key=f"free_keys_{work.id}_{at}", height=1)
    item = found.questions.items[at]
    with st.container(border=True):
        st.text(item.prompt or item.document[:2000])
    given = blind.shown(found, at, voter)
    order = tuple(setup for setup, _text in given)
    for number, (column, (setup, text)) in enumerate(
        zip(st.columns(len(given)), given, strict=True), start=1
    ):
        with column:
            st.button(
                _("Answer {number}").format(number=number),
                key=f"choose_{work.id}_{at}_{number}",
                type="primary",
                shortcut=str(number),
                width="stretch",
                on_click=_vote,
                args=(work.id, Vote(at, order, setup, voter)),
            )
            with st.container(border=True):
                st.text(text or _("(empty)"))
    with st.container(horizontal=True):
        st.button(
            _("Equally good"),
            key=f"tie_{work.id}_{at}",
            icon=":material/equal:",
            shortcut="0",
            on_click=_vote,
            args=(work.id, Vote(at, order, None, voter)),
        )
        st.button(_("Skip"), key=f"skip_{work.id}_{at}", type="tertiary", on_click=_skip, args=(work.id, at))


def _vote(work_id: str, vote: Vote) -> None:
    with notices.shown():
        if shared_row_work().get(work_id):
            blind.keep(shared_row_work().place(work_id), vote)


def _skip(work_id: str, at: int) -> None:
    st.session_state.setdefault(_SKIPPED, {}).setdefault(work_id, set()).add(at)


def _draw_room(work: Work) -> None:
    """The address by which others vote too; only the owner opens and closes it."""
    place = row_work().place(work.id)
    token = blind.token_of(place)
    with st.expander(_("Let others vote"), icon=":material/group:", expanded=bool(token)):
        if config().mode == "local":
            st.caption(
                _(
                    "This server is reached from this computer only: others can vote from its own browsers "
                    "alone."
                )
            )
        if token:
            address = f"{st.context.url.split('?')[0]}?{ADDRESS}={work.id}.{token}" if st.context.url else ""
            st.code(address, language=None)
            st.caption(
                _("Who opens it sees the questions and the answers without names, and nothing else of yours.")
            )
            st.button(_("Close the vote"), icon=":material/lock:", on_click=blind.close_room, args=(place,))
        else:
            st.button(
                _("Open the vote"), icon=":material/how_to_vote:", on_click=blind.open_room, args=(place,)
            )


def _draw_tally(work: Work, found: Evaluation) -> None:
    """Who won, with the names; not before it is asked for."""
    given = blind.votes(row_work().place(work.id), len(found.names))
    voters = len({vote.voter for vote in given})
    votes = counted("{count} vote so far", "{count:,} votes so far", len(given))
    people = counted("by {count} person", "by {count:,} people", voters)
    st.caption(plain(f"{said(votes)}, {said(people)}") if given else _("No vote so far."))
    if not given or not st.toggle(_("Show the names and the tally"), key=f"tally_{work.id}"):
        return
    lines = [
        {
            _("Rank"): number,
            _("Name"): found.names[one.contestant],
            _("Strength"): f"{one.strength.value:+.2f} ({one.strength.low:+.2f} to {one.strength.high:+.2f})",
            _("Won"): f"{one.won:g}",
            _("Votes"): one.votes,
        }
        for number, one in enumerate(blind.tally(given, len(found.names)), start=1)
    ]
    st.dataframe(lines, hide_index=True, width="stretch")
    st.caption(
        _(
            "Bradley-Terry: the strength is in log-odds, 0 is the average; a difference of 1 is a chance of "
            "73% to be preferred. In brackets: 95% confidence, by resampling the questions. Where two "
            "intervals overlap widely, these votes don't tell them apart."
        )
    )
