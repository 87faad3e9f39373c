"""The Translate page's first row: from which language, to which, with which engine. Kept in the URL."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.models.catalog import ModelSpec, package_file
from components.models.languages import LANGUAGES, language_name
from components.tasks.translate import routes
from components.tasks.translate.detecting import Detected, detect
from components.tasks.translate.routes import Route
from components.ui.resources import library, manager
from components.ui.text import plain

AUTO = "auto"
FROM, TO, ENGINE = "translate_from", "translate_to", "translate_engine"
CERTAIN = 0.8  # how sure a detection must be to doubt what the person chose
_PARAMETERS = {FROM: "from", TO: "to"}
_DEFAULTS = {FROM: AUTO, TO: "pt"}


@dataclass(frozen=True)
class Setup:
    """What the row says."""

    source: str  # ISO 639-1; empty: not known
    target: str
    route: Route | None
    detected: Detected  # what the text seems to be in, whatever was chosen
    chosen: bool  # whether the person named the source language

    @property
    def pair(self) -> str:
        return f"{self.source}-{self.target}"


def restore() -> None:
    """Takes the languages from the URL where this session has none yet."""
    for key, name in _PARAMETERS.items():
        given = st.query_params.get(name, "")
        known = given in LANGUAGES or (key == FROM and given == AUTO)
        st.session_state.setdefault(key, given if known else _DEFAULTS[key])


def draw(sample: str, swap: Callable[[], None]) -> Setup:
    """The row; `sample` is the text whose language is detected."""
    models = ready_models()
    codes = routes.languages(manager().catalog.all())
    here = set(routes.languages(models))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "From",
            [AUTO, *codes],
            key=FROM,
            format_func=lambda code: "Detect language" if code == AUTO else _name(code, here),
            persist_state="session",
        )
        st.button("Swap languages", icon=":material/swap_horiz:", on_click=swap)
        st.selectbox("To", codes, key=TO, format_func=lambda code: _name(code, here), persist_state="session")
        detected = detect(sample)
        source = detected.code if st.session_state[FROM] == AUTO else st.session_state[FROM]
        target = st.session_state[TO]
        found = routes.routes(models, source, target) if source and source != target else []
        route = _draw_engine(found, f"{ENGINE}_{source}_{target}")
    for key, name in _PARAMETERS.items():
        if st.query_params.get(name) != st.session_state[key]:
            st.query_params[name] = st.session_state[key]
    setup = Setup(source, target, route, detected, st.session_state[FROM] != AUTO)
    _say(setup, sample)
    return setup


def ready_models() -> list[ModelSpec]:
    """Models that can be used now, without a download."""
    return [spec for spec in manager().catalog.all() if is_ready(spec)]


def is_ready(spec: ModelSpec) -> bool:
    if spec.refusal:
        return False
    if spec.source == "server":
        return True
    return bool(library().folder(spec) or (spec.source == "packaged" and package_file(spec)))


def _name(code: str, here: set[str]) -> str:
    return language_name(code) if code in here else f"{language_name(code)} (needs a download)"


def _draw_engine(found: list[Route], key: str) -> Route | None:
    by_id = {route.id: route for route in found}
    chosen = st.selectbox(
        "Engine",
        list(by_id),
        key=key,
        format_func=lambda route_id: by_id[route_id].title,
        placeholder="None for this pair",
        disabled=not by_id,
    )
    return by_id.get(chosen) if chosen else None


def _say(setup: Setup, sample: str) -> None:
    """What was detected, which engine works and under which licence, or what to download."""
    if sample.strip():
        _say_detected(setup)
    found = setup.detected
    already = found.code == setup.target and found.confidence >= CERTAIN
    if (setup.source == setup.target or already) and setup.source and sample.strip():
        st.info(
            f"This text is already in {language_name(setup.target)}. Choose another language under To.",
            icon=":material/check:",
        )
    if setup.route:
        _say_engine(setup.route)
    if setup.source and setup.source != setup.target and not (setup.route and routes.made_for(setup.route)):
        _say_downloads(setup)


def _say_detected(setup: Setup) -> None:
    found = setup.detected
    name = language_name(found.code)
    if setup.chosen:
        if found.code and found.code != setup.source and found.confidence >= CERTAIN:
            st.caption(
                f":material/language: This looks like {name} ({found.confidence:.0%} sure), but "
                f"{language_name(setup.source)} is chosen under From."
            )
        return
    if not found.code:
        st.caption(":material/help: The language can't be told from this text. Choose it under From.")
        return
    doubt = "" if found.sure else " Not sure: choose it under From if this is wrong."
    st.caption(f":material/language: Detected: {name} ({found.confidence:.0%} sure).{doubt}")


def _say_engine(route: Route) -> None:
    pivot = (
        " No model does this pair directly, so it goes through English in two steps, which costs quality."
        if len(route.steps) > 1
        else ""
    )
    if not routes.made_for(route):
        pivot = " This chat model wasn't made for these languages: read the result with care."
    st.caption(f":material/translate: {plain(route.title)}. Licence: {plain(route.licence)}.{pivot}")


def _say_downloads(setup: Setup) -> None:
    pair = f"{language_name(setup.source)} to {language_name(setup.target)}"
    found = routes.downloads(manager().catalog.all(), setup.source, setup.target)
    found = [spec for spec in found if not is_ready(spec)]
    names = "; ".join(
        f"{plain(spec.title)} ({spec.download_bytes / 1e9:.1f} GB, {plain(spec.licence)})"
        for spec in found[:3]
    )
    text = f"No ready model was made for {pair}."
    text += f" Download one on the Models page: {names}." if names else " The catalogue has none either."
    st.info(text, icon=":material/download:")


def swap_languages(detected: str) -> None:
    """The other way round; call it in a callback. What was detected becomes the target."""
    source = st.session_state.get(FROM, AUTO)
    source = detected if source == AUTO else source
    if source:
        st.session_state[FROM], st.session_state[TO] = st.session_state[TO], source
