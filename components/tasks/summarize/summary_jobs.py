"""A summary as a job: it outlives the page, and what it has is in the database at every moment.

Knows jobs, results and the summarizing itself; nothing about pages.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from components.documents import Document
from components.errors import Unavailable
from components.jobs import Job, State, keep_end
from components.kept import read
from components.results import Result, Results
from components.tasks.result_jobs import ResultJobs
from components.tasks.summarize import refusals
from components.tasks.summarize.summarizer import Listener, Tools, summarize
from components.tasks.summarize.summary import Summary
from components.tasks.summarize.summary_settings import Settings, check

KIND = "summary"
TWICE_SECONDS = 3.0  # between two equal requests that are one: a button that was pressed twice
FLUSH_SECONDS = 1.0  # how much of the work a crash can lose
TITLE_LENGTH = 80


@dataclass(frozen=True)
class Summarizing(ResultJobs):
    """Summaries as jobs, of one person."""

    def start(self, documents: Sequence[Document], settings: Settings, tools: Tools) -> str:
        """Starts a summary of `documents` and returns the id of its result; of the one that is there, if the
        same was asked for a moment ago.

        Raises BadInput for settings out of bounds and for too little text, before anything is written.
        """
        check(settings)
        refusals.check_lengths(documents)
        self.jobs.check(KIND)
        plain = [document.to_json() for document in documents]
        if begun := self._begun(settings.to_json(), plain):
            return begun
        result_id = self.results.create(KIND, title_of(documents), settings.to_json(), plain)
        self._run(result_id, documents, settings, tools)
        return result_id

    def _begun(self, settings: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]) -> str:
        """The id of the equal request that is in progress, or was a moment ago; "" if there is none."""
        wanted = json.dumps([settings, documents], sort_keys=True)
        for heading in self.results.headings(KIND):
            new = heading.state == "done" and time.time() - heading.updated_at < TWICE_SECONDS
            if not (new or heading.state == "running"):
                continue
            found = self.results.get(heading.id)
            same = found and wanted == json.dumps([found.settings, found.documents], sort_keys=True)
            if found and same and (new or self.job(found)):
                return found.id
        return ""

    def again(self, result: Result, tools: Tools, resume: bool = False) -> None:
        """Makes a stopped, failed or interrupted summary again with the same settings, or goes on with it:
        then what was read and written is kept.
        """
        if (now := self.results.get(result.id)) is None or self.job(now):
            return  # deleted, or begun in another tab
        settings = Settings.from_json(result.settings)
        check(settings)
        self.jobs.check(KIND)
        if not resume:
            self.results.steps(result.id).forget()
        body = now.body if resume else {}
        self.results.update(result.id, state="running", note="", body=body, job_id="")
        self._run(result.id, documents_of(now), settings, tools)

    def resumable(self, result: Result) -> bool:
        """Whether there is something that going on would keep."""
        return len(self.results.steps(result.id)) > 0

    def _run(self, result_id: str, documents: Sequence[Document], settings: Settings, tools: Tools) -> None:
        def work(job: Job) -> list[Summary]:
            return _work(job, self.results, result_id, documents, settings, tools)

        def keep(job: Job, state: State) -> None:
            made = {} if job.result is None else {"body": body_of(job.result)}
            if state == "done" and not any(summary.unfinished for summary in job.result):
                self.results.steps(result_id).forget()
            keep_end(partial(self.results.update, result_id), job, state, made)

        job = self.jobs.start(KIND, self.owner, work, keep)
        self.results.update(result_id, job_id=job.id)


def _work(
    job: Job,
    results: Results,
    result_id: str,
    documents: Sequence[Document],
    settings: Settings,
    tools: Tools,
) -> list[Summary]:
    """The job: what there is goes into the database while it is made."""
    flushed = 0.0

    def show(so_far: list[Summary]) -> None:
        nonlocal flushed
        if time.monotonic() - flushed > FLUSH_SECONDS:
            flushed = time.monotonic()
            with suppress(Unavailable):  # the end is stored all the same, or says why not
                results.update(result_id, body=body_of(so_far))

    listener = Listener(job.say, show, job.cancelled)
    return summarize(documents, settings, tools, listener, results.steps(result_id))


def title_of(documents: Sequence[Document]) -> str:
    """What the history calls a summary: the document's title, and how many more there are."""
    document = next((one for one in documents if not one.unread), documents[0])
    name = document.name or document.text[: 2 * TITLE_LENGTH]
    first = " ".join((document.title or name).split())
    more = f" (+{len(documents) - 1})" if len(documents) > 1 else ""
    return (first if len(first) <= TITLE_LENGTH else first[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…") + more


def body_of(summaries: Sequence[Summary]) -> dict[str, Any]:
    return {"summaries": [summary.to_json() for summary in summaries]}


def summaries_of(body: Mapping[str, Any]) -> list[Summary]:
    """Raises Unavailable where one of them is damaged."""
    return list(read(tuple[Summary, ...], body.get("summaries", [])))


def texts_of(body: Mapping[str, Any]) -> list[str]:
    """What each of the summaries says. Raises Unavailable."""
    return [" ".join(line.text for line in one.lines) for one in summaries_of(body)]


def documents_of(result: Result) -> list[Document]:
    """Raises Unavailable where one of them is damaged."""
    return list(map(Document.from_json, result.documents))
