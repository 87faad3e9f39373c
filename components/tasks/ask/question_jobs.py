"""A question as a job: it outlives the page, and its answer is kept in a conversation with documents.

Knows jobs, results and the answering itself; nothing about pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from components.errors import BadInput
from components.jobs import Job, State, keep_end
from components.messages import Message, Said
from components.results import Result
from components.retrieval.index import Index
from components.retrieval.shelf import Entry, Shelf
from components.tasks.ask.answer import Answer, answers_of, body_of
from components.tasks.ask.answer_maker import Answering, Tools
from components.tasks.chat import title_from
from components.tasks.result_jobs import ResultJobs

KIND = "ask"
WAIT = 0.3  # seconds between two looks at a document that is being read


@dataclass(frozen=True)
class Asking(ResultJobs):
    """One person's hands on the shared results, jobs and shelf."""

    shelf: Shelf
    index: Index

    def ask(self, question: str, document_ids: Sequence[str], tools: Tools, result_id: str = "") -> str:
        """Starts an answer, in a new conversation or as the next turn of one; returns the id of its
        result.
        """
        if not question.strip():
            raise BadInput("Ask something first.")
        if not document_ids:
            raise BadInput("Choose documents to ask, or add one, first.")
        self.jobs.check(KIND)
        settings = {"documents": list(document_ids), "question": question}
        if result_id:
            self.results.update(result_id, state="running", note="", settings=settings, job_id="")
        else:
            result_id = self.results.create(KIND, title_from(question), settings, [])
        self._start(result_id, question, document_ids, tools)
        return result_id

    def again(self, result: Result, tools: Tools) -> None:
        """Asks the last question of a stopped or failed one again."""
        question = str(result.settings.get("question") or "")
        ids = [str(one) for one in result.settings.get("documents") or []]
        if not self.job(result):
            self.ask(question, ids, tools, result.id)

    def _start(self, result_id: str, question: str, document_ids: Sequence[str], tools: Tools) -> None:
        kept = self.results.get(result_id)
        before = answers_of(kept.body) if kept else []

        def work(job: Job) -> Answer:
            entries, unread = self._ready(job, document_ids)
            answering = Answering(self.shelf, self.index, tools, job.cancelled, job.say)
            made = answering.answer(question, entries, before)
            return replace(made, notes=(*made.notes, *unread))

        def keep(job: Job, state: State) -> None:
            made = {} if job.result is None else {"body": body_of([*before, job.result])}
            keep_end(partial(self.results.update, result_id), job, state, made)

        job = self.jobs.start(KIND, self.owner, work, keep)
        self.results.update(result_id, job_id=job.id)

    def _ready(self, job: Job, document_ids: Sequence[str]) -> tuple[list[Entry], list[Message]]:
        """The documents, once those that are being read now are on the shelf, and which of them can't be
        asked.
        """
        entries: list[Entry] = []
        unread: list[Entry] = []
        for document_id in document_ids:
            while (entry := self.shelf.get(document_id)) and (reading := self.jobs.live(entry.job_id)):
                job.say(Said("Waiting for {name} to be read", name=entry.name), reading.share or 0.0)
                if job.cancelled():
                    break
                reading.wait(WAIT)
            if entry:
                (unread if entry.unread else entries).append(entry)
        if not entries:
            whys = {entry.note for entry in unread if entry.note}
            if len(whys) == 1:
                raise BadInput(whys.pop())
            raise BadInput("None of these documents has been read. See why under Your documents.")
        if not unread:
            return entries, []
        names = [entry.name for entry in unread]
        return entries, [
            Said("Not asked, since not read: {names}. See why under Your documents.", names=names)
        ]
