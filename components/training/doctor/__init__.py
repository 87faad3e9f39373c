"""The dataset doctor: what is in an upload, what is wrong with it row by row, what a model will see of it.

Only `running` is for the app; the other parts work in a process of their own, behind limits.
"""
