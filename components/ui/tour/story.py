"""The eight steps of the tour: on which page, with which words, and what each begins there.

Nothing depends on what a small model knows: texts are given, seeds are fixed, and what can be told of a
result is told by the app.
"""

from collections.abc import Callable
from dataclasses import dataclass

from components.messages import N_
from components.training.hyperparameters import TrainingSettings
from components.ui import errands
from components.ui.chat import completion, composer, tab
from components.ui.fine_tune import inputs as training_inputs
from components.ui.fine_tune import panel, stages
from components.ui.fine_tune import session as training
from components.ui.home import trials

SEED = 4
STEPS_TRAINED = 12
LETTER = "Write a short, friendly e-mail that moves a meeting to Thursday."
TALE = "The old clock in the bicycle shop had stopped at noon, and nobody knew why. One morning"


@dataclass(frozen=True)
class Step:
    """One step. `begin` is done once, before its page is drawn."""

    page: str  # its file's name
    title: str
    text: str
    begin: Callable[[], None]
    makes: str = ""  # the place (in `made.py`) that something of it is open in, once it has begun


def _chat() -> None:
    tab.begin("chat")
    errands.leave(composer.FIRST, (LETTER, {"seed": SEED, "max_new_tokens": 160}))


def _train() -> None:
    stages.STAGES.show("train")
    errands.leave(panel.TRAIN, TrainingSettings(max_steps=STEPS_TRAINED, seed=SEED))


def _complete() -> None:
    tab.begin("complete")
    errands.leave(completion.FIRST, (TALE, {"seed": SEED, "max_new_tokens": 120}))


def _data() -> None:
    training.open_data(None)
    stages.STAGES.show("data")
    errands.leave(training_inputs.SAMPLE)


STORY = (
    Step(
        "chat",
        N_("A model on this machine"),
        N_(
            "It writes an e-mail, word by word. The line below the answer says how fast; stop it, and go on "
            "with it, at any time. A model this small writes well and knows little."
        ),
        _chat,
        "conversation",
    ),
    Step(
        "fine_tune",
        N_("Your own data, checked row by row"),
        N_(
            "96 requests to a bicycle shop, each with the note that goes to the workshop. Every row is read, "
            "and what the model will see is shown token by token."
        ),
        _data,
        "data",
    ),
    Step(
        "fine_tune",
        N_("A model that is trained on them"),
        N_("A few steps, to see how it goes. Training goes on by itself while you look at other pages."),
        _train,
    ),
    Step(
        "summarize",
        N_("A report, with its sources"),
        N_(
            "All of it is read. Press a number in the summary: beside it is the passage that it comes from. "
            "What the report doesn't say is marked."
        ),
        trials.begin_summary,
        "summary",
    ),
    Step(
        "translate",
        N_("A letter, sentence by sentence"),
        N_("Press a sentence of the translation to see where it comes from, what was checked, and others."),
        trials.begin_translation,
        "translation",
    ),
    Step(
        "chat",
        N_("A text that a model continues"),
        N_("Your words and the model's are told apart. Undo takes back what it wrote."),
        _complete,
        "conversation",
    ),
    Step(
        "models",
        N_("What the machine is doing"),
        N_("Which models are loaded, on which engine, how fast; what else fits into the memory."),
        lambda: None,
    ),
    Step(
        "fine_tune",
        N_("Is it better?"),
        N_(
            "The verdict on held-out rows: what is right in each answer, and whether so few steps were worth "
            "it. Reset takes away what the tour has made."
        ),
        lambda: None,
    ),
)
