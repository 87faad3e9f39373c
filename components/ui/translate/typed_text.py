"""The Translate page's text: typed, translated in a job, shown sentence by sentence, edited."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.config import ROOT
from components.errors import AppError
from components.jobs import Job
from components.messages import N_, Message, Said, clauses, counted
from components.tasks.translate import routes, typed_texts
from components.tasks.translate.glossary import Term
from components.tasks.translate.pipeline import DRAFT
from components.tasks.translate.receipt import CHECKED
from components.tasks.translate.translation_memory import StoredMemory
from components.tasks.translate.typed_texts import SentencePair, TextRequest
from components.translations import Translation
from components.ui import errands, job_progress, notices, samples
from components.ui.copy import copy_button
from components.ui.language import _, language_name, said
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import jobs, manager, translations
from components.ui.samples import Sample
from components.ui.text import plain
from components.ui.translate import alignment, route_picker
from components.ui.translate.route_picker import Setup
from components.ui.translate.typing_pause import commit_after_pause

OPEN = Opened("translate_result", "text")
KIND = "translation"  # of the job
TEXT, TYPED, RESTORED = "translate_text", "translate_typed", "translate_restored"
JOB = Opened("translate_job", "translating")
CHOSEN, OTHERS, TOLD = "translate_chosen", "translate_others", "translate_told"
START = "translate"  # an errand: to translate what is in the box
LABEL = N_("Text to translate")
SHORT = 600  # characters up to which a text is translated by itself
POLL_SECONDS = 0.1
HEIGHT = 200  # pixels, of the text and of its translation beside it
NAME_LENGTH = 60
_SAMPLES = ROOT / "components" / "tasks" / "translate" / "samples"
SAMPLES = {
    "Letter": Sample(N_("Letter"), _SAMPLES / "letter.txt"),
    "Letter pt": Sample("Letter", _SAMPLES / "letter_pt.txt", "pt"),
    "Letter zh": Sample("Letter", _SAMPLES / "letter_zh.txt", "zh"),
}


def restore() -> None:
    """Opens the translation that the URL names."""
    found = OPEN.find(_translation, Said("This translation doesn't exist any more. Here is an empty page."))
    if found:
        # After a refresh, and not after the box was emptied.
        if st.session_state.get(RESTORED) != found.id and not text():
            st.session_state[TEXT] = typed_texts.body_of(found)["text"]
        st.session_state[RESTORED] = found.id
        st.session_state.setdefault(route_picker.FROM, found.settings["source"])
        st.session_state.setdefault(route_picker.TO, found.settings["target"])


def _translation(translation_id: str) -> Translation | None:
    """Raises Unavailable where what is kept of it is damaged."""
    found = translations().get(translation_id)
    return found if found and found.kind == "text" and typed_texts.body_of(found) else None


def text() -> str:
    return str(st.session_state.get(TEXT) or "")


def is_long() -> bool:
    return len(text()) > typed_texts.LONGEST


def draw_area() -> None:
    """Where the text is typed; a short one is translated after a pause."""
    st.text_area(
        _(LABEL),
        key=TEXT,
        height=HEIGHT,
        placeholder=_("Type or paste a text"),
        label_visibility="collapsed",
        on_change=_typed,
        persist_state="session",
    )


def draw_samples() -> None:
    """Letters that were written for this page, each translated from its language."""
    samples.draw(SAMPLES, "translate_sample", _use_sample)


def _use_sample() -> None:
    if name := st.session_state.get("translate_sample"):
        use_sample(name)


def use_sample(name: str) -> None:
    """Puts a letter into the box, to be translated at once."""
    sample = SAMPLES[name]
    OPEN.open(None)
    st.session_state[TEXT] = sample.text
    st.session_state[route_picker.FROM] = sample.language
    st.session_state[route_picker.TO] = "pt" if sample.language == "en" else "en"
    errands.leave(START)


def say_how() -> None:
    """How long the text is, and what that means."""
    how = _("Short texts are translated as you type. Characters: {number}.")
    if is_long():
        how = _("A text this long is translated like a document. Characters: {number}.")
    st.caption(how.format(number=f"{len(text()):,}"))


def watch_typing() -> None:
    """Draws nothing, so it may be called anywhere."""
    commit_after_pause(_(LABEL), SHORT)


def _typed() -> None:
    st.session_state[TYPED] = True


def wants_by_itself(setup: Setup) -> bool:
    """Whether a short text was just typed, and can be translated without asking."""
    typed = st.session_state.pop(TYPED, False)
    return bool(typed and setup.route and text().strip() and len(text()) <= SHORT)


def start(setup: Setup, terms: list[Term], typing: bool = False) -> None:
    """Begins to translate what is in the text area; while somebody is `typing`, in place of what it was."""
    with notices.shown():
        typed_texts.check(text(), setup.source, setup.target)
        if setup.route is None:
            notices.later(_why_not(setup))
            return
        if job := running():
            job.cancel()
        request = TextRequest(text(), setup.source, setup.target, setup.route, person(), terms)
        earlier = _grown_from(request) if typing else ""
        work = partial(_work, request=request, earlier=earlier)
        JOB.open(jobs().start(KIND, person(), work).id)


def _grown_from(request: TextRequest) -> str:
    """The open translation, if its text is the beginning of this one, or the other way round."""
    found = current()
    if found is None or (found.settings["source"], found.settings["target"]) != (
        request.source,
        request.target,
    ):
        return ""
    before = str(found.body.get("text") or "")
    same = before and (request.text.startswith(before) or before.startswith(request.text))
    return found.id if same else ""


def _why_not(setup: Setup) -> str:
    if not setup.source:
        return _("The language of this text can't be told. Choose it under From.")
    text = _("No model on this machine translates {source} to {target}. Download one on the Models page.")
    return text.format(source=language_name(setup.source), target=language_name(setup.target))


def _work(job: Job, request: TextRequest, earlier: str) -> str:
    body = typed_texts.translate_text(request, manager(), translations(), job)
    name = " ".join(request.text.split())[:NAME_LENGTH]
    settings = {"source": request.source, "target": request.target, "route": request.route.id}
    if not (earlier and translations().get(earlier)):
        earlier = translations().create(request.owner, "text", name, settings, "done")
    translations().update(earlier, name=name, settings=settings, body=body)
    return earlier


def running() -> Job | None:
    job = _job()
    return job if job and job.running else None


def _job() -> Job | None:
    """The one that translates or has just ended, also after a refresh."""
    job = jobs().get(JOB.id)
    return job if job and job.kind == KIND and job.owner == person() else None


def follow() -> None:
    """Waits for the job in short polls that draw, so that any click is heard; then opens its result."""
    job = _job()
    if job is None:
        return
    stopped = _("Stopped. Sentences that were done are in the translation memory.")
    done = job_progress.to_its_end(job, JOB.key, stopped)
    JOB.open(None)
    if done:
        _open(job.result)
    st.rerun()


def _open(translation_id: str | None) -> None:
    OPEN.open(translation_id)
    for key in (CHOSEN, OTHERS, TOLD):
        st.session_state.pop(key, None)


def forget() -> None:
    """What is being translated won't be opened, and the box is empty."""
    JOB.open(None)
    for key in (TEXT, TYPED):
        st.session_state.pop(key, None)


