"""Fine-tune: training data that is checked row by row, then a model that is trained on it."""

import streamlit as st

from components.ui import (
    data_report,
    navigation,
    notices,
    training_datasets,
    training_inputs,
    training_panel,
    training_session,
)
from components.ui.language import _

navigation.guard()
check = training_session.current()

with st.sidebar:
    training_datasets.draw(check)

st.title(_("Fine-tune"))
base = training_inputs.draw(check)
notices.draw()
training_inputs.follow()
ready = data_report.draw(check, base) if check else None

training_panel.draw(ready, base.id if base else "")
