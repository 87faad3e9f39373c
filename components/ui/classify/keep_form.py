"""Keeps a classifier under a name, and what can be done with one that is open: export, another version."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from components.documents import Limits
from components.errors import AppError, BadInput
from components.tasks.classify import classifier_export, classifier_file, tagger_file, tuned_import
from components.tasks.classify.classify_jobs import Outcome
from components.tasks.classify.tag_learner import TagReport, TrainedTags
from components.ui import notices, uploads
from components.ui.classify import session
from components.ui.classify.history import title
from components.ui.language import _, ngettext
from components.ui.person import person
from components.ui.resources import adapters, classifiers, config, jobs, library, manager
from components.ui.text import plain

NAME, IMPORT, LONGEST = "classifier_name", "classifier_import", 80


def draw_keep(found: Outcome) -> None:
    """A name and the button."""
    _draw_keep(lambda name: _keep(found, name))


def draw_keep_kinds(found: TrainedTags) -> None:
    """The same for kinds of names that were learned."""

    def keep(name: str) -> str:
        told = tagger_file.about(found.tagger, found.report).to_json()
        marks = tagger_file.kept_marks(found.marked)
        return classifiers().keep(name, told, marks, tagger_file.weights(found.tagger))

    _draw_keep(keep)


def _draw_keep(keep: Callable[[str], str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            _("Name of the classifier"),
            key=NAME,
            max_chars=LONGEST,
            placeholder=_("Letters to the service desk"),
            help=_("Under a name that is already used, it becomes the next version; the earlier ones stay."),
        )
        if st.button(_("Keep"), icon=":material/bookmark_add:"):
            with notices.shown("keep"):
                if not (name or "").strip():
                    raise BadInput("Write a name first, under which you will find it again.")
                jobs().check("classify")
                session.open_classifier(keep(name.strip()))
                notices.later(_("Kept. It is in the list, and can be chosen on Tables."))
                st.rerun()
    notices.draw("keep")


def _keep(found: Outcome, name: str) -> str:
    """Raises LimitReached where the person keeps too much."""
    percent = st.session_state.get(session.CHOSEN)
    classifier = found.classifier
    if found.trained and percent:
        classifier = replace(classifier, threshold=percent / 100)
    told = classifier_file.about(classifier, found.trained.report if found.trained else None)
    examples = classifier_file.kept_examples(found.trained.examples if found.trained else None)
    return classifiers().keep(name, told.to_json(), examples, classifier_file.weights(classifier))


def draw_open(kept: session.Current) -> None:
    """Which one is open, and its export."""
    classifiers().used(kept.id)
    with st.container(border=True):
        st.markdown(f"**{plain(title(kept.name, kept.version))}**")
        names = kept.tagger.kinds if kept.tagger else kept.classifier.names if kept.classifier else ()
        st.caption(" · ".join([_made_of(kept), ", ".join(plain(name) for name in names[:12])]))
        with st.container(horizontal=True):
            st.download_button(
                _("Export"),
                lambda: classifier_export.exported(
                    kept.name, kept.version, kept.row.about, kept.row.weights, *_encoder_of(kept)
                ),
                "classifier.zip",
                "application/zip",
                icon=":material/download:",
                on_click="ignore",
                help=_("Numbers as safetensors, settings as JSON and a card. Your examples aren't in it."),
            )
            with st.popover(_("Rename"), icon=":material/edit:"):
                name = st.text_input(_("New name"), kept.name, key=f"rename_{kept.id}", max_chars=LONGEST)
                st.button(_("Save name"), on_click=_rename, args=(kept.id, name), key=f"save_{kept.id}")
            st.button(
                _("Use other labels"),
                type="tertiary",
                icon=":material/close:",
                on_click=session.open_classifier,
                args=(None,),
            )
        notices.draw("keep")


def _encoder_of(kept: session.Current) -> tuple[Path | None, str]:
    """The folder of the encoder that was tuned for it, and what it was tuned from; None: it uses one that
    everybody has.
    """
    if kept.classifier is None or kept.classifier.way != "tuned":
        return None, ""
    spec = manager().catalog.get(next(iter(kept.classifier.heads)))
    tuned = adapters().get(spec.id)
    return library().folder(spec), tuned.base if tuned else ""


def draw_import() -> None:
    """A classifier that was exported here or elsewhere comes back."""
    with st.popover(_("Import"), icon=":material/upload:", width="stretch"):
        file = st.file_uploader(  # a fine-tuned one brings its encoder along
            _("Exported classifier (ZIP)"), ["zip"], key=IMPORT, max_upload_size=config().adapter_mb
        )
        if st.button(_("Import"), disabled=file is None, key="import_it") and file:
            with notices.shown("import"):
                uploads.count(file)
                brought = classifier_export.imported(file.getvalue(), file.name, Limits.from_config(config()))
                jobs().check("classify")
                session.open_classifier(_keep_brought(brought))
                notices.later(_("Imported. It is in the list, and can be chosen on Tables."))
                st.rerun()
        notices.draw("import")


def _keep_brought(brought: classifier_export.Brought) -> str:
    """Raises BadInput for an encoder that can't be used, LimitReached where the person keeps too much."""
    if brought.encoder is None:
        return classifiers().keep(brought.name, brought.about, {}, brought.weights)
    bases = [spec for spec in manager().catalog.all() if spec.task == "embed" and not spec.owner]
    placed = tuned_import.place(brought, person(), adapters(), bases)
    try:
        return classifiers().keep(placed.name, placed.about, {}, placed.weights)
    except AppError:
        tuned_import.remove(placed, adapters())
        raise


def _rename(classifier_id: str, name: str) -> None:
    with notices.shown("keep"):
        classifiers().rename(classifier_id, name)


def _made_of(kept: session.Current) -> str:
    if kept.tagger:
        return _made_of_marks(kept.tag_report)
    if kept.report is None and kept.classifier and kept.classifier.way == "tuned":
        return _("Fine-tuned; not compared yet")
    if kept.report is None:
        return _("By the names of its labels")
    if kept.classifier and kept.classifier.way == "tuned":
        tuned = _("Fine-tuned; right in {share} of {total} rows that were held out")
        return tuned.format(share=f"{kept.report.accuracy.value:.0%}", total=f"{kept.report.texts:,}")
    made = ngettext("From {count} example", "From {count} examples", kept.report.texts)
    share = _("right in {share} of those held out").format(share=f"{kept.report.accuracy.value:.0%}")
    return f"{made.format(count=f'{kept.report.texts:,}')}, {share}"


def _made_of_marks(found: TagReport | None) -> str:
    if found is None:
        return _("Kinds of names")
    made = ngettext("From {count} marked text", "From {count} marked texts", found.texts)
    score = _("F1 {score} on those held out").format(score=f"{found.f1.value:.0%}")
    return f"{made.format(count=f'{found.texts:,}')}, {score}"
