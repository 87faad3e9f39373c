"""Which evaluation this tab has open, and what is shared for making one. Its id is in the URL."""

import streamlit as st

from components.models.catalog import ModelSpec
from components.row_work import Work
from components.tasks.evaluate.evaluation import Evaluation, changed, load
from components.tasks.evaluate.evaluation_jobs import Evaluating, Models
from components.tasks.evaluate.score_table import Scores, score
from components.ui.chat.model_picker import usable_models
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import library, manager, over_rows, row_work, shared_row_work
from components.ui.summarize.session import embedder

OPENED = Opened("evaluation_id", "e")
_SCORED = "evaluation_scored"  # in the session: what was computed last, and of what


def evaluating() -> Evaluating:
    embedders = [one for one in manager().catalog.all() if one.task == "embed" and library().folder(one)]
    models = Models(manager().lease, manager().catalog.get, person(), embedder(), tuple(embedders))
    return Evaluating(over_rows(), models)


def models() -> list[ModelSpec]:
    """Those that can be asked: the chat's, base models, and translators."""
    translators = [
        spec
        for spec in manager().catalog.all()
        if spec.task == "translate" and library().availability(spec, [], online=False).state == "ready"
    ]
    return [*usable_models("complete"), *translators]


def current() -> Work | None:
    """The open evaluation: from the URL, or the one open before another page was visited."""
    return OPENED.find(row_work().get, _("This evaluation doesn't exist any more. You can make a new one."))


def open_evaluation(work_id: str | None) -> None:
    """Opens an evaluation, or none."""
    OPENED.open(work_id)


def of_room(work: Work) -> Evaluation:
    """The answers that a room votes on, by anybody: what `blind_vote.enter` has let in."""
    return load(shared_row_work(), work)


def scored(work: Work, metrics: tuple[str, ...], baseline: int) -> tuple[Evaluation, Scores]:
    """The answers and their scores; computed once for what was answered and chosen."""
    key = (work.id, work.updated_at, work.state, metrics, baseline, changed(row_work().place(work.id)))
    if st.session_state.get(_SCORED, (None,))[0] != key:
        found = evaluating().load(work)
        st.session_state[_SCORED] = key, found, score(found, metrics, baseline)
    kept: tuple[object, Evaluation, Scores] = st.session_state[_SCORED]
    return kept[1:]
