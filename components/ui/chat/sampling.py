"""The generation settings of a conversation: sampling, system prompt.

Each value starts from what the conversation was last used with, then from the model's own defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.errors import BadInput
from components.messages import N_
from components.models.catalog import ModelSpec
from components.models.library import default_options
from components.models.options import GenerationOptions
from components.prompts import blanks
from components.store import Conversation
from components.tasks.answer_figures import read_figures
from components.tasks.chat import BOUNDS, MAX_SEED, options_from
from components.tasks.conversation import Setup
from components.ui.chat import prompts as own_prompts
from components.ui.chat import tab
from components.ui.language import _
from components.ui.resources import library, prompts

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


@dataclass(frozen=True)
class _Number:
    """The field of one number."""

    name: str  # of GenerationOptions
    label: str
    step: float
    help: str = ""


# Without help: its button would have the same name as the field.
_LENGTH = _Number("max_new_tokens", N_("Maximum new tokens"), 64)
_NUMBERS = (
    _Number(
        "temperature", N_("Temperature"), 0.1, N_("0: always the most likely word. Higher: more varied.")
    ),
    _Number(
        "top_p",
        N_("Top-p"),
        0.05,
        N_("Choose among the likeliest words that together have this probability."),
    ),
    _Number("top_k", N_("Top-k"), 5, N_("Choose among this many of the likeliest words. 0: no limit.")),
    _Number("min_p", N_("Min-p"), 0.01, N_("Leave out words below this share of the likeliest one. 0: off.")),
    _Number(
        "repetition_penalty",
        N_("Repetition penalty"),
        0.05,
        N_("Above 1, words already used become less likely."),
    ),
)
NUMBERS = (_LENGTH, *_NUMBERS)


@dataclass(frozen=True)
class _Fields:
    """The fields of one answer's settings; the second answer of a comparison has its own."""

    scope: str  # in the keys of the widgets
    name: str  # a label's template
    values: Mapping[str, Any]  # what the fields start from

    def label(self, text: str) -> str:
        return self.name.format(label=_(text))

    def number(self, field: _Number) -> float:
        low, high = BOUNDS[field.name]
        default = getattr(_DEFAULTS, field.name)
        kind = type(default)
        return st.number_input(
            self.label(field.label),
            kind(low),
            kind(high),
            value=kind(min(max(self.values.get(field.name, default), low), high)),
            step=kind(field.step),
            help=_(field.help) or None,
            key=f"{field.name}:{self.scope}",
            persist_state="session",
        )

    def seed(self, stored: int | None) -> int | None:
        return st.number_input(
            self.label(N_("Seed")),
            0,
            MAX_SEED,
            value=stored,
            step=1,
            placeholder=_("random"),
            key=f"seed:{self.scope}",
            persist_state="session",
        )

    def stop(self, stored: list[str]) -> list[str]:
        text = st.text_area(
            self.label(N_("Stop strings")),
            "\n".join(stored),
            help=_("One a line. The answer ends before the first of them."),
            height=80,
            key=f"stop:{self.scope}",
            persist_state="session",
        )
        return [line for line in (text or "").split("\n") if line]


def draw_first(spec: ModelSpec, current: Conversation | None) -> dict[str, Any]:
    """The sampling settings, as `options_from` reads them."""
    stored = dict(current.settings) if current and current.model_id == spec.id else {}
    return _draw_numbers(spec, stored, "{label}", f"{spec.id}:{tab.slot(current)}:False")


def draw_second(spec: ModelSpec, current: Conversation | None, side: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the other side of a comparison; `side` is what was stored of it."""
    stored = dict(side) if side.get("model_id") == spec.id else {}
    label = _("{label} (second answer)")
    with st.popover(label.format(label=_("Settings")), icon=":material/tune:", key="chat_settings_second"):
        return _draw_numbers(spec, stored, label, f"{spec.id}:{tab.slot(current)}:True")


def _draw_numbers(spec: ModelSpec, stored: Mapping[str, Any], name: str, scope: str) -> dict[str, Any]:
    try:
        options_from(stored)
    except BadInput:  # damaged: the fields start from the model's own
        stored = {}
    values = default_options(spec, library().folder(spec)) | dict(stored)
    fields = _Fields(scope, name, values)
    chosen: dict[str, Any] = {_LENGTH.name: fields.number(_LENGTH), "seed": fields.seed(stored.get("seed"))}
    with st.expander(fields.label(N_("Sampling")), icon=":material/casino:"):
        chosen |= {field.name: fields.number(field) for field in _NUMBERS}
        chosen["stop"] = fields.stop(list(stored.get("stop", ())))
    return chosen


def draw_system(current: Conversation | None) -> str:
    """The system prompt, with presets to start from."""
    key = f"system:{tab.slot(current)}"
    if key not in st.session_state:
        st.session_state[key] = str(current.settings.get("system", "")) if current else ""

    mine = {f"own {one.id}": one for one in prompts().listed("system")}

    def use_preset() -> None:
        if (chosen := st.session_state[f"preset:{key}"]) in PRESETS:
            st.session_state[key] = _(PRESETS[chosen])
        elif chosen in mine and not blanks(mine[chosen].text):
            st.session_state[key] = mine[chosen].text

    with st.expander(_("System prompt"), icon=":material/assignment:", expanded=bool(st.session_state[key])):
        chosen = st.selectbox(
            _("Preset"),
            [*PRESETS, *mine],
            format_func=lambda one: mine[one].name if one in mine else _(one),
            key=f"preset:{key}",
            on_change=use_preset,
        )
        if chosen in mine and blanks(mine[chosen].text):
            text = own_prompts.draw_blanks(mine[chosen], f"preset:{key}")
            if st.button(_("Fill in"), icon=":material/edit:", key=f"fill:{key}"):
                st.session_state[key] = text
        return (
            st.text_area(
                _("System prompt"),
                key=key,
                persist_state="session",
                height=120,
                label_visibility="collapsed",
                placeholder=_("How to answer"),
            )
            or ""
        )


def draw_meter(current: Conversation | None, spec: ModelSpec) -> None:
    """How full the context is after the last answer."""
    path = current.path() if current else []
    last = next((found for message in reversed(path) if (found := read_figures(message.usage))), None)
    context = (last.context if last else 0) or int(spec.context or 0)
    if not context:
        return
    used = last.prompt_tokens + last.new_tokens if last else 0
    text = _("Context: {used} of {context} tokens").format(used=f"{used:,}", context=f"{context:,}")
    st.progress(min(used / context, 1.0), text=text)


def draw(current: Conversation | None, spec: ModelSpec, system: bool = True) -> Setup:
    """One button that opens them: meter, sampling and system prompt."""
    with st.popover(_("Settings"), icon=":material/tune:", key="chat_settings"):
        draw_meter(current, spec)
        settings = draw_first(spec, current)
        if system:
            settings["system"] = draw_system(current)
    return Setup(spec.id, settings)
