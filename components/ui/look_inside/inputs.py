"""What is looked at: the model, a text, and what comes before it; samples, and an answer from the chat."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components.jobs import Job
from components.messages import N_
from components.models.catalog import ModelSpec
from components.models.engine import Engine
from components.models.options import GenerationOptions, Message, Prompt
from components.models.scores import Scored
from components.ui import errands, samples
from components.ui.language import _
from components.ui.look_inside import look_job
from components.ui.resources import config, library, manager

TEXT, PROMPT, MODEL = "inside_text", "inside_prompt", "inside_model"
SOURCE = "inside_source"  # the conversation that the text came from: its id and title
ERRAND = "look_inside"  # what the chat leaves for this page
CHAT = "pages/chat.py"
ANSWER_TOKENS = 120
HEIGHT = 80  # pixels of a text box: what is seen in the text is to be on the screen, too
# A prompt and the text behind it.
SAMPLES: Mapping[str, tuple[str, str]] = {
    N_("A fact"): (
        "What is the capital of France?",
        "The capital of France is Paris, which lies on the river",
    ),
    N_("A wrong fact"): (
        "What is the capital of France?",
        "The capital of France is Rome, which lies on the river",
    ),
    N_("A story"): (
        "",
        "Once upon a time there was a miller who had three sons, a donkey and a cat. When he died, the "
        "eldest took the mill, the second the donkey, and the youngest got nothing but the cat.",
    ),
    N_("Chinese"): ("", "北京是中国的首都。春天来了，公园里的花都开了，人们在湖边散步。"),
    N_("A fact (Chinese)"): ("中国的首都是哪里？", "中国的首都是北京，城里有故宫和颐和园"),
    N_("Sentences (Chinese)"): (
        "",
        "猫在沙发上睡觉。\n一只小猫在长椅上打盹。\n银行提高了利率。\n贷款变贵了。\n她在花园里种了番茄。\n他在家给花浇水。",
    ),
    N_("Code"): ("", "def add(a, b):\n    # the sum of two numbers\n    return a + b\n"),
    N_("Emoji"): ("", "Good morning 😀! The family 👩‍👩‍👧 went to Zürich 🇨🇭 by train 🚆."),
    N_("Sentences"): (
        "",
        "The cat sleeps on the sofa.\nA kitten is dozing on the couch.\nThe bank raised its interest rates.\n"
        "Loans become more expensive.\nShe planted tomatoes in the garden.\nHe waters the flowers at home.",
    ),
}


@dataclass(frozen=True)
class Given:
    spec: ModelSpec
    prompt: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        return self.prompt, self.text

    @property
    def scored(self) -> Scored:
        """The text, as what follows its prompt."""
        return Scored(self.text, self.question if self.prompt.strip() else None)

    @property
    def question(self) -> Prompt:
        """The prompt alone; the text, where there is none."""
        if not self.prompt.strip():
            return Prompt(text=self.text)
        if self.spec.task != "chat":
            return Prompt(text=self.prompt)
        return Prompt(messages=({"role": "user", "content": self.prompt},))

    @property
    def so_far(self) -> Prompt:
        """Prompt and text, to be gone on with."""
        if not self.prompt.strip() or self.spec.task != "chat":
            return Prompt(text=self.prompt + self.text)
        if not self.text:
            return self.question
        answer: Message = {"role": "assistant", "content": self.text}
        return Prompt(messages=(*self.question.messages, answer), continue_last=True)


def has_text(given: Given) -> bool:
    """Whether there is a text to look into; if not, it says what to do."""
    if given.text.strip():
        return True
    st.info(_("Write a text above, or take a sample."), icon=":material/edit:")
    return False


def draw() -> Given | None:
    """The model box, the samples and both texts; None without a model."""
    specs = usable()
    if not specs:
        st.warning(_("No model is installed yet. Get one on the Models page."), icon=":material/download:")
        return None
    titles = {spec.id: spec.title for spec in specs}
    model, sample = st.columns([1, 2])
    chosen = model.selectbox(
        _("Model"),
        list(titles),
        format_func=lambda one: titles.get(one, one),
        key=MODEL,
        persist_state="session",
    )
    sample.segmented_control(
        _("Try a sample"),
        _ordered(),
        format_func=_,
        key="inside_sample",
        on_change=_use_sample,
        wrap=True,
    )
    if TEXT not in st.session_state and PROMPT not in st.session_state:
        use_sample("A fact")
    if source := st.session_state.get(SOURCE):
        st.page_link(
            CHAT,
            label=_("From the conversation {title}").format(title=source[1]),
            query_params={"c": source[0]},
            icon=":material/forum:",
        )
    before, after = st.columns(2)
    with before:
        st.text_area(
            _("Prompt"),
            key=PROMPT,
            height=HEIGHT,
            persist_state="session",
            help=_("What the text is an answer to. Leave it empty for a text of its own."),
        )
    with after:
        st.text_area(_("Text"), key=TEXT, height=HEIGHT, persist_state="session")
    spec = next(one for one in specs if one.id == chosen)
    given = Given(spec, st.session_state.get(PROMPT) or "", st.session_state.get(TEXT) or "")
    _draw_answering(given)
    return given


def usable() -> list[ModelSpec]:
    """Models that are here and that run here: those that write first."""
    order = {"chat": 0, "complete": 1, "translate": 2, "embed": 3}
    specs = [
        one
        for one in manager().catalog.all()
        if one.task in order
        and one.source != "server"
        and library().availability(one, [], online=False).state == "ready"
    ]
    return sorted(specs, key=lambda one: (one.id != config().default_model, order[one.task]))


def _ordered() -> list[str]:
    """The samples, in Chinese those that are Chinese first."""
    if samples.spoken() != "zh":
        return list(SAMPLES)
    return sorted(SAMPLES, key=lambda one: "Chinese" not in one)


def use_sample(name: str) -> None:
    st.session_state[PROMPT], st.session_state[TEXT] = SAMPLES[name]
    st.session_state.pop(SOURCE, None)


def _use_sample() -> None:
    if name := st.session_state.get("inside_sample"):
        use_sample(name)


def _draw_answering(given: Given) -> None:
    """Lets the model write the text itself."""
    if given.spec.task not in ("chat", "complete") or not given.prompt.strip():
        return
    asked = st.session_state.get("inside_answering")
    if asked is None:
        st.button(_("Let the model answer"), icon=":material/edit_note:", on_click=_answer, args=(given,))
        return

    def work(engine: Engine, job: Job) -> str:
        options = GenerationOptions(temperature=0, max_new_tokens=ANSWER_TOKENS)
        return "".join(engine.generate(asked.question, options, job.cancelled)).strip()

    answer = look_job.at("answer", asked, asked.spec.id, work, on_torch=False)
    if answer is not None:
        st.session_state["inside_answering"] = None
        st.session_state["inside_written"] = answer
        st.rerun()


def _answer(given: Given) -> None:
    st.session_state["inside_answering"] = given
    st.session_state.pop("look:answer", None)


def take_errand() -> None:
    """What the chat sent here: an answer, its question and where they are."""
    if (left := errands.take(ERRAND)) is not None:
        model_id, st.session_state[PROMPT], st.session_state[TEXT], st.session_state[SOURCE] = left
        if any(one.id == model_id for one in usable()):
            st.session_state[MODEL] = model_id


def take_written() -> None:
    """Puts a finished answer into the box, before that is drawn."""
    if (answer := st.session_state.pop("inside_written", None)) is not None:
        st.session_state[TEXT] = answer
