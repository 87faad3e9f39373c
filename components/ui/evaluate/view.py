"""An evaluation on the page: its progress, one sentence, the table of scores, the questions side by side."""

import altair as alt
import pandas as pd
import streamlit as st

from components.messages import N_, counted
from components.row_work import Work
from components.tasks.evaluate import saying, score_table, verdicts
from components.tasks.evaluate.evaluation import TRIAL, Evaluation, Plan, questions_of
from components.tasks.evaluate.metrics import METRICS, confusion, possible
from components.tasks.evaluate.score_table import Scores
from components.tasks.over_rows import span
from components.ui import charts, job_progress, notices
from components.ui.evaluate import answer_rows, blind_vote, downloads, session
from components.ui.language import _, ngettext, said
from components.ui.resources import over_rows, row_work
from components.ui.text import plain

POLL_SECONDS = 1.0
STATES = {
    "stopped": N_("Stopped. What was answered is kept and scored; Resume asks the rest."),
    "interrupted": N_(
        "Interrupted: the app ended meanwhile. What was answered is kept; Resume asks the rest."
    ),
    "running": N_("Interrupted. What was answered is kept; Resume asks the rest."),
}
EMPTY = {
    "stopped": N_("Stopped before the first answer."),
    "interrupted": N_("Interrupted: the app ended before the first answer."),
    "running": N_("Interrupted before the first answer."),
}
VERDICTS = {"better": N_("better"), "same": N_("no difference shown"), "worse": N_("worse")}


def draw(work: Work) -> None:
    st.header(plain(work.title), anchor=False)
    if over_rows().job(work):
        _draw_live(work.id)
        with notices.part():
            if _draw_early_vote(work):
                return
        if not st.button(_("Score what there is so far"), icon=":material/balance:", type="tertiary"):
            return
    else:
        work = row_work().get(work.id) or work  # its job may have ended since it was read
        _draw_state(work)
    with notices.part():
        _draw_result(work)


@st.fragment(run_every=POLL_SECONDS)
def _draw_live(work_id: str) -> None:
    """Progress, the time that the trial told, and Stop."""
    work = row_work().get(work_id)
    job = over_rows().job(work) if work else None
    if work is None or job is None:
        st.rerun()
    job_progress.draw(job, "stop_evaluation")
    st.caption(plain(_time_told(work)))


def _draw_early_vote(work: Work) -> bool:
    """The blind vote on what is answered so far; whether it is drawn. Raises Unavailable for a damaged
    evaluation.
    """
    plan, questions = Plan.from_json(work.settings), questions_of(row_work().place(work.id))
    if not blind_vote.wanted(work.id, len(plan.setups), questions):
        return False
    blind_vote.draw(work, session.evaluating().load(work), more_to_come=True)
    return True


