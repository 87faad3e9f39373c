"""Is it better? One sentence, the numbers behind it, answers side by side; and what can be taken along."""

from functools import partial
from typing import Any

import streamlit as st

from components.jobs import Job
from components.training import exporting
from components.training.folder import slug
from components.training.records import Run
from components.ui import notices
from components.ui.person import person
from components.ui.resources import jobs, training_runs
from components.ui.text import plain

MERGE = "merging"
GGUF = (
    "For llama.cpp and Ollama: download the merged model and run llama.cpp's `convert_hf_to_gguf.py` on it. "
    "No well-kept converter to GGUF can be installed from PyPI."
)


def draw(run: Run) -> None:
    folder = training_runs().folder(run.id)
    if folder.result is None:
        return
    st.header("Is it better?")
    report = folder.report
    if report:
        _draw_verdict(report)
        _draw_numbers(report)
        _draw_answers(report)
    elif run.active:
        st.info("The comparison with the base comes when the training is done.", icon=":material/balance:")
    else:
        st.info("It was not compared with its base yet.", icon=":material/balance:")
    with st.container(horizontal=True):
        if not run.active:
            st.button(
                "Compare again" if report else "Compare with the base",
                icon=":material/balance:",
                on_click=_compare,
                args=(run.id,),
            )
            if run.tuned_id and st.button("Chat with it", icon=":material/forum:"):
                _chat(run)
    if not run.active:
        _draw_downloads(run)


def _compare(run_id: str) -> None:
    with notices.shown():
        training_runs().evaluate(run_id)


def _chat(run: Run) -> None:
    from components.ui import session
    from components.ui.resources import store

    session.open_conversation(store().create("chat", run.name, run.tuned_id))
    st.switch_page("pages/chat.py")


def _draw_verdict(report: dict[str, Any]) -> None:
    said = plain(report["sentence"])
    if report["verdict"] == "better":
        st.success(said, icon=":material/trending_up:")
    elif report["verdict"] == "worse":
        st.error(said, icon=":material/trending_down:")
    else:
        st.warning(said, icon=":material/trending_flat:")
    st.markdown(f":material/lightbulb: {plain(report['next'])}")


def _draw_numbers(report: dict[str, Any]) -> None:
    rows = [
        _row("Loss of a held-out token", report["base"]["loss"], report["tuned"]["loss"], 3),
        _row("Perplexity", report["base"]["perplexity"], report["tuned"]["perplexity"], 2),
    ]
    if metric := report.get("metric"):
        name = f"{metric['name']} of {metric['rows']} answers (0 to 100)"
        rows.append(_row(name, metric["base"], metric["tuned"], 1))
    if question := report.get("question"):
        name = "What the right question helps (loss)"
        rows.append(_row(name, question["base"]["value"], question["tuned"]["value"], 3))
    if general := report.get("general"):
        rows.append(_row("Loss of general text (forgetting)", general["base"], general["tuned"], 3))
    st.dataframe(rows, hide_index=True, width="stretch")
    change = report["change"]
    st.caption(
        f"Change of the loss on {report['rows']} held-out rows: {100 * change['value']:+.1f}%, between "
        f"{100 * change['low']:+.1f}% and {100 * change['high']:+.1f}% with 95% confidence (bootstrap)."
    )


def _row(name: str, base: float, tuned: float, digits: int) -> dict[str, str]:
    return {"": name, "Base": f"{base:.{digits}f}", "Fine-tuned": f"{tuned:.{digits}f}"}


def _draw_answers(report: dict[str, Any]) -> None:
    with st.expander(f"Answers side by side ({len(report['answers'])})", icon=":material/compare:"):
        for answer in report["answers"]:
            st.markdown(f"**{plain(answer['asked'])}**")
            for column, (label, text) in zip(
                st.columns(3),
                (
                    ("In the data", answer["wanted"]),
                    ("Base", answer["base"]),
                    ("Fine-tuned", answer["tuned"]),
                ),
                strict=True,
            ):
                column.caption(label)
                column.markdown(plain(text) or "*nothing*")
            st.divider()


def _draw_downloads(run: Run) -> None:
    folder, name = training_runs().folder(run.id), slug(run.name)
    adapter = folder.result == folder.adapter
    st.subheader("Take it along", anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            "Adapter (PEFT)" if adapter else "Model",
            partial(exporting.adapter_zip, folder, run.name),
            f"{name}.zip",
            "application/zip",
            on_click="ignore",
            icon=":material/download:",
        )
        if adapter:
            _draw_merged(run, name)
        st.download_button(
            "Model card",
            partial(exporting.card, folder.plan(), folder.report),
            f"{name}.md",
            "text/markdown",
            on_click="ignore",
            icon=":material/description:",
        )
    st.caption(GGUF)


def _draw_merged(run: Run, name: str) -> None:
    folder = training_runs().folder(run.id)
    ready = folder.path / "merged.zip"
    job = jobs().latest(f"{MERGE} {run.id}")
    if ready.exists():
        st.download_button(
            "Merged model",
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
            st.error(plain(job.error), icon=":material/error:")
        st.button("Merge with the base", icon=":material/merge:", on_click=_merge, args=(run,))


@st.fragment(run_every=1)
def _wait_for_merge(job: Job) -> None:
    if not job.running:
        st.rerun()
    st.caption(":material/hourglass_top: Merging")


def _merge(run: Run) -> None:
    folder = training_runs().folder(run.id)
    jobs().start(
        f"{MERGE} {run.id}", person(), lambda job: exporting.merged_zip(folder, run.name, job.cancelled)
    )
