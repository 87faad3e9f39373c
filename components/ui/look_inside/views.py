"""The views of the page, in the order of its tabs."""

from collections.abc import Callable, Mapping

from components.messages import N_
from components.ui.look_inside import attention, causes, how_sure, layers, near, next_word, smaller, tokens
from components.ui.look_inside.inputs import Given
from components.ui.tabs import Tabs

TABS = Tabs(
    "look_inside_tab",
    {
        "tokens": N_("Tokens"),
        "sure": N_("How sure"),
        "next": N_("The next word"),
        "attention": N_("Attention"),
        "causes": N_("What caused it"),
        "layers": N_("Layer by layer"),
        "near": N_("Near and far"),
        "smaller": N_("Smaller"),
    },
)
VIEWS: Mapping[str, Callable[[Given], None]] = {
    "tokens": tokens.draw,
    "sure": how_sure.draw,
    "next": next_word.draw,
    "attention": attention.draw,
    "causes": causes.draw,
    "layers": layers.draw,
    "near": near.draw,
    "smaller": smaller.draw,
}


def draw(given: Given) -> None:
    """The tabs; only the open one is drawn, since each may set a model to work."""
    for name, tab in zip(VIEWS, TABS.draw(), strict=True):
        if name == TABS.shown:
            with tab:
                VIEWS[name](given)
