"""An evaluation as a file to hand over: Markdown and HTML in the reader's language, JSON and CSV in English.

Knows scores and answers; nothing about pages. Texts of people and models are data: none becomes markup.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components import handover
from components.documents.cells import neutral
from components.handover import escaped, table
from components.kept import plain
from components.messages import Message, Said
from components.tasks.evaluate import saying, score_table, verdicts
from components.tasks.evaluate.evaluation import MOST_STARS, Evaluation, Note
from components.tasks.evaluate.metrics import METRICS
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import FORMS, Item
from components.tasks.evaluate.ranks import Rank
from components.tasks.evaluate.rules import passes, told
from components.tasks.evaluate.score_table import Scores

FORMAT = 1  # of the JSON
SHOWN = 200  # questions in Markdown and HTML; JSON and CSV have all
VERDICTS = {"better": Said("better"), "worse": Said("worse"), "same": Said("no difference shown")}

INTERVALS = Said(
    "In brackets: where the score lies with 95% confidence, by resampling the questions. A difference is "
    "called better or worse only where its interval and a randomization test both say so."
)

Tell = Callable[[Message], str]  # a message in a reader's language


def file_name(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or "evaluation"


def to_markdown(
    found: Evaluation,
    scores: Scores,
    notes: Mapping[int, Note],
    tally: Sequence[Rank] = (),
    tell: Tell = str,
) -> str:
    """The sentence, the scores, groups, how it was measured, and the questions with their answers."""
    lines = [f"# {escaped(found.title)}", "", f"**{escaped(tell(saying.headline(found, scores)[0]))}**", ""]
    if cannot := saying.cannot(found):
        lines += [escaped(tell(cannot)), ""]
    lines += [*table(_scores(found, scores, tell)), "", tell(INTERVALS), ""]
    lines += [_heading(tell(Said("What the scores mean"))), ""]
    for name in scores.metrics:
        signature = f" ({scores.signatures[name]})" if name in scores.signatures else ""
        title, about = tell(METRICS[name].title), tell(METRICS[name].about)
        lines.append(f"- {title}: {about}{escaped(signature)}")
    if found.questions.grouped:
        lines += ["", _heading(tell(Said("By group"))), "", *table(_groups(found, scores.metrics[0], tell))]
    if tally:
        lines += ["", _heading(tell(Said("Blind comparison"))), "", *table(_tally(found, tally, tell))]
    lines += ["", _heading(tell(Said("How it was measured"))), "", *_facts(found, tell)]
    lines += ["", _heading(tell(Said("Questions and answers"))), ""]
    lines += _questions(found, scores, notes, tell)
    return "\n".join(lines) + "\n"


def to_html(
    found: Evaluation,
    scores: Scores,
    notes: Mapping[int, Note],
    tally: Sequence[Rank] = (),
    tell: Tell = str,
    language: str = "en",
) -> str:
    """The same as one HTML file that opens anywhere; `language` is that of `tell`, as in BCP 47."""
    return handover.page(found.title, to_markdown(found, scores, notes, tally, tell), language)


def to_json(found: Evaluation, scores: Scores, notes: Mapping[int, Note], tally: Sequence[Rank] = ()) -> str:
    """Everything that was asked, answered and computed."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "title": found.title,
        "sentence": str(saying.headline(found, scores)[0]),
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


def _scores(found: Evaluation, scores: Scores, tell: Tell) -> list[list[str]]:
    others = [setup for setup in range(len(found.names)) if setup != scores.baseline]
    base = found.names[scores.baseline]
    less = [tell(Said("{name} less {base}", name=found.names[setup], base=base)) for setup in others]
    lines = [[tell(Said("Score")), *found.names, *less]]
    for name in scores.metrics:
        line = [tell(METRICS[name].title)]
        for setup in range(len(found.names)):
            one = scores.of(name, setup)
            line.append(tell(verdicts.between(one.interval, name)) if one.interval else "–")
        for setup in others:
            difference = scores.of(name, setup).difference
            shown = tell(verdicts.signed(difference.interval, name)) if difference else "–"
            told = difference and not METRICS[name].neutral
            line.append(f"{shown}: {tell(VERDICTS[difference.verdict])}" if difference and told else shown)
        lines.append(line)
    return lines


