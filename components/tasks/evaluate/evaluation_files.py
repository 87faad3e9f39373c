"""An evaluation as a file to hand over: Markdown, HTML, JSON, CSV. What it says itself is English.

Knows scores and answers; nothing about pages. Texts of people and models are data: none becomes markup.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from components import handover
from components.documents.cells import neutral
from components.handover import escaped
from components.kept import plain
from components.tasks.evaluate import saying, score_table, verdicts
from components.tasks.evaluate.evaluation import MOST_STARS, Evaluation, Note
from components.tasks.evaluate.metrics import METRICS
from components.tasks.evaluate.questions import FORMS
from components.tasks.evaluate.ranks import Rank
from components.tasks.evaluate.rules import passes, told
from components.tasks.evaluate.score_table import Scores

FORMAT = 1  # of the JSON
SHOWN = 200  # questions in Markdown and HTML; JSON and CSV have all


def file_name(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or "evaluation"


def to_markdown(
    found: Evaluation, scores: Scores, notes: Mapping[int, Note], tally: Sequence[Rank] = ()
) -> str:
    """The sentence, the scores, groups, how it was measured, and the questions with their answers."""
    lines = [f"# {escaped(found.title)}", "", f"**{escaped(_headline(found, scores))}**", ""]
    if cannot := saying.cannot(found):
        lines += [escaped(str(cannot)), ""]
    lines += [*_table(_scores(found, scores)), ""]
    lines += [
        "In brackets: where the score lies with 95% confidence, by resampling the questions. A difference is "
        "called better or worse only where its interval and a randomization test both say so.",
        "",
        "## What the scores mean",
        "",
    ]
    for name in scores.metrics:
        signature = f" ({scores.signatures[name]})" if name in scores.signatures else ""
        lines.append(f"- {METRICS[name].title}: {METRICS[name].about}{escaped(signature)}")
    if found.questions.grouped:
        lines += ["", "## By group", "", *_table(_groups(found, scores.metrics[0]))]
    if tally:
        lines += ["", "## Blind comparison", "", *_table(_tally(found, tally))]
    lines += ["", "## How it was measured", "", *_facts(found), "", "## Questions and answers", ""]
    lines += _questions(found, scores, notes)
    return "\n".join(lines) + "\n"


def to_html(found: Evaluation, scores: Scores, notes: Mapping[int, Note], tally: Sequence[Rank] = ()) -> str:
    return handover.page(found.title, to_markdown(found, scores, notes, tally))


def to_json(found: Evaluation, scores: Scores, notes: Mapping[int, Note], tally: Sequence[Rank] = ()) -> str:
    """Everything that was asked, answered and computed."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "title": found.title,
        "sentence": _headline(found, scores),
        "questions": found.questions.to_json(),
        "plan": found.plan.to_json(),
        "facts": plain(found.body.facts),
        "scores": [_score(found, one) for one in scores.scores],
        "signatures": scores.signatures,
        "answers": [[plain(answer) for answer in given] for given in found.answers],
        "notes": {str(at + 1): note.to_json() for at, note in notes.items()},
        "blind": [
            {
                "name": found.names[one.contestant],
                "strength": one.strength.to_json(),
                "won": one.won,
                "votes": one.votes,
            }
            for one in tally
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _score(found: Evaluation, one: score_table.Score) -> dict[str, Any]:
    difference = one.difference
    return {
        "metric": one.metric,
        "name": found.names[one.setup],
        "rows": one.rows,
        "score": one.interval.to_json() if one.interval else None,
        "difference": difference
        and {
            "rows": difference.rows,
            "interval": difference.interval.to_json(),
            "chance": difference.chance,
            "verdict": difference.verdict,
            "needed": difference.needed,
        },
    }


def to_csv(found: Evaluation, scores: Scores, notes: Mapping[int, Note]) -> bytes:
    """A line for each question, with every model's answer and its scores."""
    by_metric = {name: score_table.rows(found, name) for name in scores.metrics}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    titles = ["number", "group", "question", "document", "expected"]
    for name in found.names:
        titles += [name, *(f"{METRICS[metric].title}: {name}" for metric in scores.metrics), f"stars: {name}"]
    writer.writerow([neutral(title) for title in [*titles, "note", "best"]])
    for at, item in enumerate(found.questions.items):
        line = [str(at + 1), item.group, item.prompt, item.document, " / ".join(item.expected)]
        for setup, given in enumerate(found.answers):
            answer = given[at]
            line.append("" if answer is None else str(answer.why) if answer.failed else answer.told)
            values = [by_metric[metric][setup][at] for metric in scores.metrics]
            line += ["" if value is None else f"{value:.4g}" for value in values]
            line.append(str(answer.rating) if answer and answer.rating else "")
        note = notes.get(at, Note())
        best = found.names[note.best] if note.best is not None and note.best < len(found.names) else ""
        writer.writerow([neutral(cell) for cell in [*line, note.text, best]])
    return out.getvalue().encode("utf-8-sig")


def _headline(found: Evaluation, scores: Scores) -> str:
    return str(saying.headline(found, scores)[0])


def _scores(found: Evaluation, scores: Scores) -> list[list[str]]:
    others = [setup for setup in range(len(found.names)) if setup != scores.baseline]
    base = found.names[scores.baseline]
    lines = [["Score", *found.names, *(f"{found.names[setup]} less {base}" for setup in others)]]
    for name in scores.metrics:
        line = [str(METRICS[name].title)]
        for setup in range(len(found.names)):
            one = scores.of(name, setup)
            line.append(str(verdicts.between(one.interval, name)) if one.interval else "–")
        for setup in others:
            difference = scores.of(name, setup).difference
            shown = str(verdicts.signed(difference.interval, name)) if difference else "–"
            verdict = (
                {"same": "no difference shown"}.get(difference.verdict, difference.verdict)
                if difference
                else ""
            )
            line.append(f"{shown}: {verdict}" if difference and not METRICS[name].neutral else shown)
        lines.append(line)
    return lines


def _groups(found: Evaluation, metric: str) -> list[list[str]]:
    made: dict[str, list[str]] = {}
    for one in score_table.groups(found, metric):
        line = made.setdefault(one.group, [one.group or "(none)"])
        line.append(f"{verdicts.between(one.interval, metric)} of {one.rows}" if one.interval else "–")
    return [["Group", *found.names], *made.values()]


def _tally(found: Evaluation, tally: Sequence[Rank]) -> list[list[str]]:
    lines = [["Rank", "Name", "Strength (log-odds)", "Won", "Votes"]]
    for number, one in enumerate(tally, start=1):
        strength = f"{one.strength.value:+.2f} ({one.strength.low:+.2f} to {one.strength.high:+.2f})"
        lines.append([str(number), found.names[one.contestant], strength, f"{one.won:g}", str(one.votes)])
    return lines


def _facts(found: Evaluation) -> list[str]:
    lines = [
        f"- {len(found.questions.items):,} {FORMS[found.questions.form]}",
        f"- SHA-256 of the questions: {found.plan.digest}",
        f"- Seed: {found.plan.seed}",
        f"- Versions: {', '.join(f'{name} {one}' for name, one in found.plan.versions.items())}",
    ]
    if found.questions.instruction:
        lines.append(f"- Before each question: {escaped(found.questions.instruction)}")
    for number, setup in enumerate(found.plan.setups):
        facts = found.body.facts.get(str(number))
        memory = f"{facts.memory / 1e6:,.0f} MB" if facts and facts.memory else ""
        told = (facts.engine, str(facts.precision), memory) if facts else ()
        ran = "".join(f", {one}" for one in told if one)
        settings = setup.settings
        asked = f"temperature {settings.temperature:g}, at most {settings.max_new_tokens} new tokens"
        system = f", system prompt “{settings.system}”" if settings.system else ""
        lines.append(f"- {escaped(f'{setup.name}: {setup.model_id}{ran}; {asked}{system}')}")
    return lines


def _questions(found: Evaluation, scores: Scores, notes: Mapping[int, Note]) -> list[str]:
    metric = scores.metrics[0]
    each = score_table.rows(found, metric)
    lines: list[str] = []
    for at, item in enumerate(found.questions.items[:SHOWN]):
        lines += [f"### {at + 1}", "", *_quote(item.prompt or item.document[:2000]), ""]
        if item.expected:
            lines += [f"Expected: {escaped(' / '.join(item.expected))}", ""]
        for setup, name in enumerate(found.names):
            answer = found.answers[setup][at]
            value = each[setup][at]
            shown = "–" if value is None else verdicts.number(value, {"BLEU": "chrF"}.get(metric, metric))
            lines += [f"**{escaped(name)}** ({shown})", ""]
            said = "" if answer is None else str(answer.why) if answer.failed else answer.told
            lines += [*_quote(said), ""]
            if answer and not answer.failed and item.checks:
                kept = [
                    f"{told(check)}: {'kept' if passes(check, answer.said) else 'not kept'}"
                    for check in item.checks
                ]
                lines += [escaped("; ".join(kept)), ""]
            if answer and answer.rating:
                lines += [f"Own rating: {answer.rating} of {MOST_STARS}", ""]
        if at in notes and notes[at].text:
            lines += [f"Note: {escaped(notes[at].text)}", ""]
    if len(found.questions.items) > SHOWN:
        lines.append(
            f"The other {len(found.questions.items) - SHOWN:,} questions are in the JSON and the CSV file."
        )
    return lines


def _quote(text: str) -> list[str]:
    return [f"> {escaped(line)}" if line.strip() else ">" for line in text.splitlines()] or [">"]


def _table(lines: Sequence[Sequence[str]]) -> list[str]:
    made = [f"| {' | '.join(escaped(' '.join(cell.split())) for cell in line)} |" for line in lines]
    made.insert(1, f"|{' --- |' * len(lines[0])}")
    return made
