"""By what names are looked for: the app's rules, or a model that writes, with the kinds that it looks for."""

import streamlit as st

from components.ui.chat.model_picker import usable_models
from components.ui.language import _

RULES = ""
MODEL, KINDS = "classify_name_model", "classify_name_kinds"
STARTING = "person\nplace\norganisation\nproduct: something that is sold"


def draw() -> tuple[str, str]:
    """The choice, folded: rules are there first. The model's id, and what was typed as kinds."""
    with st.expander(_("Names by a model that writes"), icon=":material/frame_inspect:"):
        return draw_model(MODEL, KINDS)


def draw_model(model_key: str, kinds_key: str, rules: bool = True) -> tuple[str, str]:
    """The model's id, empty for the rules, and what was typed as kinds."""
    models = {spec.id: spec.title for spec in usable_models("chat")}
    model_id: str = (
        st.selectbox(
            _("Found by"),
            [*([RULES] if rules else []), *models],
            format_func=lambda one: models.get(one) or _("Rules and meaning"),
            key=model_key,
            help=_(
                "A model should have a billion parameters or more. It is held to a JSON "
                "schema where its engine "
                "can do that, and each thing that it names is looked up in the text: what "
                "isn't there is left out."
            ),
            persist_state="session",
        )
        or RULES
    )
    if not model_id:
        return RULES, ""
    kinds = st.text_area(_("Kinds"), STARTING, key=kinds_key, height=120, persist_state="session")
    return model_id, kinds or ""
