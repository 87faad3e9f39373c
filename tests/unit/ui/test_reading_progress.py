"""A file that is being read on a thread of its own: what a page hears of it."""

from components.documents import PasswordNeeded
from components.jobs import Job
from components.ui import reading_progress


def test_a_reading_says_its_page_and_its_error_still_asks_for_the_password():
    job = Job("read file", "me")

    def work(job):
        reading_progress.tell(job, "a.pdf", 2, 5)
        raise PasswordNeeded("It is locked.")

    assert isinstance(reading_progress._outcome(job, work), PasswordNeeded)
    assert str(job.note) == "Reading a.pdf: page 3 of 5, from its picture"
    assert job.share == 0.4


def test_stop_reaches_the_program_that_reads():
    job = Job("read file", "me")
    job.cancel()
    assert reading_progress._outcome(job, lambda job: job.cancelled()) is True
