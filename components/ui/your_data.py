"""The page about a person's own data: who they are, what is kept, their limits, and how to delete it all."""

import pandas as pd
import streamlit as st

from components.messages import N_, counted
from components.quotas import Allowed
from components.tasks import personal_archive
from components.ui import notices, person, uploads
from components.ui.ask import session as asked
from components.ui.home.live_figures import in_bytes
from components.ui.language import _, ngettext
from components.ui.resources import config, holdings, jobs, quotas, store, training_runs
from components.ui.text import plain

WHO = {
    "local": N_("**Local mode**: only this computer can reach the app, and everything in it is yours."),
    "open": N_(
        "**Open mode**: there is no sign-in. What you make belongs to this browser, by "
        "a random name in a cookie; anybody else who uses this browser sees it, nobody else does. Clear your "
        "cookies, and nobody finds it any more."
    ),
}
KINDS = {
    "conversations": N_("Conversations"),
    "messages": N_("Messages"),
    "results": N_("Summaries and answers"),
    "translations": N_("Translations"),
    "translation_memory": N_("Sentences in the translation memory"),
    "glossary_terms": N_("Glossary terms"),
    "result_steps": N_("Finished parts of summaries"),
    "row_work": N_("Work over many rows"),
    "row_steps": N_("Rows of that work"),
    "classifiers": N_("Classifiers"),
    "prompts": N_("Own prompts and presets"),
    "shelf_documents": N_("Your documents"),
    "shelf_chunks": N_("Passages of your documents"),
    "shelf_vectors": N_("Vectors of these passages"),
    "training_runs": N_("Training runs"),
    "adapters": N_("Fine-tuned models and adapters"),
    "datasets": N_("Training data"),
    "left_out_answers": N_("Answers left out of training data"),
    "rating_consents": N_("Consent to use my ratings"),
}
DELETE = N_("Delete my data")
# The page where what is kept is found, by its file's name.
WAYS = {
    "chat": (N_("Chat"), "forum", {"conversations", "prompts"}),
    "ask": (N_("Ask"), "quick_reference_all", {"shelf_documents"}),
    "summarize": (N_("Summarize"), "summarize", {"results"}),
    "translate": (N_("Translate"), "translate", {"translations", "translation_memory", "glossary_terms"}),
    "classify": (N_("Classify"), "category", {"classifiers"}),
    "tables": (N_("Tables"), "table_chart", {"row_work"}),
    "evaluate": (N_("Evaluate"), "balance", {"row_work"}),
    "fine_tune": (N_("Fine-tune"), "model_training", {"training_runs", "adapters", "datasets"}),
}


def draw_person() -> None:
    """Who this is, and the way out."""
    mode = config().mode
    if mode != "signed in":
        st.markdown(_(WHO[mode]))
        return
    now = person.current()
    text = _("Signed in as **{name}**. What you make is seen by you alone.")
    if now.administrator:
        text = _(
            "Signed in as **{name}**, an administrator of this server. What you make is seen by you alone."
        )
    st.markdown(text.format(name=plain(now.name)))
    st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout)


def draw_holdings() -> None:
    """What is kept, kind by kind, and until when."""
    st.header(_("What is kept"))
    found = holdings().listed()
    rows = [
        {
            _("What"): _(KINDS.get(held.kind, held.kind.replace("_", " ").capitalize())),
            _("Number"): held.number,
            _("Size"): in_bytes(held.size),
        }
        for held in found
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="content")
        st.markdown(_("Together {size}.").format(size=in_bytes(sum(held.size for held in found))))
        with st.container(horizontal=True, gap="medium"):
            for page, (label, icon, kinds) in WAYS.items():
                if kinds & {held.kind for held in found}:
                    file = f"pages/{page}.py"
                    st.page_link(file, label=_(label), icon=f":material/{icon}:")
    else:
        st.caption(_("Nothing yet."))
    days = config().expire_days
    text = _(
        "It is kept until you delete it. What you delete can be undone at once, and is gone for good after a "
        "week."
    )
    if days:
        text = ngettext(
            "What you haven't used for {days} day is deleted. What you delete can be undone at once, and is "
            "gone for good after a week.",
            "What you haven't used for {days} days is deleted. What you delete can be undone at once, and is "
            "gone for good after a week.",
            1 if days == 1 else 2,
        )
    st.caption(text.format(days=f"{days:g}"))


def draw_archive() -> None:
    """All of it as one file, and back."""
    st.header(_("Take it with you"))
    st.markdown(
        _(
            "Conversations, prompts, summaries, translations with their files, glossaries, classifiers, kept "
            "documents, tables and evaluations in one ZIP that this page reads back, here or on another "
            "machine. Fine-tuned models are exported on their run's page; training data, in its report."
        )
    )
    st.download_button(
        _("Download everything"),
        lambda: personal_archive.save(store(), config().data_dir),
        "wordbench-archive.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
    )
    generation = st.session_state.setdefault("archive_generation", 0)
    file = st.file_uploader(
        _("Read an archive back"),
        type=["zip"],
        key=f"archive_{generation}",
        max_upload_size=max(config().upload_mb, config().adapter_mb),
        help=_("What is here stays; everything in the archive is added to it."),
    )
    if file:
        st.session_state["archive_generation"] += 1  # an empty uploader next time
        with notices.shown():
            uploads.count(file)
            quotas().check_stored(person.person(), file.size)
            notices.later(personal_archive.bring(store(), config().data_dir, file.getvalue()).text)
            _index_again()
        st.rerun()


def _index_again() -> None:
    """Documents come back without what finds them, which is made of them again."""
    for entry in asked.content_alone():
        asked.indexing().again(entry)


def draw_limits() -> None:
    """What one person may have here."""
    allowed = quotas().allowed
    if allowed == Allowed():
        return
    requests, minute, runs = allowed.requests, allowed.per_minute, allowed.training_runs
    lines = (
        (requests, ngettext("{limit} request at once", "{limit} requests at once", requests)),
        (minute, ngettext("{limit} request a minute", "{limit} requests a minute", minute)),
        (allowed.upload_mb, _("{limit} MB uploaded within 24 hours")),
        (allowed.stored_mb, _("{limit} MB kept")),
        (runs, ngettext("{limit} training run at once", "{limit} training runs at once", runs)),
    )
    st.header(_("What one person may have"))
    st.caption(" · ".join(text.format(limit=f"{limit:,}") for limit, text in lines if limit))


def draw_delete() -> None:
    """Deletes everything at once, after a second confirmation."""
    label = _(DELETE)
    st.header(label)
    st.markdown(
        _(
            "Deletes every conversation, summary, translation, glossary, file, training run, fine-tuned "
            "model and whatever else you made here. It can't be undone."
        )
    )
    sure = st.checkbox(_("Yes, delete everything that I made here"))
    st.button(label, type="primary", icon=":material/delete_forever:", disabled=not sure, on_click=_delete)


def _delete() -> None:
    with notices.shown():
        jobs().stop_all()
        training_runs().end_all()
        deleted = holdings().delete_all()
        quotas().forget(person.person())
        for key in list(st.session_state):
            if key != "went_through_app":
                del st.session_state[key]
        if config().mode == "open":
            person.renew()
        notices.later(
            counted(
                "Deleted: {count} entry and all its files.",
                "Deleted: {count:,} entries and all their files.",
                deleted,
            )
        )
