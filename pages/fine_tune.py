"""Fine-tune: training data that is checked row by row, then a model that is trained on it."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.fine_tune import data_report, datasets, inputs, panel, session
from components.ui.language import _

navigation.guard()
check = session.current()

with st.sidebar:
    datasets.draw(check)

st.title(_("Fine-tune"))
base = inputs.draw(check)
notices.draw()
inputs.follow()
ready = data_report.draw(check, base) if check else None

panel.draw(ready, base.id if base else "")
notices.draw(None)
