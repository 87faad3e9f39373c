"""The only part that knows Streamlit.

A wing for each page (`chat`, `summarize`, `translate`, `fine_tune`, `models`) holds that page's parts; the
modules here are shared. `app.py` checks who may enter, then runs a page script, which calls the `draw`
functions of its wing from top to bottom. A wing keeps ids and choices in the session and the URL, and gets
everything else from `resources`. Messages are drawn with `language.said`, errors with `notices`, and texts of
people and models with `text`, so that nothing in them is run or fetched.
"""
