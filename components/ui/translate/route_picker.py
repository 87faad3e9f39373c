"""The Translate page's first row: from which language, to which, with which engine. Kept in the URL."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.documents import language_detection
from components.documents.language_detection import Detected
from components.models.catalog import ModelSpec
from components.models.languages import LANGUAGES
from components.tasks.translate import routes
from components.tasks.translate.routes import Route
from components.ui.language import _, language_name, said
from components.ui.resources import library, manager
from components.ui.text import plain

AUTO = "auto"
FROM, TO, ENGINE = "translate_from", "translate_to", "translate_engine"
CERTAIN = 0.8  # how sure a detection must be to doubt what the person chose
BY_SCRIPT = 0.99  # what a script that one language alone uses gives
UNSURE = 0.45  # the most that one word gives
OFFERED = 3  # languages that are offered for a text whose own isn't sure
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


def detect(sample: str) -> Detected:
    """The likeliest of the languages that can be chosen; those that can be translated now are likelier.

    One word says little: it is never sure, unless its script tells.
    """
    here = routes.languages(ready_models())
    found = language_detection.detect(sample, LANGUAGES, likelier=here)
    if len(sample.split()) == 1 and found.confidence < BY_SCRIPT:
        return Detected(found.code, min(found.confidence, UNSURE))
    return found


def draw(sample: str, swap: Callable[[], None], row: DeltaGenerator) -> Setup:
    """Fills the `row`; `sample` is the text whose language is detected."""
    models = ready_models()
    codes = routes.languages(manager().catalog.all())
    here = set(routes.languages(models))
    with row:
        st.selectbox(
            _("From"),
            [AUTO, *codes],
            key=FROM,
            format_func=lambda code: _("Detect language") if code == AUTO else _name(code, here),
            persist_state="session",
        )
        st.button(_("Swap languages"), icon=":material/swap_horiz:", on_click=swap)
        st.selectbox(
            _("To"), codes, key=TO, format_func=lambda code: _name(code, here), persist_state="session"
        )
        detected = detect(sample)
        source = detected.code if st.session_state[FROM] == AUTO else st.session_state[FROM]
        target = st.session_state[TO]
        found = routes.routes(models, source, target) if source and source != target else []
        nothing = _("None for this pair") if source else _("Automatic")
        route = _draw_engine(found, nothing, engine_key(source, target))
    for key, name in _PARAMETERS.items():
        if st.query_params.get(name) != st.session_state[key]:
            st.query_params[name] = st.session_state[key]
    return Setup(source, target, route, detected, st.session_state[FROM] != AUTO)


def engine_key(source: str, target: str) -> str:
    """Where the session keeps the engine that was chosen for a pair."""
    return f"{ENGINE}_{source}_{target}"


def ready_models() -> list[ModelSpec]:
    """Models that can be used now, without a download."""
    return [spec for spec in manager().catalog.all() if is_ready(spec)]


def is_ready(spec: ModelSpec) -> bool:
    if spec.refusal:
        return False
    if spec.source == "server":
        return True
    return library().here(spec)


def _name(code: str, here: set[str]) -> str:
    name = language_name(code)
    return name if code in here else _("{language} (needs a download)").format(language=name)


def _draw_engine(found: list[Route], nothing: str, key: str) -> Route | None:
    by_id = {route.id: route for route in found}
    if not by_id:  # one thing to read: a disabled box is too pale for that
        st.selectbox(_("Engine"), [nothing], key=f"{key} {nothing}")
        return None
    chosen = st.selectbox(
        _("Engine"), list(by_id), key=key, format_func=lambda route_id: said(by_id[route_id].title)
    )
    return by_id.get(chosen)


def say_facts(setup: Setup, sample: str) -> None:
    """What was detected, which engine works and under which licence."""
    if sample.strip():
        _say_detected(setup)
    if setup.route:
        _say_engine(setup.route)


def say_obstacles(setup: Setup, sample: str) -> None:
    """Why the languages that are chosen don't fit, or what to download for them."""
    found = setup.detected
    already = found.code == setup.target and found.confidence >= CERTAIN
    if (setup.source == setup.target or already) and setup.source and sample.strip():
        text = _("This text is already in {language}. Choose another language under To.")
        st.info(text.format(language=language_name(setup.target)), icon=":material/check:")
    if setup.source and setup.source != setup.target and not (setup.route and routes.made_for(setup.route)):
        _say_downloads(setup)


