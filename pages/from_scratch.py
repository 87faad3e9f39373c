"""From scratch: a small model that begins with nothing and is watched while it learns to write."""

import streamlit as st

from components.ui import navigation, notices, result_first
from components.ui.from_scratch import form, progress, session
from components.ui.language import _

navigation.guard()
run = session.current()

with st.sidebar:
    session.draw_list(run)

st.title(_("From scratch"))
with result_first.form("scratch", run.id if run else "", _("Train another model")):
    form.draw()
notices.draw()
if run:
    progress.draw(run)
notices.draw(None)