def _time_told(work: Work) -> str:
    setups = work.settings.get("setups")
    trial = min(TRIAL, work.count // max(1, len(setups) if isinstance(setups, list) else 1))
    seconds = work.body.get("trial_seconds")
    if not isinstance(seconds, int | float):
        text = ngettext(
            "First each model answers {trial} question, which tells the time for all of them.",
            "First each model answers {trial} questions, which tells the time for all of them.",
            trial,
        )
        return text.format(trial=trial)
    told = counted(
        "As the first questions took: {time} for {count} answer.",
        "As the first questions took: {time} for all {count:,} answers.",
        work.count,
        time=span(seconds),
    )
    return said(told)


def _draw_state(work: Work) -> None:
    """How it ended, and the ways to go on."""
    if work.state == "failed":
        st.error(plain(said(work.note)), icon=":material/error:")
    receipt = over_rows().receipt(work)
    begun = receipt.done or receipt.failed
    if work.state in STATES:
        states = STATES if begun else EMPTY
        st.warning(_(states[work.state]), icon=":material/stop_circle:")
    with st.container(horizontal=True):
        if work.state != "done" or receipt.left:
            label = _("Resume") if begun else _("Start again")
            st.button(
                label, type="primary", icon=":material/play_arrow:", on_click=_again, args=(work, False)
            )
        if receipt.failed:
            st.button(
                _("Ask the failed questions again"),
                icon=":material/refresh:",
                on_click=_again,
                args=(work, True),
            )


def _again(work: Work, failed: bool) -> None:
    with notices.shown():
        session.evaluating().again(work, failed)


def _draw_result(work: Work) -> None:
    """What was answered so far, or all of it. Raises Unavailable where something is damaged."""
    metrics = tuple(st.session_state.get(f"metrics_{work.id}", ()))
    baseline = int(st.session_state.get(f"baseline_{work.id}") or 0)
    found, scores = session.scored(work, metrics, baseline)
    if not any(scores.answered):
        _draw_failures(found)
        return
    if blind_vote.wanted(work.id, len(found.names), found.questions):
        blind_vote.draw(work, found)
        return
    _draw_headline(found, scores)
    _draw_table(work, found, scores)
    _draw_choices(work, found, scores)
    _draw_parts(work, found, scores)


def _draw_failures(found: Evaluation) -> None:
    """Where nothing was answered: why not."""
    whys = dict.fromkeys(
        said(answer.why) for given in found.answers for answer in given if answer and answer.why
    )
    for why in list(whys)[:3]:
        st.error(plain(why), icon=":material/error:")


def _draw_headline(found: Evaluation, scores: Scores) -> None:
    """The one sentence."""
    text, verdict = saying.headline(found, scores)
    sentence = plain(said(text))
    if verdict == "better":
        st.success(sentence, icon=":material/trending_up:")
    elif verdict == "worse":
        st.error(sentence, icon=":material/trending_down:")
    else:
        st.info(sentence, icon=":material/balance:")
    if cannot := saying.cannot(found):
        st.caption(plain(said(cannot)))
    failed = sum(scores.failed)
    if failed:
        st.warning(
            plain(
                _(
                    "Answers that failed: {number}. They count in no score; the reason is beside each "
                    "question."
                ).format(number=f"{failed:,}")
            ),
            icon=":material/warning:",
        )


def table(found: Evaluation, scores: Scores) -> pd.DataFrame:
    """A line for each score: its value and interval for each model, and the difference."""
    lines = []
    for name in scores.metrics:
        line = {_("Score"): said(METRICS[name].title)}
        for setup, title in enumerate(found.names):
            one = scores.of(name, setup)
            line[title] = said(verdicts.between(one.interval, name)) if one.interval else "–"
        for setup, title in enumerate(found.names):
            difference = scores.of(name, setup).difference
            if setup != scores.baseline:
                column = _("{name} less {other}").format(name=title, other=found.names[scores.baseline])
                column = _("Difference") if len(found.names) == 2 else column
                line[column] = _difference(name, difference)
        lines.append(line)
    return pd.DataFrame(lines)


def _difference(metric: str, found: score_table.Difference | None) -> str:
    if found is None:
        return "–"
    shown = said(verdicts.signed(found.interval, metric))
    if METRICS[metric].neutral:
        return shown
    return f"{shown}: {_(VERDICTS[found.verdict])}"


def _draw_table(work: Work, found: Evaluation, scores: Scores) -> None:
    st.subheader(_("Scores"), anchor=False)
    shown = table(found, scores)
    st.dataframe(shown, hide_index=True, width="stretch", alt=_("Scores with their intervals"))
    _draw_chart(work, found, scores)
    st.caption(
        _(
            "In brackets: where the score lies with 95% confidence, by resampling the questions. A "
            "difference is called better or worse only where its interval and a randomization test both say "
            "so."
        )
    )


def _draw_chart(work: Work, found: Evaluation, scores: Scores) -> None:
    """The score that decides, as points with their intervals."""
    name = scores.metrics[0]
    points = [
        (title, one.value, one.low, one.high)
        for setup, title in enumerate(found.names)
        if (one := scores.of(name, setup).interval)
    ]
    if len(points) < 2:
        return
    data = pd.DataFrame(points, columns=["name", "value", "low", "high"])
    axis = alt.Y("name:N", title=None, sort=None, axis=charts.axis(labelLimit=240))
    base = alt.Chart(data).encode(y=axis)
    title = said(METRICS[name].title)
    table = data.round(4).set_axis([_("Name"), title, _("From (95%)"), _("To (95%)")], axis=1)
    across = alt.X("low:Q", title=title, scale=alt.Scale(zero=False))
    lines = base.mark_bar(height=5, opacity=0.5).encode(x=across, x2="high:Q")
    dots = base.mark_point(filled=True, size=130, opacity=1).encode(x="value:Q", shape=alt.value("diamond"))
    height = 70 + 40 * len(points)  # the axis and its title are in it
    charts.draw((lines + dots).properties(height=height), table, f"score_{work.id}")


def _draw_choices(work: Work, found: Evaluation, scores: Scores) -> None:
    """Which scores there are, and which model the others are compared with."""
    left, right = st.columns([3, 2])
    with left:
        st.multiselect(
            _("Choose scores"),
            possible(found.questions, found.answers),
            default=scores.metrics,
            format_func=lambda name: said(METRICS[name].title),
            key=f"metrics_{work.id}",
            help=_("The first one decides. They were chosen by what is expected of the answers."),
        )
    if len(found.names) > 1:
        with right:
            st.selectbox(
                _("Compared with"),
                range(len(found.names)),
                format_func=lambda setup: found.names[setup],
                key=f"baseline_{work.id}",
            )
    with st.expander(_("What the scores mean"), icon=":material/help:"):
        for name in scores.metrics:
            about = plain(said(METRICS[name].about))
            signature = f" `{scores.signatures[name]}`" if name in scores.signatures else ""
            st.markdown(f"**{plain(said(METRICS[name].title))}**: {about}{signature}")


def _draw_parts(work: Work, found: Evaluation, scores: Scores) -> None:
    """What is below the scores, each in its tab."""
    names = [_("Questions and answers")]
    names += [_("By group")] if found.questions.grouped else []
    names += [_("Labels")] if found.questions.form in ("label", "choice") else []
    tabs = dict(
        zip([*names, _("How it was measured")], st.tabs([*names, _("How it was measured")]), strict=True)
    )
    with tabs[_("Questions and answers")]:
        answer_rows.draw(work, found, scores)
    if found.questions.grouped:
        with tabs[_("By group")]:
            _draw_groups(found, scores.metrics[0])
    if _("Labels") in tabs:
        with tabs[_("Labels")]:
            _draw_labels(found)
    with tabs[_("How it was measured")]:
        _draw_facts(found)
    downloads.draw(work, found, scores)


def _draw_groups(found: Evaluation, metric: str) -> None:
    st.caption(plain(said(METRICS[metric].title)))
    lines: dict[str, dict[str, str]] = {}
    for one in score_table.groups(found, metric):
        group = one.group or _("(none)")
        line = lines.setdefault(group, {_("Group"): group, _("Questions"): ""})
        line[_("Questions")] = str(max(int(line[_("Questions")] or 0), one.rows))
        line[found.names[one.setup]] = said(verdicts.between(one.interval, metric)) if one.interval else "–"
    st.dataframe(list(lines.values()), hide_index=True, width="stretch")
    st.caption(
        _("Groups have few questions each: their intervals are wide, and overlap where nothing is shown.")
    )


def _draw_labels(found: Evaluation) -> None:
    """What was named where each label was expected."""
    for setup, title in enumerate(found.names):
        counts = confusion(found.questions, found.answers[setup])
        named = [label or _("(none)") for label in counts.named]
        lines = [
            {_("Expected"): label, **dict(zip(named, map(int, each), strict=True))}
            for label, each in zip(counts.labels, counts.counts, strict=True)
        ]
        st.markdown(f"**{plain(title)}**")
        st.dataframe(lines, hide_index=True, width="content")
    st.caption(_("Lines: the expected label. Columns: what the model named."))


def _draw_facts(found: Evaluation) -> None:
    """What repeats it: the questions' digest, settings, seed, versions; and how each model ran."""
    lines = []
    for number, setup in enumerate(found.plan.setups):
        facts = found.body.facts.get(str(number))
        lines.append(
            {
                _("Name"): setup.name,
                _("Model"): setup.model_id,
                _("Temperature"): setup.settings.temperature,
                _("Maximum new tokens"): setup.settings.max_new_tokens,
                _("System prompt"): setup.settings.system,
                _("Engine"): facts.engine if facts else "",
                _("Precision"): said(facts.precision) if facts else "",
                _("Memory (MB)"): round(facts.memory / 1e6) if facts and facts.memory else None,
            }
        )
    st.dataframe(lines, hide_index=True, width="stretch")
    if found.questions.instruction:
        st.markdown(_("Before each question: {text}").format(text=plain(found.questions.instruction)))
    versions = ", ".join(f"{name} {number}" for name, number in found.plan.versions.items())
    text = _("Seed {seed}; SHA-256 of the questions {digest}; {versions}")
    st.caption(plain(text.format(seed=found.plan.seed, digest=found.plan.digest[:16], versions=versions)))
