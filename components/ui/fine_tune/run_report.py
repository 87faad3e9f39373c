"""Is it better? One sentence, the numbers behind it, answers side by side; and what can be taken along."""

from functools import partial
from pathlib import Path

import streamlit as st

from components.jobs import Job
from components.training import adapter_files, label_rows, model_card, training_report
from components.training.baselines import BASELINES
from components.training.design import BASE
from components.training.folder import slug
from components.training.measures import says_nothing
from components.training.report_numbers import change, numbers
from components.training.reported import Answer, Name, Report
from components.training.run_records import Run
from components.ui import notices
from components.ui.evaluate import session as evaluations
from components.ui.fine_tune import gguf_export, label_ways, more_ratings, run_progress, verdict_words
from components.ui.language import _, ngettext, said, tag, teller
from components.ui.person import person
from components.ui.resources import jobs, training_runs
from components.ui.text import plain

MERGE = "merging"
BEGUN = 300  # characters that are shown of an answer's given beginning


def draw(run: Run) -> None:
    folder = training_runs().folder(run.id)
    if folder.result is None:
        st.caption(_("The result of this run comes when the training is done."))
        return
    st.header(_("Is it better?"))
    run_progress.draw_name(run)
    there = (folder.path / "report.json").exists()
    if there:
        with notices.part():
            _draw_report(folder.report)
    elif run.active:
        text = _("The comparison with the base comes when the training is done.")
        st.info(text, icon=":material/balance:")
    else:
        st.info(_("It was not compared with its base yet."), icon=":material/balance:")
    writes = folder.plan().kind != label_rows.KIND  # else it sorts texts, on the page Classify
    with st.container(horizontal=True):
        if not run.active:
            st.button(
                _("Compare again") if there else _("Compare with the base"),
                icon=":material/balance:",
                on_click=_compare,
                args=(run.id,),
            )
            if writes and run.tuned_id and st.button(_("Chat with it"), icon=":material/forum:"):
                open_chat(run)
            if writes and run.tuned_id:
                draw_next(run)
    if there and writes and run.tuned_id and not run.active:
        more_ratings.draw(run)
    notices.draw(MERGE)
    if not run.active:
        folder.plan()  # what is downloaded says what it was made of
        draw_downloads(run)


def _compare(run_id: str) -> None:
    with notices.shown(MERGE):
        training_runs().evaluate(run_id)


def draw_next(run: Run) -> None:
    """From a verdict on: both models on one's own questions, where they can also be compared blind."""
    pressed = st.button(
        _("Evaluate on my questions, or compare blind"),
        icon=":material/quiz:",
        key=f"evaluate_{run.id}",
        help=_(
            "Base and fine-tuned model answer the same questions; in the tab Blind you choose between their "
            "answers without seeing whose they are. Where they disagree, your votes become pairs to train "
            "on."
        ),
    )
    if pressed:
        both = [run.tuned_id] if run.base_id == BASE else [run.base_id, run.tuned_id]
        evaluations.open_evaluation(None)
        st.session_state["evaluate_models"] = both
        st.switch_page("pages/evaluate.py")


def open_chat(run: Run) -> None:
    """A new conversation with what a run has made: in Complete mode, where it was trained from nothing."""
    from components.ui.chat import tab
    from components.ui.resources import store

    tab.open_conversation(
        store().create("complete" if run.base_id == BASE else "chat", run.name, run.tuned_id)
    )
    st.switch_page("pages/chat.py")


def _draw_report(report: Report | None) -> None:
    if report and report.get("labels"):
        label_ways.draw(report)
    elif report:
        verdict_words.draw(report)
        if not report.get("scratch"):  # what has no base has nothing beside it
            _draw_numbers(report)
            _draw_answers(report)


