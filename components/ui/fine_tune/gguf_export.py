"""A fine-tuned model as one GGUF file: which kind, how it compares with the merged model, the download."""

from pathlib import Path

import streamlit as st

from components.errors import AppError
from components.jobs import Job
from components.messages import N_
from components.models.gguf_families import why_not
from components.training import gguf_export
from components.training.gguf_export import Compared
from components.training.run_records import Run
from components.ui.job_progress import doing
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import jobs, library, manager, training_runs
from components.ui.text import plain

KIND = "gguf"  # of the job, with the run's id
KINDS = {
    "F16": N_("F16: nothing rounded that matters, 2 bytes a weight"),
    "Q8_0": N_("Q8_0: half of that, hardly any loss"),
    "4bit": N_("4 bits: a quarter of it, for a laptop"),
}
USE = N_(
    "In LM Studio, put the file into a folder of its models; in Ollama, write `FROM ./{file}` into a file "
    "called Modelfile and run `ollama create {name} -f Modelfile`."
)


def draw(run: Run, name: str) -> None:
    """Where the family of the base can be written; else the reason why not."""
    st.markdown("**GGUF** · " + _("for llama.cpp, Ollama and LM Studio"))
    folder = training_runs().folder(run.id)
    if why := why_not(Path(folder.plan().base_folder), _base_file(run)):
        text = _("There is no GGUF file of this model: {why}.")
        st.caption(f":material/info: {plain(text.format(why=said(why)))}")
        return
    job = jobs().latest(f"{KIND} {run.id}")
    if job and job.running:
        _wait(job)
        return
    kind = st.selectbox(
        _("Kind"),
        list(KINDS),
        format_func=lambda one: _(KINDS[one]),
        key=f"gguf_kind_{run.id}",
        persist_state="session",  # it isn't drawn while the file is made
    )
    if there := gguf_export.made(folder, kind):
        _draw_made(there[0], there[1], name)
        return
    if job and job.state == "failed":
        st.error(plain(said(job.error)), icon=":material/error:")
    st.button(_("Make the GGUF file"), icon=":material/deployed_code:", on_click=_make, args=(run, kind))


def _draw_made(file: Path, found: Compared, name: str) -> None:
    download = f"{name}-{found.kind}.gguf"
    st.download_button(
        _("Download {kind} ({size:.0f} MB)").format(kind=found.kind, size=file.stat().st_size / 1e6),
        file.read_bytes,
        download,
        "application/octet-stream",
        on_click="ignore",
        icon=":material/download:",
    )
    text = ngettext(
        "Compared on {count} held-out token: perplexity {file:.2f} in llama.cpp, {merged:.2f} of the merged "
        "model in transformers ({lost:+.1%}).",
        "Compared on {count} held-out tokens: perplexity {file:.2f} in llama.cpp, {merged:.2f} of the merged "
        "model in transformers ({lost:+.1%}).",
        found.tokens,
    )
    text = text.format(count=found.tokens, file=found.file, merged=found.merged, lost=found.lost)
    st.caption(f":material/balance: {text}")
    st.caption(_(USE).format(file=download, name=name))


@st.fragment(run_every=1)
def _wait(job: Job) -> None:
    if not job.running:
        st.rerun()
    st.caption(f":material/hourglass_top: {doing(job)}…")
    if job.share is not None:
        st.progress(job.share)
    st.button(_("Stop"), icon=":material/stop_circle:", on_click=job.cancel, key=f"stop_gguf_{job.id}")


def _base_file(run: Run) -> Path | None:
    """The GGUF file that the base came out of, where it did and is still here."""
    try:
        spec = manager().catalog.get(run.base_id)
        return library().source_file(spec) if spec.gguf else None
    except AppError:
        return None


def _make(run: Run, kind: str) -> None:
    runs, base = training_runs(), _base_file(run)

    def work(job: Job) -> Path:
        return gguf_export.make(runs.with_base(run.id), kind, run.name, base, job.say, job.cancelled)

    jobs().start(f"{KIND} {run.id}", person(), work)
