"""An evaluation to take along: HTML, Markdown, JSON, CSV."""

from functools import partial

import streamlit as st

from components.row_work import Work
from components.tasks.evaluate import blind, evaluation, evaluation_files
from components.tasks.evaluate.evaluation import Evaluation
from components.tasks.evaluate.score_table import Scores
from components.ui.language import _, tag, teller
from components.ui.resources import row_work


def draw(work: Work, found: Evaluation, scores: Scores) -> None:
    place = row_work().place(work.id)
    notes = evaluation.notes(place)
    tally = blind.tally(blind.votes(place, len(found.names)), len(found.names))
    name = evaluation_files.file_name(work.title)
    shown, tell = (found, scores, notes, tally), teller()
    files = (
        ("HTML", partial(evaluation_files.to_html, *shown, tell, tag()), "html", "text/html"),
        ("Markdown", partial(evaluation_files.to_markdown, *shown, tell), "md", "text/markdown"),
        ("JSON", partial(evaluation_files.to_json, *shown), "json", "application/json"),
        ("CSV", partial(evaluation_files.to_csv, found, scores, notes), "csv", "text/csv"),
    )
    with st.popover(_("Export"), icon=":material/download:", key=f"export_{work.id}"):
        for label, make, ending, kind in files:
            st.download_button(
                label,
                make,  # made when it is asked for
                f"{name}.{ending}",
                kind,
                key=f"{ending}_{work.id}",
                on_click="ignore",
                icon=":material/download:",
                width="stretch",
            )
