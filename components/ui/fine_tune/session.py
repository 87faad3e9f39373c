"""Which data set this tab has open, and the check that is running. Both are in the URL."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components.errors import AppError
from components.jobs import Job
from components.messages import Said
from components.models.catalog import ModelSpec
from components.training import bases
from components.training.doctor import checks
from components.training.doctor.checks import Check, Upload
from components.training.doctor.row_edits import Edits
from components.training.doctor.shape import Shape
from components.ui import notices
from components.ui.fine_tune import run_session
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import config, jobs, library, manager

KIND = "data check"
OPENED = Opened("dataset_id", "data")
_UPLOADED, _MADE_OF = "data_uploaded", "data_made_of"  # which files a check is of
_CHECKING = Opened("data_check_job", "check")


def base_models() -> list[ModelSpec]:
    """Models that are here and can be trained, the default one first."""
    specs = [spec for spec in manager().catalog.all() if bases.trainable(spec, library())]
    return sorted(specs, key=lambda spec: spec.id != config().default_model)


def current() -> Check | None:
    """The open check: from the URL, or the one open before another page was visited."""
    return OPENED.find(_loaded)


def _loaded(check_id: str) -> Check | None:
    try:
        return checks.load(config(), person(), check_id)
    except AppError as error:
        notices.later(error.message)
        return None


def open_data(check_id: str | None) -> None:
    """Opens a data set, or none; a run on another one is no longer shown."""
    if check_id != OPENED.id:
        run_session.open_run(None)
    OPENED.open(check_id)


def delete(check_id: str) -> None:
    with notices.shown():
        checks.delete(config(), person(), check_id)
    if OPENED.id == check_id:
        open_data(None)


def is_of(check: Check, file_ids: list[str]) -> bool:
    """Whether a check was made of the files that are in the uploaders now."""
    made = st.session_state.get(_MADE_OF, {})
    return bool(file_ids) and made.get(check.id) == file_ids


def start(uploads: list[Upload], spec: ModelSpec, file_ids: list[str]) -> None:
    """Checks uploads for a base model."""
    owner = person()
    st.session_state[_UPLOADED] = file_ids

    def work(job: Job) -> Check:
        request = bases.request(spec, library(), job.say)
        job.say(Said("Reading every row and counting its tokens"))
        return checks.start(config(), owner, uploads, request, spec.id, job.cancelled, job.say)

    _begin(work)


def again(
    check: Check,
    spec: ModelSpec,
    shape: Shape | None = None,
    header: bool | None = None,
    edits: Edits | None = None,
) -> None:
    """Checks the same uploads for another base model, with other fields, or changed inside of rows."""
    st.session_state.pop(_UPLOADED, None)

    def work(job: Job) -> Check:
        request = bases.request(spec, library(), job.say)
        titled = check.report.titled if check.request.header is None else check.request.header
        kept = check.request.shape if header in (None, titled) else None
        changed = check.request.edits if edits is None else edits
        request = replace(request, shape=shape or kept, header=header, edits=changed)
        job.say(Said("Reading every row and counting its tokens"))
        return checks.again(config(), check, request, spec.id, job.cancelled, job.say)

    _begin(work)


def _begin(work: Callable[[Job], Check]) -> None:
    if job := checking():
        job.cancel()
    _CHECKING.open(jobs().start(KIND, person(), work).id)


def forget_check() -> None:
    """What is being checked won't be opened."""
    _CHECKING.open(None)


def checking() -> Job | None:
    """The check that is running or has just ended, also after a refresh."""
    job = jobs().get(_CHECKING.id)
    return job if job and job.kind == KIND and job.owner == person() else None


def ended(job: Job) -> None:
    """Opens what a check has found, or says why it found nothing."""
    _CHECKING.open(None)
    if job.state == "failed":
        notices.later(job.error, "error")
        if st.session_state.pop(_UPLOADED, None):  # the report of what was open before isn't about it
            open_data(None)
    elif isinstance(job.result, Check):
        open_data(job.result.id)
        if file_ids := st.session_state.pop(_UPLOADED, None):
            st.session_state.setdefault(_MADE_OF, {})[job.result.id] = file_ids
    else:
        notices.later(_("The check was stopped. The upload is as it was."))