def _groups(found: Evaluation, metric: str, tell: Tell) -> list[list[str]]:
    made: dict[str, list[str]] = {}
    for one in score_table.groups(found, metric):
        line = made.setdefault(one.group, [one.group or tell(Said("(none)"))])
        share = one.interval and Said(
            "{score} of {rows}", score=verdicts.between(one.interval, metric), rows=one.rows
        )
        line.append(tell(share) if share else "–")
    return [[tell(Said("Group")), *found.names], *made.values()]


def _tally(found: Evaluation, tally: Sequence[Rank], tell: Tell) -> list[list[str]]:
    titles = (Said("Rank"), Said("Name"), Said("Strength (log-odds)"), Said("Won"), Said("Votes"))
    lines = [[tell(title) for title in titles]]
    for number, one in enumerate(tally, start=1):
        strength = Said(
            "{value} ({low} to {high})",
            value=f"{one.strength.value:+.2f}",
            low=f"{one.strength.low:+.2f}",
            high=f"{one.strength.high:+.2f}",
        )
        name = found.names[one.contestant]
        lines.append([str(number), name, tell(strength), f"{one.won:g}", str(one.votes)])
    return lines


def _facts(found: Evaluation, tell: Tell) -> list[str]:
    number, form = len(found.questions.items), FORMS[found.questions.form]
    versions = ", ".join(f"{name} {one}" for name, one in found.plan.versions.items())
    facts = [
        Said("{number:,} {questions}", number=number, questions=form),
        Said("SHA-256 of the questions: {digest}", digest=found.plan.digest),
        Said("Seed: {seed}", seed=found.plan.seed),
        Said("Versions: {versions}", versions=versions),
    ]
    if found.questions.instruction:
        facts.append(Said("Before each question: {text}", text=found.questions.instruction))
    lines = [f"- {escaped(tell(fact))}" for fact in facts]
    for number, setup in enumerate(found.plan.setups):
        ran = found.body.facts.get(str(number))
        memory = f"{ran.memory / 1e6:,.0f} MB" if ran and ran.memory else ""
        how = (ran.engine, tell(ran.precision), memory) if ran else ()
        where = ", ".join(one for one in (setup.model_id, *how) if one)
        settings = setup.settings
        asked = [
            Said("temperature {value:g}", value=settings.temperature),
            Said("at most {number} new tokens", number=settings.max_new_tokens),
        ]
        if settings.system:
            asked.append(Said("system prompt “{text}”", text=settings.system))
        lines.append(f"- {escaped(f'{setup.name}: {where}; ' + ', '.join(map(tell, asked)))}")
    return lines


def _questions(found: Evaluation, scores: Scores, notes: Mapping[int, Note], tell: Tell) -> list[str]:
    metric = scores.metrics[0]
    each = score_table.rows(found, metric)
    lines: list[str] = []
    for at, item in enumerate(found.questions.items[:SHOWN]):
        lines += [f"### {at + 1}", "", *_quote(item.prompt or item.document[:2000]), ""]
        if item.expected:
            lines += [escaped(tell(Said("Expected: {text}", text=" / ".join(item.expected)))), ""]
        for setup, name in enumerate(found.names):
            value = each[setup][at]
            shown = "–" if value is None else verdicts.number(value, {"BLEU": "chrF"}.get(metric, metric))
            lines += [f"**{escaped(name)}** ({shown})", ""]
            lines += _answer(item, found.answers[setup][at], tell)
        if at in notes and notes[at].text:
            lines += [escaped(tell(Said("Note: {text}", text=notes[at].text))), ""]
    if (left := len(found.questions.items) - SHOWN) > 0:
        lines.append(
            tell(Said("The other {number:,} questions are in the JSON and the CSV file.", number=left))
        )
    return lines


def _answer(item: Item, answer: Answer | None, tell: Tell) -> list[str]:
    said = "" if answer is None else tell(answer.why) if answer.failed else answer.told
    lines = [*_quote(said), ""]
    if answer and not answer.failed and item.checks:
        kept = [
            Said(
                "{rule}: {outcome}",
                rule=told(check),
                outcome=Said("kept") if passes(check, answer.said) else Said("not kept"),
            )
            for check in item.checks
        ]
        lines += [escaped("; ".join(map(tell, kept))), ""]
    if answer and answer.rating:
        rating = Said("Own rating: {stars} of {most}", stars=answer.rating, most=MOST_STARS)
        lines += [tell(rating), ""]
    return lines


def _heading(told: str) -> str:
    return f"## {told}"


def _quote(text: str) -> list[str]:
    return [f"> {escaped(line)}" if line.strip() else ">" for line in text.splitlines()] or [">"]
