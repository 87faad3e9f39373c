"""How many rows, what they should look like, what can be learned from them; a file of each form."""

import streamlit as st

from components.messages import N_
from components.training.example_files import TEMPLATES
from components.ui.language import _

LINES = (
    N_(
        "**How many rows?** 50 show whether it works at all; 200 to 500 are enough for a style or a form; a "
        "few thousand for a task with many cases."
    ),
    N_(
        "**What they should look like:** each row as you will ask later, answered as you want it answered, "
        "in the same words and the same form."
    ),
    N_("**One thing at a time:** rows that all teach the same task beat more rows that teach several."),
    N_(
        "**Different rows:** the same question asked ten times teaches no more than once. Vary the wording, "
        "keep the form."
    ),
    N_(
        "**It learns** a style, a form, the words of a trade, labels, what to pick out of a text, how to "
        "rewrite."
    ),
    N_("**It hardly learns** new facts: put those into the question, or ask your documents instead."),
    N_(
        "**It can't learn** what the question doesn't decide: if two people would answer differently, so "
        "will the model."
    ),
    N_(
        "**Pairs** of a better and a worse answer teach taste: which of two possible answers is liked more. "
        "Begin with a hundred."
    ),
    N_("**Look at the answers yourself:** ten wrong rows of a hundred make ten wrong answers of a hundred."),
    N_("**Held-out rows** decide whether it got better: never put rows into both files."),
)


def draw() -> None:
    """Ten lines, and the templates."""
    with st.expander(_("How many rows, and what they should look like"), icon=":material/school:"):
        st.markdown("\n".join(f"- {_(line)}" for line in LINES))
        st.caption(_("A template for each form:"))
        with st.container(horizontal=True):
            for title, (name, data) in TEMPLATES.items():
                st.download_button(
                    _(title),
                    data,
                    name,
                    key=f"template_{name}",
                    icon=":material/download:",
                    on_click="ignore",
                )
