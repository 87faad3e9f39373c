"""From a verdict to more ratings: a tuned model and its base answer the same prompts, and the person chooses
blind between the answers that differ. The votes are pairs in “From your conversations”.
"""

from dataclasses import replace

import streamlit as st

from components.messages import Said
from components.tasks.evaluate.questions import Item, Questions
from components.tasks.evaluate.setups import Settings, Setup
from components.training.run_records import Run
from components.ui import notices
from components.ui.evaluate import question_picker
from components.ui.evaluate import session as evaluations
from components.ui.language import _
from components.ui.resources import manager

HERE = "more_ratings"  # where on the page messages are shown
MOST = 40  # prompts that both models are asked
TOKENS = 128  # of an answer
TURN = 4  # prompts to one model before it is the other's turn: so one can vote soon


def draw(run: Run) -> None:
    """The button; what keeps it from working is said below it."""
    pressed = st.button(
        _("Ask for more ratings where they disagree"),
        icon=":material/how_to_vote:",
        key=f"more_ratings_{run.id}",
        help=_(
            "Base and fine-tuned model answer up to {most} held-out prompts, and where their answers "
            "differ, you choose between them without seeing whose they are. Your votes become pairs in the "
            "tab From your conversations."
        ).format(most=MOST),
    )
    if pressed:
        with notices.shown(HERE):
            _open(run)
    notices.draw(HERE)


def _open(run: Run) -> None:
    """Has both answer, and opens the vote. Raises AppError where a model or the rows are gone."""
    specs = [manager().catalog.get(model_id) for model_id in (run.base_id, run.tuned_id)]
    settings = Settings(max_new_tokens=TOKENS)
    setups = [Setup(spec.id, spec.title, settings) for spec in specs]
    work_id = evaluations.evaluating().start(_questions(run), setups, seed=0, turn=TURN)
    evaluations.open_evaluation(work_id)
    st.session_state[f"blind_{work_id}"] = True
    st.switch_page("pages/evaluate.py")


def _questions(run: Run) -> Questions:
    """Held-out prompts, from all over the rows, each once. What would be right isn't asked about here."""
    found = question_picker.of_run(run.id)
    different: dict[str, Item] = {f"{one.before}{one.prompt}{one.document}": one for one in found.items}
    items = list(different.values())
    some = tuple(items[:: -(-len(items) // MOST)])
    return replace(found, items=some, name=str(Said("{name}, more ratings", name=run.name)))
