"""What a screen reader is told when work ends."""

from components.errors import BadInput
from components.jobs import Job, Jobs
from components.ui import announcements


def ended(jobs: Jobs, kind: str = "answer", fails: bool = False) -> Job:
    def work(job: Job) -> None:
        if fails:
            raise BadInput("The file is empty.")

    job = jobs.start(kind, "local", work)
    assert job.wait(10)
    return job


def test_an_answer_that_ends_is_said_once_and_not_again():
    jobs, session = Jobs(), {}
    assert announcements.news(jobs.recent(), session) == []
    ended(jobs)
    assert announcements.news(jobs.recent(), session) == ["The answer is complete."]
    assert announcements.news(jobs.recent(), session) == []


def test_what_ended_before_the_page_was_opened_is_not_said():
    jobs, session = Jobs(), {}
    ended(jobs)
    assert announcements.news(jobs.recent(), session) == []


def test_a_failure_is_said_with_its_reason():
    jobs, session = Jobs(), {}
    announcements.news(jobs.recent(), session)
    ended(jobs, "summary", fails=True)
    assert announcements.news(jobs.recent(), session) == ["It failed: The file is empty."]