def close() -> None:
    """Leaves the text without its translation."""
    _open(None)


def show(translation_id: str | None) -> None:
    """Opens an earlier translation with its text and languages, or an empty page. For a callback."""
    _open(translation_id)
    found = current()
    st.session_state[TEXT] = found.body.get("text", "") if found else ""
    if found:
        st.session_state[route_picker.FROM] = found.settings["source"]
        st.session_state[route_picker.TO] = found.settings["target"]


def current() -> Translation | None:
    return _translation(OPEN.id)


def draw_translation(setup: Setup) -> None:
    """The translation, whose sentences can be chosen, as high as the text beside it."""
    found = current()
    if found is None or not found.body.get("sentences"):
        st.caption(_("The translation appears here."))
        return
    body = typed_texts.body_of(found)
    rows, whole = body["sentences"], typed_texts.whole(body, found.settings["target"])
    _choose(
        alignment.aligned(
            rows, found.settings, st.session_state.get(CHOSEN), f"target_{found.id}", f"{HEIGHT}px"
        )
    )
    _say_age(found, setup)
    with st.container(horizontal=True, vertical_alignment="center"):
        copy_button(whole, f"copy_{found.id}")
        st.download_button(
            _("Download as text"), whole, _file_name(rows), "text/plain", on_click="ignore", type="tertiary"
        )
    facts = Said(
        "{facts}. Choose a sentence to see its other side, change it or get other wordings.",
        facts=_facts(rows),
    )
    st.caption(said(facts))


