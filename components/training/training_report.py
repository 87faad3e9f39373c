"""A run to hand over: the verdict, its numbers and how it was made, in the reader's language.

Knows a run's folder and its report. Texts of people and models are data: none becomes markup.
"""

from collections.abc import Callable

from components import handover
from components.errors import Unavailable
from components.handover import escaped, table
from components.messages import Message, Said
from components.training.baselines import BASELINES
from components.training.doctor.findings import KINDS
from components.training.folder import Plan, RunFolder
from components.training.hyperparameters import TITLES
from components.training.model_card import hub_name, named_plan, used_settings
from components.training.report_numbers import WAYS, change, numbers
from components.training.reported import Answer, Name, Report

Tell = Callable[[Message], str]  # a message in a reader's language

_ANSWERS: dict[Name, Said] = {
    "wanted": Said("In the data"),
    "base": Said("Base"),
    "tuned": Said("Fine-tuned"),
}


def to_html(folder: RunFolder, name: str, rows: bool, tell: Tell = str, language: str = "en") -> str:
    """One HTML file that opens anywhere; `language` is that of `tell`, as in BCP 47.

    `rows`: whether the answers side by side are in it, whose questions are rows of the data.
    """
    return handover.page(name, to_markdown(folder, name, rows, tell), language)


def to_markdown(folder: RunFolder, name: str, rows: bool, tell: Tell = str) -> str:
    """The same as Markdown; of a damaged report it says that it is damaged."""
    plan = named_plan(folder, name)
    about = Said("{base}, fine-tuned on {data}", base=plan.base_title, data=plan.data_name)
    lines = [f"# {escaped(name)}", "", escaped(tell(about)), "", _heading(Said("Is it better?"), tell), ""]
    try:
        lines += _compared(folder.report, rows, tell)
    except Unavailable as error:
        lines += [escaped(tell(error.message)), ""]
    lines += [_heading(Said("Data"), tell), "", *_data(plan, tell), ""]
    lines += [_heading(Said("Settings"), tell), "", *_settings(plan, tell), ""]
    return "\n".join(lines)


def _compared(report: Report | None, rows: bool, tell: Tell) -> list[str]:
    """The verdict, the numbers behind it and, with `rows`, the answers."""
    if not report:
        return [tell(Said("It was not compared with its base yet.")), ""]
    lines = _verdict(report, tell)
    if rows and report["answers"]:
        title = Said("Answers side by side ({count})", count=len(report["answers"]))
        lines += [_heading(title, tell), ""]
        if any(answer.get("marked") for answer in report["answers"]):
            lines += [
                tell(Said("What differs between answers has ✓ where it is right and ✗ where it is wrong.")),
                "",
            ]
        for answer in report["answers"]:
            lines += _answer(answer, tell)
    return lines


def _verdict(report: Report, tell: Tell) -> list[str]:
    lines = [f"**{escaped(tell(report['sentence']))}**", "", escaped(tell(report["next"])), ""]
    if ways := report.get("labels"):
        names = (Said("Way"), Said("Accuracy"), Said("Macro F1"), Said("Seconds of learning"))
        shown = [
            (
                tell(WAYS[one["name"]]),
                f"{one['accuracy']['value'] or 0:.1%}",
                f"{one['macro_f1']:.1%}",
                f"{one['seconds']:,.1f}",
            )
            for one in ways["ways"]
        ]
        lines += [*table([tuple(map(tell, names)), *shown]), ""]
    if found := numbers(report):
        told = [(tell(one.name), tell(one.base), tell(one.tuned)) for one in found]
        lines += [*table([("", tell(_ANSWERS["base"]), tell(_ANSWERS["tuned"])), *told]), ""]
        if said := change(report):
            lines += [escaped(tell(said)), ""]
    if baselines := report.get("baselines"):
        beaten = {True: Said("yes"), False: Said("no")}
        worth = [
            (tell(BASELINES[one["name"]]), f"{100 * one['right']:.0f}", tell(beaten[one["beaten"]]))
            for one in baselines
        ]
        heads = (Said("Without training"), Said("Right (%)"), Said("The fine-tuned model is better"))
        lines += [*table([tuple(map(tell, heads)), *worth]), ""]
    if prompts := report.get("prompts"):
        lines += [tell(Said("Different prompts among the held-out rows: {prompts}.", prompts=prompts)), ""]
    if shared := report.get("shared"):
        text = Said(
            "Held-out rows whose prompt was also trained on: {count}. The numbers look better than they are.",
            count=shared,
        )
        lines += [tell(text), ""]
    return lines


def _answer(answer: Answer, tell: Tell) -> list[str]:
    """One held-out question with its three answers; what differs between answers is marked in words."""
    lines = [f"### {escaped(answer['asked'])}", ""]
    if begun := answer.get("begun"):
        text = Said("The answer was begun as in the data: {text}", text=begun)
        lines += [escaped(tell(text)), ""]
    for name, title in _ANSWERS.items():
        lines += [f"**{tell(title)}**", "", *_marked(answer, name, tell), ""]
        if name in answer.get("cut", ()):
            lines += [tell(Said("It goes on; only its beginning was asked for.")), ""]
    return lines


def _marked(answer: Answer, name: Name, tell: Tell) -> list[str]:
    """An answer as a quotation, a model's with ✓ and ✗ behind what differs between answers."""
    marks = {"right": "", "wrong": "", "": ""} if name == "wanted" else {"right": " ✓", "wrong": " ✗", "": ""}
    pieces = answer.get("marked", {}).get(name) or [(answer[name], "")]
    text = "".join(f"{piece}{marks[mark]}" for piece, mark in pieces).strip()
    nothing = tell(Said("nothing"))
    return [f"> {escaped(line)}" for line in text.splitlines()] or [f"> *{nothing}*"]


def _heading(title: Said, tell: Tell) -> str:
    return f"## {tell(title)}"


def _data(plan: Plan, tell: Tell) -> list[str]:
    train, held = plan.rows
    facts: list[Message] = [
        Said("Rows to train on: {train:,}; held out: {held:,}", train=train, held=held),
        Said("SHA-256 of both: {digest}", digest=plan.data_digest),
        *(Said("Repaired: {what}", what=what) for what in plan.repaired),
        *(
            Said(
                "Left out: {what} (rows: {rows:,})",
                what=Said(KINDS[what]) if what in KINDS else what,
                rows=rows,
            )
            for what, rows in (plan.dropped or {}).items()
        ),
    ]
    return [f"- {escaped(tell(fact))}" for fact in facts]


def _settings(plan: Plan, tell: Tell) -> list[str]:
    """What it takes to repeat the run."""
    used = [
        (tell(Said(TITLES[name]) if name in TITLES else name), str(value))
        for name, value in used_settings(plan).items()
    ]
    versions = ", ".join(f"{name} {version}" for name, version in (plan.versions or {}).items())
    rest = [
        (tell(Said("Base")), hub_name(plan.base_id)),
        (tell(Said("Weights of the base")), plan.precision),
        (tell(Said("Versions")), versions),
    ]
    return table([(tell(Said("Setting")), tell(Said("Value"))), *used, *rest])
