"""What all sessions share, each built once per process: config, store, jobs, model manager.

The only global state of the app; everything else is in the session or in the URL. Objects that hold people's
rows or jobs are handed out for one person and find nothing of others: `_x` is shared, `x` is the person's.
"""

from functools import partial
from pathlib import Path

import streamlit as st

from components.classifiers import Classifiers
from components.documents import Limits
from components.holdings import Holdings
from components.jobs import Jobs
from components.judged import Judged
from components.messages import Message, Said, counted
from components.models.adapters import FOLDER, AdapterFolder
from components.models.catalog import Catalog, ModelSpec
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.servers.added_servers import AddedServers
from components.models.servers.registry import Servers
from components.models.sources.added_models import AddedModels
from components.prompts import Prompts
from components.quotas import Quotas
from components.results import Results
from components.retrieval.index import Index
from components.retrieval.shelf import Shelf
from components.row_work import RowWork
from components.store import Store
from components.tasks.ask.everywhere import Everywhere
from components.tasks.ask.indexer import Indexing
from components.tasks.classify import tuning
from components.tasks.classify.encoders import Encoders
from components.tasks.over_rows import OverRows
from components.tasks.translate.document_jobs import DocumentTranslator
from components.traces import Traces
from components.training import label_rows
from components.training.launcher import ProgramLauncher
from components.training.run_records import Records
from components.training.runs import TrainingRuns
from components.translations import Translations
from components.ui import person
from components.ui.server_config import config


@st.cache_resource(show_spinner=False)
def _store() -> Store:
    return Store.from_config(config())


def store() -> Store:
    return _store().for_person(person.current())


def open_all() -> None:
    """Reads the settings and opens the database. Raises AppError where that can't be done."""
    config()
    _store()


@st.cache_resource(show_spinner=False)
def _results() -> Results:
    return Results(_store())


def results() -> Results:
    return _results().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf(_store())


def shelf() -> Shelf:
    return _shelf().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _index() -> Index:
    return Index(_store())


def index() -> Index:
    return _index().for_person(person.current())


def everywhere() -> Everywhere:
    """What searches all that the person keeps."""
    kept = jobs(), store(), results(), translations(), _traces().for_person(person.current())
    lease = partial(manager().lease, long=True)
    return Everywhere(*kept, shelf(), index(), lease, embedders(), person.person())


@st.cache_resource(show_spinner=False)
def _traces() -> Traces:
    return Traces(_store())


def indexing() -> Indexing:
    """What brings documents onto the shelf."""
    lease, limits = partial(manager().lease, long=True), Limits.from_config(config())
    return Indexing(jobs(), shelf(), person.person(), lease, embedders(), limits)


def embedders() -> list[ModelSpec]:
    """The embedding models that are installed."""
    specs = [spec for spec in manager().catalog.all() if spec.task == "embed" and not spec.owner]
    return [spec for spec in specs if library().folder(spec)]


@st.cache_resource(show_spinner=False)
def _judged() -> Judged:
    return Judged(_store())


def judged() -> Judged:
    return _judged().for_person(person.current())


@st.cache_resource(show_spinner=False)
def quotas() -> Quotas:
    return Quotas(config(), _holdings().stored_bytes)


@st.cache_resource(show_spinner=False)
def _jobs() -> Jobs:
    return Jobs(quotas())


def jobs() -> Jobs:
    return _jobs().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _holdings() -> Holdings:
    shared = Holdings(_store(), config().data_dir, config().expire_days)
    shared.keep_expiring()
    return shared


def holdings() -> Holdings:
    return _holdings().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _library() -> tuple[Library, list[str]]:
    shared = Library(config())
    return shared, shared.repair()


def library() -> Library:
    return _library()[0]


