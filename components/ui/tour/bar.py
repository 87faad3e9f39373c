"""The bar of the tour on top of each page: where one is, what to look at, back, next, reset, end.

The step is in the URL, so that a refresh goes on with it.
"""

import streamlit as st

from components import begun
from components.errors import AppError
from components.ui import errands
from components.ui.language import _
from components.ui.person import person
from components.ui.resources import config, library, manager
from components.ui.summarize import session as summaries
from components.ui.tour.made import Made, there
from components.ui.tour.story import STORY
from components.ui.translate import route_picker

_STEP, _SEEN = "tour_step", "tour_seen"


def start() -> None:
    """Begins the tour at its first step, with everything that it needs on its way into memory."""
    _tours()[person()] = Made(there())
    st.session_state[_SEEN] = set()
    _warm_up()
    _go(0)


def draw() -> None:
    """Nothing where no tour is on."""
    step = _step()
    if step is None:
        begun.listen(None)
        return
    made = _made()
    made.note(step)
    begun.listen(made.listener(step))
    one = STORY[step]
    with st.container(border=True, key="tour"):
        left, right = st.columns([2, 1], vertical_alignment="center", gap="small")
        place = _("{number} of {count}").format(number=step + 1, count=len(STORY))
        left.markdown(f"**{place} · {_(one.title)}**  \n{_(one.text)}")
        # From the left: where there is no Next, the others stay where they are under a finger.
        with right.container(horizontal=True, gap="small"):
            _draw_buttons(step, made)


def _draw_buttons(step: int, made: Made) -> None:
    last = step + 1 == len(STORY)
    if st.button(_("Back"), key="tour_back", disabled=step == 0, type="tertiary"):
        _go(step - 1)
    help_ = _("Deletes what the tour has made, and goes back to Home.")
    if st.button(_("Reset"), key="tour_reset", type="tertiary", help=help_):
        made.take_away()
        _end()
        st.switch_page("pages/home.py")
    if st.button(_("End"), key="tour_end", type="primary" if last else "tertiary"):
        _end()
        st.switch_page("pages/home.py")
    if last:
        st.empty()  # else what was there is seen for as long as the page below is being drawn
    elif st.button(_("Next"), key="tour_next", type="primary"):
        _go(step + 1)


@st.cache_resource(show_spinner=False)
def _tours() -> dict[str, Made]:
    """What each person's tour has made; a refresh, which is another session, doesn't forget it."""
    return {}


def _made() -> Made:
    """Of a tour that began before the server did, what was there is taken for the person's own."""
    return _tours().setdefault(person(), Made(there()))


def _step() -> int | None:
    """The step that the tour is at: of this visit, or of the address after a refresh."""
    if _STEP not in st.session_state:
        given = st.query_params.get("tour", "")
        if given.isdecimal() and 1 <= int(given) <= len(STORY):
            st.session_state[_STEP] = int(given) - 1
            st.session_state[_SEEN] = set(range(int(given)))
    step: int | None = st.session_state.get(_STEP)
    if step is not None and st.query_params.get("tour") != str(step + 1):
        st.query_params["tour"] = str(step + 1)
    return step


def _go(step: int) -> None:
    """To a step: with what it has made, or to begin it, also where it was left before it had begun."""
    seen: set[int] = st.session_state.setdefault(_SEEN, set())
    st.session_state[_STEP] = step
    if step in seen and _made().has(step, STORY[step].makes):
        _made().come_back(step)
    else:
        seen.add(step)
        STORY[step].begin()
    st.switch_page(f"pages/{STORY[step].page}.py")


def _end() -> None:
    errands.forget()
    for key in (_STEP, _SEEN):
        st.session_state.pop(key, None)
    if "tour" in st.query_params:
        del st.query_params["tour"]


def _warm_up() -> None:
    """Asks for the models of the story, for those who may; others wait a little at each step."""
    embedder = summaries.embedder()
    translating = [spec.id for spec in route_picker.ready_models()][:1]
    for model_id in (config().default_model, embedder.id if embedder else "", *translating):
        try:
            spec = manager().catalog.get(model_id)
            if library().here(spec):
                manager().load(spec.id)
        except AppError:
            continue
