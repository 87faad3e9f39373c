"""Home: what this is, what to try, what was worked on last, and what the machine is doing."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.home import live_figures, recent, search, trials
from components.ui.language import _
from components.ui.resources import manager
from components.ui.tour import bar

navigation.guard()
if conversation := st.query_params.get("c"):  # an address of the time when the chat was the first page
    st.switch_page("pages/chat.py", query_params={"c": conversation})

st.title(_("Language models on your own machine"))
if any(spec.source == "server" for spec in manager().catalog.all()):
    st.markdown(
        _(
            "Chat, summarize, translate, and train them on your own data. What you write stays here, but for "
            "what you send to a model on a server."
        )
    )
else:
    st.markdown(_("Chat, summarize, translate, and train them on your own data. What you write stays here."))
notices.draw()
search.draw()
if st.button(_("Start the tour"), icon=":material/tour:", help=_("Eight steps, about ten minutes")):
    bar.start()
trials.draw()
live_figures.draw()
recent.draw()