def repair() -> list[Message]:
    """Puts right what a crash left, and says what was done. Called once, at the first page."""
    kept = (_store(), _results(), _translations(), _row_work(), _shelf())
    answers, summaries, texts, work, read = (one.interrupted for one in kept)
    interrupted = [
        counted("{count} interrupted answer", "{count} interrupted answers", answers),
        counted("{count} interrupted summary", "{count} interrupted summaries", summaries),
        counted("{count} interrupted translation", "{count} interrupted translations", texts),
        counted("{count} interrupted piece of work", "{count} interrupted pieces of work", work),
        counted("{count} document not read to its end", "{count} documents not read to their end", read),
    ]
    return [
        *(one for one in interrupted if one.count),
        *(Said("removed {what}, which was half made", what=name) for name in _library()[1]),
        *(Said("removed {what}", what=files) for files in _holdings().repair()),
    ]


@st.cache_resource(show_spinner=False)
def loader() -> EngineLoader:
    return EngineLoader(config(), library(), servers=servers())


@st.cache_resource(show_spinner=False)
def servers() -> Servers:
    known = _added_servers().all() | dict(config().servers)  # of two with one name, the one of the settings
    return Servers(known, config().data_dir / "servers.json")


@st.cache_resource(show_spinner=False)
def _added_servers() -> AddedServers:
    return AddedServers(config().data_dir)


def added_servers() -> AddedServers:
    """What administrators added in the page; only they change it."""
    return _added_servers().for_person(person.current())


@st.cache_resource(show_spinner=False, on_release=ModelManager.close)
def shared_manager() -> ModelManager:
    """The one model manager; it unloads idle models from now on. For the server's own work."""
    catalog = Catalog(
        config().models_dir, on_servers=servers().specs, adapters=adapters(), added=_added_models()
    )
    shared = ModelManager(catalog, loader(), config())
    shared.keep_sweeping()
    return shared


def manager() -> ModelManager:
    return shared_manager().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _added_models() -> AddedModels:
    return AddedModels(config().data_dir)


def added_models() -> AddedModels:
    """What people added in the page; only an administrator changes it."""
    return _added_models().for_person(person.current())


@st.cache_resource(show_spinner=False)
def adapters() -> AdapterFolder:
    return AdapterFolder(config().data_dir / FOLDER)


@st.cache_resource(show_spinner=False, on_release=TrainingRuns.close)
def shared_training() -> TrainingRuns:
    """Everybody's training runs; their queue is processed from now on. For the server's own work."""

    def place(spec: ModelSpec) -> Path:
        return library().prepare(spec, lambda text, share: None)

    shared = TrainingRuns(
        Records(_store()),
        shared_manager(),
        adapters(),
        config(),
        ProgramLauncher(config().accelerate_config),
        place,
        quotas(),
    )
    shared.when_done(label_rows.KIND, partial(tuning.keep, _classifiers()))
    shared.keep_working()
    return shared


def training_runs() -> TrainingRuns:
    return shared_training().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _translations() -> Translations:
    return Translations(_store())


def translations() -> Translations:
    return _translations().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _row_work() -> RowWork:
    return RowWork(_store(), config().data_dir)


def shared_row_work() -> RowWork:
    """Everybody's: for a vote that its owner opened to others."""
    return _row_work()


def row_work() -> RowWork:
    return _row_work().for_person(person.current())


def over_rows() -> OverRows:
    return OverRows(jobs(), row_work())


def document_translator() -> DocumentTranslator:
    folder = config().data_dir / "translations"
    return DocumentTranslator(translations(), jobs(), manager(), folder, Limits.from_config(config()))


@st.cache_resource(show_spinner=False)
def _classifiers() -> Classifiers:
    return Classifiers(_store())


def classifiers() -> Classifiers:
    return _classifiers().for_person(person.current())


@st.cache_resource(show_spinner=False)
def _prompts() -> Prompts:
    return Prompts(_store())


def prompts() -> Prompts:
    return _prompts().for_person(person.current())


def encoders() -> Encoders:
    """The embedding models that are ready. Raises Unavailable where there is none."""
    ready = (spec for spec in manager().catalog.all() if spec.task == "embed" and library().folder(spec))
    return Encoders(partial(manager().lease, long=True), tuple(ready), person.person())
