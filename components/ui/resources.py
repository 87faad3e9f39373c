"""What all sessions share, each built once per process: config, store, jobs, model manager.

The only global state of the app; everything else is in the session or in the URL.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from components.config import Config, read_config
from components.documents import Limits
from components.jobs import Jobs
from components.models.adapters import AdapterFolder
from components.models.catalog import Catalog, ModelSpec
from components.models.library import Library
from components.models.manager import ModelManager
from components.models.process import EngineLoader
from components.models.servers.listing import Servers
from components.results import Results
from components.store import Store
from components.tasks.translate.documents import DocumentTranslator
from components.training.launching import ProgramLauncher
from components.training.records import Records
from components.training.runs import TrainingRuns
from components.translations import Translations


@st.cache_resource(show_spinner=False)
def config() -> Config:
    return read_config(secrets=_secrets())


def _secrets() -> Mapping[str, Any]:
    """The servers of Streamlit's secrets.toml, where their keys are best kept; nothing without one."""
    return st.secrets.get("servers", {}) if st.secrets.load_if_toml_exists() else {}


@st.cache_resource(show_spinner=False)
def store() -> Store:
    return Store.from_config(config())


def open_all() -> None:
    """Reads the settings and opens the database. Raises AppError where that can't be done."""
    config()
    store()


@st.cache_resource(show_spinner=False)
def results() -> Results:
    return Results(store())


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    return Jobs()


@st.cache_resource(show_spinner=False)
def library() -> Library:
    shared = Library(config())
    shared.repair()
    return shared


@st.cache_resource(show_spinner=False)
def loader() -> EngineLoader:
    return EngineLoader(config(), library(), servers=servers())


@st.cache_resource(show_spinner=False)
def servers() -> Servers:
    return Servers(config().servers, config().data_dir / "servers.json")


@st.cache_resource(show_spinner=False)
def manager() -> ModelManager:
    """The one model manager; it unloads idle models from now on."""
    catalog = Catalog(config().models_dir, on_servers=servers().specs, adapters=adapters())
    shared = ModelManager(catalog, loader(), config())
    shared.keep_sweeping()
    return shared


@st.cache_resource(show_spinner=False)
def adapters() -> AdapterFolder:
    return AdapterFolder(config().data_dir / "adapters")


@st.cache_resource(show_spinner=False)
def training_runs() -> TrainingRuns:
    """The runs of everybody; from now on their queue is worked through."""

    def place(spec: ModelSpec) -> Path:
        return library().prepare(spec, lambda text, share: None)

    launcher = ProgramLauncher(config().accelerate_config)
    shared = TrainingRuns(Records(store()), manager(), adapters(), config(), launcher, place)
    shared.keep_working()
    return shared


@st.cache_resource(show_spinner=False)
def translations() -> Translations:
    return Translations(store())


@st.cache_resource(show_spinner=False)
def document_translator() -> DocumentTranslator:
    folder = config().data_dir / "translations"
    return DocumentTranslator(translations(), jobs(), manager(), folder, Limits.from_config(config()))