def _file_name(rows: Sequence[SentencePair]) -> str:
    is_draft = any(DRAFT.text in row["findings"] for row in rows)
    return "translation.draft.txt" if is_draft else "translation.txt"


def _say_age(found: Translation, setup: Setup) -> None:
    if typed_texts.body_of(found)["text"] != text():
        st.caption(_("This is the translation of the text before you changed it."))
    if is_stale(found, setup):
        older = _(
            "This translation is from {source} to {target} by {engine}, made before you chose something else."
        )
        sides = {side: language_name(found.settings[side]) for side in ("source", "target")}
        engine = said(routes.title(found.settings["route"], manager().catalog.all()))
        st.warning(plain(older.format(**sides, engine=engine)), icon=":material/history:")


def _choose(number: int | None) -> None:
    """Opens the sentence that was chosen just now."""
    if number is not None:
        st.session_state[CHOSEN] = number
        for key in (OTHERS, TOLD):
            st.session_state.pop(key, None)
        st.rerun()


def is_stale(found: Translation, setup: Setup) -> bool:
    """Whether what is shown was made with other languages or another engine than those that are chosen."""
    other = (found.settings["source"], found.settings["target"]) != (setup.source, setup.target)
    return other or (setup.route is not None and found.settings["route"] != setup.route.id)


def draw_sentences(terms: list[Term]) -> None:
    """The sentence that is chosen, and what can be done with it; both sides by sentence."""
    found = current()
    rows = typed_texts.body_of(found)["sentences"] if found else []
    if found is None or not rows:
        return
    chosen = st.session_state.get(CHOSEN)
    if chosen is not None and chosen < len(rows):
        _draw_sentence(found, chosen, terms)
    st.caption(said(CHECKED))
    with st.expander(_("Both sides, sentence by sentence"), icon=":material/compare:"):
        _choose(alignment.aligned(rows, found.settings, chosen, f"aligned_{found.id}"))


def _facts(rows: Sequence[SentencePair]) -> Message:
    marked = sum(1 for row in rows if row["findings"])
    retried = sum(1 for row in rows if row["retried"])
    left = sum(1 for row in rows if row.get("skipped"))
    remembered = sum(1 for row in rows if row["remembered"])
    elsewhere = sum(1 for row in rows if row.get("elsewhere"))
    return clauses(
        counted("{count} sentence", "{count:,} sentences", len(rows)),
        Said("{count:,} marked: hover over it, or choose it, to see why", count=marked) if marked else "",
        Said("{count:,} tried a second way", count=retried) if retried else "",
        counted(
            "{count} left as it is: nothing to translate, or in the target language already",
            "{count:,} left as they are: nothing to translate, or in the target language already",
            left,
        )
        if left
        else "",
        Said("{count:,} from your translation memory", count=remembered) if remembered else "",
        Said("{count:,} of them corrected after another sentence", count=elsewhere) if elsewhere else "",
    )