def _say_detected(setup: Setup) -> None:
    found = setup.detected
    name, sure = language_name(found.code), f"{found.confidence:.0%}"
    if setup.chosen:
        if found.code and found.code != setup.source and found.confidence >= CERTAIN:
            text = _("This looks like {language} ({sure} sure), but {chosen} is chosen under From.")
            text = text.format(language=name, sure=sure, chosen=language_name(setup.source))
            st.caption(f":material/language: {text}")
        return
    if not found.sure:
        _offer_languages(found.code)
    if not found.code:
        text = _("The language can't be told from this text. Choose it under From.")
        st.caption(f":material/help: {text}")
        return
    text = _("Detected: {language} ({sure}).")
    if not found.sure:
        text = _("Detected: {language} ({sure}). Not sure: choose it under From if this is wrong.")
    st.caption(f":material/language: {text.format(language=name, sure=sure)}")


def _offer_languages(guess: str) -> None:
    """The languages that can be translated here, for a text whose own can't be told for sure."""
    here = [code for code in routes.languages(ready_models()) if code != guess]
    with st.container(horizontal=True):
        for code in [*filter(None, [guess]), *here][:OFFERED]:
            st.button(
                _("It is {language}").format(language=language_name(code)),
                key=f"is_{code}",
                type="tertiary",
                on_click=_choose_source,
                args=(code,),
            )


def _choose_source(code: str) -> None:
    st.session_state[FROM] = code
    if st.session_state.get(TO) == code:
        st.session_state[TO] = _partner(code)


def _partner(code: str) -> str:
    """A language that this one can be translated to here; English or Portuguese where there is none."""
    ready = ready_models()
    here = [one for one in routes.languages(ready) if one != code]
    made = [one for one in here if any(routes.made_for(r) for r in routes.routes(ready, code, one))]
    return next(iter(made), "pt" if code == routes.PIVOT else routes.PIVOT)


def _say_engine(route: Route) -> None:
    text = _("{engine}. Licence: {licence}.")
    if not routes.made_for(route):
        text = _(
            "{engine}. Licence: {licence}. This chat model wasn't made for these languages: read the result "
            "with care."
        )
    elif len(route.steps) > 1:
        text = _(
            "{engine}. Licence: {licence}. No model does this pair directly, so it goes through English in "
            "two steps, which costs quality."
        )
    text = text.format(engine=plain(said(route.title)), licence=plain(said(route.licence)))
    st.caption(f":material/translate: {text}")


def _say_downloads(setup: Setup) -> None:
    found = routes.downloads(manager().catalog.all(), setup.source, setup.target)
    found = [spec for spec in found if not is_ready(spec)]
    names = _("; ").join(
        _("{model} ({size} GB, {licence})").format(
            model=plain(spec.title),
            size=f"{spec.download_bytes / 1e9:.1f}",
            licence=plain(said(spec.licence)),
        )
        for spec in found[:3]
    )
    text = _("No ready model was made for {source} to {target}. The catalogue has none either.")
    if names:
        text = _(
            "No ready model was made for {source} to {target}. Download one on the Models page: {names}."
        )
    source, target = language_name(setup.source), language_name(setup.target)
    st.info(text.format(source=source, target=target, names=names), icon=":material/download:")


def swap_languages(detected: str) -> None:
    """Swaps the two languages; call it in a callback. The detected language becomes the target.

    Where none was detected, or the target's own, the target becomes the source all the same.
    """
    source, target = st.session_state.get(FROM, AUTO), st.session_state[TO]
    source = detected if source == AUTO else source
    if not source or source == target:
        source = _partner(target)
    st.session_state[FROM], st.session_state[TO] = target, source
