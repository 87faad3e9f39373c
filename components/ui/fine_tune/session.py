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
from components.training.doctor.recognising import Shape
from components.ui import notices
from components.ui.language import _, said
from components.ui.person import person
from components.ui.resources import config, jobs, library, manager

KIND = "data check"
_OPEN, _PARAMETER = "dataset_id", "data"
_UPLOADED, _MADE_OF = "data_uploaded", "data_made_of"  # which files a check is of
_CHECKING, _CHECKING_PARAMETER = "data_check_job", "check"


def base_models() -> list[ModelSpec]:
    """Models that are here and can be trained, the default one first."""
    specs = [spec for spec in manager().catalog.all() if bases.trainable(spec, library())]
    return sorted(specs, key=lambda spec: spec.id != config().default_model)


def current() -> Check | None:
    """The open check: from the URL, or the one open before another page was visited."""
    wanted = st.query_params.get(_PARAMETER) or st.session_state.get(_OPEN)
    if not wanted:
        return None
    try:
        found = checks.load(config(), person(), wanted)
    except AppError as error:
        notices.later(said(error.message))
        open_data(None)
        return None
    open_data(found.id)
    return found


def open_data(check_id: str | None) -> None:
    """Opens a data set, or none."""
    st.session_state[_OPEN] = check_id
    _in_url(_PARAMETER, check_id)


def delete(check_id: str) -> None:
    with notices.shown():
        checks.delete(config(), person(), check_id)
    if st.session_state.get(_OPEN) == check_id:
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
        return checks.start(config(), owner, uploads, request, spec.id, job.cancelled)

    _begin(work)


def again(check: Check, spec: ModelSpec, shape: Shape | None = None, header: bool = True) -> None:
    """Checks the same uploads for another base model, or with other fields."""

    def work(job: Job) -> Check:
        request = bases.request(spec, library(), job.say)
        kept = check.request.shape if header == check.request.header else None
        request = replace(request, shape=shape or kept, header=header)
        job.say(Said("Reading every row and counting its tokens"))
        return checks.again(config(), check, request, spec.id, job.cancelled)

    _begin(work)


def _begin(work: Callable[[Job], Check]) -> None:
    if job := checking():
        job.cancel()
    started = jobs().start(KIND, person(), work).id
    st.session_state[_CHECKING] = started
    _in_url(_CHECKING_PARAMETER, started)


def checking() -> Job | None:
    """The check that is running or has just ended, also after a refresh."""
    wanted = st.query_params.get(_CHECKING_PARAMETER) or st.session_state.get(_CHECKING)
    job = jobs().get(wanted) if wanted else None
    return job if job and job.kind == KIND and job.owner == person() else None


def ended(job: Job) -> None:
    """Opens what a check has found, or says why it found nothing."""
    st.session_state.pop(_CHECKING, None)
    _in_url(_CHECKING_PARAMETER, None)
    if job.state == "failed":
        notices.later(said(job.error), "error")
    elif isinstance(job.result, Check):
        open_data(job.result.id)
        if file_ids := st.session_state.pop(_UPLOADED, None):
            st.session_state.setdefault(_MADE_OF, {})[job.result.id] = file_ids
    else:
        notices.later(_("The check was stopped. The upload is as it was."))


def _in_url(parameter: str, value: str | None) -> None:
    if value:
        if st.query_params.get(parameter) != value:
            st.query_params[parameter] = value
    elif parameter in st.query_params:
        del st.query_params[parameter]