def _draw_numbers(report: Report) -> None:
    rows = [
        {"": said(one.name), _("Base"): said(one.base), _("Fine-tuned"): said(one.tuned)}
        for one in numbers(report)
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    content = report.get("content")
    if content and says_nothing(100 * content["base"], 100 * content["tuned"], 0):
        st.caption(_("Nothing of what differs between the answers is right, neither before nor after."))
    _draw_baselines(report)
    _draw_rows(report)
    if found := change(report):
        st.caption(said(found))


def _draw_baselines(report: Report) -> None:
    """What answers without any training are worth, on the same rows."""
    found = report.get("baselines")
    if not found:
        return
    beaten = {True: _("yes"), False: _("no")}
    rows = [
        {
            _("Without training"): said(BASELINES[one["name"]]),
            _("Right (%)"): f"{100 * one['right']:.0f}",
            _("The fine-tuned model is better"): beaten[one["beaten"]],
        }
        for one in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _draw_rows(report: Report) -> None:
    """What the held-out rows are worth: different prompts, and those that were also trained on."""
    if report.get("prompts"):
        text = _("Different prompts among the held-out rows: {prompts}.")
        st.caption(text.format(prompts=report["prompts"]))
    if report.get("shared"):
        text = _(
            "Held-out rows whose prompt was also trained on: {count}. The numbers look better than they are."
        )
        st.warning(text.format(count=report["shared"]), icon=":material/content_copy:")


def _draw_answers(report: Report) -> None:
    title = _("Answers side by side ({count})").format(count=len(report["answers"]))
    with st.expander(title, icon=":material/compare:", expanded=True):
        if any(answer.get("marked") for answer in report["answers"]):
            text = _(
                "What differs between answers is :green-background[green] where it is right and "
                ":red-background[red] where it is wrong."
            )
            st.caption(text)
        labels: dict[Name, str] = {"wanted": _("In the data"), "base": _("Base"), "tuned": _("Fine-tuned")}
        for answer in report["answers"]:
            st.markdown(f"**{plain(answer['asked'])}**")
            if begun := answer.get("begun"):
                st.caption(
                    _("The answer was begun as in the data: {text}").format(text=plain(begun[-BEGUN:]))
                )
            for column, (name, label) in zip(st.columns(3), labels.items(), strict=True):
                judged = "" if name == "wanted" else _judged(answer, name)
                column.markdown(f":small[{label} {judged}]")  # a caption would fade the badge
                column.markdown(_marked(answer, name) or _("*nothing*"))
                if name in answer.get("cut", ()):
                    column.caption(_("It goes on; only its beginning was asked for."))
            st.divider()


def _judged(answer: Answer, name: Name) -> str:
    """How much of what differs between answers is right in this one; else whether it is the data's own."""
    marks = [mark for _text, mark in answer.get("marked", {}).get(name, ()) if mark]
    if wrong := marks.count("wrong"):
        text = ngettext("{count} of {all} is wrong", "{count} of {all} are wrong", wrong)
        return f":red-badge[:material/close: {text.format(count=wrong, all=len(marks))}]"
    alike = answer[name].split() == answer["wanted"].split()
    if not marks and not alike:
        text = _("other words")
        return f":gray-badge[{text}]"
    text = _("as in the data") if alike else _("right in what differs")
    return f":green-badge[:material/check: {text}]"


def _marked(answer: Answer, name: Name) -> str:
    """An answer with the parts marked that differ between answers."""
    pieces = answer.get("marked", {}).get(name) or [(answer[name], "")]
    colours = {"right": "green", "wrong": "red"}
    return "".join(
        f":{colours[mark]}-background[**{plain(text)}**]" if mark else _between_blanks(text)
        for text, mark in pieces
    ).strip()


def _between_blanks(text: str) -> str:
    """A piece as it is, with a blank before and after it where it has one."""
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return f"{before}{plain(text)}{after}" if text.strip() else before


def draw_downloads(run: Run) -> None:
    folder, name = training_runs().folder(run.id), slug(run.name)
    adapter = folder.result == folder.adapter
    st.subheader(_("Export"), anchor=False)
    rows = st.checkbox(
        _("With the answers side by side, whose questions are rows of the data"), key=f"rows_{run.id}"
    )
    with st.container(horizontal=True):
        st.download_button(
            _("Adapter (PEFT)") if adapter else _("Model"),
            partial(adapter_files.adapter_zip, folder, run.name, rows),
            f"{name}.zip",
            "application/zip",
            on_click="ignore",
            icon=":material/download:",
        )
        if adapter:
            _draw_merged(run, name)
        st.download_button(
            _("Model card"),
            partial(model_card.card, folder, run.name),
            f"{name}.md",
            "text/markdown",
            on_click="ignore",
            icon=":material/description:",
        )
        st.download_button(
            _("Training report (HTML)"),
            partial(training_report.to_html, folder, run.name, rows, teller(), tag()),
            f"{name}.html",
            "text/html",
            on_click="ignore",
            icon=":material/description:",
        )
    if folder.plan().kind != label_rows.KIND:
        gguf_export.draw(run, name)


def _draw_merged(run: Run, name: str) -> None:
    folder = training_runs().folder(run.id)
    ready = folder.merged
    job = jobs().latest(f"{MERGE} {run.id}")
    if ready.exists():
        st.download_button(
            _("Merged model"),
            ready.read_bytes,
            f"{name}-merged.zip",
            "application/zip",
            on_click="ignore",
            icon=":material/download:",
        )
    elif job and job.running:
        _wait_for_merge(job)
    else:
        if job and job.state == "failed":
            st.error(plain(said(job.error)), icon=":material/error:")
        st.button(_("Merge with the base"), icon=":material/merge:", on_click=_merge, args=(run,))


@st.fragment(run_every=1)
def _wait_for_merge(job: Job) -> None:
    if not job.running:
        st.rerun()
    st.caption(":material/hourglass_top: " + _("Merging"))


def _merge(run: Run) -> None:
    runs = training_runs()

    def work(job: Job) -> Path:
        return adapter_files.merged_zip(runs.with_base(run.id), run.name, job.cancelled)

    jobs().start(f"{MERGE} {run.id}", person(), work)
