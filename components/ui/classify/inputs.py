"""The Classify page's form: a text, labels or examples, and the button."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from components.config import ROOT
from components.documents import Limits
from components.errors import BadInput
from components.messages import N_, Message
from components.tasks.classify.classify_jobs import NameRequest, Request
from components.tasks.classify.examples import Examples, Table, from_rows, from_table, guessed, read_examples
from components.tasks.classify.labels import read_labels
from components.tasks.classify.marks import MarkedTexts
from components.tasks.classify.named_by_model import read_kinds
from components.tasks.classify.sentiment import MEASURED, OTHERS
from components.ui import errands, job_progress, notices, reading_progress, result_first, samples, uploads
from components.ui.classify import finder, session, tuning_form
from components.ui.language import _, ngettext, said
from components.ui.resources import config
from components.ui.samples import Sample
from components.ui.text import plain

TYPES = ["csv", "tsv", "xlsx", "jsonl", "ndjson", "json", "parquet", "txt", "conll", "bio", "iob", "zip"]
TEXT, LABELS, FILE, LINES = "classify_text", "classify_labels", "classify_examples", "classify_lines"
SEVERAL, NONE = "classify_several", "classify_none"
TYPED, TYPED_ROWS = "classify_typed", 4
HEIGHT, POLL_SECONDS = 170, 0.1
START = "classify"  # an errand: to sort what is in the form
_SAMPLES = ROOT / "components" / "tasks" / "classify" / "samples"


@dataclass(frozen=True)
class Labelled(Sample):
    """Texts, one a line, and the labels that they are sorted under."""

    labels: str = ""


SAMPLES = {
    "Letters": Labelled(
        N_("Letters to a shop"),
        _SAMPLES / "letters.txt",
        labels="delivery: a parcel, a courier, tracking\n"
        "payment: an invoice, a price, money that was charged\n"
        "product: a bowl or a teapot, its glaze, its lid\n"
        "shop: opening hours, parking",
    ),
    "Letters zh": Labelled(
        "Letters to a shop",
        _SAMPLES / "letters_zh.txt",
        "zh",
        "配送：包裹、快递、物流\n付款：发票、价格、扣钱\n商品：碗和茶壶，能不能洗，盖子\n门店：营业时间、停车",
    ),
}


def draw(kept: session.Current | None) -> None:
    """The form, which is one line once something came of it, and what it has to say."""
    with result_first.form("classify", session.turn(), _("Classify other texts, or in another way")):
        _draw_form(kept)
    if job := session.running():
        st.button(_("Stop"), key="stop", icon=":material/stop_circle:", on_click=job.cancel)
    _follow()
    tuning_form.follow()
    notices.draw()


def _draw_form(kept: session.Current | None) -> None:
    if not kept:
        samples.draw(SAMPLES, "classify_sample", _use_sample)
    left, right = st.columns(2)
    given = _Given()
    with left:
        text = _draw_text()
    with right:
        if not kept:
            given = _draw_given()
    columns = _draw_columns(given.table) if given.table else None
    tags = bool(given.marked or (kept and kept.tagger))
    model_id, kinds = ("", "") if tags or kept else finder.draw()
    pressed = False
    lines, several, none = False, False, True
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if not tags:
            pressed = st.button(_("Classify"), type="primary", icon=":material/category:")
        find = _draw_find(tags, given)
        if not tags:
            lines, several, none = _draw_choices(bool(kept))
    if not kept and not given.anything:
        _say_sentiment()
    if not tags and not kept:
        _draw_tuning(given, columns, several)
    if pressed or errands.take(START):
        with notices.shown():
            texts = tuple(text.splitlines()) if lines else (text,)
            examples = from_rows(given.typed, several) if given.typed else None
            if given.table and columns:
                examples = _examples(given.table, columns, several)
            labels = read_labels(given.labels) if given.labels.strip() else ()
            classifier = kept.classifier if kept else None
            session.start(Request(texts, classifier, examples, labels, several, none))
            st.rerun()
    if find:
        with notices.shown():
            wanted = read_kinds(kinds) if model_id else ()
            tagger = kept.tagger if kept else None
            session.start_named(NameRequest(text, given.marked, tagger, model_id, wanted))
            st.rerun()


def _use_sample() -> None:
    if name := st.session_state.get("classify_sample"):
        use_sample(name)


def use_sample(name: str) -> None:
    """Puts the texts and the labels of one of `SAMPLES` into their boxes."""
    sample = SAMPLES[name]
    st.session_state[TEXT], st.session_state[LABELS] = sample.text, sample.labels
    st.session_state[LINES] = True


@dataclass(frozen=True)
class _Given:
    """What is given beside the text: labels, and one of the three kinds of examples."""

    labels: str = ""
    table: Table | None = None
    marked: MarkedTexts | None = None
    typed: tuple[dict[str, str], ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.labels.strip() or self.table or self.marked or self.typed)


def _draw_tuning(given: _Given, columns: tuple[str, str] | None, several: bool) -> None:
    """The third way, where there are examples to learn from."""
    table = given.table
    if table and columns:
        tuning_form.draw(table.name, len(table.rows), lambda: _examples(table, columns, several))


def _draw_given() -> _Given:
    labels, upload = _draw_labels(), _draw_examples()
    if isinstance(upload, MarkedTexts):
        _say_marks(upload)
        return _Given(labels, marked=upload)
    return _Given(labels, upload, None, () if upload else tuple(_draw_typed()))


def _say_marks(marked: MarkedTexts) -> None:
    count = len(marked.rows)
    text = ngettext(
        "{count} text with marks of these kinds: {kinds}",
        "{count:,} texts with marks of these kinds: {kinds}",
        count,
    )
    st.caption(
        ":material/ink_highlighter: "
        + text.format(count=count, kinds=", ".join(plain(kind) for kind in marked.kinds[:20]))
    )
    tell(marked.notes)


def _draw_find(tags: bool, given: _Given) -> bool:
    """The button that looks for names; with marks, the one that learns their kinds."""
    kind: Literal["primary", "secondary"] = "primary" if tags else "secondary"
    if given.marked:
        return st.button(
            _("Learn these kinds"),
            type=kind,
            icon=":material/model_training:",
            help=_(
                "A fifth of the texts is held out to measure with. A text on the left is looked through, too."
            ),
        )
    return st.button(
        _("Find names and numbers"),
        type=kind,
        icon=":material/frame_inspect:",
        help=_(
            "People, places, organisations, dates, amounts, e-mail addresses, telephone numbers, links "
            "and account numbers, to be looked at or blanked out"
        ),
    )


def _draw_text() -> str:
    text = st.text_area(
        _("Text to classify"),
        key=TEXT,
        height=HEIGHT,
        placeholder=_("Type or paste a text"),
        persist_state="session",
    )
    return text or ""


def _draw_labels() -> str:
    text = st.text_area(
        _("Labels"),
        key=LABELS,
        height=HEIGHT,
        placeholder=_(
            "One a line. A sentence behind a colon helps:\ncomplaint: something is wrong and they want it "
            "put right\nquestion\npraise"
        ),
        persist_state="session",
    )
    return text or ""


def _draw_examples() -> Table | MarkedTexts | None:
    """What is uploaded, once it is read."""
    file = st.file_uploader(
        _("Examples"),
        TYPES,
        key=FILE,
        max_upload_size=config().upload_mb,
    )
    if file is None:
        st.caption(
            _(
                "Or a table with a column of texts and one of labels: five of each label are a beginning, "
                "twenty are good. Rows without a label are shown to be labelled next. "
                "Texts with marks in them "
                "(CoNLL, JSONL with spans, a marked table) teach kinds of names of your own."
            )
        )
        return None
    with notices.part():
        uploads.count(file)
        data = file.getvalue()
        key, place = hashlib.sha256(data).hexdigest(), st.empty()
        known: dict[str, Table | MarkedTexts] = st.session_state.setdefault("classify_tables", {})
        if key not in known:
            limits = Limits.from_config(config())
            known.clear()
            known[key] = reading_progress.followed(
                file.name,
                ("examples", key),
                lambda told, stop: read_examples(data, file.name, limits, stop),
                place,
            )
        return known[key]
    return None


def _draw_typed() -> list[dict[str, str]]:
    """Examples that are typed, row by row; rows without a text and a label don't count."""
    with st.expander(_("Type examples"), icon=":material/edit_note:"):
        empty = pd.DataFrame({"text": [""] * TYPED_ROWS, "label": [""] * TYPED_ROWS})
        rows = st.data_editor(
            empty,
            num_rows="dynamic",
            hide_index=True,
            column_config={
                "text": st.column_config.TextColumn(_("Text")),
                "label": st.column_config.TextColumn(_("Label"), width=120),
            },
            key=TYPED,
        )
    cells = [{name: str(row[name] or "").strip() for name in row} for row in rows.to_dict("records")]
    return [row for row in cells if row["text"] and row["label"]]


