"""Wordbench: the entry point, for the server and for each visit.

`streamlit run app.py` imports it once, to serve it behind the check of names. Then it runs it as a script for
each visit: navigation, who may come in, status line, then the page itself.
"""

import streamlit as st

from components.ui import (
    door,
    hosts,
    models_badge,
    navigation,
    notices,
    operation,
    person,
    repairs,
    resources,
    stale_runs,
    upload_limit,
    warmup,
)
from components.ui.tour import bar

if __name__ != "__main__":
    door.check_secrets()
    stale_runs.install()
    upload_limit.let_in()
    app = st.App(__file__, middleware=hosts.middleware())
else:
    page = navigation.draw()
    notices.stop_if_unusable(resources.open_all)
    notices.stop_if_unusable(door.check_mode)
    operation.start()
    door.stop_unless_welcome()
    person.keep()
    models_badge.draw()
    repairs.say()
    bar.draw()
    with notices.part():
        page.run()
    warmup.start()
