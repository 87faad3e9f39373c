"""Keeps a classifier under a name, and what can be done with one that is open: export, another version."""

from dataclasses import replace

import streamlit as st

from components.errors import BadInput
from components.tasks.classify import classifier_file
from components.tasks.classify.classify_jobs import Outcome
from components.ui import notices
from components.ui.classify import session
from components.ui.classify.history import title
from components.ui.language import _, ngettext
from components.ui.resources import classifiers, jobs
from components.ui.text import plain

NAME, LONGEST = "classifier_name", 80


def draw_keep(found: Outcome) -> None:
    """A name and the button."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            _("Name of the classifier"),
            key=NAME,
            max_chars=LONGEST,
            placeholder=_("Letters to the service desk"),
            help=_("Under a name that is taken, it becomes the next version; the earlier ones stay."),
        )
        if st.button(_("Keep"), icon=":material/bookmark_add:"):
            with notices.shown("keep"):
                session.open_classifier(_keep(found, name or ""))
                notices.later(_("Kept. It is in the list, and can be chosen on Tables."))
                st.rerun()
    notices.draw("keep")


def _keep(found: Outcome, name: str) -> str:
    """Raises BadInput without a name, LimitReached where the person keeps too much."""
    if not name.strip():
        raise BadInput("Write a name first, under which you will find it again.")
    jobs().check("classify")
    percent = st.session_state.get(session.CHOSEN)
    classifier = found.classifier
    if found.trained and percent:
        classifier = replace(classifier, threshold=percent / 100)
    told = classifier_file.about(classifier, found.trained.report if found.trained else None)
    examples = classifier_file.kept_examples(found.trained.examples if found.trained else None)
    return classifiers().keep(name.strip(), told.to_json(), examples, classifier_file.weights(classifier))


def draw_open(kept: session.Current) -> None:
    """Which one is open, and its export."""
    classifiers().used(kept.id)
    with st.container(border=True):
        st.markdown(f"**{plain(title(kept.name, kept.version))}**")
        st.caption(
            " · ".join([_made_of(kept), ", ".join(plain(name) for name in kept.classifier.names[:12])])
        )
        with st.container(horizontal=True):
            st.download_button(
                _("Export"),
                classifier_file.exported(kept.name, kept.version, kept.row.about, kept.row.weights),
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


def _rename(classifier_id: str, name: str) -> None:
    with notices.shown("keep"):
        classifiers().rename(classifier_id, name)


def _made_of(kept: session.Current) -> str:
    if kept.report is None:
        return _("By the names of its labels")
    made = ngettext("From {count} example", "From {count} examples", kept.report.texts)
    share = _("right in {share} of those held out").format(share=f"{kept.report.accuracy.value:.0%}")
    return f"{made.format(count=f'{kept.report.texts:,}')}, {share}"
