"""The page about a person's own data: who they are, what is kept, their limits, and deleting everything."""

import pandas as pd
import streamlit as st

from components.quotas import MB, Allowed
from components.ui import notices, person
from components.ui.resources import config, holdings, jobs, quotas, training_runs
from components.ui.text import plain

WHO = {
    "local": "This server is in the mode **local**: it is reached from this computer only, and "
    "everything on it is yours.",
    "open": "This server is in the mode **open**: there is no sign-in. What you make belongs to this "
    "browser, by a random name in a cookie; whoever else uses this browser sees it, nobody else does. Clear "
    "your cookies, and nobody finds it any more.",
}
KINDS = {
    "conversations": "Conversations",
    "messages": "Messages",
    "results": "Summaries",
    "translations": "Translations",
    "translation_memory": "Sentences in the translation memory",
    "glossary_terms": "Glossary terms",
    "result_steps": "Finished parts of summaries",
    "training_runs": "Training runs",
    "adapters": "Fine-tuned models and adapters",
    "datasets": "Training data",
}
DELETE = "Delete my data"


def draw_person() -> None:
    """Who this is, and the way out."""
    mode = config().mode
    if mode != "signed in":
        st.markdown(WHO[mode])
        return
    now = person.current()
    role = ", an administrator of this server" if now.administrator else ""
    st.markdown(f"Signed in as **{plain(now.name)}**{role}. What you make is seen by you alone.")
    st.button("Sign out", icon=":material/logout:", on_click=st.logout)


def draw_holdings() -> None:
    """What is kept, kind by kind, and until when."""
    st.subheader("What is kept")
    rows = [
        {"What": KINDS.get(held.kind, held.kind.replace("_", " ").capitalize()), "Number": held.number}
        | {"MB": round(held.size / MB, 2)}
        for held in holdings().listed()
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="content")
    else:
        st.caption("Nothing yet.")
    days = config().expire_days
    kept = (
        f"What you haven't used for {days:g} days is deleted." if days else "It is kept until you delete it."
    )
    st.caption(f"{kept} What you delete can be undone at once, and is gone for good after a week.")


def draw_limits() -> None:
    """What one person may have here."""
    allowed = quotas().allowed
    if allowed == Allowed():
        return
    lines = {
        "requests at once": allowed.requests,
        "requests a minute": allowed.per_minute,
        "MB uploaded within 24 hours": allowed.upload_mb,
        "MB kept": allowed.stored_mb,
        "training runs at once": allowed.training_runs,
    }
    st.subheader("What one person may have")
    st.caption(" · ".join(f"{limit:,} {what}" for what, limit in lines.items() if limit))


def draw_delete() -> None:
    """Everything at once, after it was asked for twice."""
    st.subheader(DELETE)
    st.markdown(
        "Deletes every conversation, summary, translation, glossary, file, training run, fine-tuned model "
        "and whatever else you made here. It can't be undone."
    )
    sure = st.checkbox("Yes, delete everything that I made here")
    st.button(DELETE, type="primary", icon=":material/delete_forever:", disabled=not sure, on_click=_delete)


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
        notices.later(f"Deleted: {deleted:,} entries and all their files.")