def _draw_columns(table: Table) -> tuple[str, str]:
    """Which columns have the texts and the labels; asked only where there are more than two."""
    text, label = guessed(table)
    if len(table.columns) == 2:
        return text, label
    names = list(table.columns)
    with st.container(horizontal=True):
        text = st.selectbox(_("Text column"), names, names.index(text), key=f"text_{table.name}")
        label = st.selectbox(_("Label column"), names, names.index(label), key=f"label_{table.name}")
    return text, label


def _examples(table: Table, columns: tuple[str, str], several: bool) -> Examples:
    if columns[0] == columns[1]:
        raise BadInput("Text column and Label column are the same. Choose two.")
    return from_table(table, *columns, several)


def _draw_choices(kept: bool) -> tuple[bool, bool, bool]:
    lines = st.toggle(_("Each line is a text"), key=LINES, persist_state="session")
    if kept:
        return lines, False, True
    several = st.toggle(
        _("More than one may fit"),
        key=SEVERAL,
        help=_("A text may have more than one label. In a table, separate them with semicolons."),
        persist_state="session",
    )
    none = st.toggle(
        _("None of these"),
        True,
        key=NONE,
        help=_(
            "A text that none of the labels fits gets none. Measured on questions to an assistant: two in "
            "five texts about other things are refused, and one in thirty of those that fit."
        ),
        persist_state="session",
    )
    return lines, several, none


def _say_sentiment() -> None:
    right, of = MEASURED
    text = _(
        "Without labels: sentiment, ready to use. On {of} English sentences from reviews of films, "
        "restaurants and phones, none of them written for this app, it is right in {share}; in German, "
        "Chinese, Spanish, French and other languages in {others} of {few} sentences that were "
        "written for it, each held out."
    )
    others, few = OTHERS
    st.caption(text.format(of=f"{of:,}", share=f"{right / of:.0%}", others=others, few=few))


def _follow() -> None:
    """Waits for the job in short polls that draw, so that any click is heard; then shows what it came to."""
    job = session.begun()
    if job is None:
        return
    if job_progress.to_its_end(job, session.JOB, _("Stopped. Nothing was changed.")):
        st.session_state[session.OUTCOME] = job.result
        st.session_state.pop(session.CHOSEN, None)
    st.rerun()


def tell(notes: tuple[Message, ...]) -> None:
    """What was repaired or left out of a table."""
    for note in notes:
        st.caption(plain(said(note)))
