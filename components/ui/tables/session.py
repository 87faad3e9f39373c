"""Which work on a table this tab has open, and what is shared for it. Its id is in the URL."""

from components.documents import Limits
from components.jobs import Job
from components.row_work import Work
from components.tasks.forms.form_jobs import Forms
from components.tasks.tables.action import Tools
from components.tasks.tables.table_jobs import Tables
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import classifiers, config, manager, over_rows, row_work, translations
from components.ui.summarize.session import embedder
from components.ui.translate.route_picker import ready_models

OPENED = Opened("table_open", "table")


def _tools() -> Tools:
    return Tools(manager().lease, translations(), ready_models(), embedder(), person(), classifiers())


def tables() -> Tables:
    return Tables(over_rows(), _tools(), Limits.from_config(config()))


def forms() -> Forms:
    return Forms(over_rows(), _tools())


def current() -> Work | None:
    """The open work: from the URL, or the one open before another page was visited."""
    return OPENED.find(row_work().get, _("This table isn't here any more. Upload it again."))


def job_of(work: Work) -> Job | None:
    return over_rows().job(work)


def open_work(work_id: str | None) -> None:
    """Opens work on a table, or a new one."""
    OPENED.open(work_id)
