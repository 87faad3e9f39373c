"""The settings of a training run, each with a sentence that explains it."""

from dataclasses import replace

import streamlit as st

from components.messages import N_
from components.training import run_plan
from components.training.hyperparameters import (
    EXPLAINED,
    LEARNING_RATES,
    METHODS,
    ON_PAIRS,
    PREFERENCE_RATE,
    RANGES,
    TITLES,
    Method,
    TrainingSettings,
)
from components.training.row_lengths import Shortened
from components.ui.language import _, ngettext

NAMES: dict[Method, str] = {
    "lora": N_("LoRA"),
    "qlora": N_("QLoRA (4-bit, NVIDIA)"),
    "full": N_("Full"),
    "freeze": N_("Last layers only"),
}
SCHEDULES = {"cosine": N_("Cosine"), "linear": N_("Linear"), "constant": N_("Constant")}
RATE, SCHEDULE = "learning_rate", "schedule"


def draw(rows: int, context: int = 0, pairs: bool = False) -> TrainingSettings:
    """The settings as they are chosen; the defaults suit data of this size and what the model reads. `pairs`:
    of a better and a worse answer, from which only LoRA learns.
    """
    start = TrainingSettings().suited_to(rows)
    if context:
        start = replace(start, length=max(min(start.length, context), int(RANGES["length"][0])))
    methods = [one for one in METHODS if one != "qlora" or _has_card()]
    methods = [one for one in methods if not pairs or one in ON_PAIRS]
    if st.session_state.get(_key("method")) not in methods:
        st.session_state[_key("method")] = methods[0]
    method: Method = st.radio(
        _("Method"),
        methods,
        format_func=lambda one: _(NAMES[one]),
        horizontal=True,
        key=_key("method"),
        persist_state="session",
    )
    st.caption(_(METHODS[method]))
    if pairs:
        st.caption(
            _(
                "Pairs are learned from by preference training (DPO): the reference is the base, with LoRA "
                "turned off."
            )
        )
    elif len(methods) < len(METHODS):
        st.caption(_("QLoRA needs an NVIDIA card, and there is none in this machine."))
    start = start.with_method(method)
    rate = PREFERENCE_RATE if pairs else LEARNING_RATES[method]
    chosen: dict[str, object] = {"method": method}
    columns = st.columns(4)
    with columns[0]:
        # A rate that suits one method is far off for another: each method keeps its own.
        chosen["learning_rate"] = st.number_input(
            _(TITLES[RATE]),
            min_value=1e-7,
            max_value=0.1,
            value=rate,
            format="%.1e",
            step=rate / 10,
            key=_key(f"learning_rate_{method}{'_pairs' if pairs else ''}"),
            persist_state="session",
        )
    for column, name in zip(columns[1:], ("epochs", "batch", "accumulation"), strict=True):
        with column:
            chosen[name] = _number(name, getattr(start, name), f"{name}_{rows if name == 'epochs' else ''}")
    with st.expander(_("Advanced settings"), icon=":material/tune:"):
        chosen |= _draw_more(method, start, pairs)
        line = _("- **{setting}**: {explanation}")
        st.markdown(
            "\n".join(
                line.format(setting=_(TITLES[name]), explanation=_(text)) for name, text in EXPLAINED.items()
            )
        )
    return TrainingSettings(**chosen)  # type: ignore[arg-type]


@st.cache_resource(show_spinner=False)
def _has_card() -> bool:
    """Whether there is a card for 4 bits: asked once, since the driver takes a while to answer."""
    return bool(run_plan.cards())


def draw_shortened(found: Shortened, length: int) -> None:
    """What the length does to the rows, where it does something."""
    if not found.longer:
        return
    if found.pieces:
        text = ngettext(
            "{longer} of {rows} rows is longer than {length} tokens, and cut into pieces of that length.",
            "{longer} of {rows} rows are longer than {length} tokens, and cut into pieces of that length.",
            found.longer,
        )
    else:
        text = ngettext(
            "{longer} of {rows} rows is longer than {length} tokens. Cut at the end: {cut}; left out, "
            "because the whole answer would be lost: {lost}. A larger length keeps it.",
            "{longer} of {rows} rows are longer than {length} tokens. Cut at the end: {cut}; left out, "
            "because the whole answer would be lost: {lost}. A larger length keeps them.",
            found.longer,
        )
    counts = {"longer": found.longer, "rows": found.rows, "length": length, "lost": found.lost}
    counts["cut"] = found.longer - found.lost
    text = text.format(**{name: f"{count:,}" for name, count in counts.items()})
    if found.pieces:
        st.caption(f":material/content_cut: {text}")
    else:
        st.warning(text, icon=":material/content_cut:")


def _draw_more(method: Method, start: TrainingSettings, pairs: bool) -> dict[str, object]:
    names = ["length", "warmup", "weight_decay", "clip", "patience", "max_steps"]
    names += ["evaluate_every", "evaluate_rows", "seed", "threads"]
    if method in ("lora", "qlora"):
        names = ["rank", "alpha", "dropout", *names]
    if method == "freeze":
        names = ["last_layers", *names]
    if pairs:
        names = ["beta", *names]
    chosen: dict[str, object] = {}
    columns = st.columns(4)
    for number, name in enumerate(names):
        with columns[number % 4]:
            chosen[name] = _number(name, getattr(start, name), name)
    with columns[len(names) % 4]:
        chosen["schedule"] = st.selectbox(
            _(TITLES[SCHEDULE]),
            list(SCHEDULES),
            format_func=lambda one: _(SCHEDULES[one]),
            key=_key("schedule"),
            persist_state="session",
        )
    with st.container(horizontal=True):
        for name in (
            *(() if pairs else ("packing",)),
            "checkpointing",
            *(("gradual",) if method == "freeze" else ()),
        ):
            chosen[name] = st.toggle(
                _(TITLES[name]), getattr(start, name), key=_key(name), persist_state="session"
            )
    return chosen


def _number(name: str, value: float, key: str) -> float | int:
    low, high = RANGES[name]
    whole = isinstance(value, int)
    return st.number_input(
        _(TITLES[name]),
        min_value=int(low) if whole else float(low),
        max_value=int(high) if whole else float(high),
        value=value,
        step=1 if whole else None,
        key=_key(key),
        persist_state="session",
    )


def _key(name: str) -> str:
    return f"training_{name}"
