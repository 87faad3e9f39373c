"""The dataset doctor: what is in an upload, what is wrong with it row by row, what a model will see of it.

Only `checks` is for the app; it sends an upload to `check_program`, in a process of its own behind limits.
There `diagnosing` leads: `opening` opens the files, `recognition` tells their layout, `converting` makes rows
of it (with `json_rows`, `tables`, `plain_rows`), `checking` looks at each row, `splitting` holds rows out.
"""
