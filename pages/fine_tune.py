"""Fine-tune: training data that is checked row by row, then a model that is trained on it."""

import streamlit as st

from components.ui import navigation, notices, result_first
from components.ui.fine_tune import data_report, datasets, inputs, panel, session, stages
from components.ui.language import _

navigation.guard()
inputs.take_errands()
check = session.current()
checking = session.checking()
run = stages.turn(check, data_report.ready(check) if check else None)
stages.name_tab(check, run)

with st.sidebar:
    datasets.draw(check)

st.title(_("Fine-tune"))
data_tab, train_tab, result_tab, runs_tab = stages.STAGES.draw()

elsewhere = []
if checking:  # until it ends, the tabs after it aren't drawn
    for later in (train_tab, result_tab):
        later.info(_("The data is being checked; this goes on by itself."), icon=":material/hourglass_top:")
        elsewhere.append(later.empty())
with data_tab:
    opened = checking.id if checking else check.id if check else ""
    with result_first.form("data", opened, _("Check other data, or choose another base model")):
        base = inputs.draw(check)
    if session.checking() is not checking:
        st.rerun()  # a check was started: its progress takes the place of the form
    notices.draw()
    inputs.follow(elsewhere)
    ready = data_report.draw(check, base) if check else None
with train_tab:
    panel.draw_training(ready, base.id if base else "", run)
with result_tab:
    panel.draw_result(run)
with runs_tab:
    panel.draw_runs(run, base.id if base else "")
notices.draw(None)
