"""The dataset doctor: what is in an upload, what is wrong with it row by row, what a model will see of it.

Only `checks` is for the app; it sends an upload to `check_program`, in a process of its own behind limits.
There `diagnosis` leads: `upload_files` opens the files, `recognition` tells their layout, `converter` makes
rows of it (with `json_rows`, `tables`, `plain_rows`), `row_checks` looks at each row, `split` holds rows
out.
"""