def _draw_sentence(found: Translation, number: int, terms: list[Term]) -> None:
    rows = typed_texts.body_of(found)["sentences"]
    row, total = rows[number], len(rows)
    with st.container(border=True):
        st.caption(_("Sentence {number} of {total}").format(number=number + 1, total=total))
        for finding in row["findings"]:
            st.warning(plain(said(finding)), icon=":material/flag:")
        left, right = st.columns(2)
        left.text(row["source"])
        key = f"edit_{found.id}_{number}_{abs(hash(row['target']))}"
        right.text_area(_("Edit this sentence"), row["target"], key=key, height=80)
        with right.container(horizontal=True):
            st.button(_("Save"), icon=":material/check:", on_click=_save, args=(found, number, key))
            st.button(
                _("Other wordings"),
                icon=":material/alt_route:",
                on_click=_ask_others,
                args=(found, number, terms),
            )
            st.button(
                _("Translate this again"),
                icon=":material/refresh:",
                on_click=_translate_again,
                args=(found, number, terms),
                help=_("By the engine, without what the translation memory has of this sentence"),
            )
        with right:
            if told := st.session_state.get(TOLD):
                st.info(plain(said(told)), icon=":material/info:")
            for other in st.session_state.get(OTHERS, []):
                if other != row["target"]:
                    name = f"use_{number}_{other}"
                    st.button(plain(other), key=name, on_click=_use, args=(found, number, other))


def _tell(message: Message) -> None:
    """Says something of the chosen sentence, beside it: the top of the page may be out of sight."""
    st.session_state[TOLD] = message


def _save(found: Translation, number: int, key: str) -> None:
    _use(found, number, st.session_state[key])


def _use(found: Translation, number: int, target: str) -> None:
    """Keeps a sentence as the person wants it: here, and in their translation memory."""
    fresh = translations().get(found.id)
    if fresh is None or not target.strip():
        _tell(_("A sentence can't be empty. It was left as it was."))
        return
    body = typed_texts.body_of(fresh)
    translations().update(found.id, body=typed_texts.edited(body, number, target))
    pair = f"{found.settings['source']}-{found.settings['target']}"
    memory = StoredMemory(translations(), person(), pair, found.settings["route"])
    rows = body["sentences"]
    memory.correct(rows[number]["source"], target.strip(), rows[number - 1]["source"] if number else "")
    _tell(_("Saved. This sentence will be translated this way from now on."))


def _request(found: Translation, number: int, terms: list[Term]) -> TextRequest | None:
    """One sentence, to the engine that translated it; a notice says if that isn't here any more."""
    row, settings = typed_texts.body_of(found)["sentences"][number], found.settings
    st.session_state.pop(TOLD, None)
    models = route_picker.ready_models()
    known = route_picker.routes.routes(models, settings["source"], settings["target"])
    route = next((route for route in known if route.id == settings["route"]), None)
    if route is None:
        _tell(_("The engine of this translation isn't on this machine any more."))
        return None
    return TextRequest(row["source"], settings["source"], settings["target"], route, person(), terms)


def _translate_again(found: Translation, number: int, terms: list[Term]) -> None:
    request, fresh = _request(found, number, terms), translations().get(found.id)
    if request is None or fresh is None:
        return
    try:
        before = typed_texts.body_of(fresh)
        body = typed_texts.again(number, before, request, manager(), translations())
    except AppError as error:
        _tell(error.message)
        return
    translations().update(found.id, body=typed_texts.kept(body))
    st.session_state.pop(OTHERS, None)
    if body["sentences"][number]["target"] == before["sentences"][number]["target"]:
        _tell(_("The engine translates this sentence as before."))


def _ask_others(found: Translation, number: int, terms: list[Term]) -> None:
    row, request = typed_texts.body_of(found)["sentences"][number], _request(found, number, terms)
    if request is None:
        return
    try:
        others = typed_texts.alternatives(row["source"], request, manager(), lambda: False)
    except AppError as error:
        _tell(error.message)
        return
    others = list(dict.fromkeys([*row["alternatives"], *others]))
    st.session_state[OTHERS] = [other for other in others if other != row["target"]]
    if not st.session_state[OTHERS]:
        _tell(_("The engine has no other wording for this sentence."))


def swap(detected: str) -> None:
    """Swaps the languages, and the translation becomes the text."""
    found = current()
    route_picker.swap_languages(detected)
    if found is not None and typed_texts.body_of(found)["text"] == text():
        st.session_state[TEXT] = typed_texts.whole(typed_texts.body_of(found), found.settings["target"])
        st.session_state[TYPED] = True
