"""Your data: who you are here, what you keep, how long it is kept, and deleting all of it."""

import streamlit as st

from components.ui import navigation, notices, your_data
from components.ui.language import _

navigation.guard()

st.title(_("Your data"))
notices.draw()
your_data.draw_person()
your_data.draw_holdings()
your_data.draw_archive()
your_data.draw_limits()
your_data.draw_delete()
