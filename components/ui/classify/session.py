"""What a tab has open on the Classify page: a kept classifier, the job in progress, and what it came to."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.classifiers import KeptClassifier
from components.jobs import Job
from components.tasks.classify import classifier_file, tagger_file
from components.tasks.classify.classifier import Classifier
from components.tasks.classify.classify_jobs import (
    KIND,
    NameOutcome,
    NameRequest,
    Outcome,
    Request,
    find_named,
    run,
)
from components.tasks.classify.examples import Examples
from components.tasks.classify.quality import Report
from components.tasks.classify.tag_learner import TagReport
from components.tasks.classify.tagger import Tagger
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import classifiers, encoders, jobs, manager

OPENED = Opened("classifier_open", "classifier")
JOB, OUTCOME, CHOSEN = "classify_job", "classify_outcome", "classify_threshold"
TURN = "classify_turn"  # the job of what is shown, or will be: the form is folded from then on


@dataclass(frozen=True)
class Current:
    """A kept classifier, or kept kinds of names, read: one of the two."""

    id: str
    name: str
    version: int
    row: KeptClassifier
    classifier: Classifier | None = None
    report: Report | None = None
    examples: Examples | None = None
    tagger: Tagger | None = None
    tag_report: TagReport | None = None


def current() -> Current | None:
    """The one that the URL names, or that was open before another page was visited."""
    return OPENED.find(_read, classifier_file.NOT_KEPT)


def _read(classifier_id: str) -> Current | None:
    """Raises Unavailable where it is damaged."""
    row = classifiers().get(classifier_id)
    if row is None:
        return None
    if tagger_file.is_tagger(row.about):
        tagger, measured = tagger_file.unpacked(row.about, row.weights)
        return Current(row.id, row.name, row.version, row, tagger=tagger, tag_report=measured)
    classifier, report = classifier_file.unpacked(row.about, row.weights)
    examples = classifier_file.examples_of(row.examples, classifier.several)
    return Current(row.id, row.name, row.version, row, classifier, report, examples)


def open_classifier(classifier_id: str | None) -> None:
    """Opens one, or none; what another one came to is put away."""
    OPENED.open(classifier_id)
    put_away()


def put_away() -> None:
    """What the last press came to isn't shown any more."""
    for key in (OUTCOME, TURN):
        st.session_state.pop(key, None)


def start(request: Request) -> None:
    """Begins the work. Raises LimitReached or Unavailable."""
    work = partial(_work, request=request)
    if job := running():
        job.cancel()
    st.session_state[JOB] = st.session_state[TURN] = jobs().start(KIND, person(), work).id


def _work(job: Job, request: Request) -> Outcome:
    return run(request, encoders(), job)


def start_named(request: NameRequest) -> None:
    """Begins to look for names and numbers. Raises LimitReached or Unavailable."""
    if job := running():
        job.cancel()
    job_id = jobs().start(KIND, person(), partial(_find, request)).id
    st.session_state[JOB] = st.session_state[TURN] = job_id


def _find(request: NameRequest, job: Job) -> NameOutcome:
    return find_named(request, encoders(), partial(manager().lease, long=True), job)


def turn() -> str:
    """What the form is folded for; empty for nothing."""
    shown = st.session_state.get(OUTCOME) is not None or JOB in st.session_state
    return str(st.session_state.get(TURN) or "") if shown else ""


def running() -> Job | None:
    return jobs().live(st.session_state.get(JOB, ""))


def begun() -> Job | None:
    """The job that was started last, running or just ended."""
    return jobs().get(st.session_state.get(JOB, ""))


def outcome() -> Outcome | None:
    found = st.session_state.get(OUTCOME)
    return found if isinstance(found, Outcome) else None


def named() -> NameOutcome | None:
    found = st.session_state.get(OUTCOME)
    return found if isinstance(found, NameOutcome) else None
