"""Work on results as jobs: which job works on a result, and its end. Knows nothing about what is made."""

from dataclasses import dataclass

from components.jobs import Job, Jobs
from components.results import Result, Results


@dataclass(frozen=True)
class ResultJobs:
    """One person's hands on the shared results and jobs."""

    jobs: Jobs
    results: Results
    owner: str

    def job(self, result: Result) -> Job | None:
        """The job that works on a result now."""
        return self.jobs.live(result.job_id)

    def stop(self, result: Result) -> None:
        self.jobs.stop(result.job_id)

    def delete(self, result_id: str) -> None:
        """Takes it out of the history; work on it stops."""
        self.jobs.stop(self.results.job_id(result_id) or "")
        self.results.delete(result_id)
