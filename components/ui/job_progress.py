"""A job as a page shows it while it runs: what it is doing, and the page that waits for its end.

Knows jobs, not what they do.
"""

from collections.abc import Callable

from components.jobs import Job
from components.ui.language import _, said
from components.ui.text import plain


def doing(job: Job) -> str:
    """What a job is doing or waiting for."""
    return plain(said(job.note) or _("Starting"))


def follow(job: Job, draw: Callable[[], object], seconds: float) -> None:
    """Waits for the end of a job, drawing what it is doing: Streamlit hears any click while it draws."""
    while job.running:
        draw()
        job.wait(seconds)
