"""What a training run costs people who wait for answers: on the Models page, and beside the run itself."""

import streamlit as st

from components.models.status import ModelStatus
from components.ui.language import _
from components.ui.text import plain


def draw(model: ModelStatus) -> None:
    """Draws nothing until an answer has been written beside a training run."""
    if model.pace_beside_training is None:
        return
    speed = f"{model.pace_beside_training:.1f}"
    if model.pace is None:
        text = _("{model} writes {speed} tokens/s while a model is trained.")
    elif model.pace_beside_training < model.pace:
        text = _("{model} writes {speed} tokens/s while a model is trained, {share}% less than without.")
    else:
        text = _("{model} writes {speed} tokens/s while a model is trained, no less than without.")
    share = round(100 * (1 - model.pace_beside_training / model.pace)) if model.pace else 0
    st.caption(f":material/speed: {text.format(model=plain(model.title), speed=speed, share=share)}")
