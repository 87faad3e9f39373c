"""The form of an evaluation: what is asked, which models with which settings, how many, the button."""

from dataclasses import replace

import streamlit as st

from components.errors import BadInput
from components.row_work import Work
from components.tasks.chat import MAX_SEED
from components.tasks.evaluate.questions import Questions, drawn
from components.tasks.evaluate.setups import LONGEST, Settings, Setup
from components.ui import notices, result_first
from components.ui.evaluate import question_picker, session
from components.ui.language import _
from components.ui.resources import config
from components.ui.text import plain

USUAL = 50  # questions that are asked unless a person says how many
MOST_SETTINGS = 4
# Of answers, in tokens; else 64
LENGTHS = {"summary": 200, "open": 200, "rule": 256, "number": 256, "continuation": 32}


def draw(work: Work | None) -> None:
    """The whole form; it folds into one line where an evaluation is open."""
    told = _("Ask other questions, or other models")
    with result_first.form("evaluate", work.id if work else "", told):
        _draw_form()
    if work:
        notices.draw()


def _draw_form() -> None:
    with st.container():  # what is below keeps its place, and what is open in it, while a file is read
        found = question_picker.draw()
        if found:
            question_picker.draw_preview(found)
    setups = _draw_models(found)
    with result_first.choices():
        instruction, seed, count, likelihood = _draw_more(found)
        pressed = st.button(_("Evaluate"), type="primary", icon=":material/balance:")
    if pressed:
        with notices.shown():
            asked = _asked(found, instruction, count, seed)
            session.open_evaluation(session.evaluating().start(asked, setups, seed, likelihood))
            st.rerun()
    notices.draw()


def _draw_models(found: Questions | None) -> list[Setup]:
    """Every model with each of the settings."""
    specs = {spec.id: spec for spec in session.models()}
    if not specs:
        st.warning(
            _("No model is installed yet. Download one on the Models page."), icon=":material/download:"
        )
        return []
    first = config().default_model if config().default_model in specs else next(iter(specs))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        chosen = st.multiselect(
            _("Models"),
            list(specs),
            default=[first],
            format_func=lambda model_id: specs[model_id].title if model_id in specs else model_id,
            key="evaluate_models",
            persist_state="session",
        )
    with (
        right,
        st.popover(_("Settings"), icon=":material/tune:", width="stretch", key="evaluate_settings_popover"),
    ):
        settings = _draw_settings(LENGTHS.get(found.form, 64) if found else 64)
    return [
        Setup(model_id, specs[model_id].title, one)
        for model_id in chosen
        if model_id in specs
        for one in (settings[:1] if specs[model_id].task == "translate" else settings)
    ]


def _draw_settings(length: int) -> list[Settings]:
    number = st.number_input(
        _("How many settings to compare"),
        1,
        MOST_SETTINGS,
        1,
        key="evaluate_settings",
        persist_state="session",
    )
    if number == 1:
        return [_draw_setting(0, length)]
    names = [_("Setting {number}").format(number=at + 1) for at in range(number)]
    made = []
    for at, tab in enumerate(st.tabs(names)):
        with tab:
            made.append(_draw_setting(at, length))
    return made


def _draw_setting(at: int, length: int) -> Settings:
    temperature = st.number_input(
        _("Temperature"),
        0.0,
        2.0,
        0.0,
        0.1,
        key=f"evaluate_temperature_{at}",
        help=_("0: always the most likely word. Higher: more varied."),
        persist_state="session",
    )
    tokens = st.number_input(
        _("Maximum new tokens"),
        1,
        LONGEST,
        length,
        16,
        key=f"evaluate_tokens_{at}_{length}",
        persist_state="session",
    )
    system = st.text_area(
        _("System prompt"),
        key=f"evaluate_system_{at}",
        height=80,
        placeholder=_("How to answer"),
        persist_state="session",
    )
    return Settings((system or "").strip(), float(temperature), 1.0, int(tokens))


def _draw_more(found: Questions | None) -> tuple[str, int, int, bool]:
    """The instruction before each question, the seed, how many questions, and whether likelihoods too."""
    size = len(found.items) if found else USUAL
    count = st.number_input(
        _("How many"),
        1,
        size,
        min(size, USUAL),
        key=f"evaluate_count_{size}",
        help=_("Fewer are drawn at random by the seed, of groups as many of each as their share."),
        width=140,
    )
    with st.popover(_("More choices"), icon=":material/tune:"):
        instruction = st.text_area(
            _("Before each question"),
            found.instruction if found else "",
            key=f"evaluate_instruction_{found.digest[:12] if found else ''}",
            height=100,
            help=_("Said to every model before the question, so that it knows what is wanted."),
        )
        seed = st.number_input(_("Seed"), 0, MAX_SEED, 0, key="evaluate_seed", persist_state="session")
        likelihood = st.checkbox(
            _("Perplexity of the expected answers"),
            key="evaluate_likelihood",
            help=_(
                "How likely each expected answer is to the model. It takes longer, and the model runs on an "
                "engine that can tell (transformers), which is slower."
            ),
            persist_state="session",
        )
    return (instruction or "").strip(), int(seed), int(count), bool(likelihood)


def _asked(found: Questions | None, instruction: str, count: int, seed: int) -> Questions:
    """So many of the questions, with the instruction. Raises BadInput where there are none."""
    if found is None:
        raise BadInput("There are no questions yet. Upload some, or choose a set that comes with the app.")
    return replace(found, instruction=instruction, items=drawn(found.items, count, seed))


def say_empty() -> None:
    """What the page is for, before anything was made."""
    st.caption(
        plain(
            _(
                "Asks several models, or one with several settings, the same questions; scores the answers, "
                "and says which differences your questions can show and which they can't."
            )
        )
    )
