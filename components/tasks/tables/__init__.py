"""One thing done to every row of a table, and forms filled from documents. Logic over leased engines.

`table_jobs` keeps the file and its rows and starts the work (`tasks.over_rows`); `actions` has what can be
done to a row; `asker` is how a model is asked for an answer in a form.
"""
